"""Values as numbers and texts, wherever that has a meaning; elsewhere zero."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from krakendtw.gojson.text import decode_raw
from krakendtw.template.failure import Failure
from krakendtw.template.literals import parse_float, parse_integer
from krakendtw.template.printing import show
from krakendtw.template.values import (
    BYTES,
    INTEGERS,
    NO_VALUE,
    Int64,
    Strings,
    kind_of,
    type_of,
)

_BITS: Final = 1 << 64
_HALF: Final = 1 << 63
_DECIMAL = re.compile(r"[+-]?[0-9]+", re.ASCII)
_ENOUGH: Final = 400
_ZEROS = re.compile(r"\.0*0\Z")


def wrap64(value: int) -> Int64:
    """An integer as it overflows in 64 bits."""
    return Int64((value + _HALF) % _BITS - _HALF)


def to_whole(value: Any) -> int:
    """A value as a whole number: a number cut off, a text read, ``true`` as 1."""
    kind = kind_of(value)
    if kind in INTEGERS:
        return int(value) if _is_plain(value) else 0
    if kind == "float64":
        return _cut(value)
    if kind == "bool":
        return int(value)
    if kind == "string":
        number = parse_integer(_ZEROS.sub("", value))
        return number if number is not None and -_HALF <= number < _HALF else 0
    return 0


def read_decimal(text: str) -> int:
    """The decimal number that a text spells, or the nearest one in 64 bits.

    It is 0 if the text spells none, unless its digits are too many before that is
    seen.
    """
    match = _DECIMAL.match(text)
    if match is None:
        return 0
    number = int(match[0][:_ENOUGH])
    if match.end() < len(text) and abs(number) < _BITS:
        return 0
    return max(-_HALF, min(number, _HALF - 1))


def _is_plain(value: Any) -> bool:
    """Whether a whole number is converted: of the named types, those of ``int``."""
    type_ = type_of(value)
    return type_.kind == "int" or type_.name == type_.kind


def _cut(value: float) -> int:
    """A ``float64`` as the processor makes an integer of it."""
    if value != value or not -_HALF <= value < _HALF:
        return -_HALF
    return int(value)


def to_int64(value: Any) -> Int64:
    """A value as an ``int64``."""
    return wrap64(to_whole(value))


def to_int(value: Any) -> int:
    """A value as an ``int``."""
    return int(to_int64(value))


def to_float(value: Any) -> float:
    """A value as a ``float64``."""
    kind = kind_of(value)
    if kind in INTEGERS:
        return float(value) if _is_plain(value) else 0.0
    if kind in ("float64", "bool"):
        return float(value)
    if kind == "string":
        number = parse_float(value)
        return 0.0 if number is None else number
    return 0.0


def to_text(value: Any) -> str:
    """A value as an action prints it, but bytes as the text that they are."""
    if kind_of(value) == "slice" and type_of(value) is BYTES:
        return decode_raw(bytes(value))
    return show(value)


def to_texts(value: Any) -> list[str]:
    """The members of a list as texts, but for those that are nil."""
    if value is None:
        return []
    if isinstance(value, Strings):
        return value
    if kind_of(value) != "slice":
        return [to_text(value)]
    return [to_text(item) for item in value if item is not None]


def members(value: Any, complaint: str) -> list[Any]:
    """The members of a list.

    :param complaint: what is said of a value that is none, without its kind.
    :raises Failure: it is none.
    """
    if value is None:
        raise Failure(NO_VALUE)
    kind = kind_of(value)
    if kind != "slice":
        raise Failure(f"{complaint} {kind}")
    return list(value)


def without_nil(values: Iterable[Any]) -> list[Any]:
    """The values that are not nil."""
    return [value for value in values if value is not None]
