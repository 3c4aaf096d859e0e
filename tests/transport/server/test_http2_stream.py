"""Tests of :mod:`krakendtw.transport.server.http2_stream`."""

from __future__ import annotations

from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IRequest
from zope.interface.verify import verifyObject

from krakendtw.transport.server.http2_stream import (
    HIGH_WATER,
    Http2Request,
    Http2Stream,
)
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Reader, Wire

GONE = Failure(ConnectionDone())


class Connection:
    """Keeps what a stream asks of its connection.

    :ivar calls: the calls and what they were given, the stream left out.
    """

    peer = "10.0.0.1"
    secure = True

    def __init__(self) -> None:
        self.site = self
        self.outlet = self
        self.transport = Wire()
        self.calls: list[Any] = []
        self.on_answer: Any = None

    def date_line(self) -> bytes:
        """A date."""
        return b"Date: now\r\n"

    def acknowledge(self, number: int, size: int) -> None:
        """Open a window."""
        self.calls.append(("acknowledge", size))

    def send_head(self, stream: Any, status: int, fields: Any) -> None:
        """Send a head."""
        self.calls.append(("head", status, fields))

    def send_whole(self, stream: Any, status: int, fields: Any, body: bytes) -> None:
        """Send an answer."""
        self.calls.append(("whole", status, fields, body))

    def send_soon(self, stream: Any) -> None:
        """Send later."""
        self.calls.append(("soon",))

    def reset(self, stream: Any, code: Any) -> None:
        """Break the stream off."""
        self.calls.append(("reset", int(code)))
        stream.lost(GONE)


class Producer:
    """A producer that keeps what it is told.

    :param stream: which a pull producer writes to.
    :param rest: how many pieces it has.
    """

    def __init__(self, stream: Any = None, rest: int = 0) -> None:
        self.told: list[str] = []
        self._stream = stream
        self._rest = rest

    def pauseProducing(self) -> None:
        """Enough."""
        self.told.append("pause")

    def resumeProducing(self) -> None:
        """More."""
        self.told.append("resume")
        if self._stream is not None:
            if not self._rest:
                self._stream.unregisterProducer()
                return
            self._rest -= 1
            self._stream.write(b"x" * 1000)

    def stopProducing(self) -> None:
        """No more."""
        self.told.append("stop")


class StreamTestCase(SynchronousTestCase):
    """A stream on a connection that keeps its calls."""

    def setUp(self) -> None:
        self.connection: Any = Connection()
        self.stream = Http2Stream(self.connection, 1)

    def request(self, method: bytes = b"GET") -> Http2Request:
        """The stream's request."""
        channel: Any = self.stream
        request = Http2Request(channel, method, b"/", [(b"Host", b"gw")])
        self.stream.request = request
        return request

    def taken(self) -> list[Any]:
        """The calls since the last look."""
        calls, self.connection.calls = self.connection.calls, []
        return list(calls)


class IntakeTests(StreamTestCase):
    """What arrives."""

    def test_early(self) -> None:
        """Before the dispatch pieces are put together, and taken at once."""
        self.stream.data_received(b"ab", 2)
        self.stream.data_received(b"", 0)
        self.stream.data_received(b"cd", 12)
        self.assertEqual(b"abcd", self.stream.body)
        self.assertEqual(14, sum(size for _, size in self.taken()))
        self.stream.body_ended()
        self.assertTrue(self.stream.ended)

    def test_late(self) -> None:
        """Later they go to the reader; who pauses keeps the window shut."""
        self.stream.data_received(b"a", 1)
        body = self.stream.open_body(None)
        reader = Reader(body)
        body.start(reader)
        self.taken()
        self.stream.data_received(b"b", 1)
        self.stream.data_received(b"", 5)
        self.assertEqual([], self.taken())
        body.resumeProducing()
        self.assertEqual([], self.taken())
        body.resumeProducing()
        self.assertEqual([("acknowledge", 6)], self.taken())
        self.stream.body_ended()
        self.assertEqual([b"a", b"b"], reader.pieces)

    def test_unwanted(self) -> None:
        """A body that is given up opens its window again."""
        body = self.stream.open_body(None)
        self.stream.data_received(b"x" * HIGH_WATER, HIGH_WATER)
        self.assertEqual([], self.taken())
        body.stopProducing()
        self.assertEqual([("acknowledge", HIGH_WATER)], self.taken())

    def test_lost(self) -> None:
        """A body breaks off with its stream, answered or not."""
        for is_answered in (False, True):
            self.stream = Http2Stream(self.connection, 1)
            request = self.request()
            request.body = body = self.stream.open_body(9)
            reader = Reader()
            body.start(reader)
            if is_answered:
                request.answer(200, b"", b"")
            self.stream.lost(GONE)
            self.assertIsInstance(reader.outcome, ConnectionDone)
            self.assertTrue(self.stream.gone)


