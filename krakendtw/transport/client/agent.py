"""The pool as an ``IAgent``, for treq, for plugins and for agent wrappers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IConsumer
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IBodyProducer, IClientRequest, IResponse
from zope.interface import implementer

from krakendtw.errors import TransportError
from krakendtw.transport.client.exchange import Incoming, Outgoing, length_flaw
from krakendtw.transport.client.gunzip import inflate
from krakendtw.transport.client.response import PooledResponse
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from krakendtw.proxy.message import Body
    from krakendtw.transport.client.pool import Pool

_OWN = frozenset((b"host", b"connection", b"content-length", b"transfer-encoding"))
"""Fields that the wire decides, whatever the caller says."""


@implementer(IAgent)
class PooledAgent:
    """Sends requests over the gateway's pool.

    It keeps no cookies and follows no redirect: wrappers do, one job each.

    :param streams: whether bodies are given out as they arrive.
    :param compression: whether to ask for gzip where the caller says nothing of
        encodings and ranges, and to undo it unseen.
    """

    def __init__(
        self, pool: Pool, *, streams: bool = True, compression: bool = False
    ) -> None:
        self._pool = pool
        self._streams = streams
        self._compression = compression

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """See :class:`twisted.web.iweb.IAgent`."""
        scheme, _, rest = uri.partition(b"://")
        authority, path = split_target(rest.partition(b"#")[0])
        try:
            origin = self._pool.origin(f"{scheme.decode()}://{authority.decode()}")
        except Exception:
            return fail()
        host = origin.host_line
        lines = []
        headers = headers or Headers()
        for name, values in headers.getAllRawHeaders():
            if name.lower() not in _OWN:
                lines += [b"%b: %b\r\n" % (name, value) for value in values]
            elif name.lower() == b"host" and values:
                host = b"Host: %b\r\n" % values[0]
        asks = self._compression and _may_ask(method, headers)
        if asks:
            lines.append(b"Accept-Encoding: gzip\r\n")
        outgoing = Outgoing(
            method, path, host + b"".join(lines), None, streams=self._streams
        )
        if bodyProducer is not None:
            body, length = body_of(bodyProducer)
            outgoing.body, outgoing.length = body, length
            if length is not None and type(body) is bytes and len(body) != length:
                return fail(length_flaw(length, body))
        answer = origin.send(outgoing)
        return answer.addCallback(_respond, Asked(method, uri, headers), asks)


@implementer(IClientRequest)
@frozen
class Asked:
    """What a response remembers of its request."""

    method: bytes
    absoluteURI: bytes  # noqa: N815 - Twisted's name
    headers: Headers


def split_target(rest: bytes) -> tuple[bytes, bytes]:
    """What stands behind the scheme: the authority, and the request target."""
    place = min(at for at in (rest.find(b"/"), rest.find(b"?"), len(rest)) if at >= 0)
    target = rest[place:]
    return rest[:place], target if target[:1] == b"/" else b"/" + target


def _may_ask(method: bytes, headers: Headers) -> bool:
    """Whether gzip is nobody's business but ours."""
    return (
        method != b"HEAD"
        and not headers.getRawHeaders(b"accept-encoding", [b""])[0]
        and not headers.getRawHeaders(b"range", [b""])[0]
    )


def _respond(incoming: Incoming, request: Asked, asked: bool) -> IResponse:
    """The answer, its gzip undone if we had ``asked`` for it."""
    if asked and (incoming.field(b"content-encoding") or b"").lower() == b"gzip":
        try:
            inflate(incoming)
        except TransportError as error:  # for who reads the body, if anybody does
            incoming.body, incoming.cut = b"", error.message
    return PooledResponse(incoming, request)


def body_of(producer: IBodyProducer) -> tuple[Body, int | None]:
    """A stream of what ``producer`` writes."""
    consumer = _Consumer(producer)
    length = producer.length if isinstance(producer.length, int) else None
    stream = BodyStream(consumer, length, producer.stopProducing)
    consumer.stream = stream
    producer.startProducing(consumer).addCallbacks(
        lambda _: stream.finish(), stream.fail
    )
    if stream.complete:
        whole: list[bytes] = []
        stream.read_all().addCallback(whole.append)
        return whole[0], length
    return stream, length


@implementer(IConsumer)
class _Consumer:
    """Takes a body producer's writes into a stream."""

    stream: BodyStream

    def __init__(self, producer: IBodyProducer) -> None:
        self._producer = producer

    def write(self, data: bytes) -> None:
        """See :class:`twisted.internet.interfaces.IConsumer`."""
        self.stream.data_received(data)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """The body producer itself is what is paused."""

    def unregisterProducer(self) -> None:
        """The body producer itself is what is paused."""

    def pauseProducing(self) -> None:
        """The stream's reader has enough."""
        self._producer.pauseProducing()

    def resumeProducing(self) -> None:
        """The stream's reader wants more."""
        self._producer.resumeProducing()
