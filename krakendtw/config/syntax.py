"""Where a text stops being JSON, in the words of Go's encoding/json.

Python's own parser says it in others, and takes some texts that Go refuses, so
a text that failed is read once more by this slow and exact reader.
"""

from __future__ import annotations

import re
from typing import NoReturn

from attrs import frozen

_SPACE = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_DIGITS = re.compile(r"[0-9]+")
_ESCAPED = frozenset('"\\/bfnrt')
_HEX = frozenset("0123456789abcdefABCDEF")
_LITERALS = {"t": "true", "f": "false", "n": "null"}


@frozen
class SyntaxFault:
    """The first thing in a text that is not JSON.

    :ivar position: its index in the text.
    :ivar message: what it is and what stood to be expected.
    """

    position: int
    message: str


class _Stop(Exception):
    def __init__(self, position: int, message: str) -> None:
        self.fault = SyntaxFault(position, message)


def find_fault(text: str) -> SyntaxFault | None:
    """The first fault of ``text``; ``None`` if it is JSON."""
    try:
        _document(text)
    except _Stop as stop:
        return stop.fault
    return None


def _document(text: str) -> None:
    """Read one value with only white space around it, without recursion."""
    closers: list[str] = []
    position = _value(text, _skip(text, 0), closers)
    while closers:
        position = _skip(text, position)
        closer = closers[-1]
        char = text[position : position + 1]
        if char == closer:
            closers.pop()
            position += 1
        elif char == ",":
            position = _skip(text, position + 1)
            if closer == "}":
                position = _key(text, position)
            position = _value(text, position, closers)
        else:
            kind = "object key:value pair" if closer == "}" else "array element"
            _refuse(text, position, f"after {kind}")
    position = _skip(text, position)
    if position < len(text):
        _refuse(text, position, "after top-level value")


def _value(text: str, position: int, closers: list[str]) -> int:
    """Read a scalar, or all of a container up to its first scalar."""
    while True:
        char = text[position : position + 1]
        if char == "{":
            position = _skip(text, position + 1)
            if text.startswith("}", position):
                return position + 1
            closers.append("}")
            position = _key(text, position)
        elif char == "[":
            position = _skip(text, position + 1)
            if text.startswith("]", position):
                return position + 1
            closers.append("]")
        else:
            return _scalar(text, position, char)


def _key(text: str, position: int) -> int:
    """Read a key and its colon."""
    if not text.startswith('"', position):
        _refuse(text, position, "looking for beginning of object key string")
    position = _skip(text, _string(text, position))
    if not text.startswith(":", position):
        _refuse(text, position, "after object key")
    return _skip(text, position + 1)


def _scalar(text: str, position: int, char: str) -> int:
    if char == '"':
        return _string(text, position)
    if char in _LITERALS:
        return _literal(text, position, _LITERALS[char])
    if char != "-" and not "0" <= char <= "9":
        _refuse(text, position, "looking for beginning of value")
    return _number(text, position)


def _string(text: str, position: int) -> int:
    """Read a string from its first quote on."""
    position += 1
    while True:
        match = _PLAIN.match(text, position)
        assert match is not None  # the pattern may be empty
        position = match.end()
        char = text[position : position + 1]
        if char == '"':
            return position + 1
        if char != "\\":
            _refuse(text, position, "in string literal")
        position += 1
        if text.startswith("u", position):
            position = _hexadecimal(text, position + 1)
        elif text[position : position + 1] in _ESCAPED:
            position += 1
        else:
            _refuse_inside(text, position, "in string escape code")


def _hexadecimal(text: str, position: int) -> int:
    """Read the four digits of an escape."""
    for place in range(position, position + 4):
        if text[place : place + 1] not in _HEX:
            _refuse_inside(text, place, r"in \u hexadecimal character escape")
    return position + 4


def _literal(text: str, position: int, word: str) -> int:
    for offset, wanted in enumerate(word):
        if text[position + offset : position + offset + 1] != wanted:
            place = f"in literal {word} (expecting '{wanted}')"
            _refuse_inside(text, position + offset, place)
    return position + len(word)


def _number(text: str, position: int) -> int:
    if text.startswith("-", position):
        position += 1
    if text.startswith("0", position):
        position += 1
    else:
        position = _digits(text, position, "in numeric literal")
    if text.startswith(".", position):
        position = _digits(text, position + 1, "after decimal point in numeric literal")
    if text[position : position + 1] in ("e", "E"):
        position += 1
        if text[position : position + 1] in ("+", "-"):
            position += 1
        position = _digits(text, position, "in exponent of numeric literal")
    return position


def _digits(text: str, position: int, place: str) -> int:
    match = _DIGITS.match(text, position)
    if match is None:
        _refuse_inside(text, position, place)
    return match.end()


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    assert match is not None  # the pattern may be empty
    return match.end()


def _refuse(text: str, position: int, place: str) -> NoReturn:
    """Stop between two tokens, or within a string."""
    if position >= len(text):
        raise _Stop(len(text), "unexpected end of JSON input")
    _refuse_inside(text, position, place)


def _refuse_inside(text: str, position: int, place: str) -> NoReturn:
    """Stop within a token, where Go takes the end of the text for a space."""
    char = text[position : position + 1] or " "
    # Go looks at bytes, so of a longer character it names the first one.
    first = chr(char.encode("utf-8", "surrogateescape")[0])
    raise _Stop(position, f"invalid character {_quote(first)} {place}")


def _quote(char: str) -> str:
    """A character of one byte in Go's single quotes."""
    if char == "'":
        return r"'\''"
    if char == '"':
        return "'\"'"
    named = {"\a": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
    if char == "\v":
        return r"'\v'"
    if char in named:
        return f"'\\{named[char]}'"
    if char == "\\":
        return r"'\\'"
    if char.isprintable():
        return f"'{char}'"
    code = ord(char)
    return f"'\\x{code:02x}'" if code < 0x80 else f"'\\u{code:04x}'"
