"""Go's literals: strings, characters and numbers."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from krakendtw.go_quote import quote
from krakendtw.gojson.text import decode_raw, encode_raw, replace_surrogates

_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"])|x([0-9a-fA-F]{2})|([0-7]{3})"
    r"|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|)"
)
_NAMED: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
}
_LIMIT = 1 << 63


class LiteralError(ValueError):
    """A literal that is none; the text is Go's."""


def unquote(literal: str) -> str:
    """The text of a string literal, in double quotes or backquotes.

    :raises LiteralError: ``invalid syntax``.
    """
    if literal.startswith("`"):
        return literal[1:-1].replace("\r", "")
    # Bytes that are no UTF-8 can only be spelt by escapes.
    body = replace_surrogates(literal[1:-1])
    if "\\" not in body:
        return body
    pieces: list[bytes] = []
    end = 0
    for match in _ESCAPE.finditer(body):
        pieces.append(encode_raw(body[end : match.start()]))
        pieces.append(_escaped(match, "'"))
        end = match.end()
    pieces.append(encode_raw(body[end:]))
    return decode_raw(b"".join(pieces))


def character(literal: str) -> int:
    """The code point of a character literal.

    :raises LiteralError: it holds no character, or more than one.
    """
    body = literal[1:]
    if body.startswith("'"):
        raise LiteralError("invalid syntax")
    match = _ESCAPE.match(body)
    if match is None:
        code, end = ord(body[0]), 1
        if 0xD800 <= code < 0xE000:
            code = 0xFFFD
    else:
        escaped = _escaped(match, '"')
        is_byte = match[2] is not None or match[3] is not None
        code = escaped[0] if is_byte else ord(escaped.decode())
        end = match.end()
    if body[end:] != "'":
        raise LiteralError(f"malformed character constant: {literal}")
    return code


