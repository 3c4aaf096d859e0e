"""Texts made safe to stand in HTML, in scripts and in URLs."""

from __future__ import annotations

import re
from typing import Any, Final

from krakendtw.gojson.text import encode_raw
from krakendtw.template.printing import join

_HTML: Final = str.maketrans(
    {
        "\0": "\ufffd",
        '"': "&#34;",
        "'": "&#39;",
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
    }
)
_JS: Final = {
    "\\": r"\\",
    "'": r"\'",
    '"': r"\"",
    "<": r"\u003C",
    ">": r"\u003E",
    "&": r"\u0026",
    "=": r"\u003D",
}
_JS_SPECIAL = re.compile(r"[\\'\"<>&=\x00-\x1f]|[^\x00-\x7f]")
_QUERY_SPECIAL = re.compile(rb"[^A-Za-z0-9\-_.~]")


def html(*values: Any) -> str:
    """Values as text in HTML."""
    return _text(values).translate(_HTML)


def js(*values: Any) -> str:
    """Values as text in a string of JavaScript."""
    return _JS_SPECIAL.sub(_js, _text(values))


def _js(match: re.Match[str]) -> str:
    char = match[0]
    if char in _JS:
        return _JS[char]
    if char < " ":
        return f"\\u{ord(char):04X}"
    is_byte = "\ud800" <= char < "\ue000"  # which is no UTF-8 and stays as it is
    return char if is_byte or char.isprintable() else f"\\u{ord(char):04X}"


def query(*values: Any) -> str:
    """Values as text in the query of a URL."""
    return escape_query(_text(values))


def escape_query(text: str) -> str:
    """``text`` in a URL's query: ``+`` for a space, ``%2F`` for a slash."""
    return _QUERY_SPECIAL.sub(_percent, encode_raw(text)).decode()


def _percent(match: re.Match[bytes]) -> bytes:
    byte = match[0]
    return b"+" if byte == b" " else b"%%%02X" % byte[0]


def _text(values: tuple[Any, ...]) -> str:
    """The values as an action would print them."""
    if len(values) == 1 and isinstance(values[0], str):
        return str(values[0])
    return join(*("<no value>" if value is None else value for value in values))
