"""What the methods of ``ctx`` do: lua-endpoint, on the client's own request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from krakendtw.config.canonical import canonical_header
from krakendtw.errors import PipeError
from krakendtw.go_quote import quote
from krakendtw.middleware.modifier.lua._fields import (
    HeaderFunctions,
    all_headers,
)
from krakendtw.middleware.modifier.lua._values import from_lua, to_lua
from krakendtw.proxy.go_url import parse_url
from krakendtw.proxy.query import encode_query, parse_query

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.lua._work import Desk

_NO_FIELDS = frozenset((b"host", b"transfer-encoding"))
"""Lines of the head that Go's server does not keep among the fields."""

_is_host = re.compile(r"[ -~]*").fullmatch
_is_line = re.compile(r"[ -~\x80-\xff]*").fullmatch

NO_URL = "runtime error: invalid memory address or nil pointer dereference"
"""What KrakenD says when it uses a URL that it could not parse."""


def capitalised(name: str) -> str:
    """A parameter's name as the pipe knows it."""
    return name[:1].upper() + name[1:]


class ContextFunctions(HeaderFunctions):
    """The functions for the client's request at hand."""

    prefix = "context_"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # --- the request line

    def context_method(self) -> Any:
        """``c:method()``."""
        return self._desk.work.client.method

    def context_set_method(self, value: str) -> str | None:
        """``c:method(value)``; what is wrong with it."""
        # The pipe has the endpoint's, whatever is said here: no more is asked.
        if not _is_line(value):
            return f"net/http: invalid method {quote(from_lua(value))}"
        self._desk.work.client.method = value.encode("latin-1")
        return None

    def context_url(self) -> Any:
        """``c:url()``: path and query."""
        return self._desk.work.client.uri

    def context_set_url(self, value: str) -> str | None:
        """``c:url(value)``: the route stays the one that was found."""
        try:
            parts = parse_url(value.encode("latin-1"))
        except PipeError:
            return NO_URL
        client = self._desk.work.client
        path, mark, query = value.partition("?")
        client.uri = (path.replace(" ", "%20") + mark + query).encode("latin-1")
        client.path = parts.path.encode("ascii")
        client.query_string = parts.query
        return None

    def context_host(self) -> Any:
        """``c:host()``."""
        return self._desk.work.client.host

    def context_set_host(self, value: str) -> str | None:
        """``c:host(value)``; what is wrong with it."""
        if not _is_host(value):
            return 'net/http: invalid header field value for "X-Forwarded-Host"'
        self._desk.work.client.host = value.encode("ascii")
        return None

    def context_query(self, name: str) -> Any:
        """``c:query(name)``: as it was when one was first asked for."""
        work = self._desk.work
        if work.query is None:
            work.query = parse_query(work.client.query_string)
        values = work.query.get(from_lua(name))
        return to_lua(values[0]) if values else ""

    def context_set_query(self, name: str, value: str) -> None:
        """``c:query(name, value)``."""
        client = self._desk.work.client
        query = parse_query(client.query_string)
        query[from_lua(name)] = [from_lua(value)]
        client.query_string = encode_query(query).encode("ascii")
        client.uri = client.uri.partition(b"?")[0] + b"?" + client.query_string

    # --- parameters, by the names of the route

    def context_params(self) -> dict[str, Any]:
        """``c:params()``: a copy."""
        work = self._desk.work
        return {
            work.names.get(name, name): value
            for name, value in work.client.route_params.items()
        }

    def context_param(self, name: str) -> Any:
        """``c:params(name)``."""
        work = self._desk.work
        name = from_lua(name)
        key = capitalised(name)
        if work.names.get(key, name) != name:
            return ""
        return to_lua(work.client.route_params.get(key, ""))

    def context_set_param(self, name: str, value: str) -> None:
        """``c:params(name, value)``."""
        work = self._desk.work
        name = from_lua(name)
        key = capitalised(name)
        work.names = {**work.names, key: name}
        client = work.client
        # The dictionary may be shared by all requests without parameters.
        client.route_params = {**client.route_params, key: from_lua(value)}

    # --- the body

    def context_body(self) -> Any:
        """``c:body()``; or nothing and true, if it has to be waited for."""
        work = self._desk.work
        body = work.client.body
        if body is None:
            return ""
        if type(body) is bytes:
            return body
        work.late = work.client.whole_body()
        return None, True

    def context_set_body(self, value: str) -> None:
        """``c:body(value)``."""
        self._desk.work.client.body = value.encode("latin-1")

    # --- header fields

    def _headers(self) -> dict[str, list[str]]:
        """A copy of the fields; to change them is to write them all anew."""
        found: dict[str, list[str]] = {}
        for name, value in self._desk.work.client.headers:
            if name.lower() not in _NO_FIELDS:
                text = value.decode("utf-8", "surrogateescape")
                found.setdefault(_canonical(name), []).append(text)
        return found

    def context_header_all(self) -> dict[str, Any]:
        """``c:headers()``: a copy."""
        return all_headers(self._headers())

    def context_header_first(self, name: str) -> Any:
        """``c:headers(name)``."""
        wanted = canonical_header(from_lua(name))
        for key, value in self._desk.work.client.headers:
            if _canonical(key) == wanted and key.lower() not in _NO_FIELDS:
                return value
        return ""

    def _drop(self, name: str) -> None:
        """``c:headers(name, nil)``."""
        self._replace(canonical_header(from_lua(name)), [])

    def _write(self, name: str, values: list[str]) -> None:
        self._replace(name, values)

    def _replace(self, name: str, values: list[str]) -> None:
        """Put other values in place of a field's; no client's lines change order."""
        client = self._desk.work.client
        if name == "Content-Length":  # what is no length cannot announce one
            values = [value for value in values if value.isdecimal()]
        kept = [pair for pair in client.headers if _canonical(pair[0]) != name]
        raw = name.encode("utf-8", "surrogateescape")
        kept += [(raw, value.encode("utf-8", "surrogateescape")) for value in values]
        client.headers = kept


def _canonical(name: bytes) -> str:
    return canonical_header(name.decode("latin-1"))
