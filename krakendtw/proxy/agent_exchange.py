"""The exchange over an ``IAgent``: where components wrap the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH, IBodyProducer, IResponse
from zope.interface import implementer

from krakendtw.errors import Canceled, DeadlineExceeded, PipeError, TransportError
from krakendtw.proxy.http import Exchange
from krakendtw.transport.client.exchange import Incoming, Outgoing
from krakendtw.transport.client.redirect import (
    REDIRECTS,
    Journey,
    RedirectError,
)
from krakendtw.transport.client.response import PooledResponse
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.internet.interfaces import IConsumer
    from twisted.web.iweb import IAgent

    from krakendtw.proxy.message import Response
    from krakendtw.transport.client.pool import Origin

_SLURP = 65536
"""Bytes of a redirect's body that are read to keep the connection, and the copy
of it in a cache."""


class AgentExchange(Exchange):
    """An exchange whose requests go through an agent.

    :param agent: the components' wrappers, the pool's agent innermost, or what
        takes its place.  Who asks for gzip, and undoes it, is the pool's.
    :param follows: whether redirects are followed, each step through the agent
        again; not where a component stands in for the client.
    """

    def __init__(
        self, *arguments: Any, agent: IAgent, follows: bool, **options: Any
    ) -> None:
        super().__init__(*arguments, **{**options, "compression": False})
        self._agent = agent
        self._follows = follows

    def exchange(self, origin: Origin, outgoing: Outgoing) -> Deferred[Incoming]:
        """Send through the agent, and go where redirects point."""
        return self._ask(origin, outgoing, None)

    def _ask(
        self, origin: Origin, outgoing: Outgoing, journey: Journey | None
    ) -> Deferred[Incoming]:
        """One request.

        :param journey: the chain of redirects that led here, if any.
        """
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
            self._answered,
            self._translate,
            (origin, outgoing, journey),
            None,
            (outgoing,),
        )
        found: Deferred[Incoming] = answer
        return found

    def _translate(self, failure: Failure, outgoing: Outgoing) -> Any:
        """Whatever a stranger's agent fails with becomes ours."""
        gone = failure.check(Canceled, CancelledError)
        if isinstance(failure.value, PipeError) and not gone:
            return failure
        if self.client.pool.seconds() >= outgoing.deadline:
            raise DeadlineExceeded
        if gone:
            raise Canceled
        raise TransportError(failure.getErrorMessage()) from failure.value

    def _answered(
        self,
        response: IResponse,
        origin: Origin,
        outgoing: Outgoing,
        journey: Journey | None,
    ) -> Incoming | Deferred[Incoming]:
        """Another step of a journey, or its end."""
        if not self._follows or response.code not in REDIRECTS:
            return self._collect(response, outgoing, journey)
        if journey is None:
            journey = Journey(self.client.pool, origin, outgoing, self.settings)
        asked = journey.url
        try:
            step = journey.onward(Incoming(response.code, _fields(response), b""))
        except RedirectError:
            response.deliverBody(_Body(0))
            raise
        if step is None:
            journey.url = asked
            return self._collect(response, outgoing, journey)
        body = _Body(_SLURP)
        response.deliverBody(body)
        return body.done.addCallback(self._step, *step, journey)

    def _step(
        self, _: object, origin: Origin, outgoing: Outgoing, journey: Journey
    ) -> Deferred[Incoming]:
        """The body of a redirect has been read: go on."""
        asked = self._ask(origin, outgoing, journey)
        return asked.addErrback(journey.lost)

    def _failed(self, failure: Failure, origin: Origin, outgoing: Outgoing) -> Any:
        """What failed on the way is told with its own URL."""
        if isinstance(failure.value, RedirectError):
            return failure
        return super()._failed(failure, origin, outgoing)

    def _redirected(
        self, incoming: Incoming, origin: Origin, outgoing: Outgoing, asked: bool
    ) -> Response | Deferred[Response]:
        """A redirect that is the answer: where it leads was seen to before."""
        return self._followed(incoming, asked)

    def _collect(
        self, response: IResponse, outgoing: Outgoing, journey: Journey | None
    ) -> Incoming | Deferred[Incoming]:
        """Read the body as the backend's encoding wants it."""
        url = _asked_url(response) if journey is None else journey.url
        if isinstance(response, PooledResponse):
            incoming = response.incoming
            if self.streams or type(incoming.body) is bytes:
                incoming.headers = _fields(response)
                incoming.url = url
                if not self.streams:
                    self._weigh(len(incoming.body))
                return incoming
        incoming = Incoming(response.code, _fields(response), b"")
        incoming.url = url
        if self.streams:
            length = response.length
            receiver = _Receiver(None if length is UNKNOWN_LENGTH else length)
            response.deliverBody(receiver)
            incoming.body = receiver.stream
            return incoming
        body = _Body(self._limit)
        response.deliverBody(body)
        done: Any = body.done
        done.addCallbacks(self._keep, self._translate, (incoming,), None, (outgoing,))
        found: Deferred[Incoming] = done
        return found

    def _keep(self, body: _Body, incoming: Incoming) -> Incoming:
        """The body has been read, as far as it came."""
        self._weigh(body.size)
        incoming.body = b"".join(body.parts)
        incoming.cut = body.cut
        return incoming

    def _weigh(self, size: int) -> None:
        """Refuse a body that is longer than may be held.

        :raises TransportError: it is.
        """
        if size > self._limit:
            raise TransportError(f"body larger than {self._limit} bytes")


