"""Sprig's arithmetic: whole numbers of 64 bits that wrap around, and floats."""

from __future__ import annotations

import math
import secrets
from typing import Any, Final

from krakendtw.template.convert import to_float, to_int, to_int64, wrap64
from krakendtw.template.failure import Failure
from krakendtw.template.printing import show
from krakendtw.template.signature import Function, declare_all
from krakendtw.template.values import Int64, Ints

_FAR: Final = 400
"""An exponent of ten for which there is no float."""

_MOST: Final = 10_000_000
"""Of how many numbers a list may be made."""


def add(*numbers: Any) -> Int64:
    """The sum."""
    return wrap64(sum(map(to_int64, numbers)))


def add_one(number: Any) -> Int64:
    """One more."""
    return wrap64(to_int64(number) + 1)


def subtract(one: Any, other: Any) -> Int64:
    """The difference."""
    return wrap64(to_int64(one) - to_int64(other))


def multiply(first: Any, *others: Any) -> Int64:
    """The product."""
    product = to_int64(first)
    for other in others:
        product = wrap64(product * to_int64(other))
    return product


def divide(one: Any, other: Any) -> Int64:
    """The quotient, cut off towards zero.

    :raises Failure: the divisor is zero.
    """
    dividend, divisor = to_int64(one), _divisor(other)
    quotient = abs(dividend) // abs(divisor)
    return wrap64(quotient if (dividend < 0) == (divisor < 0) else -quotient)


def modulo(one: Any, other: Any) -> Int64:
    """What a division leaves, with the dividend's sign.

    :raises Failure: the divisor is zero.
    """
    dividend, divisor = to_int64(one), _divisor(other)
    rest = abs(dividend) % abs(divisor)
    return wrap64(-rest if dividend < 0 else rest)


def _divisor(value: Any) -> Int64:
    divisor = to_int64(value)
    if not divisor:
        raise Failure("runtime error: integer divide by zero")
    return divisor


def largest(first: Any, *others: Any) -> Int64:
    """The largest whole number."""
    return max(to_int64(first), *map(to_int64, others)) if others else to_int64(first)


def smallest(first: Any, *others: Any) -> Int64:
    """The smallest whole number."""
    return min(to_int64(first), *map(to_int64, others)) if others else to_int64(first)


def largest_float(first: Any, *others: Any) -> float:
    """The largest float; NaN if one is none, and none is infinite."""
    numbers = [to_float(number) for number in (first, *others)]
    if math.inf in numbers:
        return math.inf
    return math.nan if any(map(math.isnan, numbers)) else max(numbers, key=_order)


def smallest_float(first: Any, *others: Any) -> float:
    """The smallest float; NaN if one is none, and none is infinite."""
    numbers = [to_float(number) for number in (first, *others)]
    if -math.inf in numbers:
        return -math.inf
    return math.nan if any(map(math.isnan, numbers)) else min(numbers, key=_order)


def _order(number: float) -> tuple[float, float]:
    """Where a float stands among others: zero after its negative."""
    return number, math.copysign(1.0, number)


def floor(number: Any) -> float:
    """The whole number below."""
    value = to_float(number)
    return float(math.floor(value)) if value and math.isfinite(value) else value


def ceil(number: Any) -> float:
    """The whole number above."""
    value = to_float(number)
    return (
        math.copysign(float(math.ceil(value)), value) if math.isfinite(value) else value
    )


def round_to(number: Any, places: int, *limits: float) -> float:
    """A float with so many places behind the point.

    :param limits: from which fraction on it is rounded up; 0.5 unless given.
    """
    limit = limits[0] if limits else 0.5
    power = _power_of_ten(places)
    scaled = power * to_float(number)
    if not math.isfinite(scaled):
        return scaled / power if power else math.nan
    if not power:
        return math.nan
    fraction = math.modf(scaled)[0]
    whole = math.ceil(scaled) if fraction >= limit else math.floor(scaled)
    return math.copysign(float(whole), scaled) / power if not whole else whole / power


def _power_of_ten(exponent: int) -> float:
    """A power of ten with the error that Go's has, which multiplies mantissas."""
    if abs(exponent) > _FAR:
        return math.inf if exponent > 0 else 0.0
    product, product_bits = 1.0, 0
    factor, factor_bits = math.frexp(10.0)
    rest = abs(exponent)
    while rest:
        if rest & 1:
            product *= factor
            product_bits += factor_bits
        factor *= factor
        factor_bits *= 2
        if factor < 0.5:
            factor += factor
            factor_bits -= 1
        rest >>= 1
    if exponent < 0:
        product, product_bits = 1.0 / product, -product_bits
    try:
        return math.ldexp(product, product_bits)
    except OverflowError:
        return math.inf


def from_octal(value: Any) -> Int64:
    """What octal digits stand for; 0 if there are others."""
    digits = show(value)
    unsigned = digits[1:] if digits[:1] in ("+", "-") else digits
    if not unsigned or set(unsigned) - set("01234567"):
        return Int64(0)
    number = int(digits, 8)
    return Int64(number) if -(1 << 63) <= number < 1 << 63 else Int64(0)


def until(count: int) -> Ints:
    """The whole numbers from 0 up, or down, to ``count``."""
    return until_step(0, count, -1 if count < 0 else 1)


def until_step(start: int, stop: int, step: int) -> Ints:
    """The numbers from ``start`` to before ``stop``; none in the wrong direction.

    :raises Failure: there are too many of them.
    """
    if (stop < start and step >= 0) or (stop >= start and step <= 0):
        return Ints()
    if abs(stop - start) // abs(step) > _MOST:
        raise Failure("runtime error: out of memory")
    return Ints(range(start, stop, step))


def sequence(*bounds: int) -> str:
    """Numbers with spaces between: to an end, from a start, in steps."""
    match bounds:
        case (end,):
            start, step = 1, -1 if end < 1 else 1
        case (start, end):
            step = -1 if end < start else 1
        case (start, step, end):
            if end < start and step > 0:
                return ""
        case _:
            return ""
    direction = -1 if end < start else 1
    # With steps of its own the end is reached, too, in single steps.
    behind = end + (step if len(bounds) == 2 else direction)
    return " ".join(map(str, until_step(start, behind, step)))


def random_integer(low: int, high: int) -> int:
    """A number from ``low`` to before ``high``.

    :raises Failure: there is none.
    """
    if high <= low:
        raise Failure("invalid argument to Intn")
    return low + secrets.randbelow(high - low)


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "int": to_int,
        "int64": to_int64,
        "float64": to_float,
        "add": add,
        "add1": add_one,
        "sub": subtract,
        "mul": multiply,
        "div": divide,
        "mod": modulo,
        "max": largest,
        "biggest": largest,
        "min": smallest,
        "maxf": largest_float,
        "minf": smallest_float,
        "floor": floor,
        "ceil": ceil,
        "round": round_to,
        "toDecimal": from_octal,
        "until": until,
        "untilStep": until_step,
        "seq": sequence,
        "randInt": random_integer,
    }
)
"""The functions by name."""
