"""Tests of :mod:`krakendtw.transport.client.connection`."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import Canceled, DeadlineExceeded, ProtocolError, TransportError
from krakendtw.transport.client.connection import BackendConnection
from krakendtw.transport.client.exchange import Incoming, Outgoing
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.stream import HIGH_WATER, BodyStream
from tests.transport.doubles import Reader, Wire


class FakeOrigin:
    """What a connection knows of its origin.

    :ivar idle: connections put by.
    :ivar gone: connections that have ended.
    :ivar second: what a repeated request is answered with, if it is repeated.
    :ivar repeated: the requests that were.
    """

    address = "backend:80"

    def __init__(self) -> None:
        self.pool = self
        self.clock = Clock()
        self.seconds = self.clock.seconds
        self.wheel = TimerWheel(self.clock)
        self.header_ticks = 0
        self.idle: list[BackendConnection] = []
        self.gone: list[BackendConnection] = []
        self.second: Deferred[Incoming] | None = None
        self.repeated: list[Outgoing] = []

    def release(self, connection: BackendConnection) -> None:
        """Put a connection by."""
        self.idle.append(connection)

    def lost(self, connection: BackendConnection) -> None:
        """A connection has ended."""
        self.gone.append(connection)
        if connection in self.idle:
            self.idle.remove(connection)

    def again(self, request: Outgoing) -> Deferred[Incoming] | None:
        """Repeat a request, or not."""
        self.repeated.append(request)
        return self.second


def outgoing(
    method: bytes = b"GET", body: Any = None, length: int | None = None, **more: Any
) -> Outgoing:
    """A request for ``/t`` with one field."""
    return Outgoing(method, b"/t", b"Host: h\r\n", body, length=length, **more)


class ConnectionTestCase(SynchronousTestCase):
    """A connection on a wire in memory."""

    def setUp(self) -> None:
        self.origin: Any = FakeOrigin()
        self.connect()

    def connect(self) -> None:
        """Open it."""
        self.connection = BackendConnection(self.origin)
        self.wire = Wire(
            self.connection,
            hostAddress=IPv4Address("TCP", "10.0.0.1", 1111),
            peerAddress=IPv4Address("TCP", "10.0.0.2", 80),
        )
        self.connection.makeConnection(self.wire)

    def send(self, request: Outgoing | None = None) -> Deferred[Incoming]:
        """Send a request."""
        return self.connection.send(request or outgoing())

    def receive(self, *segments: bytes) -> None:
        """Let segments arrive, as long as somebody reads."""
        for segment in segments:
            if not self.wire.disconnecting:
                self.connection.dataReceived(segment)

    def error_of(self, answer: Deferred[Incoming], kind: Any = TransportError) -> str:
        """The text of a failed exchange."""
        return str(self.failureResultOf(answer, kind).value)

    @property
    def is_reusable(self) -> bool:
        """Whether the connection was put by, still open."""
        return self.origin.idle == [self.connection] and not self.wire.disconnecting


SIZED = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-T: t\r\n\r\n"
)
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"


class RequestTests(ConnectionTestCase):
    """What goes on the wire."""

    def test_no_body(self) -> None:
        """Without a body there is nothing about one, unless it is expected."""
        for method, more in (
            (b"GET", b""),
            (b"HEAD", b""),
            (b"DELETE", b""),
            (b"POST", b"Content-Length: 0\r\n"),
            (b"PUT", b"Content-Length: 0\r\n"),
            (b"PATCH", b"Content-Length: 0\r\n"),
        ):
            self.connect()
            self.send(outgoing(method))
            wanted = method + b" /t HTTP/1.1\r\nHost: h\r\n" + more + b"\r\n"
            self.assertEqual(wanted, self.wire.take())

    def test_whole_body(self) -> None:
        """A whole body is sized where a length is wanted, else one chunk."""
        for body, length, wanted in (
            (b"hello", 5, b"Content-Length: 5\r\n\r\nhello"),
            (b"", 0, b"Content-Length: 0\r\n\r\n"),
            (b"hello", None, b"5\r\nhello\r\n0\r\n\r\n"),
            (b"", None, b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ):
            self.connect()
            self.send(outgoing(b"POST", body, length))
            written = self.wire.take()
            self.assertTrue(written.endswith(wanted), written)
            self.assertEqual(length is None, b"chunked\r\n\r\n" in written)

    def test_one_write(self) -> None:
        """Head and whole body go out in one piece."""
        pieces: list[bytes] = []
        self.patch(self.wire, "write", pieces.append)
        self.send(outgoing(b"POST", b"hello", 5))
        self.assertEqual(1, len(pieces))


class AnswerTests(ConnectionTestCase):
    """From bytes to answers, however they are cut."""

    def test_sized(self) -> None:
        """Status, fields and body; the connection can be used again."""
        answer = self.send()
        self.receive(SIZED)
        incoming = self.successResultOf(answer)
        self.assertEqual(
            (200, b"hello", ""), (incoming.status, incoming.body, incoming.cut)
        )
        self.assertEqual([(b"X-A", b"1"), (b"Content-Length", b"5")], incoming.headers)
        self.assertTrue(self.is_reusable)

    def test_all_splits(self) -> None:
        """Wherever an answer is cut in two, it is the same answer."""
        for data, status in ((SIZED, 200), (CHUNKED, 201), (INTERIM + SIZED, 200)):
            for at in range(1, len(data)):
                self.connect()
                answer = self.send()
                self.receive(data[:at], data[at:])
                incoming = self.successResultOf(answer)
                self.assertEqual((status, b"hello"), (incoming.status, incoming.body))

    def test_byte_by_byte(self) -> None:
        """Answers may come byte by byte, one after the other."""
        for data in (SIZED, CHUNKED, INTERIM + INTERIM + SIZED) * 2:
            answer = self.send()
            self.receive(*(bytes((byte,)) for byte in data))
            self.assertEqual(b"hello", self.successResultOf(answer).body)
            self.assertTrue(self.is_reusable)
            self.origin.idle.clear()

    def test_interim(self) -> None:
        """Interim answers and their fields are left out."""
        for segments in ((INTERIM + INTERIM + SIZED,), (INTERIM, INTERIM, SIZED)):
            self.connect()
            answer = self.send()
            self.receive(*segments)
            incoming = self.successResultOf(answer)
            self.assertEqual(b"1", incoming.field(b"x-a"))
            self.assertIsNone(incoming.field(b"link"))

    def test_many_pieces(self) -> None:
        """A body in many pieces is put together."""
        answer = self.send()
        self.receive(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        self.receive(*(b"%010d" % number for number in range(100)))
        body = self.successResultOf(answer).body
        self.assertEqual(b"".join(b"%010d" % number for number in range(100)), body)

    def test_no_body(self) -> None:
        """204 and 304 have no body, whatever they announce."""
        for status in (b"204", b"304"):
            self.connect()
            self.origin.idle.clear()
            answer = self.send()
            self.receive(b"HTTP/1.1 " + status + b" X\r\nContent-Length: 5\r\n\r\n")
            self.assertEqual(b"", self.successResultOf(answer).body)
            self.assertTrue(self.is_reusable)

    def test_head(self) -> None:
        """HEAD is answered by a head alone; the connection is not used again."""
        answer = self.send(outgoing(b"HEAD"))
        self.receive(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        incoming = self.successResultOf(answer)
        self.assertEqual(
            (b"", b"5"), (incoming.body, incoming.field(b"content-length"))
        )
        self.assertTrue(self.wire.disconnecting)
        self.assertEqual([], self.origin.idle)

    def test_close(self) -> None:
        """A backend that closes is not asked again."""
        for data in (
            SIZED.replace(b"X-A: 1", b"Connection: close"),
            SIZED.replace(b"HTTP/1.1", b"HTTP/1.0"),
        ):
            self.connect()
            answer = self.send()
            self.receive(data)
            self.assertEqual(b"hello", self.successResultOf(answer).body)
            self.assertTrue(self.wire.disconnecting)
            self.assertEqual([], self.origin.idle)

    def test_until_close(self) -> None:
        """Without a length the body ends with the connection, if it ends orderly."""
        for head in (b"HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n"):
            self.connect()
            answer = self.send()
            self.receive(head + b"hel", b"lo")
            self.assertNoResult(answer)
            self.wire.lose()
            incoming = self.successResultOf(answer)
            self.assertEqual((b"hello", ""), (incoming.body, incoming.cut))

    def test_next(self) -> None:
        """A connection knows nothing of the answer before."""
        first = self.send()
        self.receive(SIZED)
        self.successResultOf(first)
        second = self.send()
        self.receive(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        incoming = self.successResultOf(second)
        self.assertEqual((404, b""), (incoming.status, incoming.body))
        self.assertIsNone(incoming.field(b"x-a"))

    def test_reused_at_once(self) -> None:
        """Whoever gets the answer may use the connection for the next request."""
        answer = self.send()
        answer.addCallback(lambda _: self.origin.idle.pop().send(outgoing()))
        self.receive(SIZED)
        self.assertNoResult(answer)
        self.receive(CHUNKED)
        self.assertEqual(201, self.successResultOf(answer).status)


class SurplusTests(ConnectionTestCase):
    """Backends that say more than they are asked for."""

    def test_second_answer(self) -> None:
        """A second answer is nobody's, least of all the next request's."""
        for data in (SIZED, CHUNKED):
            for more in (SIZED, SIZED[:30], b"junk"):
                self.connect()
                self.origin.idle.clear()
                answer = self.send()
                later: list[Deferred[Incoming]] = []

                def reuse(incoming: Incoming, later: Any = later) -> Incoming:
                    for connection in self.origin.idle:
                        later.append(connection.send(outgoing()))
                    return incoming

                answer.addCallback(reuse)
                self.receive(data + more)
                self.assertEqual(b"hello", self.successResultOf(answer).body)
                for other in later:
                    self.assertNoResult(other)
                if more != SIZED[:30]:
                    self.assertEqual([], self.origin.idle)
                    self.assertTrue(self.wire.disconnecting)

    def test_idle(self) -> None:
        """What comes without a question ends the connection; nobody gets it."""
        answer = self.send()
        self.receive(SIZED)
        self.successResultOf(answer)
        self.receive(SIZED)
        self.assertTrue(self.wire.disconnected)
        self.assertEqual([], self.origin.idle)

    def test_upgrade(self) -> None:
        """Nobody has asked for another protocol."""
        answer = self.send()
        upgrade = b"Connection: Upgrade\r\nUpgrade: x\r\n\r\n"
        self.receive(b"HTTP/1.1 101 Switching Protocols\r\n" + upgrade + b"...")
        self.error_of(answer, ProtocolError)
        self.assertTrue(self.wire.disconnected)


class CutTests(ConnectionTestCase):
    """Answers that break off, and those that are none."""

    def test_garbage(self) -> None:
        """What is not HTTP fails in Go's words."""
        answer = self.send()
        self.receive(b"hello there\r\nmore")
        self.assertEqual(
            "net/http: HTTP/1.x transport connection broken: "
            'malformed HTTP response "hello there"',
            self.error_of(answer, ProtocolError),
        )
        self.assertTrue(self.wire.disconnected)

    def test_coding(self) -> None:
        """A transfer coding that nobody asked for is not understood."""
        answer = self.send()
        self.receive(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
        )
        self.error_of(answer)
        self.assertTrue(self.wire.disconnected)

    def test_no_answer(self) -> None:
        """A connection that ends without an answer fails as Go's does."""
        for reason, text in (
            (None, "EOF"),
            (
                ConnectionLost(),
                "read tcp 10.0.0.1:1111->10.0.0.2:80: read: connection reset by peer",
            ),
        ):
            for begun in (b"", b"HTTP/1.1 200 OK\r\nX-"):
                self.connect()
                answer = self.send()
                if begun:
                    self.receive(begun)
                self.wire.lose(reason)
                self.assertEqual(text, self.error_of(answer))
                self.assertEqual([self.connection], self.origin.gone[-1:])

    def test_unknown_ends(self) -> None:
        """Without addresses the origin's is named."""
        answer = self.send()
        self.patch(self.wire, "getHost", lambda: None)
        self.wire.lose(ConnectionLost())
        self.assertIn("read tcp backend:80: read: ", self.error_of(answer))

    def test_cut_body(self) -> None:
        """A body that breaks off comes as far as it came, with the reason."""
        for data, reason, cut in (
            (SIZED[:-2], None, "unexpected EOF"),
            (CHUNKED[:-20], None, "unexpected EOF"),
            (SIZED[:-2], ConnectionLost(), "connection reset by peer"),
            (b"HTTP/1.1 200 OK\r\n\r\nhel", ConnectionLost(), "reset by peer"),
        ):
            self.connect()
            answer = self.send()
            self.receive(data)
            self.wire.lose(reason)
            incoming = self.successResultOf(answer)
            self.assertIn(cut, incoming.cut)
            self.assertTrue(b"hello".startswith(incoming.body))
            self.assertTrue(incoming.body)

    def test_limit(self) -> None:
        """A body beyond the limit of what is held is an error."""
        answer = self.send(outgoing(limit=10))
        self.receive(b"HTTP/1.1 200 OK\r\n\r\n", b"12345", b"67890")
        self.assertNoResult(answer)
        self.receive(b"1")
        self.assertIn("larger than 10 bytes", self.error_of(answer))
        self.assertTrue(self.wire.disconnected)

    def test_idle_end(self) -> None:
        """An idle connection may end; the origin is told."""
        self.wire.lose()
        self.assertEqual([self.connection], self.origin.gone)


