"""A JSON parser that refuses what Go refuses, in Go's words.

It is the last resort of :mod:`krakendtw.gojson.reader`: for documents that the
quick parsers do not take, most of which are broken.  It reads the grammar of
RFC 8259 from left to right without recursion and stops after the first value,
as a ``json.Decoder`` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from krakendtw.gojson.number import JSON, Number
from krakendtw.gojson.text import REPLACEMENT, decode_utf8

MAX_DEPTH = 10_000
"""How many arrays and objects may be open at a time."""

MAX_INT_DIGITS = 4300
"""Longer integers stay text: Python converts them only when told to."""

_Match: TypeAlias = "Callable[[bytes, int], re.Match[bytes]]"

# These match the empty text too, so that there always is a match.
_skip_space = cast("_Match", re.compile(rb"[ \t\r\n]*").match)
_plain = cast("_Match", re.compile(rb'[^"\\\x00-\x1f]*').match)
_hexadecimal = cast("_Match", re.compile(rb"[0-9A-Fa-f]*").match)

_integer = re.compile(rb"-?(?:0|[1-9][0-9]*)").match
_digits = re.compile(rb"[0-9]+").match
_unescape = re.compile(
    r"\\(?:u([dD][89abAB]..)\\u([dD][c-fC-F]..)|u(....)|(.))", re.DOTALL
).sub

_ESCAPES = {
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "\\": "\\",
    "/": "/",
    '"': '"',
}
_ESCAPE_BYTES = frozenset(map(ord, _ESCAPES))
_LITERALS: dict[int, tuple[bytes, JSON]] = {
    ord("t"): (b"true", True),
    ord("f"): (b"false", False),
    ord("n"): (b"null", None),
}
_QUOTE, _BACKSLASH, _COMMA, _COLON = b'"\\,:'
_OBJECT, _END_OBJECT, _ARRAY, _END_ARRAY = b"{}[]"


class GoJSONError(ValueError):
    """A document that Go's encoding/json refuses; the text is Go's."""


def parse(body: bytes) -> JSON:
    """The first JSON value of ``body``; what follows it is not looked at.

    :raises GoJSONError: with Go's words; ``EOF`` if there is nothing.
    """
    return parse_first(body)[0]


def parse_first(body: bytes) -> tuple[JSON, int]:
    """The same, and where the value ends.

    :raises GoJSONError: as :func:`parse`.
    """
    at = _space(body, 0)
    if at == len(body):
        raise GoJSONError("EOF")
    open_: list[Any] = []  # the containers around the value, outermost first
    keys: list[str] = []  # for each open object the key of its next value
    while True:
        byte = _byte(body, at)
        value: Any
        if byte in (_OBJECT, _ARRAY):
            _check_depth(body, at, open_)
            value, at = ({} if byte == _OBJECT else []), _space(body, at + 1)
            end = _END_OBJECT if byte == _OBJECT else _END_ARRAY
            if body[at : at + 1] == bytes((end,)):
                at += 1
            else:
                open_.append(value)
                if byte == _OBJECT:
                    at = _key(body, at, keys)
                continue
        else:
            value, at = _scalar(body, at, byte)
        while open_:
            container = open_[-1]
            is_object = type(container) is dict
            if is_object:
                container[keys.pop()] = value
            else:
                container.append(value)
            at = _space(body, at)
            byte = _byte(body, at)
            if byte == _COMMA:
                at = _space(body, at + 1)
                if is_object:
                    at = _key(body, at, keys)
                break
            if byte != (_END_OBJECT if is_object else _END_ARRAY):
                context = "object key:value pair" if is_object else "array element"
                raise _invalid(byte, f"after {context}")
            value = open_.pop()
            at += 1
        else:
            return cast("JSON", value), at


def _key(body: bytes, at: int, keys: list[str]) -> int:
    """Read a key and its colon; the place of the value that follows."""
    byte = _byte(body, at)
    if byte != _QUOTE:
        raise _invalid(byte, "looking for beginning of object key string")
    key, at = _string(body, at + 1)
    keys.append(key)
    at = _space(body, at)
    byte = _byte(body, at)
    if byte != _COLON:
        raise _invalid(byte, "after object key")
    return _space(body, at + 1)


def _scalar(body: bytes, at: int, byte: int) -> tuple[JSON, int]:
    if byte == _QUOTE:
        return _string(body, at + 1)
    if byte in b"-0123456789":
        return _number(body, at)
    literal = _LITERALS.get(byte)
    if literal is None:
        raise _invalid(byte, "looking for beginning of value")
    word, value = literal
    for place, wanted in enumerate(word[1:], at + 1):
        found = _byte(body, place)
        if found != wanted:
            context = f"in literal {word.decode()} (expecting '{chr(wanted)}')"
            raise _invalid(found, context)
    return value, at + len(word)


def _string(body: bytes, start: int) -> tuple[str, int]:
    """The string that begins at ``start``, after its quote."""
    at = start
    escaped = False
    while True:
        at = _plain(body, at).end()
        byte = _byte(body, at)
        if byte == _QUOTE:
            break
        if byte != _BACKSLASH:
            raise _invalid(byte, "in string literal")
        escaped = True
        byte = _byte(body, at + 1)
        at += 2
        if byte == ord("u"):
            end = min(_hexadecimal(body, at).end(), at + 4)
            if end < at + 4:
                byte = _byte(body, end)
                raise _invalid(byte, "in \\u hexadecimal character escape")
            at = end
        elif byte not in _ESCAPE_BYTES:
            raise _invalid(byte, "in string escape code")
    text = decode_utf8(body[start:at])
    return (_unescape(_unescaped, text) if escaped else text), at + 1


def _unescaped(match: re.Match[str]) -> str:
    high, low, alone, short = match.groups()
    if short is not None:
        return _ESCAPES[short]
    if alone is not None:
        code = int(alone, 16)
        return REPLACEMENT if 0xD800 <= code < 0xE000 else chr(code)
    return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))


def _number(body: bytes, start: int) -> tuple[JSON, int]:
    match = _integer(body, start)
    if match is None:
        raise _invalid(_byte(body, start + 1), "in numeric literal")
    at = match.end()
    whole = True
    if body[at : at + 1] == b".":
        whole = False
        at = _run(body, at + 1, "after decimal point in numeric literal")
    if body[at : at + 1] in (b"e", b"E"):
        whole = False
        at += 2 if body[at + 1 : at + 2] in (b"+", b"-") else 1
        at = _run(body, at, "in exponent of numeric literal")
    text = body[start:at].decode()
    return (integer(text) if whole else Number(text)), at


def integer(text: str) -> int | Number:
    """The value of a JSON integer: an ``int`` if that keeps its text."""
    if text == "-0" or len(text.lstrip("-")) > MAX_INT_DIGITS:
        return Number(text)
    return int(text)


def _run(body: bytes, at: int, context: str) -> int:
    match = _digits(body, at)
    if match is None:
        raise _invalid(_byte(body, at), context)
    return match.end()


def _space(body: bytes, at: int) -> int:
    return _skip_space(body, at).end()


def _byte(body: bytes, at: int) -> int:
    """The byte at ``at``, where a document must not end."""
    if at >= len(body):
        raise GoJSONError("unexpected EOF")
    return body[at]


def _check_depth(body: bytes, at: int, open_: list[Any]) -> None:
    if len(open_) >= MAX_DEPTH:
        raise _invalid(body[at], "exceeded max depth")


def _invalid(byte: int, context: str) -> GoJSONError:
    return GoJSONError(f"invalid character {quote_byte(byte)} {context}")


def quote_byte(byte: int) -> str:
    """A byte in single quotes, taken for a code point and escaped as in Go."""
    text = chr(byte)
    if text == "'":
        return "'\\''"
    named = _NAMED.get(text)
    if named is not None:
        return f"'{named}'"
    if text.isprintable():
        return f"'{text}'"
    return f"'\\x{byte:02x}'" if byte < 0x80 else f"'\\u{byte:04x}'"


_NAMED = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
}
