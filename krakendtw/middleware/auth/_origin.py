"""Where a client's request carries its token: a header field, then a cookie."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from krakendtw.transport.server.request import GatewayRequest

_match_token = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_match_value = re.compile(rb"[ !#-:<-\[\]-~]*").fullmatch


def compile_finder(
    header: str, cookie: str
) -> Callable[[GatewayRequest], bytes | None]:
    """The function that finds a request's token, good or bad.

    The scheme word ``Bearer`` may be missing.  The cookie is looked at only
    where the header is missing or empty.

    :param header: empty for ``Authorization``.
    :param cookie: empty for ``access_token``.
    """
    name = (header or "Authorization").lower().encode("utf-8", "replace")
    size = len(name)
    wanted = (cookie or "access_token").encode("utf-8", "replace")

    def find(request: GatewayRequest) -> bytes | None:
        for key, value in request.headers:
            if len(key) == size and key.lower() == name:
                if value[6:7] == b" " and value[:6].lower() == b"bearer":
                    value = value[7:]
                if value:
                    return value
                break
        return find_cookie(request.fields(b"cookie"), wanted)

    return find


def find_cookie(lines: list[bytes], wanted: bytes) -> bytes | None:
    """The value of the first cookie of a name (RFC 6265 §5.4), quotes dropped."""
    for line in lines:
        for part in line.split(b";"):
            name, _, value = part.strip(b" \t").partition(b"=")
            if name.strip(b" \t") != wanted or not _match_token(wanted):
                continue
            if len(value) > 1 and value[:1] == value[-1:] == b'"':
                value = value[1:-1]
            if _match_value(value):
                return value
    return None
