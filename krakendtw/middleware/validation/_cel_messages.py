"""Protobuf's well-known types, of which CEL can make values by a literal.

``google.protobuf.Timestamp{seconds: 1}`` is a timestamp, a wrapper such as
``google.protobuf.Int64Value{value: 1}`` the number itself, ``Struct``,
``ListValue`` and ``Value`` plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_numbers import Uint
from krakendtw.middleware.validation._cel_times import (
    Duration,
    Timestamp,
    timestamp_in_range,
)
from krakendtw.middleware.validation._cel_types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    UINT,
    Type,
    list_of,
    map_of,
    wrapper_of,
)

_BILLION = 1_000_000_000


@frozen
class Message:
    """A message that can be written down.

    :ivar type: of the value that a literal makes.
    :ivar fields: their types by name.
    :ivar make: the value from the fields that are given.
    """

    type: Type
    fields: Mapping[str, Type]
    make: Callable[[dict[str, Any]], Any]


def _timestamp(fields: dict[str, Any]) -> Timestamp:
    nanoseconds = fields.get("seconds", 0) * _BILLION + fields.get("nanos", 0)
    return timestamp_in_range(Timestamp(nanoseconds))


def _duration(fields: dict[str, Any]) -> Duration:
    return Duration(fields.get("seconds", 0) * _BILLION + fields.get("nanos", 0))


def _wrapper(default: Any) -> Callable[[dict[str, Any]], Any]:
    def make(fields: dict[str, Any]) -> Any:
        value = fields.get("value")
        return default if value is None else value

    return make


def _struct(fields: dict[str, Any]) -> Any:
    return fields.get("fields", {})


def _list(fields: dict[str, Any]) -> Any:
    return fields.get("values", ())


def _value(fields: dict[str, Any]) -> Any:
    if len(fields) > 1:
        raise CelError("google.protobuf.Value takes one field")
    for value in fields.values():
        return value
    return None


def _wrapped(inner: Type, default: Any) -> Message:
    return Message(wrapper_of(inner), {"value": inner}, _wrapper(default))


_TIME_FIELDS = {"seconds": INT, "nanos": INT}
_VALUE_FIELDS = {
    "null_value": INT,
    "number_value": DOUBLE,
    "string_value": STRING,
    "bool_value": BOOL,
    "struct_value": map_of(STRING, DYN),
    "list_value": list_of(DYN),
}

MESSAGES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        f"google.protobuf.{name}": message
        for name, message in {
            "Timestamp": Message(TIMESTAMP, _TIME_FIELDS, _timestamp),
            "Duration": Message(DURATION, _TIME_FIELDS, _duration),
            "BoolValue": _wrapped(BOOL, False),
            "BytesValue": _wrapped(BYTES, b""),
            "DoubleValue": _wrapped(DOUBLE, 0.0),
            "FloatValue": _wrapped(DOUBLE, 0.0),
            "Int32Value": _wrapped(INT, 0),
            "Int64Value": _wrapped(INT, 0),
            "StringValue": _wrapped(STRING, ""),
            "UInt32Value": _wrapped(UINT, Uint(0)),
            "UInt64Value": _wrapped(UINT, Uint(0)),
            "Struct": Message(
                map_of(STRING, DYN), {"fields": map_of(STRING, DYN)}, _struct
            ),
            "ListValue": Message(list_of(DYN), {"values": list_of(DYN)}, _list),
            "Value": Message(DYN, _VALUE_FIELDS, _value),
        }.items()
    }
)
"""The messages by their full names."""

CONSTANTS: Final[Mapping[str, int]] = MappingProxyType(
    {"google.protobuf.NullValue.NULL_VALUE": 0}
)
"""The values of enumerations by their full names."""
