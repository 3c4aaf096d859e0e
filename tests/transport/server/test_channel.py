"""Tests of :mod:`krakendtw.transport.server.channel`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.address import IPv6Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IHalfCloseableProtocol, ISSLTransport
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import alsoProvides
from zope.interface.verify import verifyObject

from krakendtw.testing import MemoryLog
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.server import channel as module
from krakendtw.transport.server.channel import GatewayChannel
from krakendtw.transport.server.request import GatewayRequest
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Reader, Wire

Answer = Callable[[GatewayRequest], object]


def hello(request: GatewayRequest) -> None:
    """Answer at once, with the target."""
    request.answer(200, b"", request.uri)


def later(request: GatewayRequest) -> None:
    """Do not answer yet."""


class FakeSite:
    """What a channel knows of its site.

    :param answer: what is done with each request.
    :ivar requests: the requests handed over.
    :ivar open: the channels now open.
    """

    timed = False
    draining = False
    max_head_bytes = 1 << 20

    def __init__(self, answer: Answer = hello) -> None:
        self.answer = answer
        self.requests: list[GatewayRequest] = []
        self.open: set[GatewayChannel] = set()
        self.gateway_log = MemoryLog()
        self.on_answer: Any = None
        self.clock = Clock()
        self.wheel = TimerWheel(self.clock)

    def opened(self, channel: GatewayChannel) -> None:
        """A client has connected."""
        self.open.add(channel)

    def closed(self, channel: GatewayChannel) -> None:
        """A connection is gone."""
        self.open.discard(channel)

    def handle(self, request: GatewayRequest) -> None:
        """Keep a request and do with it as told; refuse what is broken."""
        self.requests.append(request)
        if request.refusal is not None:
            self.refuse(request, *request.refusal)
        else:
            self.answer(request)

    def refuse(self, request: GatewayRequest, status: int, text: bytes) -> None:
        """Answer a message that is not HTTP, and close."""
        request.keep_alive = False
        request.answer(status, b"", text)

    def date_line(self) -> bytes:
        """No date."""
        return b""


class ChannelTestCase(SynchronousTestCase):
    """A channel on a wire in memory."""

    def connect(self, answer: Answer = hello, **attributes: Any) -> None:
        """Open a connection to a site."""
        site: Any = FakeSite(answer)
        for name, value in attributes.items():
            setattr(site, name, value)
        self.site = site
        self.channel = GatewayChannel(site)
        self.wire = Wire(self.channel)
        self.channel.makeConnection(self.wire)

    def send(self, *segments: bytes) -> None:
        """Let segments arrive."""
        for segment in segments:
            self.channel.dataReceived(segment)

    @property
    def requests(self) -> list[GatewayRequest]:
        """What the site got."""
        found: list[GatewayRequest] = self.site.requests
        return found

    def seen(self) -> list[tuple[bytes, bytes, list[tuple[bytes, bytes]], Any]]:
        """What the site got, in parts; bodies that came as streams read whole."""
        return [
            (request.method, request.uri, request.headers, body_of(request))
            for request in self.requests
        ]


def body_of(request: GatewayRequest) -> Any:
    """The whole body, whichever way it came."""
    found: list[Any] = []
    request.whole_body().addBoth(found.append)
    return found[0] if found else "waiting"


def splits(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """``data`` cut in two, everywhere."""
    return ((data[:at], data[at:]) for at in range(1, len(data)))


HOST = (b"Host", b"gw")
PLAIN = b"GET /a?b=%20 HTTP/1.1\r\nHost: gw\r\nX-One: \t1 2 \t\r\nx-one:\r\n\r\n"
PLAIN_SEEN = (b"GET", b"/a?b=%20", [HOST, (b"X-One", b"1 2"), (b"x-one", b"")], None)
SIZED = b"POST /s HTTP/1.1\r\nHost: gw\r\nContent-Length: 5\r\n\r\nhello"
SIZED_SEEN = (b"POST", b"/s", [HOST, (b"Content-Length", b"5")], b"hello")
CHUNKED = (
    b"PUT /c HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Trailer: t\r\n\r\n"
)
CHUNKED_SEEN = (
    b"PUT",
    b"/c",
    [HOST, (b"Transfer-Encoding", b"chunked")],
    b"hello world",
)


class ParsingTests(ChannelTestCase):
    """From bytes to requests, however they are cut."""

    def test_whole(self) -> None:
        """A request in one segment is dispatched once, with what it says."""
        for data, wanted in (
            (PLAIN, PLAIN_SEEN),
            (SIZED, SIZED_SEEN),
            (CHUNKED, CHUNKED_SEEN),
        ):
            self.connect(later)
            self.send(data)
            self.assertEqual([wanted], self.seen())
            self.assertEqual(b"gw", self.requests[0].host)

    def test_byte_by_byte(self) -> None:
        """Requests may arrive byte by byte, one behind the other."""
        self.connect()
        self.send(*(bytes((byte,)) for byte in PLAIN + SIZED + CHUNKED))
        self.assertEqual([PLAIN_SEEN[1], b"/s", b"/c"], [r.uri for r in self.requests])
        self.assertEqual(3, self.wire.value().count(b"HTTP/1.1 200 OK\r\n"))

    def test_body_byte_by_byte(self) -> None:
        """A body that arrives byte by byte is whole at last."""
        for data, wanted in ((SIZED, SIZED_SEEN), (CHUNKED, CHUNKED_SEEN)):
            bodies: list[Any] = []
            self.connect(lambda r, b=bodies: r.whole_body().addCallback(b.append))
            self.send(*(bytes((byte,)) for byte in data))
            self.assertEqual([wanted[3]], bodies)

    def test_all_splits(self) -> None:
        """Wherever a request is cut in two, it is the same request."""
        for data, wanted in (
            (PLAIN, PLAIN_SEEN),
            (SIZED, SIZED_SEEN),
            (CHUNKED, CHUNKED_SEEN),
        ):
            for parts in splits(data):
                self.connect(later)
                self.send(*parts)
                self.assertEqual([wanted], self.seen(), parts)

    @settings(max_examples=60, deadline=None)
    @given(cuts=st.sets(st.integers(1, len(PLAIN + SIZED + CHUNKED) - 1), max_size=9))
    def test_some_cuts(self, cuts: set[int]) -> None:
        """Pipelined requests cut anywhere are answered in their order."""
        data = PLAIN + SIZED + CHUNKED
        at = [0, *sorted(cuts), len(data)]
        self.connect(lambda r: r.whole_body().addCallback(lambda _: hello(r)))
        self.send(*(data[a:b] for a, b in pairwise(at)))
        bodies = [part.partition(b"\r\n\r\n")[2] for part in answers(self.wire)]
        self.assertEqual([b"/a?b=%20", b"/s", b"/c"], bodies)

    def test_no_body(self) -> None:
        """No body is none; an empty one that is announced by chunks is empty."""
        for head, wanted in (
            (b"", None),
            (b"Content-Length: 0\r\n", None),
            (b"Transfer-Encoding: chunked\r\n", b""),
        ):
            self.connect(later)
            rest = b"0\r\n\r\n" if b"chunked" in head else b""
            self.send(b"POST / HTTP/1.1\r\nHost: gw\r\n" + head + b"\r\n" + rest)
            self.assertEqual(wanted, self.requests[0].body)

    def test_trailers_are_no_fields(self) -> None:
        """Trailers do not become header fields."""
        self.connect(later)
        self.send(CHUNKED)
        self.assertIsNone(self.requests[0].field(b"x-trailer"))

    def test_unknown_method(self) -> None:
        """A method that the parser does not know comes through as it is."""
        for method in (b"FOO", b"get", b"M!#$%&'*+-.^_`|~9"):
            self.connect()
            self.send(method + b" /m?q HTTP/1.1\r\nHost: gw\r\n\r\n", PLAIN)
            self.assertEqual(
                [(method, b"/m?q"), (b"GET", b"/a?b=%20")],
                [(request.method, request.uri) for request in self.requests],
            )

    def test_unknown_method_with_body(self) -> None:
        """So does its body, cut or not."""
        data = b"FOO / HTTP/1.1\r\nHost: gw\r\nContent-Length: 2\r\n\r\nab"
        for segments in ((data,), (data[:20], data[20:]), (data[:-1], data[-1:])):
            self.connect(later)
            self.send(*segments)
            self.assertEqual([b"ab"], [body_of(each) for each in self.requests])

    def test_raw_utf8(self) -> None:
        """A target with bytes beyond ASCII, as some clients send it, is taken."""
        self.connect()
        self.send(b"POST /caf\xc3\xa9?\xff HTTP/1.1\r\nHost: gw\r\n\r\n", PLAIN)
        self.assertEqual(
            [(b"POST", b"/caf\xc3\xa9?\xff"), (b"GET", b"/a?b=%20")],
            [(request.method, request.uri) for request in self.requests],
        )


def answers(wire: Wire) -> list[bytes]:
    """What was written, an answer each; none of their bodies looks like a head."""
    return [b"HTTP/1.1 " + part for part in wire.value().split(b"HTTP/1.1 ")[1:]]


def statuses(wire: Wire) -> list[int]:
    """The statuses of what was written."""
    return [int(answer.split(b" ")[1]) for answer in answers(wire)]


class OrderTests(ChannelTestCase):
    """Pipelining and the life of a connection."""

    def test_one_at_a_time(self) -> None:
        """A request waits until the one before it is answered."""
        self.connect(later)
        self.send(PLAIN + SIZED + CHUNKED)
        self.assertEqual(1, len(self.requests))
        hello(self.requests[0])
        hello(self.requests[1])
        hello(self.requests[2])
        bodies = [part.partition(b"\r\n\r\n")[2] for part in answers(self.wire)]
        self.assertEqual([b"/a?b=%20", b"/s", b"/c"], bodies)
        self.assertFalse(self.wire.disconnecting)

    def test_many_at_once(self) -> None:
        """Any number of requests answered at once does not nest."""
        self.connect(later)
        self.send(PLAIN * 63)
        self.site.answer = hello
        hello(self.requests[0])
        self.assertEqual([200] * 63, statuses(self.wire))

    def test_held_back(self) -> None:
        """A client that pipelines too much is not read until it is answered."""
        self.connect(later)
        self.send(PLAIN * module.PIPELINE_LIMIT)
        self.assertFalse(self.wire.is_paused)
        self.send(PLAIN)
        self.assertTrue(self.wire.is_paused)
        hello(self.requests[0])
        self.assertFalse(self.wire.is_paused)

    def test_connection_close(self) -> None:
        """``Connection: close`` ends the connection; what follows is not served."""
        for answer in (hello, later):
            self.connect(answer)
            self.send(
                b"GET /x HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n" + PLAIN,
                PLAIN,
            )
            if answer is later:
                hello(self.requests[0])
            self.assertEqual([b"/x"], [request.uri for request in self.requests])
            self.assertIn(b"\r\nConnection: close\r\n", self.wire.value())
            self.assertTrue(self.wire.disconnecting)

    def test_closed_by_answer(self) -> None:
        """Where an answer ends the connection, what follows is not served."""

        def last(request: GatewayRequest) -> None:
            request.keep_alive = False
            hello(request)

        self.connect(last)
        self.send(PLAIN + SIZED, PLAIN)
        self.assertEqual([200], statuses(self.wire))
        self.assertEqual(1, len(self.requests))

    def test_http_10(self) -> None:
        """A client of HTTP/1.0 needs no Host, and the connection ends."""
        for connection in (b"", b"Connection: keep-alive\r\n"):
            self.connect()
            self.send(b"GET /x HTTP/1.0\r\n" + connection + b"\r\n")
            self.assertEqual([200], statuses(self.wire))
            self.assertIn(b"\r\nConnection: close\r\n", self.wire.value())
            self.assertFalse(self.channel.speaks_11)
            self.assertTrue(self.wire.disconnecting)

    def test_persists(self) -> None:
        """A connection of HTTP/1.1 stays open, and does not say so."""
        self.connect()
        self.send(PLAIN)
        self.assertTrue(self.channel.speaks_11)
        self.assertNotIn(b"Connection", self.wire.value())
        self.assertTrue(self.channel.idle)

    def test_draining(self) -> None:
        """A site that drains ends each connection behind the answer."""
        self.connect(later)
        self.send(PLAIN + PLAIN)
        self.site.draining = True
        self.channel.drain()
        self.assertFalse(self.wire.disconnecting)
        hello(self.requests[0])
        self.assertIn(b"\r\nConnection: close\r\n", self.wire.value())
        self.assertTrue(self.wire.disconnecting)
        self.assertEqual(1, len(self.requests))

    def test_draining_idle(self) -> None:
        """An idle connection ends when it is drained."""
        self.connect()
        self.send(PLAIN)
        self.channel.drain()
        self.assertTrue(self.wire.disconnecting)

    def test_told(self) -> None:
        """The site hears of each answered request, and of the connection."""
        told: list[Any] = []
        self.connect(on_answer=told.append)
        self.assertEqual({self.channel}, self.site.open)
        self.send(PLAIN)
        self.assertEqual(self.requests, told)
        self.wire.lose()
        self.assertEqual(set(), self.site.open)

    def test_answer_to_nobody(self) -> None:
        """An answer that is not awaited changes nothing."""
        self.connect(later)
        self.send(PLAIN)
        stranger = GatewayRequest(self.channel, b"GET", b"/", [])
        self.channel.request_done(stranger)
        self.assertFalse(self.channel.idle)

    def test_upgrade(self) -> None:
        """Another protocol is not spoken: to us it is a request like others."""
        upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        for rest in ((PLAIN,), ()):
            self.connect()
            self.send(b"GET /x HTTP/1.1\r\nHost: gw\r\n" + upgrade + b"".join(rest))
            self.send(PLAIN)
            self.assertEqual([200] * (2 + len(rest)), statuses(self.wire))
            self.assertFalse(self.wire.disconnecting)

    def test_upgrade_with_body(self) -> None:
        """With a body it is refused, for the parser does not read it."""
        for method, status in ((b"POST", 400), (b"GET", 200)):
            for answer in (hello, later):
                self.connect(answer)
                self.send(
                    method + b" /x HTTP/1.1\r\nHost: gw\r\nConnection: Upgrade\r\n"
                    b"Upgrade: h2c\r\nContent-Length: 54\r\n\r\n" + PLAIN
                )
                if answer is later and status == 200:
                    hello(self.requests[0])
                self.assertEqual([status], statuses(self.wire))
                self.assertTrue(self.wire.disconnecting)


class RepeatedHeadTests(ChannelTestCase):
    """Clients that repeat their header fields."""

    def test_same_fields(self) -> None:
        """Each request has fields of its own, which another's changes leave alone."""
        self.connect()
        for target in (b"/a", b"/b"):
            self.send(b"GET %b HTTP/1.1\r\nHost: gw\r\nX-A: 1\r\n\r\n" % target)
            self.requests[-1].headers.append((b"X-Added", b"1"))
        fields = [HOST, (b"X-A", b"1"), (b"X-Added", b"1")]
        self.assertEqual(
            [(b"/a", fields), (b"/b", fields)],
            [(request.uri, request.headers) for request in self.requests],
        )

    def test_long_fields(self) -> None:
        """Long ones are read each time: an idle connection holds little."""
        self.connect()
        long = b"GET / HTTP/1.1\r\nHost: gw\r\nCookie: %b\r\n\r\n" % (b"c" * 5000)
        self.send(long, long)
        self.assertEqual(2, len(self.requests))
        self.assertIsNone(self.channel._known)


