"""CEL's conversions: ``int(x)``, ``string(x)``, ``timestamp(x)`` and the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from krakendtw.gojson.format import format_g
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_numbers import (
    Uint,
    double_to_int,
    double_to_uint,
    fits_int,
    fits_uint,
    text_to_double,
    text_to_int,
    text_to_uint,
)
from krakendtw.middleware.validation._cel_times import (
    Duration,
    Timestamp,
    parse_duration,
    parse_timestamp,
    timestamp_of_seconds,
)

Convert = Callable[[Any], Any]

_TRUTHS = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}


def _text_of_bytes(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        message = "invalid UTF-8 in bytes, cannot convert to string"
        raise CelError(message) from None


def _same(value: Any) -> Any:
    return value


def _from_text(name: str, read: Callable[[str], Any]) -> Convert:
    def convert(text: str) -> Any:
        value = read(text)
        if value is None:
            raise CelError(f"type conversion error from 'string' to '{name}'")
        return value

    return convert


def _refuse_int(value: int) -> Any:
    # Declared, but not implemented by cel-go.
    raise CelError("type conversion error from 'int' to 'google.protobuf.Duration'")


CONVERSIONS: Final[Mapping[str, Mapping[type, Convert]]] = MappingProxyType(
    {
        "bool": {bool: _same, str: _from_text("bool", _TRUTHS.get)},
        "bytes": {
            bytes: _same,
            str: lambda text: text.encode("utf-8", "surrogateescape"),
        },
        "double": {
            float: _same,
            int: float,
            Uint: float,
            str: _from_text("double", text_to_double),
        },
        "duration": {
            Duration: _same,
            int: _refuse_int,
            str: _from_text("google.protobuf.Duration", parse_duration),
        },
        "int": {
            int: _same,
            float: double_to_int,
            Duration: lambda length: length.nanoseconds,
            str: _from_text("int", text_to_int),
            Timestamp: lambda moment: moment.nanoseconds // 1_000_000_000,
            Uint: lambda value: fits_int(int(value)),
        },
        "string": {
            str: _same,
            bool: lambda value: "true" if value else "false",
            bytes: _text_of_bytes,
            float: format_g,
            Duration: str,
            int: str,
            Timestamp: str,
            Uint: str,
        },
        "timestamp": {
            Timestamp: _same,
            int: timestamp_of_seconds,
            str: _from_text("google.protobuf.Timestamp", parse_timestamp),
        },
        "uint": {
            Uint: _same,
            float: double_to_uint,
            int: fits_uint,
            str: _from_text("uint", text_to_uint),
        },
    }
)
"""Conversions by name and by the type of what is converted."""
