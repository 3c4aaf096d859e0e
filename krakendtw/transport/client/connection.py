"""One connection to a backend: a request out, an answer in, again and again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from httptools import (
    HttpParserCallbackError,
    HttpParserError,
    HttpParserUpgrade,
    HttpResponseParser,
)
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IProtocol
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from zope.interface import classImplements

from krakendtw.errors import Canceled, DeadlineExceeded, ProtocolError, TransportError
from krakendtw.transport.chain import Chain
from krakendtw.transport.client.exchange import Incoming, Outgoing
from krakendtw.transport.client.head import read_fields
from krakendtw.transport.plain import read_answer
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.transport.client.pool import Origin


MAX_HEAD_BYTES = 1 << 20
"""The longest head of an answer, interim answers and what came with it included."""

_LONG_HEAD = (
    "net/http: HTTP/1.x transport connection broken: "
    f"net/http: server response headers exceeded {MAX_HEAD_BYTES} bytes; aborted"
)


class UncleanEnd(TransportError):
    """TLS ended without a goodbye: what has no length of its own may be cut."""


class BackendConnection:
    """One connection of a pool.

    :param origin: whose connection it is.
    :ivar fresh: whether it has not carried an answer yet.
    :ivar idle_since: when it was last put by, seconds of the wheel.
    """

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.transport: Any = None
        self.connected = 0
        self.fresh = True
        self.idle_since = 0.0
        self._waiting: Deferred[Incoming] | None = None
        self._request: Outgoing | None = None
        self._head = b""
        self._interim = 0
        self._body: Any = b""
        self._parts: list[bytes] | None = None
        self._held = 0
        self._status = 0
        self._in_body = False
        self._done = False
        self._persistent = True
        self._is_uncoded = False
        self._reusable = True
        self._sending: _Upload | None = None
        self._answered = False
        self._slot: set[Any] | None = None
        self._again: Deferred[Incoming] | None = None
        self._parser = HttpResponseParser(self)

    # --- the pool's side

    def send(self, request: Outgoing) -> Deferred[Incoming]:
        """Write ``request``; the answer comes through the Deferred."""
        answer: Deferred[Incoming] = Chain(self._cancel)
        self._waiting = answer
        self._request = request
        self._answered = False
        self._head = b""
        self._interim = 0
        self._body = b""
        body: Any = request.body
        if self.origin.header_ticks and type(body) is not BodyStream:
            self._arm()
        transport = self.transport
        if body is None:
            end = (
                b"Content-Length: 0\r\n\r\n"
                if request.method in _LENGTH_REQUIRED
                else b"\r\n"
            )
            parts = (
                request.method,
                b" ",
                request.target,
                b" HTTP/1.1\r\n",
                request.lines,
                end,
            )
            transport.write(b"".join(parts))
            return answer
        head = b"%b %b HTTP/1.1\r\n%b" % (request.method, request.target, request.lines)
        if type(body) is bytes:
            if request.length is not None:
                transport.write(
                    b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)
                )
            elif body:
                transport.write(
                    b"%bTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
                    % (head, len(body), body)
                )
            else:
                transport.write(head + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        else:
            if request.length is not None:
                head += b"Content-Length: %d\r\n\r\n" % request.length
            else:
                head += b"Transfer-Encoding: chunked\r\n\r\n"
            transport.write(head)
            self._sending = _Upload(self, body, request.length is None)
            self._sending.start()
        return answer

    def expire(self) -> None:
        """No head has come in ``response_header_timeout``."""
        self._fail(TransportError("net/http: timeout awaiting response headers"))

    def _arm(self) -> None:
        """The request is written: its answer's head may take so long from now."""
        if self.origin.header_ticks and self._waiting is not None:
            wheel = self.origin.pool.wheel
            self._slot = wheel.arm(self.origin.header_ticks, self)

    def _disarm(self) -> None:
        if self._slot is not None:
            self._slot.discard(self)
            self._slot = None

    def _cancel(self, answer: Deferred[Incoming]) -> None:
        """Nobody waits any more: the connection cannot be used again."""
        if self._again is not None:
            self._again.cancel()
            return
        request = self._request
        self._waiting = None
        over = request is not None and (self.origin.pool.seconds() >= request.deadline)
        self.abort()
        answer.errback(DeadlineExceeded() if over else Canceled())

    def abort(self) -> None:
        """End the connection at once."""
        self._reusable = False
        self._disarm()
        self._stop_upload()
        transport = self.transport
        if transport is not None:
            transport.abortConnection()

    def _stop_upload(self) -> None:
        sending, self._sending = self._sending, None
        if sending is not None:
            sending.stop()

    # --- the transport's calls

    def makeConnection(self, transport: Any) -> None:
        """See :class:`twisted.internet.interfaces.IProtocol`."""
        self.connected = 1
        self.transport = transport
        self.connectionMade()

    def connectionMade(self) -> None:
        """See :class:`twisted.internet.interfaces.IProtocol`."""
        with suppress(AttributeError):  # not TCP: nothing to delay
            self.transport.setTcpNoDelay(True)

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        if self._request is None:
            self.origin.lost(self)  # nobody may take it from now on
            self.abort()  # an answer to nothing: the backend is confused
            return
        self._answered = True
        if not (self._in_body or self._head) and self._request.method != b"HEAD":
            plain = read_answer(data)
            if plain is not None:
                self._take_plain(data, *plain)
                return
        if not self._in_body:
            self._head = self._head + data if self._head else data
            if len(self._head) > MAX_HEAD_BYTES:
                self._fail(ProtocolError(_LONG_HEAD))
                return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserCallbackError, HttpParserUpgrade) as error:
            if not self._done:
                self._fail(_malformed(error, data))
                return
            self._reusable = False  # the answer is whole, what follows is not
        if self._done:
            self._complete()
        elif self._in_body and self._waiting is not None and self._request.streams:
            self._hand_over_stream()

    def _take_plain(self, data: bytes, status: int, body: bytes) -> None:
        """Hand over an answer that is all of a segment, read already."""
        if self._slot is not None:
            self._disarm()
        self._head = data
        self._status = abs(status)
        self._body = body
        self._is_uncoded = status > 0
        self._persistent = True
        self._complete()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        self._reusable = False
        self._stop_upload()
        self.origin.lost(self)
        if self._request is None:
            return
        if (
            self._in_body
            and not self._persistent
            and reason.check(ConnectionDone)
            and not _framed(self._head, self._interim)
        ):
            self._complete()
            return
        if self._in_body:
            broke = reason.check(ConnectionDone, UncleanEnd) is None
            self._cut(_describe(reason, self) if broke else "unexpected EOF")
            return
        if not self._answered and not self.fresh and self._retry():
            return
        self._fail(TransportError(_describe(reason, self)))

    def _retry(self) -> bool:
        """Let another connection answer: this one was closed while it was idle."""
        request, waiting = self._request, self._waiting
        if request is None or waiting is None:
            return False
        again = self.origin.again(request)
        if again is None:
            return False
        self._waiting = self._request = None
        self._disarm()
        self._again = again
        again.addCallbacks(waiting.callback, waiting.errback)
        return True

    def _cut(self, text: str) -> None:
        """The body broke off: what has come may do, the reader decides."""
        waiting = self._waiting
        if waiting is None or type(self._body) is BodyStream:
            self._fail(TransportError(text))
            return
        self._waiting = self._request = None
        self._in_body = False
        body = self._body if self._parts is None else b"".join(self._parts)
        incoming = self._incoming(body)
        incoming.cut = text
        waiting.callback(incoming)

    def _fail(self, error: TransportError) -> None:
        waiting, self._waiting = self._waiting, None
        body, self._body = self._body, b""
        self._parts = None
        self._request = None
        self._in_body = False
        self.abort()
        if type(body) is BodyStream:
            body.fail(Failure(error))
        if waiting is not None:
            waiting.errback(error)

    # --- the parser's calls

    def on_headers_complete(self) -> None:
        """The head is complete."""
        if self._done:
            # A second answer to one question, which is nobody's.
            self._reusable = False
            self._complete()
            return
        self._status = status = self._parser.get_status_code()
        if status < 200:
            self._interim += 1
            return
        if self._slot is not None:
            self._disarm()
        self._in_body = True
        self._persistent = self._parser.should_keep_alive()
        # Where it is to be quick, find: "in" tries bytes as a number first.
        if self._head.find(b"ransfer-") >= 0 and _is_coded(self._head, self._interim):
            self._fail(ProtocolError("net/http: unsupported transfer encoding"))
            return
        request = self._request
        if request is not None and request.method == b"HEAD":
            # llhttp waits for a body that never comes: the head is the message.
            self._reusable = False
            self._done = True

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        body = self._body
        if type(body) is BodyStream:
            body.data_received(data)
        elif not body:
            self._body = data
        else:
            if self._parts is None:
                self._parts = [body]
                self._held = len(body)
            self._parts.append(data)
            self._held += len(data)
            request = self._request
            if request is not None and self._held > request.limit:
                self._fail(TransportError(f"body larger than {request.limit} bytes"))

    def on_message_complete(self) -> None:
        """The answer is complete."""
        if self._status < 200:
            return  # an interim answer: the real one follows
        if self._request is not None:
            self._done = True

    # --- handing over

    def _complete(self) -> None:
        """Give the connection back, then the answer out."""
        waiting, self._waiting = self._waiting, None
        body, self._body = self._body, b""
        parts, self._parts = self._parts, None
        self._request = None
        self._in_body = self._done = False
        self.fresh = False
        if self._sending is not None:
            # The backend answered without reading it all: no second use.
            self._reusable = False
            self._stop_upload()
        if self._reusable and self._persistent:
            self.origin.release(self)
        else:
            transport = self.transport
            if transport is not None:
                transport.loseConnection()
        if type(body) is BodyStream:
            body.finish()
        elif waiting is not None:
            if parts is not None:
                body = b"".join(parts)
            incoming = Incoming(self._status, self._head, body, self._interim)
            if self._is_uncoded:
                self._is_uncoded = False
                incoming.is_uncoded = True
            waiting.callback(incoming)

    def _incoming(self, body: Any) -> Incoming:
        return Incoming(self._status, self._head, body, self._interim)

    def _hand_over_stream(self) -> None:
        """The head is here and the rest is not: give out a stream."""
        waiting, self._waiting = self._waiting, None
        early = b"".join(self._parts) if self._parts is not None else self._body
        self._parts = None
        end = -1 if self._interim else self._head.find(b"\r\n\r\n")
        if end > 0:  # the body's beginning is not to stay as long as the head does
            self._head = self._head[: end + 4]
        self._body = stream = BodyStream(
            self.transport, _content_length(self._head, self._interim), self.abort
        )
        if early:
            stream.data_received(early)
        if waiting is not None:
            waiting.callback(self._incoming(stream))


