"""Numbers in Lua's text, as Go's ``strconv`` reads and ``fmt`` prints them."""

from __future__ import annotations

import re

from krakendtw.gojson.format import format_g

_MIN, _MAX = -(1 << 63), (1 << 63) - 1
_DIGITS = rb"[0-9](?:_?[0-9])*"
_integer = re.compile(
    rb"([+-]?)(?:0[xX](_?[0-9A-Fa-f](?:_?[0-9A-Fa-f])*)"
    rb"|0[bB](_?[01](?:_?[01])*)"
    rb"|0[oO]?(_?[0-7](?:_?[0-7])*)"
    rb"|(0|[1-9](?:_?[0-9])*))"
).fullmatch
_BASES = (16, 2, 8, 10)
_decimal = re.compile(
    rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
).fullmatch
_hexadecimal = re.compile(
    rb"[+-]?0[xX](?:[0-9A-Fa-f]+\.?[0-9A-Fa-f]*|\.[0-9A-Fa-f]+)[pP][+-]?[0-9]+"
).fullmatch
_special = re.compile(rb"([+-]?)inf(?:inity)?|nan", re.IGNORECASE).fullmatch


def parse_number(text: bytes) -> float | None:
    """A number as arithmetic reads it from a string; ``None`` if it is none.

    First an integer with Go's prefixes and underscores, then a float.
    """
    text = text.strip(b" \t\n")
    whole = parse_integer(text)
    return parse_float(text) if whole is None else whole


def parse_integer(text: bytes) -> float | None:
    """``strconv.ParseInt`` with base 0, as a float; ``None`` if it fails."""
    found = _integer(text)
    if found is None:
        return None
    sign, *digits = found.groups()
    for base, part in zip(_BASES, digits, strict=True):
        if part is not None:
            return _in_range(int(sign + part.replace(b"_", b""), base))
    return None


def parse_based(text: bytes, base: int) -> float | None:
    """``strconv.ParseInt`` with a base of 2 to 36; ``None`` if it fails."""
    if not 2 <= base <= 36 or b"_" in text or text != text.strip():
        return None
    if re.match(rb"[+-]?0[xXbBoO]", text) and base in (2, 8, 16):
        return None  # Python would take the prefix of the very base
    try:
        return _in_range(int(text, base))
    except ValueError:
        return None


def _in_range(value: int) -> float | None:
    return float(value) if _MIN <= value <= _MAX else None


def parse_float(text: bytes) -> float | None:
    """``strconv.ParseFloat``; ``None`` if it fails, also for what is too big."""
    if _decimal(text):
        value = float(text)
        return None if value in (float("inf"), float("-inf")) else value
    if _hexadecimal(text):
        try:
            return float.fromhex(text.decode())
        except OverflowError:
            return None
    special = _special(text)
    if special is None:
        return None
    return float(text.decode()) if special[1] is not None else float("nan")


def format_number(value: float) -> str:
    """A number as Lua's ``tostring`` shows it: ``3``, ``1.5``, ``1e+21``."""
    if value == value and -(2.0**63) <= value < 2.0**63 and value == int(value):
        return str(int(value))
    return format_g(value)
