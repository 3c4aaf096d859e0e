"""JSON as Go's encoding/json reads it, numbers kept in their own words.

Three tiers, the quick ones first.  Each gives what the next would give or
nothing at all, so that only speed depends on which one answers:

1. msgspec takes nearly every document of an honest backend: it is as strict
   as Go, keeps long integers and hands out the text of fractions.  Only
   ``-0`` it would give as ``0``, which is looked for beforehand.
2. The standard library's scanner, for ``-0``, for text after the value and,
   with the text mended beforehand, for bytes that are no UTF-8 and for halves
   of surrogate pairs, both of which Go takes for U+FFFD.
3. :func:`krakendtw.gojson.exact.parse`, for deep nesting and for errors.
"""

from __future__ import annotations

import json
import re
from typing import cast

import msgspec

from krakendtw.gojson.exact import GoJSONError, integer, parse
from krakendtw.gojson.number import JSON, Number
from krakendtw.gojson.text import decode_utf8

__all__ = ["GoJSONError", "loads"]

_quick = msgspec.json.Decoder(float_hook=Number).decode
_QUICK_REFUSES = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_MINUS = ord("-")
_minus_zero = re.compile(rb"-0(?:[\s,\]}]|\Z)").search

_hex = "[0-9A-Fa-f]{2}"
_escapes = re.compile(
    rf"\\(?:u[dD][89abAB]{_hex}\\u[dD][c-fC-F]{_hex}|(u[dD][89a-fA-F]{_hex})|.)",
    re.DOTALL,
).sub
_start = re.compile(r"[ \t\r\n]*(?=[{\[])").match


def loads(body: bytes) -> JSON:
    """The first JSON value of ``body``; whatever follows it is ignored.

    Integers are ``int`` if that keeps their text, all other numbers
    :class:`~krakendtw.gojson.number.Number`; of equal keys the last one wins.

    :raises GoJSONError: with Go's words; ``EOF`` for an empty body.
    """
    if not (_MINUS in body and _minus_zero(body)):
        try:
            return cast("JSON", _quick(body))
        except _QUICK_REFUSES:
            return _loads_patiently(body)
    return _loads_patiently(body)


def _loads_patiently(body: bytes) -> JSON:
    """The second tier, and the third where that refuses."""
    text = _escapes(_mended, decode_utf8(body))
    # Only objects and arrays: of a number like ``1.x`` the scanner takes a part.
    start = _start(text)
    if start is None:
        return parse(body)
    try:
        value, _ = _scanner.raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return parse(body)
    return cast("JSON", value)


def _mended(escape: re.Match[str]) -> str:
    """An escape sequence as it is, or U+FFFD for half a surrogate pair."""
    return escape[0] if escape[1] is None else r"\ufffd"


def _refuse(name: str) -> JSON:
    raise GoJSONError(name)


_scanner = json.JSONDecoder(
    parse_float=Number, parse_int=integer, parse_constant=_refuse
)
