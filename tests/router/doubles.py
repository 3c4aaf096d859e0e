"""What the tests of the router use in place of a client's request."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from twisted.web.http_headers import Headers
from twisted.web.resource import Resource

from krakendtw.router.redirect import split_target


class FakeRequest:
    """A request in memory, with what resources read and write of it."""

    def __init__(
        self,
        uri: bytes = b"/",
        method: bytes = b"GET",
        headers: tuple[tuple[bytes, bytes], ...] = (),
        body: bytes = b"",
    ) -> None:
        self.uri = uri
        self.method = method
        self.prepath: list[bytes] = []
        path = unquote_to_bytes(split_target(uri)[1])
        self.postpath = path[1:].split(b"/")
        self.route_params: dict[str, str] = {}
        self.requestHeaders = Headers()
        for name, value in headers:
            self.requestHeaders.addRawHeader(name, value)
        self.responseHeaders = Headers()
        self.content = BytesIO(body)
        self.code = 200
        self.started = 1.0

    def setResponseCode(self, code: int) -> None:
        """The status of the answer."""
        self.code = code

    def setHeader(self, name: bytes, value: bytes) -> None:
        """Replace a header field of the answer."""
        self.responseHeaders.setRawHeaders(name, [value])

    def answer_header(self, name: bytes) -> bytes | None:
        """The one value of a header field of the answer."""
        values = self.responseHeaders.getRawHeaders(name, [])
        assert len(values) < 2
        return values[0] if values else None


class Leaf(Resource):
    """A leaf that says its name."""

    isLeaf = True

    def __init__(self, name: str, status: int = 200) -> None:
        Resource.__init__(self)
        self.name = name
        self.status = status

    def render(self, request: Any) -> bytes:
        """See :class:`twisted.web.resource.IResource`."""
        request.setResponseCode(self.status)
        return self.name.encode()