class OutletTests(StreamTestCase):
    """What leaves."""

    def test_pieces(self) -> None:
        """Pieces fit the room, in order, and the last one is known."""
        for data in (b"abc", b"", b"de"):
            self.stream.write(data)
        self.assertTrue(self.stream.waits)
        self.assertEqual((b"", False), self.stream.next_piece(0))
        self.assertEqual((b"", False), self.stream.next_piece(-5))
        self.assertEqual((b"ab", False), self.stream.next_piece(2))
        self.assertEqual((b"c", False), self.stream.next_piece(2))
        self.stream.finish()
        self.assertEqual((b"de", True), self.stream.next_piece(2))

    def test_end_needs_no_room(self) -> None:
        """The end goes out through a closed window."""
        self.stream.finish()
        self.assertEqual((b"", True), self.stream.next_piece(0))

    def test_gone(self) -> None:
        """A stream that is gone takes nothing."""
        self.stream.lost(GONE)
        self.stream.write(b"x")
        self.stream.finish()
        self.assertEqual(([], False), (self.taken(), self.stream.waits))

    def test_push_producer(self) -> None:
        """It pauses at the mark, and goes on below half of it."""
        producer = Producer()
        self.stream.registerProducer(producer, True)
        for _ in range(4):
            self.stream.write(b"x" * (HIGH_WATER // 2))
        self.assertEqual(["pause"], producer.told)
        self.stream.next_piece(HIGH_WATER)
        self.stream.drained()
        self.assertEqual(["pause"], producer.told)
        for _ in range(4):
            self.stream.next_piece(HIGH_WATER)
        self.stream.drained()
        self.assertEqual(["pause", "resume"], producer.told)

    def test_pull_producer(self) -> None:
        """It is asked until enough waits, and again when that is sent."""
        self.stream.registerProducer(Producer(self.stream, 200), False)
        sent = 0
        while self.stream.waits:
            piece, _ = self.stream.next_piece(16384)
            self.assertLessEqual(self.stream._out_size, HIGH_WATER)
            sent += len(piece)
            self.stream.drained()
        self.assertEqual(200_000, sent)

    def test_addresses(self) -> None:
        """The ends are the connection's."""
        self.assertEqual("192.168.1.1", self.stream.getPeer().host)  # type: ignore[attr-defined]
        self.assertEqual("10.0.0.1", self.stream.getHost().host)  # type: ignore[attr-defined]


class RequestTests(StreamTestCase):
    """Answers."""

    def test_promises(self) -> None:
        """It is a request to any resource of twisted.web."""
        verifyObject(IRequest, self.request())

    def test_whole(self) -> None:
        """An answer goes out in one call, with date and length."""
        answered: list[Any] = []
        self.connection.on_answer = answered.append
        request = self.request()
        request.setHeader("X-Late", "1")
        request.lines_before = b"X-First: 1\r\n"
        request.answer(200, b"X-A: 1\r\n", b"body")
        fields = [
            (b"x-first", b"1"),
            (b"x-a", b"1"),
            (b"date", b"now"),
            (b"x-late", b"1"),
            (b"content-length", b"4"),
        ]
        self.assertEqual([("whole", 200, fields, b"body")], self.taken())
        self.assertEqual([request], answered)
        self.assertTrue(request.finished)

    def test_bodiless(self) -> None:
        """Without a body there is a length for HEAD, and none for 204."""
        for method, status, expected in (
            (b"HEAD", 200, [(b"content-length", b"4")]),
            (b"GET", 204, []),
            (b"GET", 304, []),
        ):
            self.request(method).answer(status, b"", b"body", dated=True)
            self.assertEqual([("whole", status, expected, b"")], self.taken())

    def test_relayed(self) -> None:
        """A body that is arriving follows its head."""
        request = self.request()
        body = BodyStream(Wire(), 3)
        request.answer(200, b"", body, dated=True)
        body.data_received(b"abc")
        body.finish()
        head, *rest = self.taken()
        self.assertEqual(("head", 200, [(b"content-length", b"3")]), head)
        self.assertEqual([("soon",), ("soon",)], rest)
        self.assertEqual((b"abc", True), self.stream.next_piece(9))
        self.assertTrue(request.finished)

    def test_late_answer(self) -> None:
        """An answer that comes too late is nobody's."""
        request = self.request()
        self.stream.lost(GONE)
        self.assertTrue(request.finished)
