"""Fields of the document's types: the key that a field has, and its decoder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from krakendtw.config import weak
from krakendtw.config.weak import FAILED, Decoder, Errors, Mismatch, attempt, kind_of

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

_TEXTS = weak.list_of(weak.text, str)
_CODES = weak.list_of(weak.uint16, int)
_RAW = weak.map_of(weak.anything, "config.ExtraConfig", lambda: None)
_NAMES = weak.map_of(weak.text, "map[string]string", str)


def key(name: str, decode: Decoder, default: Any) -> Any:
    """A field with a key, a decoder, and its value where the key is absent."""
    return attrs.field(default=default, metadata={"key": name, "decode": decode})


def text(name: str) -> Any:
    """A text."""
    return key(name, weak.text, "")


def flag(name: str) -> Any:
    """A truth value."""
    return key(name, weak.boolean, False)


def count(name: str) -> Any:
    """A whole number."""
    return key(name, weak.integer, 0)


def amount(name: str) -> Any:
    """A number."""
    return key(name, weak.number, 0.0)


def time(name: str) -> Any:
    """A duration in seconds."""
    return key(name, weak.duration, 0.0)


def texts(name: str) -> Any:
    """A list of texts."""
    return key(name, _TEXTS, ())


def codes(name: str) -> Any:
    """A list of numbers of 16 bits."""
    return key(name, _CODES, ())


def names(name: str) -> Any:
    """Texts by texts."""
    return key(name, _NAMES, MappingProxyType({}))


def raw(name: str) -> Any:
    """Anything by texts."""
    return key(name, _RAW, MappingProxyType({}))


def part(name: str, kind: type) -> Any:
    """An object that is there even where it is not written."""
    return key(name, object_of(kind), attrs.Factory(kind))


def option(name: str, kind: type) -> Any:
    """An object that is ``None`` where it is not written."""
    return key(name, object_of(kind), None)


def objects(name: str, kind: type) -> Any:
    """A list of objects, none of them ``null``."""
    return key(name, weak.list_of(object_of(kind)), ())


def values(name: str, kind: type) -> Any:
    """A list of objects, where ``null`` is one with nothing in it."""
    return key(name, weak.list_of(object_of(kind), kind), ())


@frozen
class _Field:
    attribute: str
    decode: Decoder


@cache
def _plan(kind: type) -> tuple[Mapping[str, _Field], Mapping[str, str]]:
    """The fields by key, and the keys by their small letters."""
    plan = {
        field.metadata["key"]: _Field(field.name, field.metadata["decode"])
        for field in attrs.fields(kind)
    }
    return plan, {name.lower(): name for name in plan}


def object_of(kind: type) -> Decoder:
    """A decoder of objects: an attrs class of fields that this module makes.

    A key is looked for as it is, then in any mixture of capitals; unknown keys
    are ignored.
    """

    def decode_object(value: Any, where: ConfigPath, errors: Errors) -> Any:
        if not isinstance(value, dict):
            raise Mismatch(f'expected a map or struct, got "{kind_of(value)}"')
        plan, folded = _plan(kind)
        spelled = {
            folded[name.lower()]: name
            for name in reversed(value)
            if name not in plan and name.lower() in folded
        }
        decoded: dict[str, Any] = {}
        for name, field in plan.items():
            spelling = name if name in value else spelled.get(name)
            if spelling is None or (found := value[spelling]) is None:
                continue
            made = attempt(field.decode, found, where / spelling, errors, None)
            if made is not FAILED:
                decoded[field.attribute] = made
        return kind(**decoded)

    return decode_object
