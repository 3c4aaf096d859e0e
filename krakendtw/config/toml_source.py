"""A TOML document to plain data."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from krakendtw.config.moment import Moment
from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

_LIMIT = 1 << 63


def parse_toml(content: bytes, where: ConfigPath) -> Any:
    """The data of a TOML document; dates become texts by RFC 3339.

    :raises ConfigError: with the line and column of the fault.
    """
    try:
        return _plain(tomllib.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        message = f"toml: no UTF-8 (at line {line}, column {column})"
        raise ConfigError(where, message) from error
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise ConfigError(where, f"toml: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _plain(data: Any) -> Any:
    """Data as JSON and YAML give it.

    :raises ValueError: a number is too large.
    """
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(item) for item in data]
    if isinstance(data, date | time):
        return _moment(data)
    if isinstance(data, int) and not -_LIMIT <= data < _LIMIT:
        raise ValueError(f"{data}: value out of range")
    return data


def _moment(moment: date | time) -> Moment:
    """A date or a time as text; one without a zone is taken for UTC."""
    text = moment.isoformat()
    if isinstance(moment, datetime):
        if moment.tzinfo:
            return Moment.of(text.replace("+00:00", "Z"))
        return Moment.of(f"{text}Z", "toml.LocalDateTime")
    if isinstance(moment, time):
        return Moment.of(text, "toml.LocalTime")
    return Moment.of(f"{text}T00:00:00Z", "toml.LocalDate")