class BodyTests(ChannelTestCase):
    """Bodies that come behind their heads."""

    def test_stream(self) -> None:
        """A request is dispatched when its head is there, with a stream."""
        self.connect(later)
        self.send(SIZED[:-3])
        stream: Any = self.requests[0].body
        self.assertIsInstance(stream, BodyStream)
        self.assertEqual(5, stream.length)
        reader = Reader()
        stream.start(reader)
        self.send(SIZED[-3:])
        self.assertEqual((b"hello", "end"), (reader.text, reader.outcome))

    def test_replaced(self) -> None:
        """A request whose body is replaced while it arrives is handled once."""
        self.connect(later)
        self.send(SIZED[:-3])
        stream: Any = self.requests[0].body
        self.requests[0].body = b"another"
        self.send(SIZED[-3:])
        self.assertEqual(1, len(self.requests))
        self.assertEqual(b"another", self.requests[0].body)
        reader = Reader()
        stream.start(reader)
        self.assertEqual((b"hello", "end"), (reader.text, reader.outcome))

    def test_unknown_length(self) -> None:
        """A chunked stream has no length."""
        self.connect(later)
        self.send(CHUNKED[:-8])
        stream: Any = self.requests[0].body
        self.assertIsNone(stream.length)

    def test_back_pressure(self) -> None:
        """A body that nobody reads is not read from the wire for ever."""
        self.connect(later)
        self.send(b"POST / HTTP/1.1\r\nHost: gw\r\nContent-Length: 999999\r\n\r\n")
        self.send(b"x" * 70_000)
        self.assertTrue(self.wire.is_paused)
        stream: Any = self.requests[0].body
        stream.start(Reader())
        self.assertFalse(self.wire.is_paused)

    def test_pause_does_not_outlive_body(self) -> None:
        """The next request is read though the last body's reader has paused."""
        self.connect(later)
        self.send(SIZED[:-1])
        stream: Any = self.requests[0].body
        stream.start(Reader(stream))
        self.assertTrue(self.wire.is_paused)
        self.send(SIZED[-1:])
        self.assertFalse(self.wire.is_paused)

    def test_answered_early(self) -> None:
        """What is left of a body that nobody wants is thrown away."""
        self.connect()
        self.send(SIZED[:-3])
        self.assertEqual([200], statuses(self.wire))
        self.send(SIZED[-3:] + PLAIN)
        self.assertEqual([200, 200], statuses(self.wire))
        self.assertFalse(self.wire.is_paused)

    def test_answered_early_too_much(self) -> None:
        """Too much of it ends the connection."""
        self.connect()
        self.send(b"POST / HTTP/1.1\r\nHost: gw\r\nContent-Length: 999999\r\n\r\n")
        for _ in range(4):
            self.send(b"x" * 65536)
        self.assertFalse(self.wire.disconnected)
        self.send(b"x")
        self.assertTrue(self.wire.disconnected)

    def test_malformed(self) -> None:
        """A body that breaks HTTP fails its stream, and the connection ends."""
        self.connect(later)
        self.send(CHUNKED[:70])
        stream: Any = self.requests[0].body
        reader = Reader()
        stream.start(reader)
        self.send(b"zz\r\n", PLAIN)
        self.assertIsInstance(reader.outcome, ConnectionError)
        hello(self.requests[0])
        self.assertEqual([200], statuses(self.wire))
        self.assertTrue(self.wire.disconnecting)

    def test_too_long(self) -> None:
        """A length beyond what anybody counts is refused."""
        for length in (b"9223372036854775808", b"9" * 40):
            self.connect(later)
            self.send(
                b"POST / HTTP/1.1\r\nHost: gw\r\nContent-Length: %b\r\n\r\n" % length
            )
            self.assertEqual([400], statuses(self.wire))
            self.assertTrue(self.wire.disconnecting)

    def test_client_leaves(self) -> None:
        """A body whose sender has left fails."""
        self.connect(later)
        self.send(SIZED[:-3])
        stream: Any = self.requests[0].body
        reader = Reader()
        stream.start(reader)
        self.wire.lose()
        self.assertIsNotNone(reader.outcome)
        self.assertNotEqual("end", reader.outcome)