def _fields(response: IResponse) -> list[tuple[bytes, bytes]]:
    return [
        (name, value)
        for name, values in response.headers.getAllRawHeaders()
        for value in values
    ]


def _asked_url(response: IResponse) -> str:
    """The URL that was asked in the end, if the agent tells."""
    asked = response.request
    if asked is None:
        return ""
    url: bytes = asked.absoluteURI
    return url.decode("utf-8", "surrogateescape")


def _how_it_ended(reason: Failure) -> str:
    """What cut a body, in Go's words; empty if nothing did."""
    if reason.check(ResponseDone, PotentialDataLoss):
        return ""
    error = reason.value
    return error.message if isinstance(error, PipeError) else "unexpected EOF"


def _end(transport: Any) -> None:
    """Tell whoever sends a body that nobody wants the rest."""
    for name in ("stopProducing", "abortConnection", "loseConnection"):
        stop = getattr(transport, name, None)
        if stop is not None:
            stop()
            return


class _Body(Protocol):
    """Reads a body into memory, as far as it comes.

    :param limit: how many bytes are wanted at most; then the rest is refused.
    :ivar parts: what has come, within the limit.
    :ivar size: how many bytes have come.
    :ivar cut: what ended it too early; empty if it is whole.
    :ivar done: fires with this object at the body's end, whatever it was.
    """

    def __init__(self, limit: int) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self.cut = ""
        self.done: Deferred[_Body] = Deferred(lambda _: _end(self.transport))
        self._limit = limit

    def connectionMade(self) -> None:
        """See :class:`twisted.internet.protocol.BaseProtocol`."""
        if self._limit <= 0:
            self._refuse()

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        self.size += len(data)
        if self.size <= self._limit:
            self.parts.append(data)
        elif not self.done.called:
            self._refuse()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        if not self.done.called:
            self.cut = _how_it_ended(reason)
            self.done.callback(self)

    def _refuse(self) -> None:
        self.done.callback(self)
        _end(self.transport)


class _Receiver(Protocol):
    """Takes a response's body into a stream."""

    def __init__(self, length: int | None) -> None:
        self.stream = BodyStream(self, length, self._abandon)

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        self.stream.data_received(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        cut = _how_it_ended(reason)
        if cut:
            self.stream.fail(Failure(TransportError(cut)))
        else:
            self.stream.finish()

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
        _end(self.transport)


@implementer(IBodyProducer)
class _Producer:
    """Gives a request's body to an agent."""

    def __init__(self, body: bytes | BodyStream, length: int | None) -> None:
        self._body = body
        self.length: Any = UNKNOWN_LENGTH if length is None else length
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
