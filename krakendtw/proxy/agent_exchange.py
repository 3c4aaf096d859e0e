"""The exchange over an ``IAgent``: where components wrap the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH, IBodyProducer, IResponse
from zope.interface import implementer

from krakendtw.errors import DeadlineExceeded, PipeError, TransportError
from krakendtw.proxy.http import Exchange
from krakendtw.transport.client.exchange import Incoming, Outgoing
from krakendtw.transport.client.response import PooledResponse
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.web.iweb import IAgent

    from krakendtw.transport.client.pool import Origin


class AgentExchange(Exchange):
    """An exchange whose requests go through an agent.

    :param agent: the components' wrappers, the pool's agent innermost, or what
        takes its place.
    """

    def __init__(self, *arguments: Any, agent: IAgent, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._agent = agent

    def exchange(self, origin: Origin, outgoing: Outgoing) -> Deferred[Incoming]:
        """Send through the agent."""
        headers = Headers()
        for line in outgoing.lines.splitlines():
            name, _, value = line.partition(b": ")
            headers.addRawHeader(name, value)
        body = outgoing.body
        producer = None if body is None else _Producer(body, outgoing.length)
        url = origin.url_of(outgoing.target).encode("utf-8", "surrogateescape")
        asked = self._agent.request(outgoing.method, url, headers, producer)
        answer: Any = asked
        answer.addCallbacks(
            self._collect, self._translate, (outgoing,), None, (outgoing,)
        )
        found: Deferred[Incoming] = answer
        return found

    def _translate(self, failure: Failure, outgoing: Outgoing) -> Any:
        """Whatever a stranger's agent fails with becomes ours."""
        if isinstance(failure.value, PipeError):
            return failure
        if self.client.pool.seconds() >= outgoing.deadline:
            raise DeadlineExceeded
        raise TransportError(failure.getErrorMessage()) from failure.value

    def _collect(
        self, response: IResponse, outgoing: Outgoing
    ) -> Incoming | Deferred[Incoming]:
        """Read the body as the backend's encoding wants it."""
        if isinstance(response, PooledResponse) and (
            self.streams or type(response.incoming.body) is bytes
        ):
            response.incoming.headers = _fields(response)
            return response.incoming
        receiver = _Receiver(None if response.length is UNKNOWN_LENGTH else response.length)
        response.deliverBody(receiver)
        incoming = Incoming(response.code, _fields(response), receiver.stream)
        if self.streams and not receiver.stream.complete:
            return incoming
        return receiver.stream.read_all().addCallback(_keep, incoming)


def _keep(body: bytes, incoming: Incoming) -> Incoming:
    incoming.body = body
    return incoming


def _fields(response: IResponse) -> list[tuple[bytes, bytes]]:
    return [
        (name, value)
        for name, values in response.headers.getAllRawHeaders()
        for value in values
    ]


class _Receiver(Protocol):
    """Takes a response's body into a stream."""

    def __init__(self, length: int | None) -> None:
        self.stream = BodyStream(self, length, self._abandon)

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        self.stream.data_received(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        if reason.check(ResponseDone, PotentialDataLoss):
            self.stream.finish()
        else:
            self.stream.fail(Failure(TransportError("unexpected EOF")))

    def pauseProducing(self) -> None:
        """The stream's reader has enough."""
        transport: Any = self.transport
        if hasattr(transport, "pauseProducing"):
            transport.pauseProducing()

    def resumeProducing(self) -> None:
        """The stream's reader wants more."""
        transport: Any = self.transport
        if hasattr(transport, "resumeProducing"):
            transport.resumeProducing()

    def _abandon(self) -> None:
        transport: Any = self.transport
        if hasattr(transport, "stopProducing"):
            transport.stopProducing()


@implementer(IBodyProducer)
class _Producer:
    """Gives a request's body to an agent."""

    def __init__(self, body: bytes | BodyStream, length: int | None) -> None:
        self._body = body
        known = len(body) if type(body) is bytes else length
        self.length: Any = UNKNOWN_LENGTH if known is None else known
        self._consumer: Any = None
        self._done: Deferred[None] = Deferred()

    def startProducing(self, consumer: IConsumer) -> Deferred[None]:
        """See :class:`twisted.web.iweb.IBodyProducer`."""
        body = self._body
        if type(body) is bytes:
            consumer.write(body)
            return succeed(None)
        self._consumer = consumer
        body.start(self)  # type: ignore[union-attr]
        return self._done

    def body_data(self, data: bytes) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        self._consumer.write(data)

    def body_end(self) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        self._done.callback(None)

    def body_failed(self, failure: Failure) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        self._done.errback(failure)

    def pauseProducing(self) -> None:
        """See :class:`twisted.internet.interfaces.IPushProducer`."""
        if type(self._body) is BodyStream:
            self._body.pauseProducing()

    def resumeProducing(self) -> None:
        """See :class:`twisted.internet.interfaces.IPushProducer`."""
        if type(self._body) is BodyStream:
            self._body.resumeProducing()

    def stopProducing(self) -> None:
        """See :class:`twisted.internet.interfaces.IProducer`."""
        if type(self._body) is BodyStream:
            self._body.stopProducing()
