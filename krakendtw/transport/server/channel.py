"""The HTTP/1.1 server channel: bytes from the wire become requests.

llhttp, through httptools, parses; this module keeps the order.  A request is
dispatched when its whole message has come with the segment that ended its
head, or else as soon as that segment is used up, its body then being a stream.
Requests that come while another is being answered wait in line.
"""

from __future__ import annotations

import re
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from httptools import (
    HttpParserCallbackError,
    HttpParserError,
    HttpParserInvalidMethodError,
    HttpParserInvalidURLError,
    HttpParserUpgrade,
    HttpRequestParser,
)
from twisted.internet.interfaces import (
    IHalfCloseableProtocol,
    IProtocol,
    ISSLTransport,
)
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from zope.interface import classImplements

from krakendtw.transport.eager import is_reset
from krakendtw.transport.plain import read_request
from krakendtw.transport.server.request import GatewayRequest, RawHeaders
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from krakendtw.transport._head import Known
    from krakendtw.transport.server.site import GatewaySite

PROBE_S = 0.02
"""How soon after a half-close the first look at the client is taken, in seconds."""

PIPELINE_LIMIT = 64
"""Requests that may wait in line before the client is held back."""

DRAIN_LIMIT = 262144
"""Bytes of an unread body that are thrown away to keep a connection."""

_ODD_LINE = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~\x80-\xff]+) (?=HTTP/1\.[01]\r?\n)"
)
"""A request line that llhttp may refuse: any token as method, any raw byte."""

_is_host = re.compile(
    rb"(?:[0-9A-Za-z!$%&'()*+,.;=_~-]*|\[[0-9A-Fa-f:.]+(?:%[!-Z^-~]+)?\])(?::[0-9]*)?"
).fullmatch
"""Whether a Host field names a host (RFC 9110 §7.2)."""

_MOST_LENGTH = (1 << 63) - 1
_MOST_KNOWN = 4096
"""How long header fields may be that a connection remembers, in bytes."""

_READ_SIZE = 65536
_SPACE = ord(" ")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_BAD_REQUEST = b"400 Bad Request"
_NO_HOST = b"400 Bad Request: missing required Host header"
_BAD_HOST = b"400 Bad Request: malformed Host header"
_TOO_LARGE = b"431 Request Header Fields Too Large"
_BAD_VERSION = b"505 HTTP Version Not Supported: unsupported protocol version"
_SEVERAL = b"\0"
"""Stands for more than one Host."""


