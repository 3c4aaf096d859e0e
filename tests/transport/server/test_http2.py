"""Tests of :mod:`krakendtw.transport.server.http2`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from h2.errors import ErrorCodes
from h2.settings import SettingCodes
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET
from twisted.web.static import Data
from twisted.web.util import Redirect

from krakendtw.testing import MemoryLog
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.server import http2 as module
from krakendtw.transport.server import http2_outlet as outlet_module
from krakendtw.transport.server.http2 import (
    CONNECTION_WINDOW,
    STREAM_WINDOW,
    STREAMS_LIMIT,
    Http2Channel,
)
from krakendtw.transport.server.http2_head import RequestHead
from krakendtw.transport.server.site import GatewaySite, ServerLimits
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Reader, Wire
from tests.transport.http2_client import Answer, Client, frames

if TYPE_CHECKING:
    from krakendtw.transport.server.request import GatewayRequest

LARGE = b"0123456789abcdef" * 20_000
"""320 kB: more than a client's first window and than several frames."""


class Leaf(Resource):
    """Answers with what it is told, and keeps the requests.

    :param act: what ``render`` does.
    """

    isLeaf = True
    streams_body = False

    def __init__(self, act: Callable[[Any], Any] = lambda _: b"ok") -> None:
        Resource.__init__(self)
        self._act = act
        self.requests: list[GatewayRequest] = []

    def render(self, request: Any) -> Any:
        """Keep the request, and act."""
        self.requests.append(request)
        return self._act(request)


class Streaming(Leaf):
    """A leaf that reads bodies itself."""

    streams_body = True


def later(_: Any) -> int:
    """Answer some other time."""
    return NOT_DONE_YET


class Http2TestCase(SynchronousTestCase):
    """A site and its clients in memory."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.answered: list[GatewayRequest] = []
        self.patch(module, "monotonic", self.clock.seconds)
        self.patch(outlet_module, "monotonic", self.clock.seconds)

    def serve(self, root: Any, **limits: Any) -> None:
        """Make the site."""
        self.site = GatewaySite(
            root,
            TimerWheel(self.clock),
            MemoryLog(),
            limits=ServerLimits(**limits),
            on_answer=self.answered.append,
        )

    def connect(self, **options: Any) -> Client:
        """A client that has greeted the site."""
        return Client(Http2Channel(self.site), **options)

    def ask(self, leaf: Leaf, *arguments: Any, **options: Any) -> Answer:
        """The answer of a leaf to one request."""
        self.serve(leaf)
        return self.connect().ask(*arguments, **options)


class ParityTests(Http2TestCase):
    """An answer does not depend on HTTP's version."""

    def old(self, method: bytes, path: bytes, body: bytes | None) -> Answer:
        """The answer over HTTP/1.1."""
        channel = self.site.buildProtocol(None)
        wire = Wire(channel)
        channel.makeConnection(wire)
        head = b"%b %b HTTP/1.1\r\nHost: gw:8080\r\nX-Question: why\r\n" % (
            method,
            path,
        )
        if body is not None:
            head += b"Content-Length: %d\r\n" % len(body)
        channel.dataReceived(head + b"\r\n" + (body or b""))
        lines, _, rest = wire.value().partition(b"\r\n\r\n")
        status, *fields = lines.split(b"\r\n")
        pairs = [line.split(b": ", 1) for line in fields]
        named = [(name.lower(), value) for name, value in pairs]
        if (b"transfer-encoding", b"chunked") in named:
            named.remove((b"transfer-encoding", b"chunked"))
            rest = unchunked(rest)
        return Answer(int(status.split(b" ")[1]), named, rest)

    def test_ten_routes(self) -> None:
        """Status, fields and body are the same on every kind of route."""
        root = Resource()
        stream = BodyStream(Wire())
        for name, leaf in {
            b"bytes": Leaf(),
            b"typed": Data(b"{}", "application/json"),
            b"large": Leaf(lambda _: LARGE),
            b"seen": Leaf(seen),
            b"direct": Leaf(directly),
            b"empty": Leaf(nothing),
            b"pieces": Leaf(piecemeal),
            b"moved": Redirect(b"/bytes"),
            b"broken": Leaf(lambda _: 1 / 0),
            b"stream": Leaf(lambda request: relay(request, stream)),
        }.items():
            root.putChild(name, leaf)
        self.serve(root)
        for method, path, body in (
            (b"GET", b"/bytes", None),
            (b"HEAD", b"/bytes", None),
            (b"GET", b"/typed", None),
            (b"GET", b"/large", None),
            (b"GET", b"/seen/a%20b?c=d", None),
            (b"POST", b"/seen", b"name=value"),
            (b"GET", b"/direct", None),
            (b"GET", b"/empty", None),
            (b"GET", b"/pieces", None),
            (b"GET", b"/moved", None),
            (b"GET", b"/broken", None),
            (b"GET", b"/nothing", None),
            (b"GET", b"/bad%zz", None),
            (b"OPTIONS", b"*", None),
            (b"HEAD", b"/stream", None),
        ):
            expected = self.old(method, path, body)
            fields = [(b"x-question", b"why")]
            if body is not None:
                fields.append((b"content-length", b"%d" % len(body)))
            found = self.connect().ask(path, method, fields=fields, body=body)
            closing = (b"connection", b"close")
            wanted = sorted(pair for pair in expected.fields if pair != closing)
            self.assertEqual(
                (expected.status, wanted, expected.body, True),
                (found.status, sorted(found.fields), found.body, found.ended),
                (method, path),
            )


