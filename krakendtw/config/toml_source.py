"""A TOML document to plain data."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath


def parse_toml(content: bytes, where: ConfigPath) -> Any:
    """The data of a TOML document; dates become texts by RFC 3339.

    :raises ConfigError: with the line and column of the fault.
    """
    try:
        document = tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(where, f"toml: line {line}: no UTF-8") from error
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise ConfigError(where, f"toml: {error}") from error
    return _plain(document)


def _plain(data: Any) -> Any:
    """Data as JSON and YAML give it."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(item) for item in data]
    if isinstance(data, date | time):
        return _moment(data)
    return data


def _moment(moment: date | time) -> str:
    """A date or a time as text; one without a zone is taken for UTC."""
    text = moment.isoformat()
    if isinstance(moment, datetime):
        return text.replace("+00:00", "Z") if moment.tzinfo else f"{text}Z"
    return text if isinstance(moment, time) else f"{text}T00:00:00Z"