class GatewayChannel:
    """One connection of a client.

    :ivar peer: the client's address.
    :ivar speaks_11: whether the client understands HTTP/1.1 framing.
    :ivar secure: whether the connection is TLS.
    :ivar memo: what the router made of the last request's headers, to use again
        if they are the same: who made it, of which headers, and what.
    :ivar fresh: whether no head has come yet.
    :ivar since: when the connection's present state began, on the monotonic clock.
    """

    def __init__(self, site: GatewaySite) -> None:
        self.site = site
        self.transport: Any = None
        self.connected = 0
        self.peer = ""
        self.secure = False
        self.speaks_11 = True
        self.since = 0.0
        # A whole head may come in one segment: then each is measured.
        self._measures = site.max_head_bytes < _READ_SIZE
        self._deaf = False
        self._known: Known | None = None
        self._parser = HttpRequestParser(self)
        self._headers: RawHeaders = []
        self._url = b""
        self._host: bytes | None = None
        self._last_host: bytes | None = None
        self._odd: tuple[bytes, bytes] | None = None
        self._unmet = True
        self._head_bytes = 0
        self._in_head = False
        self._midway = False
        self._arriving: GatewayRequest | None = None
        # What is left of its body; steps of the pipe may give the request another.
        self._inflow: BodyStream | None = None
        self._busy: GatewayRequest | None = None
        self._queue: deque[GatewayRequest] = deque()
        self._advancing = False
        self._closing = False
        self.memo: tuple[Any, RawHeaders, Any, bytes] | None = None
        self._ends = False
        self.fresh = True
        self._paused = False
        self._discarding = False
        self._discarded = 0
        self._expecting: tuple[GatewayRequest, bool] | None = None

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
        self.secure = ISSLTransport.providedBy(self.transport)
        host = getattr(self.transport.getPeer(), "host", "") or ""
        self.peer = host.removeprefix("::ffff:")  # IPv4 on a socket of both families
        self.site.opened(self)

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        if self._closing or self._deaf:
            return
        if (
            self._arriving is None
            and not (self._in_head or self._midway or self._measures)
            and (found := read_request(data, self._known)) is not None
        ):
            self._take_plain(data, found)
            return
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
        except HttpParserCallbackError as error:
            self.site.gateway_log.critical(f"server channel: {error.__context__!r}")
            self.abort()
        except (HttpParserInvalidMethodError, HttpParserInvalidURLError):
            self._take_odd_line(data)
            return
        except HttpParserError:
            self._refuse(400, _BAD_REQUEST)
        arriving = self._arriving
        if arriving is not None:
            self._midway = True
            if self._inflow is None:
                self._stream(arriving, data)
        elif self._in_head:
            self._midway = True
            self._measure(data)
        elif self._midway:
            self._midway = self._discarding

    def _take_plain(self, data: bytes, found: Known) -> None:
        """Dispatch a request that is all of a segment, read already."""
        self._known = found if len(found[5]) <= _MOST_KNOWN else None
        self.fresh = False
        request = GatewayRequest(self, found[0], found[1], found[2].copy())
        if self._unmet:
            self.speaks_11 = True
            self._unmet = False
        host = found[3]
        if host != self._last_host:
            self._vet_host(request, host)
        else:
            request.host = host
        if found[4] >= 0:
            request.body = data[found[4] :]
        if self._busy is not None or self._queue:
            self._enqueue(request)
            return
        if self.site.timed:
            self.since = monotonic()
        self._busy = request
        self.site.handle(request)

    def _measure(self, data: bytes) -> None:
        """Count the segments of a head behind the one that it began in."""
        if self._head_bytes < 0:
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > self.site.max_head_bytes:
            self._refuse(431, _TOO_LARGE)

    def _take_odd_line(self, data: bytes) -> None:
        """Read a message whose request line llhttp does not take.

        Any token is a method (RFC 9110 §9.1), so that the router can say 405, and
        some clients send a path's bytes as they are.  A new parser reads the
        message behind a plain line; that works where it begins with the segment,
        which an honest client's does.
        """
        match = _ODD_LINE.match(data)
        if match is None or self._midway or self._odd or not _fails_at_first(data):
            self._refuse(400, _BAD_REQUEST)
            return
        self._odd = (match[1], match[2])
        self._parser = HttpRequestParser(self)
        self.dataReceived(b"GET / " + data[match.end() :])

    def _stay(self, rest: bytes) -> None:
        """Go on after a request for another protocol, which is an ordinary one.

        llhttp has not read its body, if there is one: then this is the end.
        """
        if _announces_body(self._headers):
            self._closing = True
            if self._busy is None:
                self.transport.loseConnection()
            return
        self._parser = HttpRequestParser(self)
        if rest:
            self.dataReceived(rest)

    def readConnectionLost(self) -> None:
        """The client sends no more; it may still want its answer (RFC 9112 §9.6).

        Whether it does, or has left for good, shows when something is sent to it:
        an interim answer, which every client has to bear.
        """
        self._ends = True
        busy = self._busy
        if busy is None or self._closing:
            self.transport.loseConnection()
            return
        if busy is self._arriving and not busy.finished:
            # Half a request: whatever is under way for it is of no use.
            self._arriving = None
            busy.keep_alive = False
            pending, busy.pending = busy.pending, None
            self.site.refuse(busy, 400, _BAD_REQUEST)
            if pending is not None:
                pending.cancel()
            return
        if self.speaks_11 and not busy.begun:
            self.transport.write(_CONTINUE)
        self._watch(PROBE_S)

    def writeConnectionLost(self) -> None:
        """Our half is closed, which only we do."""

    def _watch(self, delay_s: float) -> None:
        """Look after a while whether the client has refused what was sent."""
        self.site.wheel.call_later(delay_s, self._look, delay_s)

    def _look(self, delay_s: float) -> None:
        if self._busy is None or self._closing:
            return
        if is_reset(self.transport):
            self.abort()
        else:
            self._watch(min(delay_s * 2, 1.0))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        self._closing = True
        self.site.closed(self)
        self._queue.clear()
        arriving, self._arriving = self._arriving, None
        self._inflow = None
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
        self._host = None
        self._in_head = True
        self._head_bytes = -1
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
            if len(name) == 4 and name.lower() == b"host":
                self._host = value if self._host is None else _SEVERAL

    def on_headers_complete(self) -> None:
        """The head is complete."""
        self._in_head = self.fresh = False
        parser = self._parser
        odd = self._odd
        if odd is None:
            request = GatewayRequest(
                self, parser.get_method(), self._url, self._headers
            )
        else:
            request = GatewayRequest(self, *odd, self._headers)
            self._odd = None
        request.keep_alive = parser.should_keep_alive()
        if self._unmet:
            self._meet(request)
        host = self._host
        if host is None or host != self._last_host:
            self._vet_host(request, host)
        else:
            request.host = host
        self._arriving = request
        self._inflow = None
        if self._measures:
            self._weigh(request)

    def _weigh(self, request: GatewayRequest) -> None:
        """Refuse a head that came in a single segment and is too large."""
        size = len(request.method) + len(request.uri) + len(" HTTP/1.1\r\n\r\n")
        for name, value in request.headers:
            size += len(name) + len(value) + 4
        if size > self.site.max_head_bytes:
            request.refusal = (431, _TOO_LARGE)

    def _meet(self, request: GatewayRequest) -> None:
        """Learn from the first request which HTTP the client speaks.

        A client of HTTP/1.0 is asked each time: its connections end behind the
        answer, and it knows no chunks (RFC 9112 §6.1).
        """
        version = self._parser.get_http_version()
        self.speaks_11 = version == "1.1"
        self._unmet = version != "1.1"
        if version == "1.0":
            request.keep_alive = False
            if request.field(b"transfer-encoding") is not None:
                request.refusal = (400, _BAD_REQUEST)
        elif version != "1.1":
            request.refusal = (505, _BAD_VERSION)

    def _vet_host(self, request: GatewayRequest, host: bytes | None) -> None:
        """Look at a Host field that is not the last request's (RFC 9112 §3.2)."""
        if host is None:
            if self.speaks_11 and request.method != b"CONNECT":
                request.refusal = request.refusal or (400, _NO_HOST)
        elif _is_host(host):
            request.host = self._last_host = host
        else:
            request.refusal = (400, _BAD_REQUEST if host == _SEVERAL else _BAD_HOST)

    def on_body(self, data: bytes) -> None:
        """A piece of a body."""
        request = self._arriving
        if request is None:
            self._discard(len(data))
            return
        if self._inflow is not None:
            self._inflow.data_received(data)
            return
        body: Any = request.body
        request.body = data if body is None else body + data

    def on_message_complete(self) -> None:
        """The request is complete."""
        request, self._arriving = self._arriving, None
        if request is None:
            self._discarded = 0
            self._discarding = False
            return
        inflow, self._inflow = self._inflow, None
        if inflow is not None:
            inflow.finish()
            return
        if (
            request.body is None
            and request.method != b"GET"
            and _announces_body(request.headers)
        ):
            request.body = b""
            if self._parser.should_upgrade():  # the body is there, but is not read
                request.refusal = (400, _BAD_REQUEST)
        if self._busy is None and not self._queue:
            self._busy = request
            self.site.handle(request)
        else:
            self._enqueue(request)

    # --- order

    def _stream(self, request: GatewayRequest, data: bytes) -> None:
        """The head is here and the rest is not: dispatch with a stream."""
        early = request.body
        stream = BodyStream(self.transport, _length(request.headers))
        request.body = self._inflow = stream
        if type(early) is bytes:
            stream.data_received(early)
        elif (request.field(b"expect") or b"").lower() == b"100-continue":
            self._expect(request)
        if _has_absurd_chunk(request, data) or (
            stream.length is not None and stream.length > _MOST_LENGTH
        ):
            request.refusal = (400, _BAD_REQUEST)
        self._enqueue(request)

    def _expect(self, request: GatewayRequest) -> None:
        """The client keeps its body until it is told to go on.

        An answer before that tells it to keep it for good: then the connection
        ends, for nobody knows whether the body comes (RFC 9110 §10.1.1).
        """
        if self.speaks_11 and self._expecting is None:
            self._expecting = (request, request.keep_alive)
            request.keep_alive = False

    def _let_go_on(self) -> None:
        """Tell the client to send its body, if it is still wanted."""
        if self._expecting is None:
            return
        request, persists = self._expecting
        if request is self._busy:
            self._expecting = None
            if not request.finished:
                request.keep_alive = persists
                self.transport.write(_CONTINUE)

    def _enqueue(self, request: GatewayRequest) -> None:
        if self._busy is None and not self._queue:
            self._busy = request
            self.site.handle(request)
            self._let_go_on()
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
            self._discarding = self._midway = True
            inflow, self._inflow = self._inflow, None
            if inflow is not None:
                inflow.stopProducing()
        if (
            self._closing
            or not request.keep_alive
            or site.draining
            or (self._ends and not self._queue)
        ):
            self._closing = True
            self._busy = request  # so that what else this segment holds is not served
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
            self._let_go_on()
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
        self._in_head = False
        self._deaf = True  # nothing counts behind what is broken
        arriving, self._arriving = self._arriving, None
        inflow, self._inflow = self._inflow, None
        if arriving is not None and inflow is not None:
            # Dispatched already, its body breaks off; else it has not begun.
            arriving.keep_alive = False
            if arriving is not self._busy:
                arriving.refusal = (status, text)
            inflow.fail(Failure(ConnectionError("malformed request body")))
            return
        request = GatewayRequest(self, b"GET", b"/", [])
        request.keep_alive = False
        request.refusal = (status, text)
        self._enqueue(request)

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


