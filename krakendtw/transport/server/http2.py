"""The HTTP/2 server channel: frames in, requests out, answers back.

h2 keeps the protocol's state; this module feeds it and gives its events to
streams, :mod:`krakendtw.transport.server.http2_outlet` sends what it makes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from h2.config import H2Configuration
from h2.connection import ConnectionState, H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RequestReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import NoSuchStreamError, ProtocolError
from h2.settings import SettingCodes, Settings
from hyperframe.frame import GoAwayFrame
from twisted.internet.interfaces import IPushProducer, ISSLTransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from krakendtw.transport.server.http2_budget import (
    RESET_COST,
    Budget,
    MeteredFrames,
)
from krakendtw.transport.server.http2_head import Malformed, RequestHead, read_head
from krakendtw.transport.server.http2_outlet import Outlet
from krakendtw.transport.server.http2_stream import Http2Request, Http2Stream
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from krakendtw.transport.server.http2_head import Fields
    from krakendtw.transport.server.site import GatewaySite

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What a client begins with (RFC 9113 §3.4)."""

STREAMS_LIMIT = 250
"""Streams that a client may have open; Go's limit."""

STREAM_WINDOW = 262144
"""Bytes of one body that may be on their way."""

CONNECTION_WINDOW = 1048576
"""Bytes of all bodies of a connection that may be on their way; Go's limit."""

HEAD_LIMIT = 262144
"""Bytes of a head, whatever ``max_header_bytes`` says: decoding takes time."""

_SWITCHING = (
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
)

_CONFIG = H2Configuration(
    client_side=False,
    header_encoding=None,
    validate_inbound_headers=False,
    normalize_inbound_headers=False,
    validate_outbound_headers=False,
    normalize_outbound_headers=False,
)


class _Connection(H2Connection):
    """h2's state of one connection, with a short memory for closed streams."""

    MAX_CLOSED_STREAMS = 1024


