"""A backend's answer as Twisted's and treq's code expects it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IProtocol, IPushProducer
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH, IResponse
from zope.interface import implementer

from krakendtw.errors import TransportError
from krakendtw.transport.server.status import reason
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from krakendtw.transport.client.exchange import Incoming

_DONE = ResponseDone("Response body fully received")


@implementer(IResponse)
class PooledResponse:
    """An :class:`~twisted.web.iweb.IResponse` over an :class:`Incoming`.

    :param request: what :attr:`request` gives back to treq.
    """

    version = (b"HTTP", 1, 1)

    def __init__(self, incoming: Incoming, request: Any = None) -> None:
        self.incoming = incoming
        self.code = incoming.status
        self.phrase = reason(incoming.status)
        self.headers = Headers()
        for name, value in incoming.headers:
            self.headers.addRawHeader(name, value)
        body = incoming.body
        known = body.length if type(body) is BodyStream else len(body)
        self.length: Any = UNKNOWN_LENGTH if known is None else known
        self.request = request
        self.previousResponse: Any = None

    def setPreviousResponse(self, response: Any) -> None:
        """Keep the answer that redirected here."""
        self.previousResponse = response

    def deliverBody(self, protocol: IProtocol) -> None:
        """Give the body to ``protocol``, then end it with ``ResponseDone``.

        A body that broke off ends with :class:`~krakendtw.errors.TransportError`.
        """
        body = self.incoming.body
        if type(body) is BodyStream:
            delivery = _Delivery(protocol, body)
            protocol.makeConnection(delivery)  # type: ignore[arg-type]
            body.start(delivery)
            return
        protocol.makeConnection(_WholeBody())  # type: ignore[arg-type]
        if body:
            protocol.dataReceived(body)
        cut = self.incoming.cut
        protocol.connectionLost(Failure(TransportError(cut) if cut else _DONE))


@implementer(IPushProducer)
class _Delivery:
    """Hands a stream to a protocol, and is its transport meanwhile."""

    disconnecting = False

    def __init__(self, protocol: IProtocol, stream: BodyStream) -> None:
        self._protocol = protocol
        self.pauseProducing = stream.pauseProducing
        self.resumeProducing = stream.resumeProducing
        self.stopProducing = stream.stopProducing
        self.loseConnection = stream.stopProducing
        self.abortConnection = stream.stopProducing

    def body_data(self, data: bytes) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        self._protocol.dataReceived(data)

    def body_end(self) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        self._protocol.connectionLost(Failure(_DONE))

    def body_failed(self, failure: Failure) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        self._protocol.connectionLost(failure)


class _WholeBody:
    """The transport of a body that is all there: nothing to hold back."""

    disconnecting = False

    def pauseProducing(self) -> None:
        """Everything is delivered in one call."""

    def resumeProducing(self) -> None:
        """Everything is delivered in one call."""

    def stopProducing(self) -> None:
        """Everything is delivered in one call."""

    def loseConnection(self) -> None:
        """There is no connection any more."""

    def abortConnection(self) -> None:
        """There is no connection any more."""