EXPECT = (
    b"POST /e HTTP/1.1\r\nHost: gw\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class ExpectTests(ChannelTestCase):
    """``Expect: 100-continue`` (RFC 9110 §10.1.1)."""

    def test_goes_on(self) -> None:
        """The client is told to go on, and the connection persists."""
        self.connect(later)
        self.send(EXPECT)
        self.assertEqual(CONTINUE, self.wire.take())
        self.send(b"ab")
        self.assertEqual(b"ab", body_of(self.requests[0]))
        hello(self.requests[0])
        self.assertNotIn(b"Connection", self.wire.value())
        self.assertFalse(self.wire.disconnecting)

    def test_not_needed(self) -> None:
        """Nothing is said where the body is there already, or where there is none."""
        bodiless = b"GET /e HTTP/1.1\r\nHost: gw\r\nExpect: 100-continue\r\n\r\n"
        for data in (EXPECT + b"ab", bodiless):
            self.connect(later)
            self.send(data)
            self.assertEqual(b"", self.wire.value())

    def test_answered(self) -> None:
        """An answer at once tells the client to keep its body, and ends."""
        self.connect()
        self.send(EXPECT)
        self.assertEqual([200], statuses(self.wire))
        self.assertIn(b"\r\nConnection: close\r\n", self.wire.value())
        self.assertTrue(self.wire.disconnecting)

    def test_in_turn(self) -> None:
        """It is not said before the answers to earlier requests."""
        self.connect(later)
        self.send(PLAIN + EXPECT)
        self.assertEqual(b"", self.wire.value())
        hello(self.requests[0])
        self.assertEqual([200, 100], statuses(self.wire))
        self.send(b"ab")
        hello(self.requests[1])
        self.assertEqual([200, 100, 200], statuses(self.wire))
        self.assertFalse(self.wire.disconnecting)

    def test_http_10(self) -> None:
        """A client of HTTP/1.0 would not understand it."""
        self.connect(later)
        self.send(EXPECT.replace(b"HTTP/1.1", b"HTTP/1.0"))
        self.assertEqual(b"", self.wire.value())


BROKEN = (
    b"hello\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x00",
    b"GET  /j HTTX/1.1\r\nHost: gw\r\n\r\n",
    b"GET /j\x01 HTTP/1.1\r\nHost: gw\r\n\r\n",
    b"F(O /j HTTP/1.1\r\nHost: gw\r\n\r\n",
    b"GET /j HTTP/1.1\r\nHost: gw\r\nno colon\r\n\r\n",
    b"GET /j HTTP/1.1\r\nHost: gw\r\nA : b\r\n\r\n",
    b"GET /j HTTP/1.1\r\nHost: gw\r\nA: b\x01\r\n\r\n",
    b"POST /j HTTP/1.1\r\nHost: gw\r\nContent-Length: x\r\n\r\n",
    b"POST /j HTTP/1.1\r\nHost: gw\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"FOO /caf\xc3\xa9\x01 HTTP/1.1\r\nHost: gw\r\n\r\n",
    b"FOO / HTTP/1.1\r\nHost: gw\r\nA : b\r\n\r\n",
)


class RefusalTests(ChannelTestCase):
    """What is not HTTP."""

    def test_broken(self) -> None:
        """A broken message is answered with 400, and the connection ends."""
        for data in BROKEN:
            self.connect()
            self.send(data, PLAIN)
            self.assertEqual([400], statuses(self.wire), data)
            self.assertIn(b"\r\nConnection: close\r\n", self.wire.value())
            self.assertTrue(self.wire.disconnecting)

    def test_broken_byte_by_byte(self) -> None:
        """The same when it comes byte by byte."""
        for data in BROKEN:
            self.connect()
            self.send(*(bytes((byte,)) for byte in data))
            self.assertEqual([400], statuses(self.wire), data)
            self.assertTrue(self.wire.disconnecting)

    def test_in_turn(self) -> None:
        """It is answered behind what came before it, whenever that is answered."""
        for data in BROKEN:
            for answer in (hello, later):
                self.connect(answer)
                self.send(PLAIN + data, PLAIN)
                if answer is later:
                    self.assertEqual([], statuses(self.wire))
                    hello(self.requests[0])
                self.assertEqual([200, 400], statuses(self.wire), data)
                self.assertTrue(self.wire.disconnecting)

    def test_unknown_method_behind_another(self) -> None:
        """Nothing is read twice: an unknown method there is refused."""
        for answer in (hello, later):
            self.connect(answer)
            self.send(PLAIN + b"FOO / HTTP/1.1\r\nHost: gw\r\n\r\n")
            if answer is later:
                hello(self.requests[0])
            self.assertEqual([200, 400], statuses(self.wire))

    def test_body_is_no_request(self) -> None:
        """The end of a body is never taken for a request line."""
        for answer in (hello, later):
            self.connect(answer)
            body = b"BAR / HTTP/1.1\r\nHost: gw\r\n\r\n"
            self.send(b"POST / HTTP/1.1\r\nHost: gw\r\nContent-Length: 29\r\n\r\nx")
            self.send(body + b"FOO / HTTP/1.1\r\nHost: gw\r\n\r\n")
            self.assertNotIn(b"BAR", [request.method for request in self.requests])

    def test_fault_of_ours(self) -> None:
        """What fails on our side is logged, and the connection breaks off."""

        def fail(request: GatewayRequest) -> None:
            raise ValueError("fault")

        self.connect(fail)
        self.send(PLAIN)
        self.assertIn("fault", self.site.gateway_log.lines[0])
        self.assertTrue(self.wire.disconnected)

    def test_version(self) -> None:
        """Versions that are not spoken are refused."""
        for version, status in ((b"HTTP/2.0", 505), (b"HTTP/0.9", 505)):
            self.connect()
            self.send(b"GET /x " + version + b"\r\nHost: gw\r\n\r\n")
            self.assertEqual([status], statuses(self.wire))
        self.connect()
        self.send(b"GET /x\r\n\r\n")
        self.assertNotIn(200, statuses(self.wire))

    def test_http_10_chunked(self) -> None:
        """HTTP/1.0 knows no chunks: who sends them there means to confuse."""
        self.connect()
        self.send(CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0"))
        self.assertEqual([400], statuses(self.wire))


class HostTests(ChannelTestCase):
    """The Host field (RFC 9112 §3.2)."""

    def test_good(self) -> None:
        """Names, addresses and ports are taken, an empty one too."""
        for host in (b"", b"gw", b"gw:80", b"a-b.c_d:", b"1.2.3.4:5", b"[::1]:80"):
            self.connect()
            self.send(b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n", PLAIN)
            self.assertEqual([200, 200], statuses(self.wire), host)
            self.assertEqual([host, b"gw"], [r.host for r in self.requests])

    def test_bad(self) -> None:
        """Whatever else is refused."""
        for host in (
            b"a b",
            b"a/b",
            b"a@b",
            b"a?b",
            b"a#b",
            b"a\\b",
            b"a<b",
            b'a"b',
            b"\xff",
            b"a:b",
            b"a:1:2",
            b"[::1",
            b"a, b",
        ):
            self.connect()
            self.send(b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n", PLAIN)
            self.assertEqual([400], statuses(self.wire), host)
            self.assertIn(b"malformed Host header", self.wire.value())

    def test_missing(self) -> None:
        """HTTP/1.1 without a Host is refused, each time."""
        self.connect()
        self.send(PLAIN, b"GET / HTTP/1.1\r\n\r\n")
        self.assertEqual([200, 400], statuses(self.wire))
        self.assertIn(b"missing required Host header", self.wire.value())

    def test_missing_connect(self) -> None:
        """CONNECT has its host elsewhere."""
        self.connect()
        self.send(b"CONNECT gw:80 HTTP/1.1\r\n\r\n")
        self.assertEqual([200], statuses(self.wire))

    def test_several(self) -> None:
        """More than one is refused, equal or not, empty or not."""
        for first, second in ((b"a", b"a"), (b"a", b"b"), (b"", b"")):
            self.connect()
            lines = b"Host: " + first + b"\r\nhOST: " + second + b"\r\n\r\n"
            self.send(b"GET / HTTP/1.1\r\n" + lines)
            self.assertEqual([400], statuses(self.wire))

    def test_with_body(self) -> None:
        """A body that is still to come does not change that."""
        self.connect()
        self.send(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab")
        self.assertEqual([400], statuses(self.wire))
        self.assertTrue(self.wire.disconnecting)


class HeadSizeTests(ChannelTestCase):
    """``max_header_bytes``."""

    def test_too_large(self) -> None:
        """A head beyond the limit is refused, in one segment or several."""
        head = b"GET / HTTP/1.1\r\nHost: gw\r\nA: " + b"x" * 6000 + b"\r\n\r\n"
        target = b"GET /" + b"x" * 6000 + b" HTTP/1.1\r\nHost: gw\r\n\r\n"
        for data in (head, target):
            for size in (len(data), 3000, 100):
                self.connect(max_head_bytes=5000)
                pieces = (data[at : at + size] for at in range(0, len(data), size))
                self.send(*pieces)
                self.assertEqual([431], statuses(self.wire), size)
                self.assertTrue(self.wire.disconnecting)

    def test_endless(self) -> None:
        """One that never ends is refused when it is too large."""
        self.connect(max_head_bytes=200_000)
        self.send(b"GET / HTTP/1.1\r\nHost: gw\r\nA: ")
        for _ in range(5):
            self.send(b"x" * 65536)
        self.assertEqual([431], statuses(self.wire))

    def test_large_enough(self) -> None:
        """A head below the limit is taken, whatever came before it."""
        self.connect(max_head_bytes=5000)
        body = b"POST / HTTP/1.1\r\nHost: gw\r\nContent-Length: 9000\r\n\r\n"
        head = b"GET / HTTP/1.1\r\nHost: gw\r\nA: " + b"x" * 4500 + b"\r\n\r\n"
        self.send(body + b"y" * 9000 + head[:2000], head[2000:], head)
        self.assertEqual([200, 200, 200], statuses(self.wire))


class LeavingTests(ChannelTestCase):
    """Clients that go away."""

    def test_busy(self) -> None:
        """The request under way hears of it, those in line are forgotten."""
        self.connect(later)
        self.send(PLAIN + SIZED)
        gone = self.requests[0].notifyFinish()
        self.wire.lose()
        self.failureResultOf(gone)
        hello(self.requests[0])
        self.assertEqual(1, len(self.requests))

    def test_arriving(self) -> None:
        """A request in line whose body was coming hears of it too."""
        self.connect(later)
        self.send(PLAIN + SIZED[:-2])
        stream: Any = self.channel._queue[0].body
        self.wire.lose()
        reader = Reader()
        stream.start(reader)
        self.assertIsNotNone(reader.outcome)

    def test_data_after_end(self) -> None:
        """Nothing is parsed any more."""
        self.connect()
        self.wire.lose()
        self.send(PLAIN)
        self.assertEqual([], self.requests)

    def test_abort(self) -> None:
        """To abort ends the connection in the client's sight."""
        self.connect(later)
        self.send(PLAIN)
        self.channel.abort()
        self.assertTrue(self.wire.disconnected)


class HalfClosedTests(ChannelTestCase):
    """Clients that send no more, and may still want their answer."""

    def half_close(self, *, is_gone: bool = False) -> None:
        """The client has shut its side down, or left altogether."""
        self.patch(module, "is_reset", lambda transport: is_gone)
        self.channel.readConnectionLost()

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.site.clock.pump([0.01] * round(seconds * 100))

    def test_promises(self) -> None:
        """It hears of half an end."""
        self.connect()
        verifyObject(IHalfCloseableProtocol, self.channel)
        self.channel.writeConnectionLost()

    def test_idle(self) -> None:
        """Without a request that is the end."""
        self.connect()
        self.send(PLAIN)
        self.half_close()
        self.assertTrue(self.wire.disconnecting)

    def test_busy(self) -> None:
        """With one it is answered first, behind a sign that somebody is here."""
        self.connect(later)
        self.send(PLAIN)
        self.half_close()
        self.assertEqual(CONTINUE, self.wire.take())
        self.wait(5)
        self.assertFalse(self.wire.disconnecting)
        hello(self.requests[0])
        self.assertEqual([200], statuses(self.wire))
        self.assertTrue(self.wire.disconnecting)
        self.wait(5)
        self.assertEqual([], self.site.clock.getDelayedCalls())

    def test_in_line(self) -> None:
        """So are all that wait in line."""
        self.connect(later)
        self.send(PLAIN + SIZED)
        self.half_close()
        hello(self.requests[0])
        self.assertFalse(self.wire.disconnecting)
        hello(self.requests[1])
        self.assertEqual([100, 200, 200], statuses(self.wire))
        self.assertTrue(self.wire.disconnecting)

    def test_gone(self) -> None:
        """Who refuses the sign has left: nothing is done for nobody."""
        self.connect(later)
        self.send(PLAIN)
        self.half_close(is_gone=True)
        self.assertFalse(self.wire.disconnected)
        self.wait(0.1)
        self.assertTrue(self.wire.disconnected)

    def test_no_sign(self) -> None:
        """An answer that has begun, or a client of HTTP/1.0, gets no sign."""
        for data in (PLAIN, b"GET / HTTP/1.0\r\n\r\n"):
            self.connect(later)
            self.send(data)
            if data is PLAIN:
                self.requests[0].write(b"begun")
            before = self.wire.value()
            self.half_close()
            self.assertEqual(before, self.wire.value())

    def test_half_a_request(self) -> None:
        """Half a request is refused, and what is under way for it ends."""
        self.connect(later)
        self.send(SIZED[:-2])
        pending: Deferred[None] = Deferred()
        self.requests[0].pending = pending
        self.half_close()
        self.assertEqual([400], statuses(self.wire))
        self.assertTrue(self.wire.disconnecting)
        self.failureResultOf(pending, CancelledError)


class ConnectionTests(ChannelTestCase):
    """What is known of a connection."""

    def test_peer(self) -> None:
        """The client's address, IPv4 on a socket of both families included."""
        for host, wanted in (("::ffff:10.1.2.3", "10.1.2.3"), ("::1", "::1")):
            site: Any = FakeSite()
            channel = GatewayChannel(site)
            channel.makeConnection(Wire(peerAddress=IPv6Address("TCP", host, 1)))
            self.assertEqual(wanted, channel.peer)

    def test_secure(self) -> None:
        """Whether it is TLS."""
        self.connect()
        self.assertFalse(self.channel.secure)
        wire = Wire()
        alsoProvides(wire, ISSLTransport)
        self.channel.makeConnection(wire)
        self.assertTrue(self.channel.secure)

    def test_states(self) -> None:
        """Idle, reading a head, busy."""
        self.connect(later)
        states = []
        for part in (b"", PLAIN[:9], PLAIN[9:]):
            if part:
                self.send(part)
            states.append((self.channel.idle, self.channel.reading_head))
        self.assertEqual([(True, False), (False, True), (False, False)], states)

    def test_since(self) -> None:
        """Where there are time limits, each state's begin is known."""
        now = [0.0]
        self.patch(module, "monotonic", lambda: now[0])
        self.connect(later, timed=True)
        for at, part, wanted in ((1.0, PLAIN[:9], 1.0), (2.0, PLAIN[9:], 1.0)):
            now[0] = at
            self.send(part)
            self.assertEqual(wanted, self.channel.since)
        now[0] = 3.0
        hello(self.requests[0])
        self.assertEqual(3.0, self.channel.since)