classImplements(GatewayChannel, IProtocol, IHalfCloseableProtocol)


class _Counter:
    """Counts the messages that a parser finds."""

    begun = 0

    def on_message_begin(self) -> None:
        """One more."""
        self.begun += 1


def _fails_at_first(data: bytes) -> bool:
    """Whether what llhttp does not take is the first message of ``data``."""
    counter = _Counter()
    with suppress(HttpParserError):
        HttpRequestParser(counter).feed_data(data)
    return counter.begun == 1


def _announces_body(headers: RawHeaders) -> bool:
    """Whether the head says that a body follows, be it an empty one."""
    for name, value in headers:
        size = len(name)
        if size == 14 and name.lower() == b"content-length":
            return value.strip() != b"0"
        if size == 17 and name.lower() == b"transfer-encoding":
            return True
    return False


def _has_absurd_chunk(request: GatewayRequest, data: bytes) -> bool:
    """Whether the first chunk claims to be longer than any length that is taken."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0 or request.field(b"transfer-encoding") is None:
        return False
    return _ABSURD_CHUNK.match(data, head_end + 4) is not None


_ABSURD_CHUNK = re.compile(rb"0*[1-9a-fA-F][0-9a-fA-F]{11}")


def _length(headers: RawHeaders) -> int | None:
    for name, value in headers:
        if len(name) == 14 and name.lower() == b"content-length":
            return int(value)
    return None
