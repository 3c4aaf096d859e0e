"""Answers that come from no wire: for client plugins that answer themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http import RESPONSES
from twisted.web.http_headers import Headers
from twisted.web.iweb import IResponse
from zope.interface import implementer

if TYPE_CHECKING:
    from twisted.internet.interfaces import IProtocol


@implementer(IResponse)
class MemoryResponse:
    """A whole answer, as an agent gives it.

    :param code: the status.
    :param headers: names to values.
    :param body: the whole body.
    :param request: what it answers, if anybody wants to know.
    """

    version = (b"HTTP", 1, 1)

    def __init__(
        self,
        code: int = 200,
        headers: Mapping[str, Sequence[str]] | None = None,
        body: bytes = b"",
        request: Any = None,
    ) -> None:
        self.code = code
        self.phrase: bytes = RESPONSES.get(code, b"Unknown")
        self.headers = Headers(headers)
        self.length = len(body)
        self.request = request
        self.previousResponse: IResponse | None = None
        self._body = body

    def deliverBody(self, protocol: IProtocol) -> None:
        """Give the protocol the whole body at once."""
        protocol.makeConnection(_Nowhere())  # type: ignore[arg-type]
        if self._body:
            protocol.dataReceived(self._body)
        protocol.connectionLost(Failure(ResponseDone()))

    def setPreviousResponse(self, response: IResponse) -> None:
        """Remember the redirect that led here."""
        self.previousResponse = response


@implementer(IPushProducer)
class _Nowhere:
    """The transport of a body that is already here: nothing to hold back."""

    def pauseProducing(self) -> None:
        """Too late."""

    def resumeProducing(self) -> None:
        """Already done."""

    def stopProducing(self) -> None:
        """Already done."""

    def loseConnection(self) -> None:
        """There is none."""

    def abortConnection(self) -> None:
        """There is none."""
