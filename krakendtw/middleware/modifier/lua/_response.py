"""What the methods of ``response`` do: lua-proxy and lua-backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.config.canonical import canonical_header
from krakendtw.middleware.modifier.lua._fields import (
    HeaderFunctions,
    all_headers,
    is_token,
    one_line,
)
from krakendtw.middleware.modifier.lua._values import from_lua, to_lua

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.lua._work import Desk
    from krakendtw.proxy.message import Response


def prepare(response: Response) -> None:
    """What a script is promised of a response: an object for its data."""
    if response.data is None:
        response.data = {}


class ResponseFunctions(HeaderFunctions):
    """The functions for the response at hand."""

    prefix = "response_"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def _headers(self) -> dict[str, list[str]]:
        return self._desk.work.response.metadata.headers

    def _store(self, name: str, values: list[str]) -> None:
        """Go's server leaves out bad names, and makes line breaks blanks."""
        name = canonical_header(from_lua(name))
        if is_token(name):
            self._write(name, [one_line(value) for value in values])

    def response_is_complete(self) -> bool:
        """``r:isComplete()``."""
        return self._desk.work.response.is_complete

    def response_set_complete(self, value: bool) -> None:
        """``r:isComplete(value)``."""
        self._desk.work.response.is_complete = value

    def response_status(self) -> int:
        """``r:statusCode()``."""
        return self._desk.work.response.metadata.status

    def response_set_status(self, value: float) -> None:
        """``r:statusCode(value)``."""
        self._desk.work.response.metadata.status = int(value)

    def response_data(self) -> Any:
        """``r:data()``: the data itself."""
        return self._desk.work.response.data

    # --- the undecoded body

    def response_body(self) -> Any:
        """``r:body()``; or nothing and true, if it has to be waited for."""
        work = self._desk.work
        body = work.response.io
        if body is None:
            work.response.io = b""
            return ""
        if type(body) is bytes:
            return body
        work.late = body.read_all().addCallback(self._keep, work.response)  # type: ignore[union-attr]
        return None, True

    def _keep(self, body: bytes, response: Response) -> bytes:
        response.io = body
        return body

    def response_set_body(self, value: str) -> None:
        """``r:body(value)``."""
        response = self._desk.work.response
        response.io = value.encode("latin-1")
        # Fields that were looked at are no longer relayed as they came: the
        # router sees that the Content-Length among them fits no more.
        _ = response.metadata.headers

    # --- header fields

    def response_header_all(self) -> dict[str, Any]:
        """``r:headers()``: a copy."""
        return all_headers(self._headers())

    def response_header_first(self, name: str) -> Any:
        """``r:headers(name)``: by the very name, unlike everywhere else."""
        values = self._headers().get(from_lua(name))
        return to_lua(values[0]) if values else ""
