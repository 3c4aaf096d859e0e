"""Data as XML in the style of mxj, which writes KrakenD's XML answers.

Keys that begin with a dash are attributes, ``#text`` is the text beside them,
lists repeat their element.  Keys are not checked: what is no name in the data
is none in the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from krakendtw.gojson.format import format_v
from krakendtw.gojson.number import Number
from krakendtw.gojson.opaque import Opaque
from krakendtw.gojson.text import encode_raw

_ROOT = "doc"
_TEXT = "#text"

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
)


class Unwritable(ValueError):
    """An object or a list where only an attribute's value can stand."""


def dumps(data: Mapping[str, Any]) -> bytes:
    """``data`` as a document, or as several elements if a lone list says so.

    A single key names the root, unless its list holds other things than
    objects; several keys are put into ``<doc>``.

    :raises Unwritable: no document can be made.
    """
    root: tuple[str, Any] = (_ROOT, data)
    if len(data) == 1:
        ((key, value),) = data.items()
        if not isinstance(value, list | tuple) or all(map(_is_object, value)):
            root = (key, value)
    pieces: list[str] = []
    # What is still to be written, the next one last: elements, or closing tags.
    pending: list[tuple[str, Any] | str] = [root]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        name, value = item
        if isinstance(value, Opaque):
            value = value.value if value.xml is None else value.xml
        if isinstance(value, list | tuple) and value:
            pending.extend((name, element) for element in reversed(value))
        elif isinstance(value, Mapping):
            _open_element(name, value, pieces, pending)
        else:
            text = _text(value)
            pieces.append(f"<{name}>{text}</{name}>" if text else f"<{name}/>")
    return encode_raw("".join(pieces))


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _open_element(
    name: str,
    content: Mapping[str, Any],
    pieces: list[str],
    pending: list[tuple[str, Any] | str],
) -> None:
    """Write the begin of an element; put off what is in it."""
    keys = sorted(content, key=encode_raw)
    attributes = [key for key in keys if key[:1] == "-" and key != "-"]
    pieces.append(f"<{name}")
    pieces.extend(f' {key[1:]}="{_attribute(key, content[key])}"' for key in attributes)
    if len(attributes) == len(keys):
        pieces.append("/>")
        return
    pieces.append(">")
    if _TEXT in content:
        pieces.append(_shown(content[_TEXT]))
    pending.append(f"</{name}>")
    inner = (key for key in reversed(keys) if key != _TEXT and key not in attributes)
    pending.extend((key, content[key]) for key in inner)


def _attribute(key: str, value: Any) -> str:
    if value is None or isinstance(value, Mapping | list | tuple | Opaque):
        raise Unwritable(f"invalid attribute value for: {key}")
    return _shown(value)


def _text(value: Any) -> str:
    """The text of an element; none for ``null`` and empty lists."""
    return "" if value is None or isinstance(value, list | tuple) else _shown(value)


def _shown(value: Any) -> str:
    """A value in a text; only real strings are escaped."""
    if isinstance(value, str) and type(value) is not Number:
        return value.translate(_ESCAPES)
    return format_v(value)