classImplements(BackendConnection, IProtocol)


class _Upload:
    """Relays a request body that is still arriving."""

    __slots__ = ("_chunked", "_connection", "_stream")

    def __init__(
        self, connection: BackendConnection, stream: BodyStream, chunked: bool
    ) -> None:
        self._connection = connection
        self._stream = stream
        self._chunked = chunked

    def start(self) -> None:
        """Begin, under the transport's back-pressure."""
        transport: Any = self._connection.transport
        transport.registerProducer(self._stream, True)
        self._stream.start(self)

    def stop(self) -> None:
        """The connection is of no use any more: read on without a taker."""
        transport: Any = self._connection.transport
        if transport is not None:
            transport.unregisterProducer()
        self._stream.start(_NOWHERE)
        self._stream.resumeProducing()

    def body_data(self, data: bytes) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        transport: Any = self._connection.transport
        if self._chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        transport.write(data)

    def body_end(self) -> None:
        """See :class:`krakendtw.transport.stream.BodyReader`."""
        connection = self._connection
        connection._sending = None
        transport: Any = connection.transport
        transport.unregisterProducer()
        if self._chunked:
            transport.write(b"0\r\n\r\n")
        if not connection._in_body:
            connection._arm()

    def body_failed(self, failure: Failure) -> None:
        """The client broke off: a half request must not look whole."""
        connection = self._connection
        connection._sending = None
        connection._fail(TransportError(failure.getErrorMessage()))


