"""Query strings as Go's ``url.Values`` reads and writes them."""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import quote_plus

from krakendtw.proxy.escape import EscapeError, to_bytes, to_text, unescape

Query: TypeAlias = dict[str, list[str]]
"""Names to values, both decoded."""

MAX_PAIRS = 10000
"""With more pairs than these, Go takes none at all."""

_is_clean = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch


def parse_query(raw: bytes | str) -> Query:
    """The pairs of a raw query, as Go's ``URL.Query``.

    A plus sign is a blank; pairs with a semicolon or an invalid escape are left
    out.  Bytes that are no UTF-8 come back from :func:`encode_query` unchanged.
    """
    text = to_text(raw) if isinstance(raw, bytes) else raw
    query: Query = {}
    if text.count("&") >= MAX_PAIRS:
        return query
    for pair in text.split("&"):
        if not pair or ";" in pair:
            continue
        name, _, value = pair.partition("=")
        if "%" in pair or "+" in pair:
            try:
                name = _unescape(name)
                value = _unescape(value)
            except EscapeError:
                continue
        if name in query:
            query[name].append(value)
        else:
            query[name] = [value]
    return query


def _unescape(text: str) -> str:
    text = text.replace("+", " ")
    return to_text(unescape(to_bytes(text))) if "%" in text else text


def encode_query(query: Query) -> str:
    """``query`` as Go's ``Values.Encode``: sorted by name, values in their order."""
    names = sorted(query)
    if len(names) > 1 and not "".join(names).isascii():
        names.sort(key=to_bytes)  # Go sorts by bytes, escaped ones included
    pairs = []
    for name in names:
        start = _escape(name) + "="
        for value in query[name]:
            pairs.append(start + _escape(value))  # noqa: PERF401 - mostly one
    return "&".join(pairs)


def _escape(text: str) -> str:
    if (text.isalnum() and text.isascii()) or _is_clean(text):
        return text
    return quote_plus(to_bytes(text))
