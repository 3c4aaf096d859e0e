"""Where a request has its key: in a header or in the query string."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from krakendtw.transport.server.request import GatewayRequest

ValueOf = Callable[["GatewayRequest"], bytes]
"""The key of a request as it was sent; empty without one."""

_BEARER = b"bearer "


def compile_value_of(in_query: bool, name: str) -> ValueOf:
    """The function that finds the key.

    :param in_query: whether it is a query string's, not a header's.
    :param name: of the header, in any case, or of the query string.
    """
    if in_query:
        wanted = name.encode()
        return lambda request: query_value(request.query_string, wanted)
    lower = name.lower().encode()

    def in_header(request: GatewayRequest) -> bytes:
        value = request.field(lower) or b""
        if value[: len(_BEARER)].lower() == _BEARER:
            value = value[len(_BEARER) :]
        return value.strip()

    return in_header


def query_value(query: bytes, name: bytes) -> bytes:
    """The first value of a name in a query string, empty without one.

    Pairs with a semicolon or a broken escape do not count, as in Go.
    """
    for pair in query.split(b"&"):
        if b";" in pair:
            continue
        key, _, value = pair.partition(b"=")
        if _unescape(key) == name:
            found = _unescape(value)
            if found is not None:
                return found
    return b""


def _unescape(text: bytes) -> bytes | None:
    text = text.replace(b"+", b" ")
    for part in text.split(b"%")[1:]:
        if len(part) < 2 or not _HEX.issuperset(part[:2]):
            return None
    return unquote_to_bytes(text)


_HEX = frozenset(b"0123456789abcdefABCDEF")
