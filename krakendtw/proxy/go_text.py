"""Values as text in the manner of Go's ``fmt`` and ``strconv``."""

from __future__ import annotations

import struct
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from math import copysign, frexp, inf, isfinite, isnan
from typing import Any


def format_value(value: Any) -> str:
    """``value`` as Go's ``%v``: ``map[a:1 b:[x <nil>]]``, keys sorted."""
    if value is None:
        return "<nil>"
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is dict:
        pairs = [f"{key}:{format_value(value[key])}" for key in sorted(value)]
        return f"map[{' '.join(pairs)}]"
    if type(value) is list:
        return f"[{' '.join([format_value(element) for element in value])}]"
    if isinstance(value, float):
        return _format_float(value)
    return str(value)


def format_exponent(value: float) -> str:
    """``value`` as Go's ``FormatFloat(value, 'E', -1, 32)``: ``4.2E+01``."""
    single = _to_single(value)
    if not isfinite(single):
        return _format_special(single)
    return "{}{}E{:+03d}".format(*_scientific(_shorten(single)))


def _format_float(value: float) -> str:
    """``value`` as Go's ``%v``: shortest digits, ``1e+06`` from a million on."""
    if not isfinite(value):
        return _format_special(value)
    number = Decimal(float.__repr__(value))
    sign, mantissa, power = _scientific(number)
    if power < -4 or power > 5:
        return f"{sign}{mantissa}e{power:+03d}"
    return f"{number.normalize():f}" if value else f"{sign}0"


def _scientific(number: Decimal) -> tuple[str, str, int]:
    """Sign, mantissa (``1.25``) and the power of ten."""
    sign, digits, _ = number.as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    mantissa = f"{text[0]}.{text[1:]}" if len(text) > 1 else text
    return "-" if sign else "", mantissa, number.adjusted() if number else 0


def _shorten(single: float) -> Decimal:
    """The decimal with the fewest digits that gives a 32 bit number back."""
    exact = Decimal(single)
    # Below a power of two numbers lie closer together than above it: what is
    # nearest may be another one, and the decimal above still be the right one.
    is_power = abs(frexp(single)[0]) == 0.5
    roundings = (ROUND_HALF_UP, ROUND_UP) if is_power else (ROUND_HALF_EVEN,)
    for digits in range(1, 9):
        for rounding in roundings:
            decimal = Context(digits, rounding).create_decimal(exact)
            if _to_single(float(decimal)) == single:
                return decimal
    return Context(9).create_decimal(exact)


def _to_single(value: float) -> float:
    """``value`` rounded to 32 bits."""
    try:
        single: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return copysign(inf, value)
    return single


def _format_special(value: float) -> str:
    if isnan(value):
        return "NaN"
    return "+Inf" if value > 0 else "-Inf"
