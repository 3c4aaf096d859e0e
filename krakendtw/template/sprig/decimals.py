"""Sprig's arithmetic with decimals: 0.1 and 0.2 are 0.3."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from krakendtw.template.convert import to_float
from krakendtw.template.failure import Failure
from krakendtw.template.signature import Function, declare_all

_DIGITS: Final = 10**16
"""A quotient has so many digits behind the point."""


def add(*numbers: Any) -> float:
    """The sum."""
    return _fold(0.0, numbers, lambda one, other: one + other)


def add_one(number: Any) -> float:
    """One more."""
    return _fold(number, (1.0,), lambda one, other: one + other)


def subtract(first: Any, *others: Any) -> float:
    """The difference."""
    return _fold(first, others, lambda one, other: one - other)


def multiply(first: Any, *others: Any) -> float:
    """The product."""
    return _fold(first, others, lambda one, other: one * other)


def divide(first: Any, *others: Any) -> float:
    """The quotient.

    :raises Failure: a divisor is zero.
    """
    return _fold(first, others, _quotient)


def _quotient(one: Fraction, other: Fraction) -> Fraction:
    if not other:
        raise Failure("decimal division by 0")
    exact = one / other
    size = abs(exact) * _DIGITS
    whole = int(size)
    if (size - whole) * 2 >= 1:
        whole += 1
    return Fraction(whole if exact > 0 else -whole, _DIGITS)


def _fold(
    first: Any,
    others: tuple[Any, ...],
    combine: Callable[[Fraction, Fraction], Fraction],
) -> float:
    result = _decimal(first)
    for other in others:
        result = combine(result, _decimal(other))
    try:
        return float(result)
    except OverflowError:
        return math.inf if result > 0 else -math.inf


def _decimal(value: Any) -> Fraction:
    """A float as the decimal that it prints as."""
    number = to_float(value)
    if not math.isfinite(number):
        name = "NaN" if math.isnan(number) else "+Inf" if number > 0 else "-Inf"
        raise Failure(f"Cannot create a Decimal from {name}")
    return Fraction(repr(number))


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "addf": add,
        "add1f": add_one,
        "subf": subtract,
        "mulf": multiply,
        "divf": divide,
    }
)
"""The functions by name."""