class StreamTests(ConnectionTestCase):
    """Bodies that are given out as they arrive."""

    def ask(self) -> Deferred[Incoming]:
        """Send a request whose answer is wanted as it arrives."""
        return self.send(outgoing(streams=True))

    def test_stream(self) -> None:
        """The answer is there with its head, the body comes behind."""
        answer = self.ask()
        self.receive(SIZED[:-3])
        incoming = self.successResultOf(answer)
        self.assertEqual(5, incoming.body.length)
        reader = Reader()
        incoming.body.start(reader)
        self.assertEqual([], self.origin.idle)
        self.receive(SIZED[-3:])
        self.assertEqual((b"hello", "end"), (reader.text, reader.outcome))
        self.assertTrue(self.is_reusable)

    def test_head_only(self) -> None:
        """Of what came with the head only the head is kept as long as the answer."""
        answer = self.ask()
        self.receive(SIZED[:-3])
        self.assertEqual(SIZED[: SIZED.index(b"\r\n\r\n") + 4], self.connection._head)
        self.assertIsNotNone(self.successResultOf(answer).block)

    def test_whole_at_once(self) -> None:
        """A body that is all there is not made a stream."""
        answer = self.ask()
        self.receive(SIZED)
        self.assertEqual(b"hello", self.successResultOf(answer).body)

    def test_unknown_length(self) -> None:
        """Chunks have no length, and until the end of the connection neither."""
        for data in (CHUNKED[:60], b"HTTP/1.1 200 OK\r\n\r\nhe"):
            self.connect()
            answer = self.ask()
            self.receive(data)
            self.assertIsNone(self.successResultOf(answer).body.length)

    def test_until_close(self) -> None:
        """The end of the connection ends such a stream, if it is orderly."""
        for reason in (None, ConnectionLost()):
            self.connect()
            answer = self.ask()
            self.receive(b"HTTP/1.1 200 OK\r\n\r\nhe")
            reader = Reader()
            self.successResultOf(answer).body.start(reader)
            self.wire.lose(reason)
            self.assertEqual(reason is None, reader.outcome == "end")

    def test_cut(self) -> None:
        """A stream that breaks off fails."""
        answer = self.ask()
        self.receive(SIZED[:-3])
        reader = Reader()
        self.successResultOf(answer).body.start(reader)
        self.wire.lose()
        self.assertEqual("unexpected EOF", str(reader.outcome))

    def test_malformed(self) -> None:
        """So does one that stops to be HTTP."""
        answer = self.ask()
        self.receive(CHUNKED[:60])
        reader = Reader()
        self.successResultOf(answer).body.start(reader)
        self.receive(b"zz\r\n")
        self.assertIsInstance(reader.outcome, ProtocolError)
        self.assertTrue(self.wire.disconnected)

    def test_back_pressure(self) -> None:
        """A body that nobody reads is not read from the wire for ever."""
        answer = self.ask()
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"
        self.receive(head, b"x" * HIGH_WATER)
        self.assertTrue(self.wire.is_paused)
        self.successResultOf(answer).body.start(Reader())
        self.assertFalse(self.wire.is_paused)

    def test_pause_does_not_outlive_body(self) -> None:
        """A connection that is put by is read again."""
        answer = self.ask()
        self.receive(SIZED[:-3])
        stream = self.successResultOf(answer).body
        stream.start(Reader(stream))
        self.assertTrue(self.wire.is_paused)
        self.receive(SIZED[-3:])
        self.assertTrue(self.is_reusable)
        self.assertFalse(self.wire.is_paused)

    def test_abandoned(self) -> None:
        """A reader that wants no more ends the connection."""
        answer = self.ask()
        self.receive(SIZED[:-3])
        self.successResultOf(answer).body.stopProducing()
        self.assertTrue(self.wire.disconnected)
        self.assertEqual([], self.origin.idle)

    def test_no_limit(self) -> None:
        """Streams know no limit."""
        answer = self.send(outgoing(streams=True, limit=10))
        self.receive(b"HTTP/1.1 200 OK\r\n\r\n", *[b"12345"] * 10)
        reader = Reader()
        self.successResultOf(answer).body.start(reader)
        self.assertEqual(50, len(reader.text))