def _escaped(match: re.Match[str], foreign: str) -> bytes:
    """The bytes of an escape sequence; the other kind of quote needs none."""
    short, hexadecimal, octal, four, eight = match.groups()
    if short is not None:
        if short == foreign:
            raise LiteralError("invalid syntax")
        return _NAMED[short].encode()
    if hexadecimal is not None:
        return bytes((int(hexadecimal, 16),))
    if octal is not None:
        if int(octal, 8) > 0xFF:
            raise LiteralError("invalid syntax")
        return bytes((int(octal, 8),))
    digits = four or eight
    if digits is None:
        raise LiteralError("invalid syntax")
    code = int(digits, 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise LiteralError("invalid syntax")
    return chr(code).encode()


@frozen
class Constant:
    """A number as it is written, which may do for several types.

    :ivar integer: its value where an ``int`` is wanted, ``None`` if it has none.
    :ivar unsigned: where an unsigned integer is wanted.
    :ivar floating: where a ``float64`` is wanted.
    :ivar complex_: set for complex numbers alone.
    """

    text: str
    integer: int | None = None
    unsigned: int | None = None
    floating: float | None = None
    complex_: complex | None = None

    @property
    def looks_floating(self) -> bool:
        """Whether it is a ``float64`` where any type would do."""
        if self.floating is None or self.text.startswith("'"):
            return False
        if self.text[:2] in ("0x", "0X") and not set(self.text) & set("pP"):
            return False
        return bool(set(self.text) & set(".eEpP"))


def parse_constant(text: str, *, is_complex: bool = False) -> Constant:
    """The number that ``text`` spells.

    :param is_complex: whether it has two parts: ``1+2i``.
    :raises LiteralError: it is no number, or too large a one.
    """
    if text.startswith("'"):
        code = character(text)
        return Constant(text, code, code, float(code))
    if is_complex:
        return _complex_sum(text)
    if text.endswith("i"):
        imaginary = parse_float(text[:-1])
        if imaginary is not None:
            return _complex(text, complex(0.0, imaginary))
    unsigned = parse_integer(text)
    if unsigned is not None and (text[0] in "+-" or unsigned >= 1 << 64):
        unsigned = None
    integer = parse_integer(text)
    if integer is not None and not -_LIMIT <= integer < _LIMIT:
        integer = None
    if integer == 0:
        unsigned = 0
    if integer is not None or unsigned is not None:
        whole = integer if integer is not None else unsigned
        assert whole is not None  # one of them is there
        return Constant(text, integer, unsigned, float(whole))
    floating = parse_float(text)
    if floating is None:
        raise LiteralError(f"illegal number syntax: {quote(text)}")
    if not set(text) & set(".eEpP"):
        raise LiteralError(f"integer overflow: {quote(text)}")
    return Constant(text, _whole(floating, -_LIMIT), _whole(floating, 0), floating)


def _whole(value: float, lowest: int) -> int | None:
    """``value`` as an integer if it is one and not beyond 64 bits."""
    highest = _LIMIT if lowest else 1 << 64
    if value != value or not lowest <= value < highest or value != int(value):
        return None
    return int(value)


def _complex(text: str, value: complex) -> Constant:
    if value.imag:
        return Constant(text, complex_=value)
    real = value.real
    return Constant(text, _whole(real, -_LIMIT), _whole(real, 0), real, value)


def _complex_sum(text: str) -> Constant:
    """A number of two parts, as Go's fmt package scans it."""
    match = _SUM.fullmatch(text)
    if match is None:
        raise LiteralError("syntax error scanning complex number")
    return _complex(text, complex(_summand(match[1]), _summand(match[2])))


def _summand(text: str) -> float:
    value = parse_float(text)
    if value is None:
        is_number = _FLOAT.fullmatch(text) or _HEX_FLOAT.fullmatch(text)
        reason = "value out of range" if is_number else "invalid syntax"
        raise LiteralError(f"strconv.ParseFloat: parsing {quote(text)}: {reason}")
    return value


_INTEGER = re.compile(
    r"[+-]?(?:(0[xX](?:_?[0-9a-fA-F])+)|(0[bB](?:_?[01])+)|(0[oO](?:_?[0-7])+)"
    r"|(0(?:_?[0-7])*)|([1-9](?:_?[0-9])*))"
)
_BASES = (16, 2, 8, 8, 10)
_FLOAT = re.compile(
    r"[+-]?(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)"
    r"(?:[eE][+-]?[0-9](?:_?[0-9])*)?"
)
_HEX_FLOAT = re.compile(
    r"[+-]?0[xX](?:(?:_?[0-9a-fA-F])+(?:\.(?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?"
    r"|\.[0-9a-fA-F](?:_?[0-9a-fA-F])*)[pP][+-]?[0-9](?:_?[0-9])*"
)
_SUMMAND = (
    r"(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][-+]?[0-9_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9_]*)?)"
)
_SUM = re.compile(rf"([-+]?{_SUMMAND})([-+](?!i){_SUMMAND})i")
_SPECIAL = re.compile(r"[+-]?(?:inf|infinity)|nan", re.IGNORECASE)


def parse_integer(text: str) -> int | None:
    """The integer that ``text`` spells with Go's prefixes; ``None`` if none."""
    match = _INTEGER.fullmatch(text)
    if match is None:
        return None
    assert match.lastindex is not None  # one of the alternatives
    base = _BASES[match.lastindex - 1]
    digits = match[match.lastindex].replace("_", "")
    if base != 10:
        digits = digits.lstrip("0xXbBoO") if base != 16 else digits[2:]
    if len(digits) > 400:
        return 1 << 400  # far too much for every type
    value = int(digits or "0", base)
    return -value if text.startswith("-") else value


def parse_float(text: str) -> float | None:
    """The ``float64`` that ``text`` spells; ``None`` if none, or too large a one."""
    if _HEX_FLOAT.fullmatch(text):
        try:
            return float.fromhex(text.replace("_", ""))
        except OverflowError:
            return None
    if _SPECIAL.fullmatch(text):
        return float(text)
    if not _FLOAT.fullmatch(text):
        return None
    value = float(text.replace("_", ""))
    return None if value in (float("inf"), float("-inf")) else value
