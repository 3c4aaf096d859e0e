"""Numbers in text, by the rules of Go's strconv with base 0."""

from __future__ import annotations

import re
from decimal import Decimal

_INTEGER = re.compile(r"[-+]?[0-9][0-9A-Za-z_]*")
_OCTAL = re.compile(r"[-+]?0[0-9_]+")
_FLOAT = re.compile(
    r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(inf|infinity|nan)",
    re.ASCII | re.IGNORECASE,
)
_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))


def parse_integer(text: str, *, bits: int = 64, unsigned: bool = False) -> int:
    """A whole number: decimal, ``0x1f``, ``0b1``, ``0o7``, ``017``, ``1_000``.

    :param unsigned: whether one bit more is there, beside the signed range.
    :raises ValueError: ``invalid syntax`` or ``value out of range``.
    """
    if not _INTEGER.fullmatch(text):
        raise ValueError("invalid syntax")
    try:
        number = int(text, 8 if _OCTAL.fullmatch(text) else 0)
    except ValueError:
        raise ValueError("invalid syntax") from None
    limit = 1 << (bits - 1)
    if not -limit <= number < (limit << 1 if unsigned else limit):
        raise ValueError("value out of range")
    return number


def parse_float(text: str) -> float:
    """A number with a fraction or exponent.

    :raises ValueError: ``invalid syntax`` or ``value out of range``.
    """
    match = _FLOAT.fullmatch(text)
    if match is None:
        raise ValueError("invalid syntax")
    number = float(text)
    if match[3] is None and number in (float("inf"), float("-inf")):
        raise ValueError("value out of range")
    return number


def parse_bool(text: str) -> bool:
    """A truth value in one of Go's spellings.

    :raises ValueError: ``invalid syntax``.
    """
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError("invalid syntax")


def format_number(number: float) -> str:
    """A number without an exponent and with the fewest digits."""
    if isinstance(number, int):
        return str(number)
    if number != number or number in (float("inf"), float("-inf")):
        return "NaN" if number != number else "+Inf" if number > 0 else "-Inf"
    return format(Decimal(repr(number)), "f").removesuffix(".0")
