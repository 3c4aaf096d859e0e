"""What the methods of ``request`` do: lua-proxy and lua-backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.config.canonical import canonical_header
from krakendtw.middleware.modifier.lua._fields import (
    HeaderFunctions,
    all_headers,
)
from krakendtw.middleware.modifier.lua._values import from_lua, to_lua
from krakendtw.proxy.query import encode_query, parse_query

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.lua._work import Desk


class RequestFunctions(HeaderFunctions):
    """The functions for the request at hand."""

    prefix = "request_"
    refuses = False  # who sends them does

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def _headers(self) -> dict[str, list[str]]:
        return self._desk.work.request.headers

    def _write(self, name: str, values: list[str]) -> None:
        self._headers()[name] = values
        if name == "Host":
            self._desk.work.names_host = True

    # --- text

    def request_method(self) -> Any:
        """``r:method()``."""
        return to_lua(self._desk.work.request.method)

    def request_set_method(self, value: str) -> None:
        """``r:method(value)``."""
        self._desk.work.request.method = from_lua(value)

    def request_path(self) -> Any:
        """``r:path()``."""
        return to_lua(self._desk.work.request.path)

    def request_set_path(self, value: str) -> None:
        """``r:path(value)``."""
        self._desk.work.request.path = from_lua(value)

    def request_query(self) -> Any:
        """``r:query()``: all of it, encoded."""
        return encode_query(self._desk.work.request.query)

    def request_set_query(self, value: str) -> None:
        """``r:query(value)``."""
        self._desk.work.request.query = parse_query(from_lua(value))

    def request_url(self) -> Any:
        """``r:url()``: empty as long as no host is chosen."""
        return to_lua(self._desk.work.request.url)

    def request_set_url(self, value: str) -> None:
        """``r:url(value)``."""
        self._desk.work.request.url = from_lua(value)

    # --- parameters

    def request_params(self) -> dict[str, Any]:
        """``r:params()``: a copy."""
        return dict(self._desk.work.request.params)

    def request_param(self, name: str) -> Any:
        """``r:params(name)``."""
        return to_lua(self._desk.work.request.params.get(from_lua(name), ""))

    def request_set_param(self, name: str, value: str) -> None:
        """``r:params(name, value)``."""
        request = self._desk.work.request
        # The dictionary may be shared by all requests of the route.
        request.params = {**request.params, from_lua(name): from_lua(value)}

    # --- the body

    def request_body(self) -> Any:
        """``r:body()``; or nothing and true, if it has to be waited for."""
        work = self._desk.work
        body = work.request.body
        if body is None:
            return ""
        if type(body) is bytes:
            return body
        late: Any = work.request.read_body()
        work.late = late
        return None, True

    def request_set_body(self, value: str) -> None:
        """``r:body(value)``."""
        # Go looks whether there is anything in it, and sends no empty body.
        self._desk.work.request.body = value.encode("latin-1") or None

    # --- header fields

    def request_header_all(self) -> dict[str, Any]:
        """``r:headers()``: a copy."""
        return all_headers(self._headers())

    def request_header_first(self, name: str) -> Any:
        """``r:headers(name)``."""
        values = self._headers().get(canonical_header(from_lua(name)))
        return to_lua(values[0]) if values else ""