def unchunked(body: bytes) -> bytes:
    """A chunked body in one piece."""
    parts = body.split(b"\r\n")
    return b"".join(parts[1::2])


def seen(request: Any) -> bytes:
    """What a resource sees of a request."""
    return b"|".join(
        [
            request.method,
            request.uri,
            request.path,
            request.query_string,
            request.host,
            request.peer.encode(),
            request.getHeader(b"x-question") or b"",
            request.body or b"",
            repr(request.headers[1]).encode(),
        ]
    )


def directly(request: Any) -> int:
    """The gateway's own way to answer."""
    request.setHeader("X-More", "1")
    request.answer(201, b"X-A: 1\r\nX-B: 2\r\nConnection: close\r\n", b"direct")
    return NOT_DONE_YET


def nothing(request: Any) -> int:
    """No body at all."""
    request.answer(204, b"", b"")
    return NOT_DONE_YET


def piecemeal(request: Any) -> int:
    """Twisted's way to answer."""
    request.setHeader("content-type", "text/x-parts")
    request.write(b"one")
    request.write(b"two")
    request.finish()
    return NOT_DONE_YET


def relay(request: Any, stream: BodyStream) -> int:
    """Hand on a body that is arriving."""
    request.answer(200, b"X-Relayed: 1\r\n", stream)
    return NOT_DONE_YET


