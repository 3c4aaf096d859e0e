"""Requests and answers for modifiers to work on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twisted.web.http_headers import Headers

from krakendtw.middleware.modifier.martian._address import parse_address
from krakendtw.middleware.modifier.martian._exchange import Call, Reply

Fields = Mapping[str, Sequence[str]]


def call(
    url: str = "http://backend/", fields: Fields | None = None, *, length: int = 0
) -> Call:
    """A request."""
    return Call(b"GET", parse_address(url), Headers(fields), length, "backend")


def reply(
    status: int = 200,
    fields: Fields | None = None,
    *,
    to: Call | None = None,
    length: int = -1,
) -> Reply:
    """An answer, to an ordinary request unless given."""
    asked = to or call()
    return Reply(status, asked, asked.address, Headers(fields), length)
