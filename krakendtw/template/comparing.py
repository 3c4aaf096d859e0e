"""Comparisons, which let only like be compared to like."""

from __future__ import annotations

from typing import Any, Final

from krakendtw.gojson.text import encode_raw
from krakendtw.template.failure import Failure
from krakendtw.template.formats import format_value
from krakendtw.template.signature import Value  # noqa: TC001 - read by declare
from krakendtw.template.values import INVALID, is_nil, kind_of, type_of
from krakendtw.template.verbs import Flags

_BASIC: Final = {
    "bool": "bool",
    "int": "int",
    "int32": "int",
    "int64": "int",
    "uint8": "uint",
    "uint32": "uint",
    "uint64": "uint",
    "float64": "float",
    "complex128": "complex",
    "string": "string",
}
_INTEGERS: Final = frozenset(("int", "uint"))


def equal(one: Value, *others: Value) -> bool:
    """Whether a value equals one of the others.

    :raises Failure: it cannot be compared with one that comes before.
    """
    if not others:
        raise Failure("missing argument for comparison")
    return any(_equals(one, other) for other in others)


def _equals(one: Any, other: Any) -> bool:
    kind, other_kind = _BASIC.get(kind_of(one)), _BASIC.get(kind_of(other))
    if kind != other_kind:
        if kind in _INTEGERS and other_kind in _INTEGERS:
            return bool(one == other)
        if _is_nothing(one) or _is_nothing(other):
            return False
        raise _incompatible(one, other)
    if kind is None:
        return _same_object(one, other)
    return bool(one == other)


def _same_object(one: Any, other: Any) -> bool:
    """Whether two values of no basic type are equal, which few are."""
    if kind_of(one) != kind_of(other) and not (_is_nothing(one) or _is_nothing(other)):
        raise Failure(
            f"non-comparable types {_as_text(one)}: {type_of(one)}, "
            f"{type_of(other)}: {format_value(other, 'v', Flags())}"
        )
    if is_nil(one) or is_nil(other):
        return is_nil(one) and is_nil(other)
    if type_of(other).kind in ("map", "slice"):
        raise Failure(f"non-comparable type {_as_text(other)}: {type_of(other)}")
    return type_of(one) is type_of(other) and bool(one == other)


def not_equal(one: Value, other: Value) -> bool:
    """Whether two values differ.

    :raises Failure: they cannot be compared.
    """
    return not equal(one, other)


def less(one: Value, other: Value) -> bool:
    """Whether a number or text comes before another one.

    :raises Failure: they are no such things, or not of one kind.
    """
    kind, other_kind = _ordered(one), _ordered(other)
    if kind != other_kind:
        if kind in _INTEGERS and other_kind in _INTEGERS:
            return bool(one < other)
        raise _incompatible(one, other)
    if kind in ("bool", "complex"):
        raise _no_order()
    if kind == "string":
        return encode_raw(one) < encode_raw(other)
    return bool(one < other)


def less_or_equal(one: Value, other: Value) -> bool:
    """Whether a number or text does not come after another one.

    :raises Failure: see :func:`less`.
    """
    return less(one, other) or equal(one, other)


def greater(one: Value, other: Value) -> bool:
    """Whether a number or text comes after another one.

    :raises Failure: see :func:`less`.
    """
    return not less_or_equal(one, other)


def greater_or_equal(one: Value, other: Value) -> bool:
    """Whether a number or text does not come before another one.

    :raises Failure: see :func:`less`.
    """
    return not less(one, other)


def _ordered(value: Any) -> str:
    kind = _BASIC.get(kind_of(value))
    if kind is None:
        raise _no_order()
    return kind


def _as_text(value: Any) -> str:
    return format_value(value, "s", Flags())


def _is_nothing(value: Any) -> bool:
    return value is None or value is INVALID


def _no_order() -> Failure:
    return Failure("invalid type for comparison")


def _incompatible(one: Any, other: Any) -> Failure:
    return Failure(
        f"incompatible types for comparison: {type_of(one)} and {type_of(other)}"
    )
