"""Whole JSON documents: one value, and nothing after it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from krakendtw.gojson.exact import GoJSONError
from krakendtw.gojson.number import Number
from krakendtw.gojson.reader import loads
from krakendtw.gojson.text import decode_utf8

_strict = msgspec.json.Decoder(float_hook=Number).decode
_skip = json.JSONDecoder(parse_int=len, parse_float=len).raw_decode

_SPACE = " \t\r\n"


def parse_document(body: bytes) -> Any:
    """The value that ``body`` is; numbers as :mod:`krakendtw.gojson` has them.

    :raises GoJSONError: with Go's words; something may follow the value, too.
    """
    try:
        return _strict(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = loads(body)
    # Either something follows, or it is what only the patient readers take.
    if _follows(body):
        raise GoJSONError("invalid character after top-level value")
    return value


def _follows(body: bytes) -> bool:
    """Whether there is more than the first value, which is a valid one."""
    text = decode_utf8(body)
    start = len(text) - len(text.lstrip(_SPACE))
    try:
        _, end = _skip(text, start)
    except RecursionError:
        end = _end_of_nested(text, start)
    return bool(text[end:].strip(_SPACE))


def _end_of_nested(text: str, start: int) -> int:
    """Where a container ends that is nested too deeply for the parser."""
    depth = 0
    at = start
    while True:
        char = text[at]
        if char == '"':
            at = _end_of_text(text, at)
            continue
        at += 1
        if char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
            if not depth:
                return at


def _end_of_text(text: str, start: int) -> int:
    at = start + 1
    while text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return at + 1
