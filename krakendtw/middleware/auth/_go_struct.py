"""A component's settings as Go's encoding/json reads them into a struct.

Keys match whatever their case, ``null`` leaves a field alone, unknown keys are
passed over, and a value of a wrong type is an error in Go's words.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias


class Mismatch(ValueError):
    """A value that does not fit its field; the text is Go's."""


Field: TypeAlias = "tuple[str, Any]"
"""Go's type of a field, and its value where the key is absent."""

_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "bool"),
    (str, "string"),
    (Mapping, "object"),
    (list | tuple, "array"),
)
_RANGES = {
    "int": (-(1 << 63), (1 << 63) - 1),
    "uint": (0, (1 << 64) - 1),
    "uint16": (0, (1 << 16) - 1),
    "uint32": (0, (1 << 32) - 1),
}


def decode_struct(
    raw: Any, name: str, fields: Mapping[str, Field], *, package: str = ""
) -> dict[str, Any]:
    """The fields' values by key.

    :param name: Go's name of the struct, for messages.
    :param package: its package, for messages.
    :raises Mismatch: for the first value, by key, that does not fit.
    """
    values = {key: default for key, (_, default) in fields.items()}
    if raw is None:
        return values
    if not isinstance(raw, Mapping):
        kind = f"{package}.{name}" if package else name
        raise Mismatch(
            f"json: cannot unmarshal {_kind(raw)} into Go value of type {kind}"
        )
    known = {key.casefold(): key for key in fields}
    for written in sorted(raw):
        key = written if written in fields else known.get(written.casefold())
        value = raw[written]
        if key is None or value is None:
            continue
        values[key] = _convert(value, fields[key][0], f"{name}.{key}")
    return values


def _convert(value: Any, kind: str, place: str) -> Any:
    """``value`` as Go's type ``kind``."""
    if kind.startswith("[]") and kind != "[]byte":
        if not isinstance(value, list | tuple):
            raise _misfit(value, kind, place)
        inner = kind[2:]
        return tuple(
            _ZEROS.get(inner, ()) if item is None else _convert(item, inner, place)
            for item in value
        )
    return _CONVERT[kind](value, kind, place)


def _text(value: Any, kind: str, place: str) -> str:
    if not isinstance(value, str):
        raise _misfit(value, kind, place)
    return value


def _flag(value: Any, kind: str, place: str) -> bool:
    if not isinstance(value, bool):
        raise _misfit(value, kind, place)
    return value


def _whole(value: Any, kind: str, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _misfit(value, kind, place)
    low, high = _RANGES[kind]
    if value != math.floor(value) or not low <= value <= high:
        raise Mismatch(
            f"json: cannot unmarshal number {value} into Go struct field {place}"
            f" of type {kind}"
        )
    return int(value)


def _number(value: Any, kind: str, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _misfit(value, kind, place)
    return float(value)


def _octets(value: Any, kind: str, place: str) -> bytes:
    if not isinstance(value, str):
        raise _misfit(value, "[]uint8", place)
    try:
        return base64.b64decode(value.encode("utf-8", "replace"), validate=True)
    except binascii.Error as error:
        raise Mismatch(f"illegal base64 data: {error}") from None


_CONVERT: Mapping[str, Callable[[Any, str, str], Any]] = {
    "string": _text,
    "bool": _flag,
    "int": _whole,
    "uint": _whole,
    "uint16": _whole,
    "uint32": _whole,
    "float64": _number,
    "[]byte": _octets,
}
_ZEROS: Mapping[str, Any] = {"string": "", "uint16": 0}


def _kind(value: Any) -> str:
    """JSON's kind of a value, as Go's messages name it."""
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "number"


def _misfit(value: Any, kind: str, place: str) -> Mismatch:
    return Mismatch(
        f"json: cannot unmarshal {_kind(value)} into Go struct field {place}"
        f" of type {kind}"
    )
