"""What answers where no route does: 404, 405, and 400 for refused parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.web.resource import Resource

from krakendtw.compat import COMPLETED_HEADER, VERSION_HEADER
from krakendtw.gojson.writer import dumps

if TYPE_CHECKING:
    from twisted.web.iweb import IRequest

_VERSION = VERSION_HEADER.encode()
_COMPLETED = COMPLETED_HEADER.encode()


class ErrorPage(Resource):
    """An error of the router itself.

    :param status: its status.
    :param text: its body, where there is no other.
    :param version: the value of ``X-Krakend``.
    :param body: ``error_body`` of the namespace ``router`` for this status: any
        JSON value, ``None`` for the text.
    """

    isLeaf = True
    streams_body = True

    def __init__(
        self, status: int, text: bytes, version: bytes, body: Any = None
    ) -> None:
        Resource.__init__(self)
        self.status = status
        self._version = version
        if body is None:
            self._type = b"text/plain"
            self._body = text
        else:
            self._type = b"application/json; charset=utf-8"
            self._body = dumps(body)

    def render(self, request: IRequest) -> bytes:
        """See :class:`twisted.web.resource.IResource`."""
        request.setResponseCode(self.status)
        request.setHeader(_VERSION, self._version)
        request.setHeader(_COMPLETED, b"false")
        request.setHeader(b"content-type", self._type)
        return self._body


class NotFound(ErrorPage):
    """404: no route has this path."""

    def __init__(self, version: bytes, body: Any = None) -> None:
        super().__init__(404, b"404 page not found", version, body)


class MethodNotAllowed(ErrorPage):
    """405: routes have this path, but not for this method.

    The ``Allow`` field is set before, by the tree.
    """

    def __init__(self, version: bytes, body: Any = None) -> None:
        super().__init__(405, b"405 method not allowed", version, body)


class BadParameter(Resource):
    """400: a parameter that KrakenD does not pass on.

    :param text: the reason, which is the answer's body.
    """

    isLeaf = True
    streams_body = True

    def __init__(self, text: str) -> None:
        Resource.__init__(self)
        self._body = text.encode("utf-8", "surrogateescape")

    def render(self, request: Any) -> bytes:
        """See :class:`twisted.web.resource.IResource`."""
        request.logged = True
        request.setResponseCode(400)
        request.setHeader(b"content-type", b"text/plain; charset=utf-8")
        return self._body