class _Nowhere:
    """Takes the rest of a body that nobody wants."""

    def body_data(self, data: bytes) -> None:
        """Drop it."""

    def body_end(self) -> None:
        """Nothing to tell."""

    def body_failed(self, failure: Failure) -> None:
        """Nothing to tell."""


_NOWHERE = _Nowhere()
_LENGTH_REQUIRED = frozenset((b"POST", b"PUT", b"PATCH"))


def _malformed(error: Exception, data: bytes) -> ProtocolError:
    """What cannot be parsed, in Go's words."""
    if isinstance(error, HttpParserUpgrade):
        return ProtocolError("unexpected protocol upgrade")
    line = data.split(b"\n", 1)[0].rstrip(b"\r").decode("latin-1")
    return ProtocolError(
        "net/http: HTTP/1.x transport connection broken: "
        f'malformed HTTP response "{line}"'
    )


def _framed(head: bytes, interim: int) -> bool:
    """Whether a head says where its body ends."""
    names = {name.lower() for name, _ in read_fields(head, interim)}
    return b"content-length" in names or b"transfer-encoding" in names


def _is_coded(head: bytes, interim: int) -> bool:
    """Whether a body comes in a transfer coding other than ``chunked``."""
    return any(
        name.lower() == b"transfer-encoding" and value.lower() != b"chunked"
        for name, value in read_fields(head, interim)
    )


def _content_length(head: bytes, interim: int) -> int | None:
    for name, value in read_fields(head, interim):
        if name.lower() == b"content-length":
            return int(value)
    return None


def _describe(reason: Failure, connection: BackendConnection) -> str:
    """A lost connection in Go's words."""
    if reason.check(ConnectionDone, UncleanEnd):
        return "EOF"
    if reason.check(TransportError):
        return str(reason.value)
    try:
        transport: Any = connection.transport
        here, there = transport.getHost(), transport.getPeer()
        ends = f"{here.host}:{here.port}->{there.host}:{there.port}"
    except AttributeError:
        ends = connection.origin.address
    return f"read tcp {ends}: read: connection reset by peer"
