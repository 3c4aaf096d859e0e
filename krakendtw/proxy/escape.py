"""Percent-encoding as Go's ``net/url`` does it, part of a URL by part.

Works on bytes: what a client or a backend sent need not be UTF-8, and must come
out again as the same bytes.  :func:`to_text` and :func:`to_bytes` are the way
between such bytes and the text in the pipe.
"""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes

from krakendtw.go_quote import quote

PATH = "$&+,/:;=@"
"""What stays as it is in a path, beside letters, digits and ``-._~``."""

HOST = "!\"$&'()*+,:;<=>[]"
"""The same in a host."""

USER = "$&+,;="
"""The same in a user name or password."""

FRAGMENT = "!$&()*+,/:;=?@"
"""The same in a fragment."""

_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
_LONE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


class EscapeError(ValueError):
    """A per cent sign without two hexadecimal digits behind it, in Go's words."""


def to_text(raw: bytes) -> str:
    """``raw`` as the pipe's text; bytes that are no UTF-8 become lone surrogates."""
    return raw.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    """What :func:`to_text` was made of.

    Surrogates that stand for no byte become the replacement character.
    """
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return _LONE.sub("\ufffd", text).encode("utf-8", "surrogateescape")


def unescape(raw: bytes) -> bytes:
    """``raw`` with its percent-escapes undone.

    :raises EscapeError: for an invalid escape.
    """
    if b"%" not in raw:
        return raw
    broken = _BROKEN.search(raw)
    if broken is not None:
        text = quote(to_text(broken.group()))
        raise EscapeError(f"invalid URL escape {text}")
    return unquote_to_bytes(raw)


def escape(raw: bytes, safe: str) -> str:
    """``raw`` with everything escaped but letters, digits, ``-._~`` and ``safe``."""
    return quote_from_bytes(raw, safe)
