"""Bodies that are copied as they pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IProtocol, IPushProducer
from twisted.internet.protocol import Protocol, connectionDone
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import IResponse
from zope.interface import implementer

if TYPE_CHECKING:
    from twisted.python.failure import Failure
    from twisted.web.http_headers import Headers


@implementer(IResponse)
class KeptResponse:
    """An answer whose body is given to ``keep`` when all of it has been read.

    One that breaks off, or that its reader does not want to the end, is not.

    :param limit: bytes of a body that is too long to be kept.
    """

    def __init__(
        self, response: IResponse, keep: Callable[[bytes], None], limit: int
    ) -> None:
        self._response = response
        self._keep = keep
        self._limit = limit
        self.version: Any = response.version
        self.code: int = response.code
        self.phrase: bytes = response.phrase
        self.headers: Headers = response.headers
        self.length: Any = response.length
        self.request: Any = response.request
        self.previousResponse: Any = response.previousResponse

    def deliverBody(self, protocol: IProtocol) -> None:
        """Give the body to ``protocol``, and a copy of it to ``keep``."""
        self._response.deliverBody(_Tee(protocol, self._keep, self._limit))

    def setPreviousResponse(self, response: IResponse) -> None:
        """Remember the redirect that led here."""
        self.previousResponse = response


@implementer(IProtocol, IPushProducer)
class _Tee:
    """Stands between a body and its reader, for each of them in the other's place."""

    def __init__(
        self, reader: IProtocol, keep: Callable[[bytes], None], limit: int
    ) -> None:
        self._reader = reader
        self._keep = keep
        self._left = limit
        self._parts: list[bytes] | None = []
        self._source: Any = None

    # --- the body's side

    def makeConnection(self, transport: Any) -> None:
        """See :class:`twisted.internet.interfaces.IProtocol`."""
        self._source = transport
        self._reader.makeConnection(self)  # type: ignore[arg-type]

    def connectionMade(self) -> None:
        """Told to the reader by :meth:`makeConnection`."""

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.interfaces.IProtocol`."""
        if self._parts is not None:
            self._parts.append(data)
            self._left -= len(data)
            if self._left <= 0:
                self._parts = None
        self._reader.dataReceived(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.interfaces.IProtocol`."""
        parts, self._parts = self._parts, None
        if parts is not None and reason.check(ResponseDone, PotentialDataLoss):
            self._keep(b"".join(parts))
        self._reader.connectionLost(reason)

    # --- the reader's side

    def pauseProducing(self) -> None:
        """The reader has enough."""
        self._source.pauseProducing()

    def resumeProducing(self) -> None:
        """The reader wants more."""
        self._source.resumeProducing()

    def stopProducing(self) -> None:
        """The reader does not want the rest."""
        self._parts = None
        stop(self._source)

    def loseConnection(self) -> None:
        """The same in a transport's words."""
        self.stopProducing()

    def abortConnection(self) -> None:
        """The same in a transport's words."""
        self.stopProducing()


def stop(source: Any) -> None:
    """Tell who sends a body that nobody wants the rest."""
    for name in ("stopProducing", "abortConnection", "loseConnection"):
        end = getattr(source, name, None)
        if end is not None:
            end()
            return


def refuse(response: IResponse) -> None:
    """Do not read the body of an answer."""
    response.deliverBody(_Refusal())


class _Refusal(Protocol):
    """Wants nothing."""

    def connectionMade(self) -> None:
        """See :class:`twisted.internet.protocol.BaseProtocol`."""
        stop(self.transport)
