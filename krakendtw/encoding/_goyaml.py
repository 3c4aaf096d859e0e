"""YAML in the style of goccy/go-yaml, which writes KrakenD's YAML answers.

Maps sorted and indented by two, dashes below their key, empty ones in flow
style, text of several lines as a literal block.  Decoded numbers are strings
to Go and so come out quoted, by and large.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from krakendtw.encoding._yamlplain import needs_quotes
from krakendtw.go_quote import quote
from krakendtw.gojson.format import format_g
from krakendtw.gojson.opaque import Opaque
from krakendtw.gojson.text import encode_raw

_DEPTH = 2
"""Columns by which a map in a map is indented."""

_CONSTANTS = {None: "null", True: "true", False: "false"}
_NOT_FINITE = {"NaN": ".nan", "+Inf": ".inf", "-Inf": "-.inf"}


def dumps(value: object) -> bytes:
    """``value`` as a YAML document.

    :raises TypeError: a value of a kind that has no place in a document.
    :raises RecursionError: it is nested too deep.
    """
    return encode_raw(_node(value, 0) + "\n")


def _node(value: Any, indent: int, *, is_struct: bool = False) -> str:
    """The text of a node in column ``indent``, counted from 0.

    The lines of maps and sequences bring their indentation with them.

    :param is_struct: whether maps in it are structs, which keep their order.
    """
    if isinstance(value, str):
        return _string(value, indent)
    if value is None or value is True or value is False:
        return _CONSTANTS[value]
    if isinstance(value, int):
        return _string(int.__repr__(value), indent)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Mapping):
        keys = value if is_struct else sorted(value, key=encode_raw)
        return _mapping(value, keys, indent, is_struct=is_struct)
    if isinstance(value, list | tuple):
        return _sequence(value, indent, is_struct=is_struct)
    if not isinstance(value, Opaque):
        raise TypeError(f"unknown value type {type(value).__name__}")
    if isinstance(value.value, str):
        return value.value  # a time, which is never quoted
    return _node(_content(value), indent, is_struct=True)


def _content(value: Any) -> Any:
    """What an opaque value holds, any other value itself."""
    if not isinstance(value, Opaque):
        return value
    if value.yaml is not None:
        return value.yaml
    return value.absent if value.value is None else value.value


def _mapping(
    values: Mapping[str, Any], keys: Iterable[str], indent: int, *, is_struct: bool
) -> str:
    margin = " " * indent
    lines = []
    for key in keys:
        text = f"{margin}{_string(key, indent)}:"
        value = values[key]
        content = _content(value)
        if isinstance(content, Mapping) and content:
            node = _node(value, indent + _DEPTH, is_struct=is_struct)
            lines.append(f"{text}\n{node}")
        elif isinstance(content, list | tuple) and content:
            lines.append(f"{text}\n{_node(value, indent, is_struct=is_struct)}")
        else:
            lines.append(f"{text} {_node(value, indent)}")
    return "\n".join(lines) or "{}"


def _sequence(values: Sequence[Any], indent: int, *, is_struct: bool) -> str:
    """Dashes in column ``indent``; what they hold is moved to the right by two."""
    margin = " " * indent
    items = []
    for value in values:
        first, *rest = _node(value, indent, is_struct=is_struct).split("\n")
        start = first.lstrip(" ")
        cut = len(first) - len(start)
        if rest and isinstance(value, str):
            # The lines of a literal block stand where they belong already.
            rest = [line.removeprefix(margin + "  ") for line in rest]
        lines = [f"{margin}- {start}"]
        lines += [f"{margin}  {line[cut:]}" if len(line) > cut else "" for line in rest]
        items.append("\n".join(lines))
    return "\n".join(items) or "[]"


def _float(value: float) -> str:
    text = format_g(value)
    if text in _NOT_FINITE:
        return _NOT_FINITE[text]
    return text if "." in text or "e" in text else f"{text}.0"


def _string(text: str, indent: int) -> str:
    if needs_quotes(text):
        return quote(text)
    line_break = _line_break(text)
    return _block(text, indent, line_break) if line_break in text else str(text)


def _line_break(text: str) -> str:
    """What parts the lines of ``text``, judged by what there is most of."""
    feeds, returns, pairs = text.count("\n"), text.count("\r"), text.count("\r\n")
    if feeds == returns == pairs:
        return "\r\n"
    return "\r" if returns > feeds else "\n"


def _block(text: str, indent: int, line_break: str) -> str:
    """A literal block with the header that keeps its final line breaks."""
    if text.endswith(line_break * 2):
        header = "|+"
    else:
        header = "|" if text.endswith(line_break) else "|-"
    margin = " " * (indent + _DEPTH)
    lines = line_break.join(margin + line for line in text.split(line_break))
    lines = lines.removesuffix(line_break + margin).removesuffix(margin)
    return f"{header}{line_break}{lines}"
