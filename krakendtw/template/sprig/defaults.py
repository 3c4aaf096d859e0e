"""Sprig's choices between values."""

from __future__ import annotations

from typing import Any, Final

from krakendtw.template.signature import Function, declare_all
from krakendtw.template.values import is_empty as nothing_in


def default(fallback: Any, *given: Any) -> Any:
    """What is given, or the fallback if it is empty."""
    return fallback if not given or nothing_in(given[0]) else given[0]


def is_empty(value: Any) -> bool:
    """Whether a value is nil, empty, zero or false."""
    return nothing_in(value)


def coalesce(*values: Any) -> Any:
    """The first value that is not empty, or nil."""
    return next((value for value in values if not nothing_in(value)), None)


def are_all(*values: Any) -> bool:
    """Whether no value is empty."""
    return not any(map(nothing_in, values))


def is_any(*values: Any) -> bool:
    """Whether one value at least is not empty."""
    return not all(map(nothing_in, values))


def ternary(yes: Any, no: Any, condition: bool) -> Any:
    """The first value if the condition holds, else the second."""
    return yes if condition else no


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "default": default,
        "empty": is_empty,
        "coalesce": coalesce,
        "all": are_all,
        "any": is_any,
        "ternary": ternary,
    }
)
"""The functions by name."""
