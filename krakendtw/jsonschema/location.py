"""Addresses of schemas: URLs, their fragments, and JSON pointers (RFC 6901)."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote as percent_quote
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from attrs import frozen

from krakendtw.go_quote import quote

_KEPT = "/:@&=+$~!*'(),;-._"


class SchemaError(Exception):
    """A schema that cannot be compiled."""


@frozen
class Reference:
    """A URL and what follows its ``#``.

    :ivar url: without the fragment.
    :ivar fragment: decoded: empty, a JSON pointer, or an anchor.
    """

    url: str
    fragment: str

    @property
    def is_pointer(self) -> bool:
        """Whether the fragment is a JSON pointer, and no anchor."""
        return not self.fragment or self.fragment.startswith("/")

    def __str__(self) -> str:
        return f"{self.url}#{encode_fragment(self.fragment)}"


def split_fragment(text: str) -> Reference:
    """A URL, taken apart at its ``#``.

    :raises SchemaError: the fragment has an escape that is none.
    """
    url, _, fragment = text.partition("#")
    return Reference(url, decode_fragment(fragment, text))


def decode_fragment(fragment: str, url: str) -> str:
    """A fragment without its escapes.

    :raises SchemaError: one of them is none.
    """
    at = fragment.find("%")
    while at >= 0:
        escape = fragment[at : at + 3]
        try:
            int(escape[1:] if len(escape) == 3 else "", 16)
        except ValueError:
            raise SchemaError(
                f"error in parsing {quote(url)}: invalid URL escape {quote(escape)}"
            ) from None
        at = fragment.find("%", at + 3)
    return unquote_to_bytes(fragment).decode("utf-8", "surrogateescape")


def encode_fragment(fragment: str) -> str:
    """A fragment as it is printed."""
    return percent_quote(fragment, safe=_KEPT, errors="surrogateescape")


def join(base: str, reference: str) -> Reference:
    """What ``reference`` means in a document at ``base``.

    :raises SchemaError: it is no reference.
    """
    parts = split_fragment(reference)
    if not parts.url:
        return Reference(base, parts.fragment)
    try:
        if urlsplit(base).scheme == "urn" and not urlsplit(parts.url).scheme:
            return Reference(base, parts.fragment)
        joined = _join(base, parts.url)
    except ValueError as error:
        raise SchemaError(f"error in parsing {quote(parts.url)}: {error}") from None
    return Reference(joined, parts.fragment)


def _join(base: str, url: str) -> str:
    scheme = urlsplit(base).scheme
    # Python joins only what it takes for hierarchical.
    stand_in = "http" if scheme and scheme not in ("http", "https", "file") else scheme
    if urlsplit(url).scheme:
        return url
    joined = urljoin(base.replace(scheme, stand_in, 1), url)
    return joined.replace(stand_in, scheme, 1)


def file_url(name: str) -> str:
    """The URL of a file beside the working directory."""
    return f"file://{os.path.abspath(name)}"


def append(pointer: str, *tokens: str | int) -> str:
    """A JSON pointer to something further inside."""
    escaped = (str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
    return "/".join((pointer, *escaped))


def look_up(document: Any, reference: Reference) -> Any:
    """What a pointer points to.

    :param reference: with a pointer for its fragment.
    :raises SchemaError: nothing is there.
    """
    value = document
    for escaped in reference.fragment.split("/")[1:]:
        token = _unescape(escaped, reference)
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and _index(token) < len(value):
            value = value[int(token)]
        else:
            raise SchemaError(f"json-pointer in {quote(str(reference))} not found")
    return value


def _unescape(token: str, reference: Reference) -> str:
    rest = token.replace("~0", "").replace("~1", "")
    if "~" in rest:
        raise SchemaError(f"invalid json-pointer {quote(str(reference))}")
    return token.replace("~1", "/").replace("~0", "~")


def _index(token: str) -> float:
    """The index that a token means; beyond every list if it is none."""
    return int(token) if token.isascii() and token.isdigit() else float("inf")
