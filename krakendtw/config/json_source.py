"""A JSON document to plain data, as Go's encoding/json reads it.

Of two equal keys the last one counts.  A number is what a float64 holds: an
``int`` where it is whole and exact, a ``float`` elsewhere.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

from krakendtw.config.syntax import SyntaxFault, find_fault
from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_EXACT = 1 << 53
_ROOT = "map[string]interface {}"
_KINDS = {list: "array", str: "string", bool: "bool"}


def parse_json(content: bytes, where: ConfigPath) -> Any:
    """The data of a JSON document: an object or ``None``.

    :raises ConfigError: with Go's words and the line and column of the fault.
    """
    text = content.decode("utf-8", "replace")
    try:
        data = json.loads(
            text, parse_int=_whole, parse_float=_broken, parse_constant=_constant
        )
    except (ValueError, RecursionError) as error:
        text = content.decode("utf-8", "surrogateescape")
        fault = find_fault(text)
        if fault is None:
            raise ConfigError(where, f"json: {error}") from error
        raise ConfigError(where, _describe(text, fault)) from error
    if data is not None and not isinstance(data, dict):
        kind = _KINDS.get(type(data), "number")
        message = f"json: cannot unmarshal {kind} into Go value of type {_ROOT}"
        raise ConfigError(where, message)
    # Half a surrogate pair, which only an escape can spell, is U+FFFD in Go.
    return _mend(data) if _SURROGATE.search(text) else data


def _describe(text: str, fault: SyntaxFault) -> str:
    line = text.count("\n", 0, fault.position) + 1
    column = fault.position - text.rfind("\n", 0, fault.position)
    return f"{fault.message} (line {line}, column {column})"


def _whole(digits: str) -> int | float:
    number = int(digits) if len(digits) < 400 else _broken(digits)
    if -_EXACT <= number <= _EXACT and (number or digits != "-0"):
        return number
    return _broken(digits)


def _broken(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(
            f"cannot unmarshal number {digits} into Go value of type float64"
        )
    return number


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _mend(data: Any) -> Any:
    if isinstance(data, str):
        return data.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(data, list):
        return [_mend(item) for item in data]
    if isinstance(data, dict):
        return {_mend(key): _mend(value) for key, value in data.items()}
    return data