class CancelTests(ConnectionTestCase):
    """Answers that nobody waits for."""

    def test_before_deadline(self) -> None:
        """Who gives up before the time is over has cancelled."""
        answer = self.send(outgoing(deadline=5.0))
        self.origin.clock.advance(4.9)
        answer.cancel()
        self.failureResultOf(answer, Canceled)
        self.assertTrue(self.wire.disconnected)

    def test_after_deadline(self) -> None:
        """Who gives up after it has run out of time."""
        answer = self.send(outgoing(deadline=5.0))
        self.origin.clock.advance(5.0)
        answer.cancel()
        self.failureResultOf(answer, DeadlineExceeded)
        self.assertTrue(self.wire.disconnected)

    def test_late_answer(self) -> None:
        """What comes after that is dropped."""
        answer = self.send()
        answer.cancel()
        self.failureResultOf(answer, Canceled)
        self.connection.dataReceived(SIZED)
        self.wire.lose()
        self.assertEqual([], self.origin.idle)

    def test_in_body(self) -> None:
        """A body under way is given up too."""
        answer = self.send()
        self.receive(SIZED[:-3])
        answer.cancel()
        self.failureResultOf(answer, Canceled)
        self.assertTrue(self.wire.disconnected)
        self.wire.lose()


class HeaderTimeoutTests(ConnectionTestCase):
    """``response_header_timeout``."""

    def setUp(self) -> None:
        super().setUp()
        self.origin.header_ticks = self.origin.wheel.ticks(1.0)

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.origin.clock.pump([0.01] * round(seconds * 100))

    def test_no_head(self) -> None:
        """Without a head in time the exchange fails."""
        answer = self.send()
        self.wait(0.99)
        self.assertNoResult(answer)
        self.wait(0.1)
        self.assertEqual(
            "net/http: timeout awaiting response headers", self.error_of(answer)
        )
        self.assertTrue(self.wire.disconnected)

    def test_half_head(self) -> None:
        """A part of a head, or an interim one, is not enough."""
        for part in (SIZED[:20], INTERIM):
            self.connect()
            answer = self.send()
            self.receive(part)
            self.wait(1.1)
            self.error_of(answer)

    def test_head_in_time(self) -> None:
        """The body may take longer."""
        answer = self.send()
        self.receive(SIZED[:-3])
        self.wait(1.5)
        self.receive(SIZED[-3:])
        self.successResultOf(answer)
        self.wait(1.5)
        self.assertTrue(self.is_reusable)

    def test_upload(self) -> None:
        """It counts from the end of the request."""
        stream = BodyStream(Wire())
        answer = self.send(outgoing(b"POST", stream))
        self.wait(1.5)
        self.assertNoResult(answer)
        stream.finish()
        self.wait(0.9)
        self.assertNoResult(answer)
        self.wait(0.2)
        self.error_of(answer)

    def test_given_up(self) -> None:
        """It ends with the exchange."""
        answer = self.send()
        answer.cancel()
        self.failureResultOf(answer)
        self.wait(1.5)


