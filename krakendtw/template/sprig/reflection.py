"""Sprig's questions about types."""

from __future__ import annotations

from typing import Any, Final

from krakendtw.template.signature import Function, declare_all
from krakendtw.template.values import deep_equal, kind_of, type_of


def name_type(value: Any) -> str:
    """The type of a value: ``map[string]interface {}``."""
    return "<nil>" if value is None else type_of(value).name


def is_type(name: str, value: Any) -> bool:
    """Whether a value has a type."""
    return name_type(value) == name


def is_type_like(name: str, value: Any) -> bool:
    """Whether a value has a type, or is a pointer to one of it."""
    return name_type(value) in (name, f"*{name}")


def name_kind(value: Any) -> str:
    """The kind of a value: ``map``, ``slice``, ``float64``."""
    return kind_of(value)


def is_kind(name: str, value: Any) -> bool:
    """Whether a value is of a kind."""
    return name_kind(value) == name


def are_equal(one: Any, other: Any) -> bool:
    """Whether two values have the same type and content."""
    return deep_equal(one, other)


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "typeOf": name_type,
        "typeIs": is_type,
        "typeIsLike": is_type_like,
        "kindOf": name_kind,
        "kindIs": is_kind,
        "deepEqual": are_equal,
    }
)
"""The functions by name."""
