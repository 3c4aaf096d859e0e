"""CEL's functions at run time, chosen by the types that values turn out to have.

Where the checker knows the types, :mod:`._cel_compile` takes quicker ways; these
are for values of which it knows nothing, and they refuse what does not fit.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from types import MappingProxyType
from typing import Any, Final

from krakendtw.middleware.validation._cel_conversions import CONVERSIONS
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_numbers import (
    DOUBLE_ARITHMETIC,
    INT_ARITHMETIC,
    UINT_ARITHMETIC,
    Uint,
    compare_doubles,
    fits_int,
)
from krakendtw.middleware.validation._cel_times import (
    DURATION_FIELDS,
    TIMESTAMP_FIELDS,
    Duration,
    Timestamp,
    add_durations,
    add_to_timestamp,
    between,
    subtract_durations,
)
from krakendtw.middleware.validation._cel_values import (
    TYPE_VALUES,
    Map,
    TypeValue,
    type_name,
)
from krakendtw.regex import RegexError, compile_regex

Unary = Callable[[Any], Any]
Binary = Callable[[Any, Any], Any]

NO_OVERLOAD: Final = "no such overload"

_LISTS = (list, tuple)
_MAPS = (dict, Map)
_NUMBERS = (int, Uint, float)


# --- arithmetic and order


def _arithmetic(name: str) -> Binary:
    by_type: dict[type, Binary] = {
        int: INT_ARITHMETIC[name],
        Uint: UINT_ARITHMETIC[name],
    }
    if name in DOUBLE_ARITHMETIC:
        by_type[float] = DOUBLE_ARITHMETIC[name]
    if name == "_+_":
        by_type[str] = by_type[bytes] = operator.add
        by_type[Duration] = add_durations
    elif name == "_-_":
        by_type[Duration] = subtract_durations
        by_type[Timestamp] = between

    def calculate(left: Any, right: Any) -> Any:
        kind = type(left)
        if kind is type(right) and kind in by_type:
            return by_type[kind](left, right)
        return _mixed(name, left, right)

    return calculate


def _mixed(name: str, left: Any, right: Any) -> Any:
    """Sums of which the parts are of different types."""
    if name == "_+_":
        if type(left) is Duration and type(right) is Timestamp:
            left, right = right, left
        if type(left) is Timestamp and type(right) is Duration:
            return add_to_timestamp(left, right.nanoseconds)
    if name == "_-_" and type(left) is Timestamp and type(right) is Duration:
        return add_to_timestamp(left, -right.nanoseconds)
    raise CelError(NO_OVERLOAD)


def _order(compare: Binary) -> Binary:
    def ordered(left: Any, right: Any) -> bool:
        kind, other = type(left), type(right)
        if kind in _NUMBERS and other in _NUMBERS:
            if kind is float or other is float:
                left, right = compare_doubles(float(left), float(right))
            return bool(compare(left, right))
        if kind is Timestamp and other is Timestamp:
            return bool(compare(left.nanoseconds, right.nanoseconds))
        if kind is other and kind in (str, bool, bytes, Duration):
            return bool(compare(left, right))
        raise CelError(NO_OVERLOAD)

    return ordered


def negate(value: Any) -> Any:
    """``-value``.

    :raises CelError: overflow, or no number.
    """
    kind = type(value)
    if kind is int:
        return fits_int(-value)
    if kind is float:
        return -value
    if kind is Duration:
        return Duration(fits_int(-value.nanoseconds))
    raise CelError(NO_OVERLOAD)


def invert(value: Any) -> bool:
    """``!value``.

    :raises CelError: no bool.
    """
    if value is True:
        return False
    if value is False:
        return True
    raise CelError(NO_OVERLOAD)


# --- strings and containers


def size(value: Any) -> int:
    """How many characters, bytes, items or keys there are.

    :raises CelError: ``value`` has no size.
    """
    kind = type(value)
    if kind is str or kind is bytes or kind in _LISTS or kind in _MAPS:
        return len(value)
    raise CelError(f"{NO_OVERLOAD}: size")


def _on_strings(function: Binary) -> Binary:
    def call(left: Any, right: Any) -> Any:
        if type(left) is str and type(right) is str:
            return function(left, right)
        raise CelError(NO_OVERLOAD)

    return call


def matches(text: str, pattern: str) -> bool:
    """Whether a pattern matches somewhere in a text.

    :raises CelError: it is no pattern.
    """
    try:
        return compile_regex(pattern)(text)
    except RegexError as error:
        raise CelError(str(error)) from None


# --- what the macros of policies stand for


def is_empty(value: Any) -> bool:
    """Whether a value is null, or holds nothing."""
    if value is None:
        return True
    kind = type(value)
    sized = kind is str or kind is bytes or kind in _LISTS or kind in _MAPS
    return sized and not value


def is_alphanumeric(text: Any) -> bool:
    """Whether a text consists of letters and digits of ASCII, and of some.

    :raises CelError: it is no text.
    """
    if type(text) is not str:
        raise CelError(NO_OVERLOAD)
    return text.isalnum() and text.isascii()


@lru_cache(maxsize=256)
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text, strict=False)


def in_network(address: str, network: str) -> bool:
    """Whether an address is one of a network's: ``10.0.0.0/8``.

    :raises CelError: one of the two is none.
    """
    try:
        return ip_address(address) in _network(network)
    except ValueError as error:
        raise CelError(str(error)) from None


# --- conversions


def _conversion(name: str, by_type: Mapping[type, Unary]) -> Unary:
    def convert(value: Any) -> Any:
        function = by_type.get(type(value))
        if function is None:
            raise CelError(f"{NO_OVERLOAD}: {name}({type_name(value)})")
        return function(value)

    return convert


def value_type(value: Any) -> TypeValue:
    """``type(value)``.

    :raises CelError: a value that CEL has no type for.
    """
    found = TYPE_VALUES.get(type(value))
    if found is None:
        raise CelError(f"unsupported conversion to ref.Val: {type(value).__name__}")
    return found


# --- parts of times


def _part(name: str) -> Unary:
    of_timestamp = TIMESTAMP_FIELDS[name]
    of_duration = DURATION_FIELDS.get(name)

    def get(value: Any) -> int:
        if type(value) is Timestamp:
            return of_timestamp(value, "UTC")
        if of_duration is not None and type(value) is Duration:
            return of_duration(value)
        raise CelError(f"{NO_OVERLOAD}: {name}({type_name(value)})")

    return get


def _part_in_zone(name: str) -> Binary:
    of_timestamp = TIMESTAMP_FIELDS[name]

    def get(value: Any, zone: Any) -> int:
        if type(value) is Timestamp and type(zone) is str:
            return of_timestamp(value, zone)
        raise CelError(f"{NO_OVERLOAD}: {name}({type_name(value)})")

    return get


UNARY: Final[Mapping[str, Unary]] = MappingProxyType(
    {
        "!_": invert,
        "-_": negate,
        "dyn": lambda value: value,
        "size": size,
        "type": value_type,
        "@isEmpty": is_empty,
        "@isAlphanumeric": is_alphanumeric,
        **{name: _conversion(name, by) for name, by in CONVERSIONS.items()},
        **{name: _part(name) for name in TIMESTAMP_FIELDS},
    }
)
"""Functions of one argument by name."""

BINARY: Final[Mapping[str, Binary]] = MappingProxyType(
    {
        **{name: _arithmetic(name) for name in INT_ARITHMETIC},
        "_<_": _order(operator.lt),
        "_<=_": _order(operator.le),
        "_>_": _order(operator.gt),
        "_>=_": _order(operator.ge),
        "contains": _on_strings(lambda text, part: part in text),
        "endsWith": _on_strings(str.endswith),
        "startsWith": _on_strings(str.startswith),
        "matches": _on_strings(matches),
        "@inCIDR": _on_strings(in_network),
        **{name: _part_in_zone(name) for name in TIMESTAMP_FIELDS},
    }
)
"""Functions of two arguments by name; equality and elements are not among them."""
