"""The HTTP/1.1 server channel: bytes from the wire become requests.

llhttp, through httptools, parses; this module keeps the order.  A request is
dispatched when its whole message has come with the segment that ended its
head, or else as soon as that segment is used up, its body then being a stream.
Requests that come while another is being answered wait in line.
"""

from __future__ import annotations

import re
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any

from httptools import (
    HttpParserCallbackError,
    HttpParserError,
    HttpParserInvalidMethodError,
    HttpParserUpgrade,
    HttpRequestParser,
)
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure

from krakendtw.transport.server.request import GatewayRequest, RawHeaders
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from krakendtw.transport.server.site import GatewaySite

PIPELINE_LIMIT = 64
"""Requests that may wait in line before the client is held back."""

DRAIN_LIMIT = 262144
"""Bytes of an unread body that are thrown away to keep a connection."""

_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) [!-~]+ HTTP/1\.[01]\r?\n")

_SPACE = ord(" ")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class GatewayChannel(Protocol):
    """One connection of a client.

    :ivar peer: the client's address.
    :ivar speaks_11: whether the client understands HTTP/1.1 framing.
    :ivar secure: whether the connection is TLS.
    :ivar since: when the connection's present state began, on the monotonic clock.
    """

    transport: Any

    def __init__(self, site: GatewaySite) -> None:
        self.site = site
        self.peer = ""
        self.secure = False
        self.speaks_11 = True
        self.since = 0.0
        self._parser = HttpRequestParser(self)
        self._headers: RawHeaders = []
        self._url = b""
        self._method = b""
        self._head_bytes = 0
        self._in_head = False
        self._arriving: GatewayRequest | None = None
        self._busy: GatewayRequest | None = None
        self._queue: deque[GatewayRequest] = deque()
        self._advancing = False
        self._closing = False
        self._paused = False
        self._discarded = 0

    # --- the transport's calls

    def connectionMade(self) -> None:
        """See :class:`twisted.internet.protocol.BaseProtocol`."""
        transport = self.transport
        try:
            transport.setTcpNoDelay(True)
        except AttributeError:
            pass  # not TCP: nothing to delay
        self.secure = ISSLTransport.providedBy(transport)
        host = getattr(transport.getPeer(), "host", "") or ""
        self.peer = host.removeprefix("::ffff:")  # IPv4 on a socket of both families
        self.site.opened(self)

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        if self._closing:
            return
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self._closing = True  # what follows is not HTTP/1.1 to us
        except HttpParserCallbackError as error:
            self.site.gateway_log.critical(f"server channel: {error.__context__!r}")
            self._refuse(500, b"")
        except HttpParserInvalidMethodError:
            self._take_unknown_method(data)
        except HttpParserError:
            self._refuse(400, b"400 Bad Request")
        arriving = self._arriving
        if arriving is not None and type(arriving.body) is not BodyStream:
            self._stream(arriving)
        elif self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self.site.max_head_bytes:
                self._refuse(431, b"431 Request Header Fields Too Large")

    def _take_unknown_method(self, data: bytes) -> None:
        """Read a message whose method llhttp does not know.

        Any token is a method (RFC 9110 §9.1), so that the router can say 405.
        A new parser reads the message as if it were GET; that works where it
        begins with the segment, which an honest client's does.
        """
        match = _REQUEST_LINE.match(data)
        if match is None or self._busy is not None or self._method:
            self._refuse(400, b"400 Bad Request")
            return
        self._method = match[1]
        self._parser = HttpRequestParser(self)
        self.dataReceived(b"GET" + data[match.end(1) :])

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        self._closing = True
        self.site.closed(self)
        self._queue.clear()
        arriving, self._arriving = self._arriving, None
        busy, self._busy = self._busy, None
        if busy is not None:
            busy.connection_lost(reason)
        if arriving is not None and arriving is not busy:
            arriving.connection_lost(reason)

    # --- the parser's calls

    def on_message_begin(self) -> None:
        """A request line begins."""
        self._headers = []
        self._url = b""
        self._in_head = True
        self._head_bytes = 0
        if self._busy is None and self.site.timed:
            self.since = monotonic()

    def on_url(self, url: bytes) -> None:
        """The request target, or a part of it."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header field, or a trailer."""
        if self._in_head:
            if value and value[-1] <= _SPACE:
                value = value.rstrip(b"\t ")
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is complete."""
        self._in_head = False
        parser = self._parser
        method = self._method
        if method:
            self._method = b""
        else:
            method = parser.get_method()
        request = GatewayRequest(self, method, self._url, self._headers)
        request.keep_alive = parser.should_keep_alive()
        for name, value in self._headers:
            if len(name) == 4 and name.lower() == b"host":
                request.host = value
                break
        self._arriving = request

    def on_body(self, data: bytes) -> None:
        """A piece of a body."""
        request = self._arriving
        if request is None:
            self._discard(len(data))
            return
        body = request.body
        if body is None:
            request.body = data
        elif type(body) is bytes:
            request.body = body + data
        else:
            body.data_received(data)  # type: ignore[union-attr]

    def on_message_complete(self) -> None:
        """The request is complete."""
        request, self._arriving = self._arriving, None
        if request is None:
            self._discarded = 0
            return
        body = request.body
        if type(body) is BodyStream:
            body.finish()
            return
        if body is None and _announces_body(request.headers):
            request.body = b""
        self._enqueue(request)

    # --- order

    def _stream(self, request: GatewayRequest) -> None:
        """The head is here and the rest is not: dispatch with a stream."""
        early = request.body
        stream = BodyStream(self.transport, _length(request.headers))
        if type(early) is bytes:
            stream.data_received(early)
        request.body = stream
        if (request.field(b"expect") or b"").lower() == b"100-continue":
            self.transport.write(_CONTINUE)
        self._enqueue(request)

    def _enqueue(self, request: GatewayRequest) -> None:
        if self._busy is None and not self._queue:
            self._busy = request
            self.site.handle(request)
            return
        self._queue.append(request)
        if len(self._queue) >= PIPELINE_LIMIT and not self._paused:
            self._paused = True
            self.transport.pauseProducing()

    def request_done(self, request: GatewayRequest) -> None:
        """The answer of ``request`` has been handed to the transport."""
        if request is not self._busy:
            return
        site = self.site
        if site.on_answer is not None:
            site.on_answer(request)
        self._busy = None
        if site.timed:
            self.since = monotonic()
        if request is self._arriving:
            # Answered before its body was read: throw the rest away.
            self._arriving = None
            body = request.body
            if type(body) is BodyStream:
                body.stopProducing()
        if self._closing or not request.keep_alive or site.draining:
            self._closing = True
            if self.transport is not None:
                self.transport.loseConnection()
            return
        if self._queue and not self._advancing:
            self._advance()

    def _advance(self) -> None:
        """Dispatch what waits, in a loop since answers may come at once."""
        self._advancing = True
        queue = self._queue
        while queue and self._busy is None and not self._closing:
            self._busy = queue.popleft()
            self.site.handle(self._busy)
        self._advancing = False
        if self._paused and len(queue) < PIPELINE_LIMIT:
            self._paused = False
            self.transport.resumeProducing()

    def persists(self, request: GatewayRequest) -> bool:
        """Whether the connection stays open after this answer."""
        if self._closing and not self._queue:
            request.keep_alive = False
        return request.keep_alive and not self.site.draining

    def _discard(self, size: int) -> None:
        self._discarded += size
        if self._discarded > DRAIN_LIMIT:
            self.abort()

    # --- refusing and ending

    def _refuse(self, status: int, text: bytes) -> None:
        """Answer a broken message in its turn, then close."""
        if self._closing:
            return
        arriving, self._arriving = self._arriving, None
        if arriving is not None and type(arriving.body) is BodyStream:
            # Its handler is at work already: the body breaks off, then the line.
            arriving.keep_alive = False
            arriving.body.fail(Failure(ConnectionError("malformed request body")))
            self._closing = True
            return
        request = GatewayRequest(self, b"GET", b"/", [])
        request.keep_alive = False
        request.refusal = (status, text)
        self._enqueue(request)
        self._in_head = False
        if self._busy is not None or self._queue:
            return
        self._closing = True

    def abort(self) -> None:
        """End the connection so that the client notices."""
        self._closing = True
        if self.transport is not None:
            self.transport.abortConnection()

    def drain(self) -> None:
        """Stop after the request in flight; an idle connection ends now."""
        if self._busy is None and not self._queue:
            self._closing = True
            self.transport.loseConnection()

    @property
    def idle(self) -> bool:
        """Whether no request is in flight or on its way."""
        return self._busy is None and not self._in_head and self._arriving is None

    @property
    def reading_head(self) -> bool:
        """Whether a head has begun and is not complete."""
        return self._in_head


def _announces_body(headers: RawHeaders) -> bool:
    """Whether the head says that a body follows, be it an empty one."""
    for name, value in headers:
        size = len(name)
        if size == 14 and name.lower() == b"content-length":
            return value.strip() != b"0"
        if size == 17 and name.lower() == b"transfer-encoding":
            return True
    return False


def _length(headers: RawHeaders) -> int | None:
    for name, value in headers:
        if len(name) == 14 and name.lower() == b"content-length":
            return int(value)
    return None
