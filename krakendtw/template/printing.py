"""Values as Go's fmt package prints them with ``%v``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from krakendtw.gojson.format import format_g
from krakendtw.template.values import INVALID, Named, Stringer, kind_of


def show(value: Any) -> str:
    """A value as text: ``map[a:1 b:[x <nil>]]``, ``1e+06``, ``true``."""
    if value is None or value is INVALID:
        return "<nil>"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Stringer):
        return value.go_string()
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return format_g(value)
    if isinstance(value, Mapping):
        items = sorted(value.items(), key=_key)
        return f"map[{' '.join(f'{key}:{show(item)}' for key, item in items)}]"
    if isinstance(value, list | tuple):
        return f"[{' '.join(map(show, value))}]"
    if isinstance(value, complex):
        return format_complex(value)
    if isinstance(value, Named):
        fields = (getattr(value, place) for place in value.FIELDS.values())
        return f"{{{' '.join(map(show, fields))}}}"
    return str(value)


def _key(item: tuple[str, Any]) -> str:
    return item[0]


def format_complex(value: complex) -> str:
    """A complex number: ``(1+2i)``."""
    imaginary = format_g(value.imag)
    plus = "" if imaginary.startswith(("-", "+")) else "+"
    return f"({format_g(value.real)}{plus}{imaginary}i)"


def join(*values: Any) -> str:
    """Values as ``fmt.Sprint`` joins them: a space between two that are no texts."""
    pieces: list[str] = []
    was_text = True
    for value in values:
        is_text = kind_of(value) == "string"
        if pieces and not is_text and not was_text:
            pieces.append(" ")
        pieces.append(show(value))
        was_text = is_text
    return "".join(pieces)


def join_line(*values: Any) -> str:
    """Values as ``fmt.Sprintln`` joins them, with spaces and an end of line."""
    return " ".join(map(show, values)) + "\n"