class RequestTests(Http2TestCase):
    """From frames to requests."""

    def test_no_body(self) -> None:
        """A request that ends with its head has no body."""
        leaf = Leaf()
        self.ask(leaf)
        self.assertIsNone(leaf.requests[0].body)

    def test_whole_body(self) -> None:
        """A body that comes with the head is whole; an empty one is there too."""
        for method, body, expected in (
            (b"POST", b"abc", b"abc"),
            (b"POST", b"", b""),
            (b"GET", b"", None),
        ):
            leaf = Streaming()
            self.ask(leaf, method=method, body=body)
            self.assertEqual(expected, leaf.requests[0].body)

    def test_streamed_body(self) -> None:
        """One that is still coming is a stream, with what came first in it."""
        leaf = Streaming(later)
        self.serve(leaf)
        client = self.connect()
        length = [(b"content-length", b"6")]
        stream = client.request(b"/", b"POST", fields=length, body=b"abc", end=False)
        body: Any = leaf.requests[0].body
        self.assertEqual((6, b"abc"), (body.length, body.peek()))
        reader = Reader()
        body.start(reader)
        client.send(stream, b"def", end=True)
        client.exchange()
        self.assertEqual(([b"abc", b"def"], "end"), (reader.pieces, reader.outcome))

    def test_several_at_once(self) -> None:
        """Requests of one segment are served side by side, in any order."""
        leaf = Leaf(later)
        self.serve(leaf)
        client = self.connect()
        streams = [client.request(sends=False) for _ in range(3)]
        client.exchange()
        for request in reversed(leaf.requests):
            request.answer(200, b"", b"done")
        client.exchange()
        self.assertTrue(all(client.answers[number].ended for number in streams))
        self.assertEqual(3, len(self.answered))

    def test_malformed(self) -> None:
        """A malformed head ends its stream alone."""
        leaf = Leaf()
        self.serve(leaf)
        client = self.connect()
        answer = client.ask(fields=[(b"Upper", b"1")])
        self.assertEqual(ErrorCodes.PROTOCOL_ERROR, answer.reset)
        self.assertEqual(200, client.ask().status)
        self.assertEqual(1, len(leaf.requests))

    def test_body_missing(self) -> None:
        """A length without a body is malformed too."""
        answer = self.ask(Leaf(), method=b"POST", fields=[(b"content-length", b"5")])
        self.assertEqual(ErrorCodes.PROTOCOL_ERROR, answer.reset)

    def test_no_host(self) -> None:
        """Without any host the answer is 400."""
        self.serve(Leaf())
        client = self.connect()
        head = [(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/")]
        answer = client.answers[client.raw(head)]
        self.assertEqual(400, answer.status)
        self.assertIn(b"missing required Host", answer.body)

    def test_head_too_large(self) -> None:
        """A head over the limit is answered 431; far over, the connection ends."""
        leaf = Leaf()
        self.serve(leaf, max_header_bytes=1000)
        client = self.connect()
        limit = self.site.max_head_bytes
        self.assertEqual(431, client.ask(fields=[(b"x-a", b"a" * limit)]).status)
        self.assertEqual(200, client.ask().status)
        client.ask(fields=[(b"x-a", b"a" * 2 * limit)])
        self.assertEqual(ErrorCodes.ENHANCE_YOUR_CALM, client.goodbye)
        self.assertTrue(client.wire.disconnecting)
        self.assertEqual(1, len(leaf.requests))

    def test_expect(self) -> None:
        """A client that asks is told to go on, unless it has its answer."""
        expecting = [(b"expect", b"100-continue"), (b"content-length", b"3")]
        answer = self.ask(
            Streaming(later), method=b"POST", fields=expecting, body=b"", end=False
        )
        self.assertEqual(([100], 0), (answer.interim, answer.status))
        answer = self.ask(
            Streaming(), method=b"POST", fields=expecting, body=b"", end=False
        )
        self.assertEqual(([], 200), (answer.interim, answer.status))

    def test_trailers(self) -> None:
        """Trailers end the body, and are dropped."""
        leaf = Leaf()
        self.serve(leaf)
        client = self.connect()
        stream = client.request(b"/", b"POST", body=b"abc", end=False)
        client.h2.send_headers(stream, [(b"x-sum", b"1")], end_stream=True)
        client.exchange()
        self.assertEqual(b"abc", leaf.requests[0].body)
        self.assertIsNone(leaf.requests[0].field(b"x-sum"))

    def test_push_back(self) -> None:
        """Streams beyond the limit end the connection."""
        self.serve(Leaf(later))
        client = self.connect()
        client.believe(SettingCodes.MAX_CONCURRENT_STREAMS, 1000)
        for _ in range(STREAMS_LIMIT + 1):
            client.request(sends=False)
        client.exchange()
        self.assertIsNotNone(client.goodbye)


class FlowTests(Http2TestCase):
    """Windows, both ways."""

    def test_reader_holds_back(self) -> None:
        """A body that nobody reads keeps its window shut."""
        leaf = Streaming(later)
        self.serve(leaf)
        client = self.connect()
        stream = client.request(b"/", b"POST", body=b"", end=False)
        sent = 0
        while client.h2.local_flow_control_window(stream) >= 16384:
            client.send(stream, b"x" * 16384)
            client.exchange()
            sent += 16384
        self.assertLessEqual(sent, STREAM_WINDOW + 65536)
        reader = Reader()
        body: Any = leaf.requests[0].body
        body.start(reader)
        client.exchange()
        self.assertEqual(sent, len(reader.text))
        self.assertGreaterEqual(client.h2.local_flow_control_window(stream), 16384)

    def test_unread_body_is_given_up(self) -> None:
        """What is answered early need not be sent on; its window comes back."""
        leaf = Streaming(later)
        self.serve(leaf)
        client = self.connect()
        for _ in range(20):
            stream = client.request(b"/", b"POST", body=b"x" * 100_000, end=False)
            leaf.requests[-1].answer(200, b"", b"no")
            client.exchange()
            answer = client.answers[stream]
            self.assertEqual((200, ErrorCodes.NO_ERROR), (answer.status, answer.reset))
        window = client.h2.outbound_flow_control_window
        self.assertGreaterEqual(window, CONNECTION_WINDOW // 2)

    def test_taken_back_with_its_body(self) -> None:
        """A body that is taken back in one segment opens its window again."""
        self.serve(Streaming(later))
        client = self.connect()
        for _ in range(100):
            number = client.request(b"/", b"POST", body=b"", end=False, sends=False)
            client.send(number, b"x" * 50_000)
            client.h2.reset_stream(number, ErrorCodes.CANCEL)
            client.exchange()
        window = client.h2.outbound_flow_control_window
        self.assertGreaterEqual(window, CONNECTION_WINDOW // 2)

    def test_relay_is_held_back(self) -> None:
        """A relayed body pauses with the client's window, and goes on with it."""
        source = Wire()
        stream = BodyStream(source)
        self.serve(Leaf(lambda request: relay(request, stream)))
        client = self.connect(acknowledges=False)
        number = client.request()
        for _ in range(10):
            stream.data_received(b"x" * 16384)
            client.exchange()
        self.assertTrue(source.is_paused)
        client.acknowledges = True
        client.h2.increment_flow_control_window(1 << 20)
        client.h2.increment_flow_control_window(1 << 20, number)
        client.exchange()
        self.assertFalse(source.is_paused)
        stream.finish()
        client.exchange()
        answer = client.answers[number]
        self.assertEqual((163840, True), (len(answer.body), answer.ended))

    def test_relay_breaks_off(self) -> None:
        """A relayed body that breaks off ends its stream, unmistakably."""
        stream = BodyStream(Wire())
        self.serve(Leaf(lambda request: relay(request, stream)))
        client = self.connect()
        number = client.request()
        stream.data_received(b"half")
        stream.fail(gone())
        client.exchange()
        answer = client.answers[number]
        self.assertEqual(
            (b"half", False, ErrorCodes.INTERNAL_ERROR),
            (answer.body, answer.ended, answer.reset),
        )


def gone() -> Any:
    """A failure of a backend."""
    return Failure(ConnectionError("gone"))


class EndTests(Http2TestCase):
    """The end of streams and of the connection."""

    def begin(self) -> tuple[Client, GatewayRequest, list[Any]]:
        """A client with a request under way, and how that ends."""
        outcome: list[Any] = []
        pending: Deferred[Any] = Deferred()
        pending.addErrback(lambda failure: outcome.append(failure.value))

        def wait(request: Any) -> int:
            request.pending = pending
            return NOT_DONE_YET

        leaf = Leaf(wait)
        self.serve(leaf)
        client = self.connect()
        client.request()
        return client, leaf.requests[0], outcome

    def test_reset(self) -> None:
        """A stream that the client ends cancels what is under way for it alone."""
        client, request, outcome = self.begin()
        client.h2.reset_stream(1, ErrorCodes.CANCEL)
        client.exchange()
        self.assertIsInstance(outcome[0], CancelledError)
        self.assertTrue(request.finished)
        request.answer(200, b"", b"late")
        self.assertTrue(client.channel.idle)

    def test_reset_in_the_same_segment(self) -> None:
        """A request that is taken back at once never begins."""
        leaf = Leaf()
        self.serve(leaf)
        client = self.connect()
        number = client.request(sends=False)
        client.h2.reset_stream(number)
        client.exchange()
        self.assertEqual([], leaf.requests)

    def test_client_leaves(self) -> None:
        """A lost connection cancels everything."""
        client, request, outcome = self.begin()
        client.wire.lose()
        self.assertIsInstance(outcome[0], CancelledError)
        self.assertEqual(set(), self.site.connections)
        request.answer(200, b"", b"late")

    def test_deadline(self) -> None:
        """A deadline over a body in flight breaks the stream off."""
        stream = BodyStream(Wire())
        leaf = Leaf(lambda request: relay(request, stream))
        self.serve(leaf)
        client = self.connect()
        answer = client.answers[client.request()]
        leaf.requests[0].expire()
        client.exchange()
        self.assertEqual(ErrorCodes.INTERNAL_ERROR, answer.reset)

    def test_drain_idle(self) -> None:
        """An idle connection ends at once when the gateway stops."""
        self.serve(Leaf())
        client = self.connect()
        client.ask()
        done = self.site.drain()
        client.exchange()
        self.assertEqual(ErrorCodes.NO_ERROR, client.goodbye)
        self.assertTrue(client.wire.disconnecting)
        client.wire.lose()
        self.successResultOf(done)

    def test_drain_busy(self) -> None:
        """A busy one ends behind its last answer, and takes no more requests."""
        client, request, _ = self.begin()
        self.site.drain()
        self.assertFalse(client.wire.disconnecting)
        client.request(sends=False)
        client.channel.dataReceived(client.h2.data_to_send())
        goodbye, refusal = frames(client.wire.take())
        self.assertIsInstance(goodbye, GoAwayFrame)
        self.assertEqual(ErrorCodes.REFUSED_STREAM, refusal.error_code)
        request.answer(200, b"", b"last")
        self.assertTrue(client.wire.disconnecting)
        self.assertIn(b"last", client.wire.value())

    def test_goaway(self) -> None:
        """A client that says goodbye gets the answers that it waits for."""
        client, request, _ = self.begin()
        client.h2.close_connection()
        client.channel.dataReceived(client.h2.data_to_send())
        self.assertFalse(client.wire.disconnecting)
        request.answer(200, b"", b"last")
        self.assertIn(b"last", client.wire.value())
        self.assertTrue(client.wire.disconnecting)

    def test_goaway_with_error(self) -> None:
        """One that says why it leaves gets nothing more."""
        client, _, _ = self.begin()
        client.h2.close_connection(ErrorCodes.INTERNAL_ERROR)
        client.channel.dataReceived(client.h2.data_to_send())
        self.assertTrue(client.wire.disconnecting)

    def test_idle_timeout(self) -> None:
        """The site's limits hold: an idle connection is ended, a busy one is not."""
        leaf = Leaf(later)
        self.serve(leaf, idle_timeout_s=10)
        client = self.connect()
        channel = client.channel
        self.assertTrue(channel.idle and channel.fresh)
        client.request()
        self.assertFalse(channel.idle or channel.fresh)
        leaf.requests[0].answer(200, b"", b"")
        self.assertTrue(channel.idle)

    def test_never_greeted(self) -> None:
        """Who has sent no preface is still reading a head, for the site."""
        self.serve(Leaf())
        channel = Http2Channel(self.site)
        channel.makeConnection(Wire(channel))
        channel.greet()
        self.assertTrue(channel.reading_head)
        self.assertFalse(channel.idle)

    def test_refused(self) -> None:
        """A connection that must not be HTTP/2 is told so."""
        self.serve(Leaf())
        channel = Http2Channel(self.site)
        client = Client(channel, greets=False)
        channel.makeConnection(client.wire)
        channel.refuse(ErrorCodes.INADEQUATE_SECURITY)
        client.h2.initiate_connection()
        client.exchange()
        self.assertEqual(ErrorCodes.INADEQUATE_SECURITY, client.goodbye)


class UpgradeTests(Http2TestCase):
    """From HTTP/1.1 by h2c."""

    def upgrade(self, settings: bytes) -> tuple[Wire, Leaf]:
        """Upgrade with a POST of three bytes."""
        leaf = Leaf(seen)
        self.serve(leaf)
        channel = Http2Channel(self.site)
        wire = Wire(channel)
        channel.makeConnection(wire)
        fields = [(b"Host", b"gw"), (b"X-Question", b"why")]
        head = RequestHead(b"POST", b"/a?b", b"gw", fields)
        channel.upgrade(settings, head, b"abc")
        return wire, leaf

    def test_stream_one(self) -> None:
        """The request becomes stream 1; the answer follows the switch."""
        wire, leaf = self.upgrade(b"AAMAAABk")
        self.assertTrue(wire.value().startswith(b"HTTP/1.1 101 Switching Protocols"))
        self.assertIn(b"POST|/a?b|/a|b|gw|192.168.1.1|why|abc", wire.value())
        self.assertEqual(1, len(leaf.requests))

    def test_bad_settings(self) -> None:
        """Settings that cannot be end the connection."""
        wire, leaf = self.upgrade(b"AAT_____")
        self.assertEqual((True, []), (wire.disconnected, leaf.requests))


class FloodTests(Http2TestCase):
    """Attacks are ended; what is ordinary is not."""

    def flood(
        self, frame: Frame | bytes, count: int, leaf: Leaf | None = None
    ) -> Client:
        """Send a frame many times."""
        self.serve(leaf or Leaf(later))
        client = self.connect()
        client.request()
        raw = frame if isinstance(frame, bytes) else frame.serialize()
        for _ in range(count // 100):
            if not client.wire.disconnecting:
                client.channel.dataReceived(raw * 100)
        return client

    def assert_ended(self, client: Client) -> None:
        """The connection was ended, and the client told why."""
        self.assertTrue(client.wire.disconnecting or client.wire.disconnected)
        for event in client.h2.receive_data(client.wire.take()):
            client._take(event)
        self.assertEqual(ErrorCodes.ENHANCE_YOUR_CALM, client.goodbye)
        self.assertEqual({}, client.channel._streams)

    def test_frames(self) -> None:
        """Floods of frames that carry nothing end the connection."""
        update, priority = WindowUpdateFrame(1), PriorityFrame(3)
        update.window_increment = 1
        priority.stream_weight = 1
        for frame in (
            PingFrame(0, opaque_data=b"12345678"),
            SettingsFrame(0),
            update,
            priority,
            RstStreamFrame(1),
        ):
            self.assert_ended(self.flood(frame, 10_000))

    def test_empty_data(self) -> None:
        """So do empty pieces of a body."""
        self.serve(Streaming(later))
        client = self.connect()
        number = client.request(b"/", b"POST", body=b"", end=False)
        raw = DataFrame(number, b"").serialize() * 100
        for _ in range(100):
            if not client.wire.disconnecting:
                client.channel.dataReceived(raw)
        self.assert_ended(client)

    def test_unknown_frames(self) -> None:
        """So do frames of types that nobody knows."""
        self.assert_ended(self.flood(b"\0\0\0\xbb\0\0\0\0\0", 10_000))

    def test_rapid_reset(self) -> None:
        """So do requests that are taken back, in one segment or in two."""
        for is_split in (False, True):
            leaf = Leaf(later)
            self.serve(leaf)
            client = self.connect()
            for _ in range(1000):
                number = client.request(sends=is_split)
                client.h2.reset_stream(number, ErrorCodes.CANCEL)
                client.channel.dataReceived(client.h2.data_to_send())
                if client.wire.disconnecting:
                    break
            self.assert_ended(client)
            self.assertLessEqual(len(leaf.requests), 250)
            self.assertTrue(all(request.finished for request in leaf.requests))

    def test_resets_of_ours(self) -> None:
        """So do requests that make us reset them."""
        self.serve(Leaf(later))
        client = self.connect()
        for _ in range(1000):
            number = client.request(sends=False)
            client.channel.dataReceived(client.h2.data_to_send())
            frame = WindowUpdateFrame(number)
            frame.window_increment = (1 << 31) - 1
            client.channel.dataReceived(frame.serialize())
            if client.wire.disconnecting:
                break
        self.assert_ended(client)

    def test_malformed_requests(self) -> None:
        """So do malformed requests."""
        self.serve(Leaf())
        client = self.connect()
        for _ in range(1000):
            client.request(fields=[(b"Upper", b"1")], sends=False)
            client.channel.dataReceived(client.h2.data_to_send())
            if client.wire.disconnecting:
                break
        self.assert_ended(client)

    def test_continuations(self) -> None:
        """A head in endless pieces ends the connection."""
        self.serve(Leaf())
        client = self.connect()
        client.channel.dataReceived(HeadersFrame(1, b"").serialize())
        for _ in range(100):
            client.channel.dataReceived(ContinuationFrame(1, b"").serialize())
        self.assertTrue(client.wire.disconnecting)

    def test_ordinary_use(self) -> None:
        """Thousands of requests with their window updates are nothing unusual."""
        self.serve(Leaf(lambda _: b"x" * 1000))
        client = self.connect()
        for _ in range(3000):
            self.assertEqual(200, client.ask().status)

    def test_broken_protocol(self) -> None:
        """What is no HTTP/2 ends the connection."""
        self.serve(Leaf())
        client = self.connect()
        client.channel.dataReceived(b"\0\0\x05\x04\0\0\0\0\0hello")
        self.assertTrue(client.wire.disconnecting)
        client.channel.dataReceived(b"more")
