"""Markup in an Atom construct, written again the way HTML is written."""

from __future__ import annotations

from krakendtw.encoding._goxml import End, GoXMLError, Start, Tokens
from krakendtw.gojson.text import encode_raw

_VOID = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    )
)
_ESCAPES = str.maketrans(
    {"&": "&amp;", "'": "&#39;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "\r": "&#13;"}
)


def inner_of_sole_div(markup: str) -> str:
    """What is in the ``div`` that Atom wants around XHTML.

    ``markup`` itself if there is none, or another element beside it.
    """
    pieces: list[str] = []
    depth = roots = 0
    try:
        for token in Tokens(encode_raw(markup), strict=False):
            if isinstance(token, Start):
                roots += depth == 0
                if depth == 0 and token.name.local.lower() != "div":
                    return markup
                if depth:
                    pieces.append(_tag(token))
                depth += 1
            elif isinstance(token, End):
                depth -= 1
                if depth and token.name.local.lower() not in _VOID:
                    pieces.append(f"</{_written(token)}>")
            elif depth:
                pieces.append(token.data.translate(_ESCAPES))
    except GoXMLError:
        return markup
    return "".join(pieces) if roots == 1 else markup


def _tag(token: Start) -> str:
    attributes = "".join(
        f" {f'{name.prefix}:' if name.prefix else ''}{name.local.lower()}"
        f'="{value.translate(_ESCAPES)}"'
        for name, value in token.attributes
    )
    slash = "/" if token.name.local.lower() in _VOID else ""
    return f"<{_written(token)}{attributes}{slash}>"


def _written(token: Start | End) -> str:
    prefix = f"{token.name.prefix.lower()}:" if token.name.prefix else ""
    return prefix + token.name.local.lower()
