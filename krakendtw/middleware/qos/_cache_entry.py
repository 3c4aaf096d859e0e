"""A stored answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from twisted.web.http import RESPONSES

from krakendtw.memory import MemoryResponse
from krakendtw.middleware.qos._cache_rules import (
    Control,
    is_fresh,
    lifetime_of,
    outlasts_errors,
    parse_control,
    parse_date,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted.web.http_headers import Headers

FRESH, STALE, UNSUITED = range(3)
"""Served as it is; asked for again with its validators; asked for anew."""

_CONDITIONS = (
    (b"if-none-match", b"etag"),
    (b"if-modified-since", b"last-modified"),
)
_is_name = re.compile(rb"[!#$%&'*+\-.^_`|~0-9a-z]+").fullmatch

_BETWEEN_HOPS = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
_FRAMING = frozenset((b"content-length", b"trailer", b"transfer-encoding"))


def first(headers: Headers, name: bytes) -> bytes:
    """The first value of a field; empty if there is none."""
    values = headers.getRawHeaders(name)
    return values[0] if values else b""


class Entry:
    """An answer, and what it depended on.

    :param headers: its fields; nobody changes them any more.
    :param varied: values of the request's fields that it depended on, by
        lower-case name.
    :param is_bodiless: whether it answers HEAD.
    :ivar size: the bytes of the message, by which caches are limited.
    :ivar control: the directives of its Cache-Control.
    """

    __slots__ = (
        "_date",
        "_lifetime",
        "_validators",
        "body",
        "control",
        "headers",
        "is_bodiless",
        "size",
        "status",
        "varied",
    )

    def __init__(
        self,
        status: int,
        headers: Headers,
        body: bytes,
        varied: Mapping[bytes, bytes],
        *,
        is_bodiless: bool = False,
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.varied = varied
        self.is_bodiless = is_bodiless
        self.control: Control = parse_control(first(headers, b"cache-control"))
        self._date = parse_date(first(headers, b"date"))
        expires = first(headers, b"expires")
        self._lifetime = lifetime_of(self.control, self._date, expires)
        self._validators = [
            (condition, first(headers, name), name)
            for condition, name in _CONDITIONS
            if first(headers, name)
        ]
        self.size = _size(self)

    def suits(self, asked: Headers) -> bool:
        """Whether a request has what this answer depended on."""
        return all(first(asked, name) == value for name, value in self.varied.items())

    def freshness(self, asked: Control, now: float) -> int:
        """Whether it may be served.

        :param asked: the request's directives.
        :param now: seconds since the epoch.
        """
        if "no-cache" in asked:
            return UNSUITED
        if "no-cache" in self.control:
            return STALE
        if "only-if-cached" in asked:
            return FRESH
        if self._date is None:
            return STALE
        return FRESH if is_fresh(asked, self._lifetime, now - self._date) else STALE

    def outlasts_errors(self, asked: Control, now: float) -> bool:
        """Whether it may stand in for a failure."""
        age = None if self._date is None else now - self._date
        return outlasts_errors(asked, self.control, age)

    def conditional(self, asked: Headers) -> Headers:
        """A request's fields, made conditional on this answer's validators."""
        validators = [
            (condition, value)
            for condition, value, name in self._validators
            if not first(asked, name)
        ]
        if not validators:
            return asked
        headers = asked.copy()
        for condition, value in validators:
            headers.setRawHeaders(condition, [value])
        return headers

    def response(self) -> MemoryResponse:
        """The answer."""
        response = MemoryResponse(self.status, None, self.body)
        response.headers = self.headers.copy()
        return response

    def refreshed(self, fields: Headers) -> MemoryResponse:
        """The answer with the fields of a 304 in place of its own.

        But for those between hops, and the length of a body that 304 has not.
        """
        response = self.response()
        listed = first(fields, b"connection").lower().split(b",")
        skipped = _BETWEEN_HOPS | _FRAMING | {name.strip() for name in listed}
        for name, values in fields.getAllRawHeaders():
            if name.lower() not in skipped:
                response.headers.setRawHeaders(name, list(values))
        return response


def note_dependencies(asked: Headers, answered: Headers) -> dict[bytes, bytes]:
    """The request's fields that an answer depended on, by lower-case name.

    What ``Vary`` names is noted in the answer itself too, where KrakenD shows it.
    An encoded body depends on Accept-Encoding even if nothing is said of it, so
    that nobody gets an encoding that another one asked for.
    """
    names = [
        name.strip().lower()
        for value in answered.getRawHeaders(b"vary", [])
        for name in value.split(b",")
    ]
    # Host is none of the request's fields: it is part of the URL.
    names = [name for name in names if name != b"host" and _is_name(name)]
    varied = {name: first(asked, name) for name in names}
    for name, value in varied.items():
        if value:
            answered.setRawHeaders(b"X-Varied-" + name, [value])
    if answered.hasHeader(b"content-encoding"):
        varied[b"accept-encoding"] = first(asked, b"accept-encoding")
    return varied


def _size(entry: Entry) -> int:
    """The bytes of an answer as Go writes it to keep it."""
    phrase = RESPONSES.get(entry.status, b"Unknown")
    size = len("HTTP/1.1 200 \r\n") + len(phrase) + len("\r\n") + len(entry.body)
    for name, values in entry.headers.getAllRawHeaders():
        if name.lower() not in _FRAMING:
            size += sum(len(name) + len(value) + len(": \r\n") for value in values)
    return size + _framing_size(entry)


def _framing_size(entry: Entry) -> int:
    """The part of it that says where the body ends."""
    body = len(entry.body)
    length = first(entry.headers, b"content-length").decode("latin-1")
    if entry.is_bodiless:
        return len(f"Content-Length: {length}\r\n") if length else 0
    if entry.headers.hasHeader(b"transfer-encoding"):
        chunk = len(f"{body:x}\r\n\r\n") if body else 0
        return len("Transfer-Encoding: chunked\r\n0\r\n\r\n") + chunk
    return len(f"Content-Length: {body}\r\n") if length else 0
