"""The Range field (RFC 9110 §14.2) as Martian reads it: no suffixes, no checks."""

from __future__ import annotations

import re
from typing import TypeAlias

from krakendtw.errors import PipeError
from krakendtw.go_quote import quote

Range: TypeAlias = tuple[int, int]
"""First and last byte."""

_is_number = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII).fullmatch


def parse_ranges(field: str, size: int, *, clips: bool = False) -> list[Range] | None:
    """The ranges that are asked for; ``None`` if they cannot be given.

    :param size: bytes of the whole body.
    :param clips: whether the body's end is the end of all ranges.
    :raises PipeError: a place is no number.
    """
    found = []
    for text in field.lower().lstrip("bytes=").split(","):
        if text.endswith("-"):
            text += str(size - 1)
        places = text.split("-")
        if len(places) != 2:
            return None
        start, end = _number(places[0]), _number(places[1])
        if clips:
            end = min(end, size - 1)
        if start > end:
            return None
        found.append((start, end))
    return found


def _number(text: str) -> int:
    text = text.strip()
    if not _is_number(text):
        raise PipeError(f"strconv.Atoi: parsing {quote(text)}: invalid syntax")
    return int(text)
