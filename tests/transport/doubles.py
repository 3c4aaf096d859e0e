"""Connections in memory, for the tests of both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from krakendtw.transport.stream import BodyStream


class Wire(StringTransport):
    """Twisted's double, with what a TCP connection does besides.

    :ivar protocol: who is told of the connection's end.
    :ivar pauses: how often reading was paused.
    """

    def __init__(self, protocol: Any = None, **addresses: Any) -> None:
        StringTransport.__init__(self, lenient=True, **addresses)
        self.protocol = protocol
        self.pauses = 0

    def take(self) -> bytes:
        """What was written since the last look."""
        data: bytes = self.value()
        self.clear()
        return data

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """A producer comes too late for a connection that is gone."""
        if self.connected:
            StringTransport.registerProducer(self, producer, streaming)
        else:
            producer.stopProducing()

    def unregisterProducer(self) -> None:
        """No producer is nothing to complain of."""
        self.producer = self.streaming = None

    def pauseProducing(self) -> None:
        """Read no more for now."""
        self.pauses += 1
        StringTransport.pauseProducing(self)

    def lose(self, reason: Exception | None = None) -> None:
        """The connection ends; orderly, unless there is another reason."""
        self.connected = False
        producer, self.producer = self.producer, None
        if producer is not None:
            producer.stopProducing()
        self.protocol.connectionLost(Failure(reason or ConnectionDone()))

    @property
    def is_paused(self) -> bool:
        """Whether nobody reads."""
        return self.producerState == "paused"


class Reader:
    """Reads a stream.

    :param stream: which it pauses at each piece, if given.
    :ivar pieces: what has come.
    :ivar outcome: how it ended: ``"end"``, the failure's error, or nothing yet.
    """

    def __init__(self, stream: BodyStream | None = None) -> None:
        self.pieces: list[bytes] = []
        self.outcome: Any = None
        self._stream = stream

    def body_data(self, data: bytes) -> None:
        """Keep a piece."""
        self.pieces.append(data)
        if self._stream is not None:
            self._stream.pauseProducing()

    def body_end(self) -> None:
        """That was all."""
        self.outcome = "end"

    def body_failed(self, failure: Failure) -> None:
        """It broke off."""
        self.outcome = failure.value

    @property
    def text(self) -> bytes:
        """All that has come."""
        return b"".join(self.pieces)
