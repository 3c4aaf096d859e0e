"""What leaves an HTTP/2 connection, and when.

Whole answers go out at once where the client's windows allow; what does not fit
waits in its stream, and the streams take turns, a frame each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from h2.errors import ErrorCodes

from krakendtw.transport.server.http2_budget import SENT_CREDIT

if TYPE_CHECKING:
    from h2.connection import H2Connection

    from krakendtw.transport.deadline import Timer, TimerWheel
    from krakendtw.transport.server.http2_budget import Budget
    from krakendtw.transport.server.http2_head import Fields
    from krakendtw.transport.server.http2_stream import Http2Stream

BLOCKED_LIMIT = 262144
"""Bytes of heads and replies kept for a client that does not read them."""

BATCH = 65536
"""Bytes handed to the transport at once, so that it can call a pause."""

STALL_S = 60.0
"""How long a client may keep an answer waiting for its window."""


class Outlet:
    """Sends what h2 makes, under the control of windows and transport.

    :param transport: takes the bytes.
    :param connection: h2's state of the connection.
    :param budget: earns with what is sent.
    :param wheel: the gateway's timers.
    :param answered: told of each stream whose answer is out.
    :param reset: breaks a stream off.
    :param abort: ends a connection whose client does not read.
    :ivar in_turn: whether more is to come at once, so that sending can wait.
    """

    __slots__ = (
        "_abort",
        "_answered",
        "_blocked",
        "_blocked_bytes",
        "_budget",
        "_connection",
        "_reset",
        "_stall_timer",
        "_transport",
        "_waiting",
        "_wheel",
        "in_turn",
    )

    def __init__(
        self,
        transport: Any,
        connection: H2Connection,
        budget: Budget,
        wheel: TimerWheel,
        *,
        answered: Callable[[Http2Stream], object],
        reset: Callable[[Http2Stream, ErrorCodes], object],
        abort: Callable[[], object],
    ) -> None:
        self._transport = transport
        self._connection = connection
        self._budget = budget
        self._wheel = wheel
        self._answered = answered
        self._reset = reset
        self._abort = abort
        self._waiting: deque[Http2Stream] = deque()
        self._blocked = False
        self._blocked_bytes = 0
        self._stall_timer: Timer | None = None
        self.in_turn = False

    # --- the transport's side

    def block(self) -> None:
        """The transport has enough to send."""
        self._blocked = True

    def unblock(self) -> None:
        """The transport has sent what it had."""
        self._blocked = False
        self._blocked_bytes = 0
        if not self.in_turn:
            self.pump()

    def close(self) -> None:
        """The connection is gone."""
        self._waiting.clear()
        if self._stall_timer is not None:
            self._stall_timer.cancel()

    # --- the streams' side

    def send_head(self, stream: Http2Stream, status: int, fields: Fields) -> None:
        """Send the head of an answer whose body follows."""
        if not stream.gone:
            self._connection.send_headers(stream.number, [_status(status), *fields])
            self.flush_soon()

    def send_whole(
        self, stream: Http2Stream, status: int, fields: Fields, body: bytes
    ) -> None:
        """Send a whole answer: at once if it fits, else as the windows open."""
        if stream.gone:
            return
        connection, number, size = self._connection, stream.number, len(body)
        connection.send_headers(number, [_status(status), *fields], end_stream=not size)
        if size:
            if (
                size > connection.max_outbound_frame_size
                or size > connection.local_flow_control_window(number)
                or self._blocked
            ):
                stream.hold(body)
                self.send_soon(stream)
                return
            connection.send_data(number, body, end_stream=True)
            self._budget.earn(SENT_CREDIT)
        self._answered(stream)
        self.flush_soon()

    def send_soon(self, stream: Http2Stream) -> None:
        """Send what waits in a stream when it is its turn."""
        if stream.gone:
            return
        if not stream.queued:
            stream.queued = True
            stream.moved = monotonic()
            self._waiting.append(stream)
        if not self.in_turn:
            self.pump()

    # --- sending

    def pump(self) -> None:
        """Send what the windows and the transport allow, a frame a stream."""
        self.in_turn = True  # producers that write meanwhile wait for their turn
        waiting, stuck, batch = self._waiting, [], 0
        while waiting and not self._blocked:
            stream = waiting.popleft()
            sent = -1 if stream.gone else self._send_piece(stream)
            if sent < 0:
                stuck.append(stream)
                continue
            if stream.waits:
                waiting.append(stream)
            else:
                stream.queued = False
            batch += sent
            if batch >= BATCH:
                batch = 0
                self.flush()
        waiting.extend(stream for stream in stuck if not stream.gone)
        self.in_turn = False
        self.flush()
        if waiting and self._stall_timer is None:
            self._stall_timer = self._wheel.call_later(STALL_S / 2, self._look)

    def _send_piece(self, stream: Http2Stream) -> int:
        """Send one frame; the bytes in it, -1 if the client's window is closed."""
        connection, number = self._connection, stream.number
        window = connection.local_flow_control_window(number)
        piece, last = stream.next_piece(min(window, connection.max_outbound_frame_size))
        if not piece and not last:
            return -1 if stream.waits else 0
        connection.send_data(number, piece, end_stream=last)
        self._budget.earn(SENT_CREDIT)
        if last:
            self._answered(stream)
        else:
            stream.moved = monotonic()
            stream.drained()
        return len(piece)

    def _look(self) -> None:
        """End streams whose client lets nothing pass."""
        self._stall_timer = None
        now = monotonic()
        for stream in list(self._waiting):
            if now - stream.moved >= STALL_S:
                self._reset(stream, ErrorCodes.CANCEL)
        self.pump()

    def flush_soon(self) -> None:
        """Give the transport what h2 has made, at the latest when the turn ends."""
        if not self.in_turn:
            self.flush()

    def flush(self) -> None:
        """Give the transport what h2 has made."""
        data = self._connection.data_to_send()
        if not data:
            return
        if self._blocked:
            self._blocked_bytes += len(data)
            if self._blocked_bytes > BLOCKED_LIMIT:
                self._abort()
                return
        self._transport.write(data)


def _status(code: int) -> tuple[bytes, bytes]:
    return b":status", b"%d" % code
