"""What CEL's standard library declares: functions, their types, names of types.

Only what cel-go's standard environment has; no extension.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from krakendtw.middleware.validation._cel_types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    TYPE,
    UINT,
    Type,
    list_of,
    map_of,
    param,
    type_of,
)

A: Final = param("A")
B: Final = param("B")
_LIST = list_of(A)
_MAP = map_of(A, B)


@frozen
class Overload:
    """One signature of a function.

    :ivar params: of a method the target's type first.
    :ivar is_mixed: whether it compares numbers of different kinds.
    """

    params: tuple[Type, ...]
    result: Type
    is_method: bool = False
    is_mixed: bool = False

    @property
    def variables(self) -> tuple[Type, ...]:
        """The type variables in it."""
        found = dict.fromkeys(_variables(Type("", (*self.params, self.result))))
        return tuple(found)


def _variables(type_: Type) -> Iterator[Type]:
    if type_.kind == "param":
        yield type_
    for inner in type_.params:
        yield from _variables(inner)


def _over(result: Type, *params: Type) -> Overload:
    return Overload(params, result)


def _on(result: Type, *params: Type) -> Overload:
    return Overload(params, result, is_method=True)


_NUMBERS = (DOUBLE, INT, UINT)


def _mixed(left: Type, right: Type) -> Overload:
    return Overload((left, right), BOOL, is_mixed=True)


# The order counts: the first signature that fits binds what is not known yet.
_COMPARISONS = (
    _over(BOOL, BOOL, BOOL),
    _over(BOOL, INT, INT),
    _mixed(INT, DOUBLE),
    _mixed(INT, UINT),
    _over(BOOL, UINT, UINT),
    _mixed(UINT, DOUBLE),
    _mixed(UINT, INT),
    _over(BOOL, DOUBLE, DOUBLE),
    _mixed(DOUBLE, INT),
    _mixed(DOUBLE, UINT),
    _over(BOOL, STRING, STRING),
    _over(BOOL, BYTES, BYTES),
    _over(BOOL, TIMESTAMP, TIMESTAMP),
    _over(BOOL, DURATION, DURATION),
)


def _accessor(*others: Overload) -> tuple[Overload, ...]:
    """A part of a timestamp, in UTC or in a time zone."""
    return (_on(INT, TIMESTAMP), _on(INT, TIMESTAMP, STRING), *others)


def _conversions(result: Type, *sources: Type) -> tuple[Overload, ...]:
    return tuple(_over(result, source) for source in (result, *sources))


def _both(result: Type, *params: Type) -> tuple[Overload, Overload]:
    """As a function and as a method."""
    return _over(result, *params), _on(result, *params)


FUNCTIONS: Final[Mapping[str, tuple[Overload, ...]]] = MappingProxyType(
    {
        "_?_:_": (_over(A, BOOL, A, A),),
        "_&&_": (_over(BOOL, BOOL, BOOL),),
        "_||_": (_over(BOOL, BOOL, BOOL),),
        "!_": (_over(BOOL, BOOL),),
        "-_": (_over(DOUBLE, DOUBLE), _over(INT, INT)),
        "_==_": (_over(BOOL, A, A),),
        "_!=_": (_over(BOOL, A, A),),
        **dict.fromkeys(("_<_", "_<=_", "_>_", "_>=_"), _COMPARISONS),
        "_+_": (
            _over(BYTES, BYTES, BYTES),
            _over(DOUBLE, DOUBLE, DOUBLE),
            _over(DURATION, DURATION, DURATION),
            _over(TIMESTAMP, DURATION, TIMESTAMP),
            _over(TIMESTAMP, TIMESTAMP, DURATION),
            _over(INT, INT, INT),
            _over(_LIST, _LIST, _LIST),
            _over(STRING, STRING, STRING),
            _over(UINT, UINT, UINT),
        ),
        "_-_": (
            _over(DOUBLE, DOUBLE, DOUBLE),
            _over(DURATION, DURATION, DURATION),
            _over(INT, INT, INT),
            _over(TIMESTAMP, TIMESTAMP, DURATION),
            _over(DURATION, TIMESTAMP, TIMESTAMP),
            _over(UINT, UINT, UINT),
        ),
        "_*_": tuple(_over(n, n, n) for n in _NUMBERS),
        "_/_": tuple(_over(n, n, n) for n in _NUMBERS),
        "_%_": (_over(INT, INT, INT), _over(UINT, UINT, UINT)),
        "_[_]": (_over(A, _LIST, INT), _over(B, _MAP, A)),
        "@in": (_over(BOOL, A, _LIST), _over(BOOL, A, _MAP)),
        "size": tuple(
            overload
            for type_ in (BYTES, _LIST, _MAP, STRING)
            for overload in _both(INT, type_)
        ),
        "type": (_over(type_of(A), A),),
        "dyn": (_over(DYN, A),),
        "bool": _conversions(BOOL, STRING),
        "bytes": _conversions(BYTES, STRING),
        "double": _conversions(DOUBLE, INT, STRING, UINT),
        "duration": _conversions(DURATION, INT, STRING),
        "int": _conversions(INT, DOUBLE, DURATION, STRING, TIMESTAMP, UINT),
        "string": _conversions(
            STRING, BOOL, BYTES, DOUBLE, DURATION, INT, TIMESTAMP, UINT
        ),
        "timestamp": _conversions(TIMESTAMP, INT, STRING),
        "uint": _conversions(UINT, DOUBLE, INT, STRING),
        "contains": (_on(BOOL, STRING, STRING),),
        "endsWith": (_on(BOOL, STRING, STRING),),
        "startsWith": (_on(BOOL, STRING, STRING),),
        "matches": _both(BOOL, STRING, STRING),
        **dict.fromkeys(
            (
                "getFullYear",
                "getMonth",
                "getDayOfYear",
                "getDayOfMonth",
                "getDate",
                "getDayOfWeek",
            ),
            _accessor(),
        ),
        **dict.fromkeys(
            ("getHours", "getMinutes", "getSeconds", "getMilliseconds"),
            _accessor(_on(INT, DURATION)),
        ),
        # What no text can spell: the macros of policies stand for these.
        "@isEmpty": (_over(BOOL, DYN),),
        "@isAlphanumeric": (_over(BOOL, STRING),),
        "@inCIDR": (_over(BOOL, STRING, STRING),),
    }
)
"""The signatures of every function, operators by cel-go's names for them."""

TYPE_NAMES: Final[Mapping[str, Type]] = MappingProxyType(
    {
        "bool": BOOL,
        "bytes": BYTES,
        "double": DOUBLE,
        "google.protobuf.Duration": DURATION,
        "int": INT,
        "list": _LIST,
        "map": _MAP,
        "null_type": NULL,
        "string": STRING,
        "google.protobuf.Timestamp": TIMESTAMP,
        "type": TYPE,
        "uint": UINT,
    }
)
"""The types that an expression can name, by their names."""
