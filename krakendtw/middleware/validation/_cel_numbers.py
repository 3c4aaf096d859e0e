"""CEL's numbers: 64 bits, no silent overflow, doubles as IEEE 754 has them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

from krakendtw.middleware.validation._cel_issues import CelError

MAX_INT: Final = (1 << 63) - 1
MIN_INT: Final = -(1 << 63)
MAX_UINT: Final = (1 << 64) - 1

_INT = re.compile(r"[+-]?[0-9]+\Z")
_UINT = re.compile(r"[0-9]+\Z")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_HEXADECIMAL = re.compile(
    r"[+-]?0[xX](?:[0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+\Z"
)
_NO_NUMBER = re.compile(r"(?:[+-]?inf(?:inity)?|nan)\Z", re.IGNORECASE)
_STRAY_UNDERSCORE = re.compile(r"(?<![0-9])_|_(?![0-9])")
_STRAY_IN_HEXADECIMAL = re.compile(r"(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])")


class Uint(int):
    """An unsigned number; equal to the ``int`` of its value."""

    __slots__ = ()


def fits_int(value: int) -> int:
    """``value``, an int.

    :raises CelError: it has more than 64 bits.
    """
    if MIN_INT <= value <= MAX_INT:
        return value
    raise CelError("integer overflow")


def fits_uint(value: int) -> Uint:
    """``value`` as a uint.

    :raises CelError: it is negative or has more than 64 bits.
    """
    if 0 <= value <= MAX_UINT:
        return Uint(value)
    raise CelError("unsigned integer overflow")


def divide_int(left: int, right: int) -> int:
    """The quotient, cut off towards zero.

    :raises CelError: division by zero, overflow.
    """
    if right == 0:
        raise CelError("division by zero")
    quotient = abs(left) // abs(right)
    return fits_int(quotient if (left < 0) == (right < 0) else -quotient)


def modulo_int(left: int, right: int) -> int:
    """The remainder, with the sign of ``left``.

    :raises CelError: modulus by zero, overflow.
    """
    if right == 0:
        raise CelError("modulus by zero")
    if left == MIN_INT and right == -1:
        raise CelError("integer overflow")
    remainder = abs(left) % abs(right)
    return -remainder if left < 0 else remainder


def divide_uint(left: int, right: int) -> Uint:
    """The quotient.

    :raises CelError: division by zero.
    """
    if right == 0:
        raise CelError("division by zero")
    return Uint(left // right)


def modulo_uint(left: int, right: int) -> Uint:
    """The remainder.

    :raises CelError: modulus by zero.
    """
    if right == 0:
        raise CelError("modulus by zero")
    return Uint(left % right)


def divide_double(left: float, right: float) -> float:
    """The quotient; of a division by zero an infinity or NaN."""
    if right != 0:
        return left / right
    if left == 0 or left != left:
        return math.nan
    sign = math.copysign(1.0, left) * math.copysign(1.0, right)
    return math.copysign(math.inf, sign)


def double_to_int(value: float) -> int:
    """A double without its fraction.

    :raises CelError: overflow; NaN.
    """
    if value != value or not float(MIN_INT) < value < float(MAX_INT):
        raise CelError("integer overflow")
    return int(value)


def double_to_uint(value: float) -> Uint:
    """A double without its fraction.

    :raises CelError: overflow; NaN; negative.
    """
    if value != value or not 0 <= value < float(1 << 64):
        raise CelError("unsigned integer overflow")
    return Uint(int(value))


def text_to_int(text: str) -> int | None:
    """The number that Go's ``strconv.ParseInt`` reads; ``None`` if it refuses."""
    return _whole(text, _INT, MIN_INT, MAX_INT)


def text_to_uint(text: str) -> Uint | None:
    """The number that Go's ``strconv.ParseUint`` reads; ``None`` if it refuses."""
    value = _whole(text, _UINT, 0, MAX_UINT)
    return None if value is None else Uint(value)


def _whole(text: str, pattern: re.Pattern[str], least: int, most: int) -> int | None:
    if not pattern.match(text):
        return None
    sign = "-" if text[0] == "-" else ""
    digits = text.lstrip("+-").lstrip("0")[:21] or "0"
    value = int(sign + digits)
    return value if least <= value <= most else None


def text_to_double(text: str) -> float | None:
    """The number that Go's ``strconv.ParseFloat`` reads; ``None`` if it refuses."""
    if "_" in text:
        is_hexadecimal = text.lstrip("+-")[:2] in ("0x", "0X")
        stray = _STRAY_IN_HEXADECIMAL if is_hexadecimal else _STRAY_UNDERSCORE
        if stray.search(text):
            return None
        text = text.replace("_", "")
    if _NO_NUMBER.match(text):
        return float(text)
    try:
        if _DECIMAL.match(text):
            value = float(text)
        elif _HEXADECIMAL.match(text):
            value = float.fromhex(text)
        else:
            return None
    except OverflowError:
        return None
    return None if math.isinf(value) else value


def compare_doubles(left: float, right: float) -> tuple[float, float]:
    """Both, ready to be compared.

    :raises CelError: one is NaN.
    """
    if left != left or right != right:
        raise CelError("NaN values cannot be ordered")
    return left, right


def same_number(left: Any, right: Any) -> bool:
    """Whether two numbers of any kinds are equal; an int rounds to a double."""
    if type(left) is float or type(right) is float:
        return float(left) == float(right)
    return bool(left == right)


Arithmetic = Callable[[Any, Any], Any]

INT_ARITHMETIC: Final[dict[str, Arithmetic]] = {
    "_+_": lambda left, right: fits_int(left + right),
    "_-_": lambda left, right: fits_int(left - right),
    "_*_": lambda left, right: fits_int(left * right),
    "_/_": divide_int,
    "_%_": modulo_int,
}
UINT_ARITHMETIC: Final[dict[str, Arithmetic]] = {
    "_+_": lambda left, right: fits_uint(int(left) + int(right)),
    "_-_": lambda left, right: fits_uint(int(left) - int(right)),
    "_*_": lambda left, right: fits_uint(int(left) * int(right)),
    "_/_": divide_uint,
    "_%_": modulo_uint,
}
DOUBLE_ARITHMETIC: Final[dict[str, Arithmetic]] = {
    "_+_": lambda left, right: left + right,
    "_-_": lambda left, right: left - right,
    "_*_": lambda left, right: left * right,
    "_/_": divide_double,
}
