"""JSON texts that must be one whole object, as Go's ``json.Unmarshal`` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from krakendtw.gojson.number import Float, Number
from krakendtw.gojson.reader import GoJSONError, loads

_strict = msgspec.json.Decoder(float_hook=Number).decode
_MAP = "map[string]interface {}"
_SHORT = ("EOF", "unexpected EOF")
_INFINITE = (float("inf"), float("-inf"))


class NotAnObject(ValueError):
    """A text that is no JSON object; the words are Go's."""


def unmarshal_object(text: bytes) -> dict[str, Any] | None:
    """The object that ``text`` is, its numbers as float64; ``None`` for ``null``.

    :raises NotAnObject: it is something else, or nothing, or more.
    """
    value = unmarshal(text)
    if value is None or isinstance(value, dict):
        return _as_floats(value)  # type: ignore[no-any-return]
    raise NotAnObject(
        f"json: cannot unmarshal {kind_of(value)} into Go value of type {_MAP}"
    )


def unmarshal(text: bytes) -> Any:
    """The value that ``text`` is, numbers as they are written.

    :raises NotAnObject: it is none, or something follows.
    """
    try:
        return _strict(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass  # the patient reader knows Go's words, and what else Go takes
    try:
        value = loads(text)
        _check_end(text)
    except GoJSONError as error:
        words = str(error)
        if words in _SHORT:
            words = "unexpected end of JSON input"
        raise NotAnObject(words) from None
    return value


def kind_of(value: Any) -> str:
    """What a decoded value is, in the words of Go's messages."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str) and not isinstance(value, Number):
        return "string"
    if isinstance(value, Mapping):
        return "object"
    return "array" if isinstance(value, list) else "number"


def _check_end(text: bytes) -> None:
    """Refuse what follows the first value, which is known to be a good one.

    Inside of a list, and inside of an object, it must be the only element: what
    follows it is found by the one or the other.
    """
    for opening, closing, place in (
        (b"[", b"]", "after array element"),
        (b'{"":', b"}", "after object key:value pair"),
    ):
        try:
            around: Any = loads(opening + text + closing)
        except GoJSONError as error:
            words = str(error).replace(place, "after top-level value")
            if "top-level" not in words:  # it is what follows a comma that is bad
                words = "invalid character ',' after top-level value"
            raise GoJSONError(words) from None
        if len(around) > 1:
            raise GoJSONError("invalid character ',' after top-level value")


def _as_floats(value: Any) -> Any:
    """``value`` with every number as what a float64 holds of it."""
    kind = type(value)
    if kind is dict:
        return {key: _as_floats(inner) for key, inner in value.items()}
    if kind is list:
        return [_as_floats(inner) for inner in value]
    if kind is int or kind is Number:
        try:
            number = Float(value)
        except OverflowError:
            number = Float("inf")
        if number in _INFINITE:
            raise NotAnObject(
                f"json: cannot unmarshal number {value} into Go value of type float64"
            )
        return number
    return value
