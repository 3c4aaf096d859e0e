"""One HTTP/2 stream: the connection of one request, under flow control.

To its :class:`Http2Request` a stream is what a channel and its transport are on
HTTP/1.1, so that resources notice no difference.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from h2.errors import ErrorCodes

from krakendtw.transport.server.http2_head import answer_fields
from krakendtw.transport.server.request import GatewayRequest
from krakendtw.transport.server.status import BODILESS
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure
    from twisted.web.http_headers import Headers

    from krakendtw.proxy.message import Body
    from krakendtw.transport.server.http2 import Http2Channel
    from krakendtw.transport.server.http2_head import Fields

HIGH_WATER = 65536
"""Bytes that wait for the client's window before the producer is held back."""


class Http2Stream:
    """The channel and the transport of one request.

    :ivar number: the stream's identifier.
    :ivar request: the request while it is not answered.
    :ivar body: pieces of a body until the request is dispatched, then a stream.
    :ivar ended: whether the client has sent everything.
    :ivar gone: whether nothing can be sent any more.
    :ivar queued: whether it stands in line to send.
    :ivar moved: when the client last let something pass, monotonic seconds.
    """

    __slots__ = (
        "_finishing",
        "_held",
        "_out",
        "_out_size",
        "_producer",
        "_producer_paused",
        "_pulling",
        "_pulls",
        "_sent",
        "body",
        "connection",
        "ended",
        "gone",
        "memo",
        "moved",
        "number",
        "peer",
        "queued",
        "request",
        "secure",
        "site",
    )

    speaks_11 = True

    def __init__(self, connection: Http2Channel, number: int) -> None:
        self.connection = connection
        self.number = number
        self.site = connection.site
        self.peer = connection.peer
        self.secure = connection.secure
        self.request: Http2Request | None = None
        self.body: Any = None
        self.ended = False
        self.gone = False
        self.memo: Any = None
        self.queued = False
        self.moved = 0.0
        self._held: int | None = None
        self._out: deque[bytes] = deque()
        self._out_size = 0
        self._sent = 0
        self._finishing = False
        self._producer: Any = None
        self._producer_paused = False
        self._pulls = False
        self._pulling = False

    # --- the connection's side: what arrives

    def data_received(self, data: bytes, size: int) -> None:
        """A piece of the body; ``size`` is what it took of the windows."""
        body = self.body
        if type(body) is not BodyStream:
            if data:
                self.body = data if body is None else body + data
            self.connection.acknowledge(self.number, size)
            return
        if data:
            body.data_received(data)
        if self._held is None:
            self.connection.acknowledge(self.number, size)
        else:
            self._held += size

    def body_ended(self) -> None:
        """That was all of the body."""
        self.ended = True
        body = self.body
        if type(body) is BodyStream:
            body.finish()
        elif body is None:
            self.body = b""

    def open_body(self, length: int | None) -> BodyStream:
        """Make a stream of the body, of which the rest has not come."""
        early = self.body
        self.body = stream = BodyStream(self, length, self.resumeProducing)
        if early:
            stream.data_received(early)
        return stream

    def pauseProducing(self) -> None:
        """The body's reader has enough: let the client's window run dry."""
        self._held = self._held or 0

    def resumeProducing(self) -> None:
        """The body's reader wants more, or nothing: open the window again."""
        held, self._held = self._held, None
        if held:
            self.connection.acknowledge(self.number, held)

    # --- the connection's side: what leaves

    @property
    def waits(self) -> bool:
        """Whether something is to be sent."""
        return bool(self._out) or self._finishing

    def next_piece(self, room: int) -> tuple[bytes, bool]:
        """Up to ``room`` bytes to send, and whether they are the last."""
        piece = b""
        if room > 0 and self._out:
            start = self._sent
            whole = self._out[0]
            piece = whole[start : start + room]
            if start + len(piece) < len(whole):
                self._sent = start + len(piece)
            else:
                self._out.popleft()
                self._sent = 0
            self._out_size -= len(piece)
        return piece, self._finishing and not self._out

    def drained(self) -> None:
        """Room was made: let the producer go on."""
        if self._producer is None or self._out_size >= HIGH_WATER // 2:
            return
        if self._pulls:
            self._pull()
        elif self._producer_paused:
            self._producer_paused = False
            self._producer.resumeProducing()

    def lost(self, why: Failure) -> None:
        """The stream, or the whole connection, has broken off."""
        self.gone = True
        self._out.clear()
        self._out_size = 0
        self._finishing = False
        body, request = self.body, self.request
        if request is not None and not request.finished:
            request.connection_lost(why)
        elif type(body) is BodyStream:
            body.fail(why)
        self._producer = None
        self.resumeProducing()

    # --- the request's side: the channel

    def persists(self, request: GatewayRequest) -> bool:
        """Whether the connection stays open after this answer; never its matter."""
        return True

    def request_done(self, request: GatewayRequest) -> None:
        """The whole answer has been handed over."""
        self.request = None  # no cycle is left behind
        on_answer = self.site.on_answer
        if on_answer is not None:
            on_answer(request)

    def abort(self) -> None:
        """Break the stream off so that the client notices."""
        self.connection.reset(self, ErrorCodes.INTERNAL_ERROR)

    @property
    def transport(self) -> Http2Stream:
        """The stream carries the body itself."""
        return self

    # --- the request's side: the transport

    def send_head(self, status: int, fields: Fields) -> None:
        """Send the head of an answer whose body follows."""
        self.connection.outlet.send_head(self, status, fields)

    def send_whole(self, status: int, fields: Fields, body: bytes) -> None:
        """Send a whole answer."""
        self.connection.outlet.send_whole(self, status, fields, body)

    def hold(self, body: bytes) -> None:
        """Keep the last part of an answer until the client's window opens."""
        self._out.append(body)
        self._out_size += len(body)
        self._finishing = True

    def write(self, data: bytes) -> None:
        """Send a piece of the body, or keep it until the window opens."""
        if not data or self._finishing or self.gone:
            return
        self._out.append(data)
        self._out_size += len(data)
        self.connection.outlet.send_soon(self)
        producer = self._producer
        if (
            producer is not None
            and self._out_size >= HIGH_WATER
            and not self._producer_paused
            and not self._pulls
        ):
            self._producer_paused = True
            producer.pauseProducing()

    def finish(self) -> None:
        """The body is complete."""
        if not self.gone:
            self._finishing = True
            self.connection.outlet.send_soon(self)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """See :class:`twisted.internet.interfaces.IConsumer`."""
        self._producer = producer
        self._producer_paused = False
        self._pulls = not streaming
        if self._pulls:
            self._pull()

    def unregisterProducer(self) -> None:
        """See :class:`twisted.internet.interfaces.IConsumer`."""
        self._producer = None

    def _pull(self) -> None:
        """Ask a pull producer for more until enough is waiting."""
        if self._pulling:
            return
        self._pulling = True
        while self._producer is not None and self._out_size < HIGH_WATER:
            self._producer.resumeProducing()
        self._pulling = False

    def getPeer(self) -> IAddress:
        """The client's end of the connection."""
        address: IAddress = self.connection.transport.getPeer()
        return address

    def getHost(self) -> IAddress:
        """Our end of the connection."""
        address: IAddress = self.connection.transport.getHost()
        return address


