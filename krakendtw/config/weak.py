"""Weak decoding: plain data to the types that a field wants.

The rules are those of mapstructure with weak typing, which KrakenD's parser
uses: ``"9000"`` is a number, ``1`` is true, a bare text is a list of one.  A
decoder raises :exc:`Mismatch` for a value of its own and collects what is wrong
inside of lists and maps.  What is ``null`` never reaches a decoder: it leaves
its field alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard

from krakendtw.config.duration import parse_nanoseconds, seconds
from krakendtw.config.moment import Moment
from krakendtw.config.number import (
    format_number,
    parse_bool,
    parse_float,
    parse_integer,
)
from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

Errors: TypeAlias = "list[ConfigError]"

Decoder: TypeAlias = "Callable[[Any, ConfigPath, Errors], Any]"
"""Converts the value that stands at a place, and collects errors within it."""

FAILED: Final = object()
"""Stands for the value that could not be made."""

_LOWEST = -(1 << 63)


class Mismatch(ValueError):
    """A value that cannot be converted, in mapstructure's words."""


def text(value: Any, where: ConfigPath, errors: Errors) -> str:
    """A text; numbers are printed, true is ``1``."""
    if _is_text(value):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return format_number(value)
    raise _unconvertible("string", value)


def integer(value: Any, where: ConfigPath, errors: Errors) -> int:
    """A whole number; fractions are cut off."""
    if _is_text(value):
        return int(_parse(parse_integer, "ParseInt", "int", value or "0", value))
    return _whole("int", value)


def uint16(value: Any, where: ConfigPath, errors: Errors) -> int:
    """A number of 16 bits without a sign; what is above them is cut off."""
    if not _is_text(value):
        return _whole("uint16", value) & 0xFFFF
    number = int(_parse(parse_integer, "ParseUint", "uint16", value or "0", value))
    if not 0 <= number <= 0xFFFF:
        reason = "invalid syntax" if number < 0 else "value out of range"
        raise _unparsable("uint16", f"strconv.ParseUint: {reason}", value)
    return number


def number(value: Any, where: ConfigPath, errors: Errors) -> float:
    """A number."""
    if _is_text(value):
        parsed = _parse(parse_float, "ParseFloat", "float64", value or "0", value)
        return float(parsed)
    if isinstance(value, int | float):
        return float(value)
    raise _unconvertible("float64", value)


def boolean(value: Any, where: ConfigPath, errors: Errors) -> bool:
    """A truth value; numbers are true unless 0, an empty text is false."""
    if _is_text(value):
        return bool(value and _parse(parse_bool, "ParseBool", "bool", value, value))
    if isinstance(value, int | float):
        return value != 0
    raise _unconvertible("bool", value)


def duration(value: Any, where: ConfigPath, errors: Errors) -> float:
    """Seconds; from a text with units, or from a number of nanoseconds."""
    if _is_text(value):
        try:
            return seconds(parse_nanoseconds(value))
        except ValueError as error:
            raise Mismatch(str(error)) from None
    return seconds(_whole("time.Duration", value))


def anything(value: Any, where: ConfigPath, errors: Errors) -> Any:
    """The value as it stands."""
    return value


def list_of(decode: Decoder, empty: Callable[[], Any] | None = None) -> Decoder:
    """A tuple of what ``decode`` makes; a single value is a list of one.

    :param empty: makes the element of a ``null``, which without it is an error.
    """

    def decode_list(value: Any, where: ConfigPath, errors: Errors) -> tuple[Any, ...]:
        if isinstance(value, dict):
            value = [value] if value else []
        elif not isinstance(value, list):
            value = [value]
        decoded: list[Any] = []
        for index, item in enumerate(value):
            if item is None and empty is None:
                errors.append(ConfigError(where / index, "null, an object is wanted"))
                continue
            made = attempt(decode, item, where / index, errors, empty)
            if made is not FAILED:
                decoded.append(made)
        return tuple(decoded)

    return decode_list


def map_of(decode: Decoder, kind: str, empty: Callable[[], Any]) -> Decoder:
    """A dict of what ``decode`` makes; a list of maps is put together.

    :param kind: Go's name of the type, for errors.
    :param empty: makes the value of a ``null``.
    """

    def decode_map(value: Any, where: ConfigPath, errors: Errors) -> dict[str, Any]:
        if isinstance(value, list):
            merged: dict[str, Any] = {}
            for index, item in enumerate(value):
                made = attempt(decode_map, item, where / index, errors, dict)
                if made is not FAILED:
                    merged |= made
            return merged
        if not isinstance(value, dict):
            raise _unconvertible(kind, value)
        decoded = {
            key: attempt(decode, item, where / key, errors, empty)
            for key, item in value.items()
        }
        return {key: item for key, item in decoded.items() if item is not FAILED}

    return decode_map


def attempt(
    decode: Decoder,
    value: Any,
    where: ConfigPath,
    errors: Errors,
    empty: Callable[[], Any] | None,
) -> Any:
    """What ``decode`` makes of a value; :data:`FAILED` if it collects an error.

    :param empty: makes what stands for ``null``.
    """
    if value is None and empty is not None:
        return empty()
    try:
        return decode(value, where, errors)
    except Mismatch as error:
        errors.append(ConfigError(where, str(error)))
        return FAILED


def kind_of(value: Any) -> str:
    """Go's kind of a value of the document: ``string``, ``slice``."""
    if isinstance(value, dict):
        return "map"
    return "slice" if isinstance(value, list) else _type_of(value)


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and not isinstance(value, Moment)


def _whole(kind: str, value: Any) -> int:
    if isinstance(value, int | float):
        is_held = _LOWEST <= value < -_LOWEST  # not so for what is no number
        return int(value) if is_held else _LOWEST
    raise _unconvertible(kind, value)


def _parse(
    parse: Callable[[str], float], function: str, kind: str, value: str, found: str
) -> float:
    try:
        return parse(value)
    except ValueError as error:
        raise _unparsable(kind, f"strconv.{function}: {error}", found) from None


def _unparsable(kind: str, reason: str, found: str) -> Mismatch:
    return Mismatch(f"cannot parse value as '{kind}': {reason} (found \"{found}\")")


def _unconvertible(kind: str, value: Any) -> Mismatch:
    return Mismatch(
        f"expected type '{kind}', got unconvertible type '{_type_of(value)}'"
    )


def _type_of(value: Any) -> str:
    if isinstance(value, dict):
        return "map[string]interface {}"
    if isinstance(value, list):
        return "[]interface {}"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Moment):
        return value.go_type
    return "string" if isinstance(value, str) else "float64"