class UploadTests(ConnectionTestCase):
    """Request bodies that are still arriving."""

    def upload(
        self, length: int | None = None
    ) -> tuple[Deferred[Incoming], BodyStream]:
        """Send a request with a stream that has begun."""
        self.client = Wire()
        stream = BodyStream(self.client, length)
        stream.data_received(b"he")
        return self.send(outgoing(b"POST", stream, length)), stream

    def body(self) -> bytes:
        """What was written behind the head."""
        return self.wire.value().partition(b"\r\n\r\n")[2]

    def test_sized(self) -> None:
        """A known length is announced, and the pieces go out as they come."""
        answer, stream = self.upload(5)
        self.assertIn(b"\r\nContent-Length: 5\r\n", self.wire.value())
        self.assertEqual(b"he", self.body())
        stream.data_received(b"llo")
        stream.finish()
        self.assertEqual(b"hello", self.body())
        self.receive(SIZED)
        self.successResultOf(answer)
        self.assertTrue(self.is_reusable)

    def test_chunked(self) -> None:
        """Else they go in chunks."""
        _, stream = self.upload()
        stream.data_received(b"llo")
        stream.finish()
        self.assertEqual(b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", self.body())

    def test_back_pressure(self) -> None:
        """A slow backend holds the client back."""
        _, stream = self.upload()
        self.assertIs(stream, self.wire.producer)
        self.wire.producer.pauseProducing()
        self.assertTrue(self.client.is_paused)
        self.wire.producer.resumeProducing()
        self.assertFalse(self.client.is_paused)
        stream.finish()
        self.assertIsNone(self.wire.producer)

    def test_client_breaks_off(self) -> None:
        """A request whose body broke off does not look whole."""
        answer, stream = self.upload()
        stream.fail(Failure(ConnectionError("gone")))
        self.assertEqual("gone", self.error_of(answer))
        self.assertTrue(self.wire.disconnected)
        self.assertNotIn(b"0\r\n\r\n", self.body())

    def test_answered_early(self) -> None:
        """A backend may answer before it has read all; that was the last."""
        answer, stream = self.upload()
        self.receive(SIZED)
        self.assertEqual(b"hello", self.successResultOf(answer).body)
        self.assertTrue(self.wire.disconnecting)
        self.assertEqual([], self.origin.idle)
        before = self.body()
        stream.data_received(b"llo")
        stream.finish()
        self.assertEqual(before, self.body())

    def test_backend_leaves(self) -> None:
        """When the backend is gone the client is read on, to nobody."""
        for reason in (None, ConnectionLost()):
            self.connect()
            answer, stream = self.upload()
            self.wire.producer.pauseProducing()
            self.assertTrue(self.client.is_paused)
            self.wire.lose(reason)
            self.error_of(answer)
            self.assertFalse(self.client.is_paused)
            stream.data_received(b"x" * HIGH_WATER)
            self.assertFalse(self.client.is_paused)

    def test_cancelled(self) -> None:
        """When nobody waits any more it ends with the connection."""
        answer, stream = self.upload()
        answer.cancel()
        self.failureResultOf(answer, Canceled)
        self.assertTrue(self.wire.disconnected)
        stream.data_received(b"x" * HIGH_WATER)
        self.assertFalse(self.client.is_paused)


class RepeatTests(ConnectionTestCase):
    """Connections that were closed while they were idle."""

    def used(self) -> None:
        """Carry one answer."""
        answer = self.send()
        self.receive(SIZED)
        self.successResultOf(answer)
        self.origin.idle.clear()

    def test_repeated(self) -> None:
        """A request that got nothing of an answer goes out once more."""
        self.used()
        self.origin.second = second = Deferred()
        answer = self.send()
        self.wire.lose()
        self.assertNoResult(answer)
        self.assertEqual(1, len(self.origin.repeated))
        incoming = Incoming(200, b"", b"")
        second.callback(incoming)
        self.assertIs(incoming, self.successResultOf(answer))

    def test_fails_again(self) -> None:
        """What happens then is the outcome."""
        self.used()
        self.origin.second = second = Deferred()
        answer = self.send()
        self.wire.lose()
        second.errback(TransportError("again"))
        self.assertEqual("again", self.error_of(answer))

    def test_not_safe(self) -> None:
        """Where the origin says no the exchange has failed."""
        self.used()
        answer = self.send(outgoing(b"POST", b"x"))
        self.wire.lose()
        self.assertEqual("EOF", self.error_of(answer))

    def test_new_connection(self) -> None:
        """A new connection was not idle."""
        self.origin.second = Deferred()
        answer = self.send()
        self.wire.lose()
        self.error_of(answer)
        self.assertEqual([], self.origin.repeated)

    def test_begun_answer(self) -> None:
        """An answer that had begun is no sign of that either."""
        self.used()
        self.origin.second = Deferred()
        answer = self.send()
        self.receive(b"HTTP/1.1 2")
        self.wire.lose()
        self.error_of(answer)
        self.assertEqual([], self.origin.repeated)

    def test_given_up(self) -> None:
        """Who gives up meanwhile ends the second one."""
        self.used()
        ended: list[Any] = []

        def end(deferred: Deferred[Incoming]) -> None:
            ended.append(None)
            deferred.errback(Canceled())

        self.origin.second = Deferred(end)
        answer = self.send()
        self.wire.lose()
        answer.cancel()
        self.failureResultOf(answer, Canceled)
        self.assertEqual([None], ended)