class Http2Request(GatewayRequest):
    """A request that came over HTTP/2.

    Framing is the stream's matter, so heads go out as fields and bodies as they
    are; whatever else a request does is the same.
    """

    __slots__ = ()

    channel: Any

    def answer(
        self, status: int, head: bytes, body: Body, *, dated: bool = False
    ) -> None:
        """See :meth:`GatewayRequest.answer`."""
        if type(body) is BodyStream:
            super().answer(status, head, body, dated=dated)
            return
        if self.edit is not None:
            head = self._edited(head)
        self.code = status
        stream = self.channel
        if self.lines_before:
            head = self.lines_before + head
            self.lines_before = b""
        fields = answer_fields(head)
        if not dated:
            fields = fields + answer_fields(stream.site.date_line())
        if self._response_headers is not None:
            fields = fields + _fields(self._response_headers)
        whole: Any = body or b""
        if status in BODILESS:
            whole = b""
        else:
            fields = [*fields, (b"content-length", b"%d" % len(whole))]
            if self.method == b"HEAD":
                whole = b""
        self._head_sent = True
        stream.send_whole(status, fields, whole)
        self._done()

    def _write_head(self, fields: bytes) -> None:
        self._head_sent = True
        self.channel.send_head(self.code, answer_fields(fields))

    def _write_body(self, data: bytes) -> None:
        self.channel.write(data)

    def _end_body(self) -> None:
        self.channel.finish()
        self._done()


def _fields(headers: Headers) -> Fields:
    """Twisted's headers as fields."""
    return answer_fields(
        b"".join(
            b"%b: %b\r\n" % (name, value)
            for name, values in headers.getAllRawHeaders()
            for value in values
        )
    )
