"""When a stored answer may be served: Cache-Control and dates.

The rules are those of RFC 9111 for a private cache, as KrakenD reads them:
directives are told apart by case, of several fields of a name only the first
counts, and ``s-maxage`` means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from krakendtw.config.duration import parse_nanoseconds

Control: TypeAlias = Mapping[str, str]
"""The directives of a Cache-Control field, with their values."""

_EMPTY: Control = {}
_SECOND = 1_000_000_000
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_OFFSET = "[+-]0*(?:1?[0-9]|2[0-3])"
_DATE = re.compile(
    r"(?i:mon|tue|wed|thu|fri|sat|sun), +([0-9]{2}) +"
    rf"((?i:{'|'.join(_MONTHS)})) +([0-9]{{4}}) +"
    r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]+)? +"
    rf"(?:UTC|(?:GMT)?{_OFFSET}|ChST|MeST|WITA|[A-Z]{{3,4}}T|[A-Z]{{3}})"
)


def parse_control(value: bytes | None) -> Control:
    """The directives of a field's value; the last one of a name counts."""
    if not value:
        return _EMPTY
    control: dict[str, str] = {}
    for part in value.decode("latin-1").split(","):
        text = part.strip(" ")
        if text:
            name, *values = text.split("=")
            control[name.strip(" ")] = values[0] if values else ""
    return control


def parse_seconds(text: str) -> float | None:
    """The seconds of a directive; ``None`` if they are no number."""
    try:
        return parse_nanoseconds(f"{text}s") / _SECOND
    except ValueError:
        return None


def parse_date(value: bytes | None) -> float | None:
    """A date of RFC 9110 §5.6.7, in seconds since the epoch; ``None`` if it is none.

    The zone is read and, as in KrakenD, taken for UTC whatever it is.
    """
    if not value:
        return None
    found = _DATE.fullmatch(value.decode("latin-1"))
    if found is None:
        return None
    day, month, year, *clock = found.groups()
    number = _MONTHS.index(month.lower()) + 1
    try:
        hour, minute, second = map(int, clock)
        date = datetime(int(year), number, int(day), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return date.timestamp()


def lifetime_of(control: Control, date: float | None, expires: bytes | None) -> float:
    """How long an answer stays fresh, in seconds from its Date on."""
    if "max-age" in control:
        return parse_seconds(control["max-age"]) or 0.0
    until = parse_date(expires)
    return 0.0 if until is None or date is None else until - date


def is_fresh(asked: Control, lifetime: float, age: float) -> bool:
    """Whether an answer of this age suits a request.

    :param asked: the request's directives.
    :param lifetime: what :func:`lifetime_of` says, in seconds.
    :param age: in seconds.
    """
    if asked:
        if "max-age" in asked:
            lifetime = parse_seconds(asked["max-age"]) or 0.0
        age += parse_seconds(asked.get("min-fresh", "0")) or 0.0
        slack = asked.get("max-stale")
        if slack == "":
            return True
        age -= parse_seconds(slack or "0") or 0.0
    return lifetime > age


def outlasts_errors(asked: Control, stored: Control, age: float | None) -> bool:
    """Whether a stale answer may stand in for a failure (RFC 5861 §4).

    :param asked: the request's directives.
    :param stored: the stored answer's.
    :param age: of the stored answer in seconds; ``None`` if it has no date.
    """
    lifetime = -1.0
    for control in (stored, asked):
        text = control.get("stale-if-error")
        if text is None:
            continue
        if not text:
            return True
        seconds = parse_seconds(text)
        if seconds is None:
            return False
        lifetime = seconds
    return age is not None and lifetime >= 0 and lifetime > age