@implementer(IPushProducer)
class Http2Channel(Protocol):
    """One connection of a client that speaks HTTP/2.

    :ivar peer: the client's address.
    :ivar secure: whether the connection is TLS.
    :ivar fresh: whether no request has come yet.
    :ivar since: when the connection's present state began, on the monotonic clock.
    """

    transport: Any

    def __init__(self, site: GatewaySite) -> None:
        self.site = site
        self.peer = ""
        self.secure = False
        self.fresh = True
        self.since = 0.0
        self.budget = Budget()
        self._head_limit = min(site.max_head_bytes, HEAD_LIMIT)
        self._h2 = _make_connection(self.budget, self._head_limit)
        self._streams: dict[int, Http2Stream] = {}
        self._new: list[tuple[Http2Stream, RequestHead]] = []
        self._broken: set[int | None] = set()
        self._greeted = False
        self._closing = False
        self.outlet: Any = None

    # --- the transport's calls

    def connectionMade(self) -> None:
        """See :class:`twisted.internet.protocol.BaseProtocol`."""
        transport = self.transport
        with suppress(AttributeError):  # where it is not TCP nothing is delayed
            transport.setTcpNoDelay(True)
        self.secure = ISSLTransport.providedBy(transport)
        host = getattr(transport.getPeer(), "host", "") or ""
        self.peer = host.removeprefix("::ffff:")  # IPv4 on a socket of both families
        self.outlet = Outlet(
            transport,
            self._h2,
            self.budget,
            self.site.wheel,
            answered=self._answered,
            reset=self.reset,
            abort=self.abort,
        )
        self.site.opened(self)  # type: ignore[arg-type]
        transport.registerProducer(self, True)

    def greet(self) -> None:
        """Send our settings; the first thing on the connection."""
        self._h2.initiate_connection()
        self._widen()

    def upgrade(self, settings: bytes, head: RequestHead, body: bytes | None) -> None:
        """Go on after an HTTP/1.1 request that asked for h2c (RFC 7540 §3.2).

        :param settings: its HTTP2-Settings, padded.
        :param body: the whole body, if the request has one.
        """
        try:
            self._h2.initiate_upgrade_connection(settings)
        except ProtocolError:
            self.abort()
            return
        self.transport.write(_SWITCHING)
        self._widen()
        stream = self._open(1)
        stream.ended = True
        stream.body = body
        self._dispatch(stream, head)

    def _widen(self) -> None:
        self._h2.increment_flow_control_window(
            CONNECTION_WINDOW - self._h2.inbound_flow_control_window
        )
        self.outlet.flush()

    def dataReceived(self, data: bytes) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        if self._closing and not self._streams:
            return
        outlet = self.outlet
        outlet.in_turn = True
        try:
            events = self._h2.receive_data(data)
            self._greeted = True
            self._handle(events)
        except ProtocolError as error:
            outlet.in_turn = False
            self._give_up(error)
        else:
            outlet.pump()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See :class:`twisted.internet.protocol.Protocol`."""
        self._closing = True
        self.site.closed(self)  # type: ignore[arg-type]
        self.outlet.close()
        streams, self._streams = self._streams, {}
        for stream in streams.values():
            stream.lost(reason)

    def pauseProducing(self) -> None:
        """The transport has enough to send."""
        self.outlet.block()

    def resumeProducing(self) -> None:
        """The transport has sent what it had."""
        self.outlet.unblock()

    def stopProducing(self) -> None:
        """The connection is ending; :meth:`connectionLost` follows."""
        self.outlet.block()

    # --- what arrives

    def _handle(self, events: Sequence[Event]) -> None:
        """Give each event to its stream, then dispatch the new requests.

        h2 is ahead of its events: a stream that they break off is gone already.
        """
        resets = [event for event in events if type(event) is StreamReset]
        self._broken = {reset.stream_id for reset in resets}
        for reset in resets:
            self._on_reset(reset)
        for event in events:
            handler = _HANDLERS.get(type(event))
            if handler is not None:
                handler(self, event)
        new, self._new = self._new, []
        for stream, head in new:
            if not stream.gone:
                self._dispatch(stream, head)

    def _on_request(self, event: RequestReceived) -> None:
        number = event.stream_id
        if number in self._broken:
            return
        if self._closing:
            self._reset(number, ErrorCodes.REFUSED_STREAM)
            return
        raw: Any = event.headers
        has_ended = event.stream_ended is not None
        try:
            head = read_head(raw)
            if has_ended and _length(head.fields):
                raise Malformed("the announced body is missing")
        except Malformed:
            self.budget.spend(RESET_COST)
            self._reset(number, ErrorCodes.PROTOCOL_ERROR)
            return
        stream = self._open(number)
        stream.ended = has_ended
        self._new.append((stream, head))

    def _on_data(self, event: DataReceived) -> None:
        size, number = event.flow_controlled_length, event.stream_id
        stream = self._streams.get(number)
        if stream is None:
            self._h2.acknowledge_received_data(size, number)
        else:
            stream.data_received(event.data or b"", size)

    def _on_end(self, event: StreamEnded) -> None:
        stream = self._streams.get(event.stream_id or 0)
        if stream is not None and not stream.ended:
            stream.body_ended()

    def _on_reset(self, event: StreamReset) -> None:
        if not event.remote_reset:
            self.budget.spend(RESET_COST)  # its doing, if not its frame
        stream = self._streams.pop(event.stream_id or 0, None)
        if stream is not None:
            stream.lost(Failure(ConnectionAbortedError("stream reset by client")))
            self._closed_one()

    def _on_goaway(self, event: ConnectionTerminated) -> None:
        if event.error_code != ErrorCodes.NO_ERROR or not self._streams:
            self._lose()
            return
        # The client opens no further stream, and waits for those it has: h2
        # takes that for the end of everything.
        self._h2.state_machine.state = ConnectionState.SERVER_OPEN
        self._closing = True

    def _open(self, number: int) -> Http2Stream:
        self.fresh = False
        stream = Http2Stream(self, number)
        self._streams[number] = stream
        return stream

    def _dispatch(self, stream: Http2Stream, head: RequestHead) -> None:
        """Hand a request to the site, its body whole or as a stream."""
        request = Http2Request(
            stream,  # type: ignore[arg-type]
            head.method,
            head.target,
            head.fields,
        )
        request.host = head.host
        stream.request = request
        request.body = stream.body
        if not stream.ended:
            request.body = stream.open_body(_length(head.fields))
        elif not stream.body and head.method == b"GET":
            request.body = None
        if _size(head.fields) > self._head_limit:
            request.refusal = (431, b"431 Request Header Fields Too Large")
        elif not head.host:
            request.refusal = (400, b"400 Bad Request: missing required Host header")
        self.site.handle(request)
        if not (stream.ended or stream.gone or request.begun):
            self._let_go_on(request)
        self.outlet.flush_soon()

    def _let_go_on(self, request: Http2Request) -> None:
        """Tell a client that waits for it to send its body (RFC 9110 §10.1.1)."""
        if (request.field(b"expect") or b"").lower() == b"100-continue":
            self._h2.send_headers(request.channel.number, [(b":status", b"100")])

    def acknowledge(self, number: int, size: int) -> None:
        """Open the windows again for bytes that were taken."""
        if size and self._h2.state_machine.state is not ConnectionState.CLOSED:
            self._h2.acknowledge_received_data(size, number)
            self.outlet.flush_soon()

    # --- the end of streams

    def _answered(self, stream: Http2Stream) -> None:
        """An answer is out: forget the stream, and the rest of its request."""
        if self._streams.pop(stream.number, None) is None:
            return
        stream.gone = True
        if not stream.ended:
            body = stream.body
            if type(body) is BodyStream:
                body.stopProducing()
            stream.resumeProducing()
            # The answer is complete without the rest (RFC 9113 §8.1).
            self._reset(stream.number, ErrorCodes.NO_ERROR)
        self._closed_one()

    def reset(self, stream: Http2Stream, code: ErrorCodes) -> None:
        """Break a stream off."""
        if self._streams.pop(stream.number, None) is None:
            return
        self._reset(stream.number, code)
        stream.lost(Failure(ConnectionAbortedError("stream reset")))
        self._closed_one()
        self.outlet.flush_soon()

    def _reset(self, number: int, code: ErrorCodes) -> None:
        try:
            self._h2.reset_stream(number, code)
        except NoSuchStreamError:
            return  # h2 has forgotten it: it ended on both sides

    def _closed_one(self) -> None:
        if self._streams:
            return
        if self.site.timed:
            self.since = monotonic()
        if self._closing:
            self.outlet.flush()
            self._lose()

    # --- the end of the connection

    def _give_up(self, error: ProtocolError) -> None:
        """The client broke the protocol, or asks too much: say so and leave."""
        if self._h2.state_machine.state is not ConnectionState.CLOSED:
            self._h2.close_connection(error.error_code)
        self.outlet.flush()
        self._lose()
        streams, self._streams = self._streams, {}
        for stream in streams.values():
            stream.lost(Failure(error))

    def refuse(self, code: ErrorCodes) -> None:
        """End a connection that must not be HTTP/2."""
        self._h2.initiate_connection()
        self._h2.close_connection(code)
        self.outlet.flush()
        self._lose()

    def _lose(self) -> None:
        self._closing = True
        self.transport.unregisterProducer()
        self.transport.loseConnection()

    def abort(self) -> None:
        """End the connection so that the client notices."""
        self._closing = True
        if self.transport is not None:
            self.transport.abortConnection()

    def drain(self) -> None:
        """Stop after the requests in flight; an idle connection ends now."""
        if self._closing:
            return
        self._closing = True
        self.outlet.flush()
        # h2 would take its own GOAWAY for the end of everything.
        frame = GoAwayFrame(0)
        frame.last_stream_id = self._h2.highest_inbound_stream_id
        self.transport.write(frame.serialize())
        if not self._streams:
            self._lose()

    @property
    def idle(self) -> bool:
        """Whether no request is in flight."""
        return self._greeted and not self._streams

    @property
    def reading_head(self) -> bool:
        """Whether the client has not begun yet."""
        return not self._greeted


_HANDLERS: dict[type, Callable[[Http2Channel, Any], None]] = {
    RequestReceived: Http2Channel._on_request,
    DataReceived: Http2Channel._on_data,
    StreamEnded: Http2Channel._on_end,
    ConnectionTerminated: Http2Channel._on_goaway,
}


def _make_connection(budget: Budget, head_limit: int) -> H2Connection:
    connection = _Connection(_CONFIG)
    connection.local_settings = Settings(
        client=False,
        initial_values={
            SettingCodes.MAX_CONCURRENT_STREAMS: STREAMS_LIMIT,
            SettingCodes.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
            SettingCodes.MAX_HEADER_LIST_SIZE: head_limit,
        },
    )
    # A head somewhat over the limit is answered 431; a bomb ends the connection.
    connection.decoder.max_header_list_size = 2 * head_limit
    connection.incoming_buffer = MeteredFrames(budget)
    return connection


def _size(fields: Fields) -> int:
    """The size of a field section (RFC 9113 §10.5.1)."""
    return sum(len(name) + len(value) + 32 for name, value in fields)


def _length(fields: Fields) -> int | None:
    """What ``content-length`` says; h2 holds the client to it."""
    for name, value in fields:
        if name == b"Content-Length":
            return int(value)
    return None
