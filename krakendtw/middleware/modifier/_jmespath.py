"""Expressions of JMESPath over the pipe's data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import jmespath  # type: ignore[import-untyped,unused-ignore]
from jmespath.exceptions import (  # type: ignore[import-untyped,unused-ignore]
    JMESPathError,
)

from krakendtw.gojson.number import Float, Number

Search: TypeAlias = Callable[[Any], Any]
"""What an expression finds in data; raises :exc:`SearchError`."""


class SearchError(ValueError):
    """An expression that is none, or that does not work on the data."""


def compile_search(expression: str) -> Search:
    """An expression, compiled.

    :raises SearchError: it is none.
    """
    try:
        search = jmespath.compile(expression).search
    except (JMESPathError, ValueError) as error:
        raise SearchError(str(error)) from None

    def find(data: Any) -> Any:
        try:
            return _marked(search(_plain(data)))
        except (JMESPathError, ArithmeticError, TypeError, ValueError) as error:
            raise SearchError(str(error)) from None

    return find


def _plain(value: Any) -> Any:
    """Data with the numbers that the library knows."""
    kind = type(value)
    if kind is dict:
        return {key: _plain(inner) for key, inner in value.items()}
    if kind is list:
        return [_plain(inner) for inner in value]
    return float(value) if kind is Number or kind is Float else value


def _marked(value: Any) -> Any:
    """Data with the numbers that the pipe knows."""
    if isinstance(value, dict):
        return {key: _marked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_marked(inner) for inner in value]
    return Float(value) if type(value) is float else value
