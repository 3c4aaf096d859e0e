"""Sprig's functions for JSON."""

from __future__ import annotations

from typing import Any, Final

from krakendtw.template.failure import Failure
from krakendtw.template.json_text import (
    indent,
    read_json,
    read_loosely,
    unescape_html,
    write_json,
)
from krakendtw.template.signature import Function, declare_all


def must_from_json(text: str) -> Any:
    """What a JSON document holds.

    :raises Failure: it is none.
    """
    return read_json(text)


def from_json(text: str) -> Any:
    """The same, but nil for what is none."""
    return read_loosely(text)[0]


def must_to_json(value: Any) -> str:
    """A value as JSON.

    :raises Failure: there is none for it.
    """
    return write_json(value)


def to_json(value: Any) -> str:
    """The same, but an empty text if there is none."""
    try:
        return write_json(value)
    except Failure:
        return ""


def must_to_pretty_json(value: Any) -> str:
    """A value as JSON on several lines.

    :raises Failure: there is none for it.
    """
    return indent(write_json(value), "  ")


def to_pretty_json(value: Any) -> str:
    """The same, but an empty text if there is none."""
    try:
        return must_to_pretty_json(value)
    except Failure:
        return ""


def to_raw_json(value: Any) -> str:
    """A value as JSON with the characters as they are that matter in HTML.

    :raises Failure: there is none for it.
    """
    return unescape_html(write_json(value))


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "fromJson": from_json,
        "mustFromJson": must_from_json,
        "toJson": to_json,
        "mustToJson": must_to_json,
        "toPrettyJson": to_pretty_json,
        "mustToPrettyJson": must_to_pretty_json,
        "toRawJson": to_raw_json,
        "mustToRawJson": to_raw_json,
    }
)
"""The functions by name."""
