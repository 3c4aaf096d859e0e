"""JSON values as JSON Schema sees them: types, equality, exact numbers."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from decimal import Context, Decimal, InvalidOperation
from typing import Any, TypeAlias

from krakendtw.gojson.number import Float, Number, format_float

Exact: TypeAlias = int | Decimal
"""A number without rounding."""

NUMBERS = (int, Number, float, Float)

TYPES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    type(None): "null",
    **dict.fromkeys(NUMBERS, "number"),
}
"""The name of each Python type that a value may have."""

_WIDE = Context(prec=999_999_999, Emax=999_999_999, Emin=-999_999_999)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_FEW = 20
"""Up to so many items are compared each with each."""


def type_name(value: Any) -> str:
    """The JSON type of a value."""
    return TYPES.get(type(value), "object")


def exact(value: Any) -> Exact:
    """A number as it is written; NaN if its exponent is beyond all bounds."""
    if type(value) is int:
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal("NaN")


def is_whole(value: Any) -> bool:
    """Whether a number has no fraction: ``1.0`` has none."""
    if type(value) is int:
        return True
    number = exact(value)
    return isinstance(number, int) or _is_multiple(number, Decimal(1))


def is_multiple(value: Exact, step: Exact) -> bool:
    """Whether ``value`` is a whole number of ``step``."""
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    return _is_multiple(Decimal(value), Decimal(step))


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    """In time that does not depend on how large the exponents are."""
    if not value.is_finite():
        return False
    if not value:
        return True
    _, digits, power = value.as_tuple()
    _, step_digits, step_power = step.as_tuple()
    shift = int(power) - int(step_power)
    whole, divisor = _digits(digits), _digits(step_digits)
    if shift >= 0:
        rest = int(_WIDE.remainder(whole, divisor))
        return rest * pow(10, shift, int(divisor)) % int(divisor) == 0
    if -shift > len(digits):
        return False
    divisor = _WIDE.scaleb(divisor, -shift)
    return not _WIDE.remainder(whole, divisor)


def _digits(digits: Sequence[int]) -> Decimal:
    return Decimal((0, tuple(digits), 0))


def as_float(value: Exact) -> float:
    """The nearest float, an infinity if there is none."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal: ``1`` and ``1.0`` are, ``1`` and ``true`` not.

    The order counts in one case: ``1`` equals ``"1"``, which does not equal ``1``.
    """
    kind = type(left)
    if kind is dict:
        return (
            type(right) is dict
            and len(left) == len(right)
            and all(key in right and same(left[key], right[key]) for key in left)
        )
    if kind is list:
        return (
            type(right) is list
            and len(left) == len(right)
            and all(map(same, left, right))
        )
    if kind in NUMBERS:
        if type(right) is str:  # KrakenD's library reads a number in the text
            return bool(_DECIMAL.match(right)) and exact(left) == exact(right)
        return type(right) in NUMBERS and exact(left) == exact(right)
    return kind is type(right) and bool(left == right)


def first_repeated(values: Sequence[Any]) -> tuple[int, int] | None:
    """The places of the first value that was there before, the earlier one first."""
    if len(values) <= _FEW:
        kinds = set(map(type, values))
        if str in kinds and not kinds.isdisjoint(NUMBERS):
            return _first_pair(values)
    seen: dict[Hashable, int] = {}
    for index, value in enumerate(values):
        key = _key(value)
        before = seen.setdefault(key, index)
        if before != index:
            return before, index
    return None


def _first_pair(values: Sequence[Any]) -> tuple[int, int] | None:
    """The same, by comparing each with each, as a number may equal a text."""
    for index, value in enumerate(values):
        for before in range(index):
            if same(value, values[before]):
                return before, index
    return None


def _key(value: Any) -> Hashable:
    """The same for equal values, and for no others."""
    kind = type(value)
    if kind is dict:
        return "object", frozenset((key, _key(inner)) for key, inner in value.items())
    if kind is list:
        return "array", tuple(map(_key, value))
    if kind in NUMBERS:
        return "number", Decimal(exact(value)).normalize(_WIDE).as_tuple()
    return type_name(value), value


def as_read_by_go(value: Any) -> Any:
    """A part of the configuration with its numbers as Go hands them on: float64.

    A schema is written out by Go's encoder and read again before it is compiled.
    """
    if isinstance(value, dict):
        return {key: as_read_by_go(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_read_by_go(inner) for inner in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    text = format_float(float(value))
    return int(text) if text.lstrip("-").isdigit() and text != "-0" else Number(text)
