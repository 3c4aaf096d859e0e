"""Tests of :mod:`krakendtw.transport.server.site`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from krakendtw.testing import MemoryLog
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.server import channel as channel_module
from krakendtw.transport.server import site as module
from krakendtw.transport.server.site import GatewaySite, ServerLimits
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Wire

if TYPE_CHECKING:
    from krakendtw.transport.server.channel import GatewayChannel
    from krakendtw.transport.server.request import GatewayRequest


class Leaf(Resource):
    """Answers with what it is told, and keeps the requests.

    :param act: what ``render`` does.
    """

    isLeaf = True

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


class Tree(Resource):
    """A root that finds by itself, as the router's does."""

    def __init__(self, leaf: Leaf) -> None:
        Resource.__init__(self)
        self.leaf = leaf
        self.asked: list[Any] = []

    def find(self, request: Any) -> Leaf:
        """Always the same."""
        self.asked.append(request)
        return self.leaf


class FakeTime:
    """The module ``time`` in a test's hands."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        """Seconds since the epoch."""
        return self.now

    def monotonic(self) -> float:
        """Seconds since whenever."""
        return self.now


class SiteTestCase(SynchronousTestCase):
    """A site with connections in memory."""

    def setUp(self) -> None:
        self.time = FakeTime()
        self.patch(module, "time", self.time)
        self.patch(channel_module, "monotonic", self.time.monotonic)
        self.log = MemoryLog()
        self.clock = Clock()

    def serve(self, root: Any, **options: Any) -> None:
        """Make the site."""
        wheel = TimerWheel(self.clock)
        self.site = GatewaySite(root, wheel, self.log, **options)

    def connect(self) -> tuple[GatewayChannel, Wire]:
        """Open a connection."""
        channel = self.site.buildProtocol(None)
        wire = Wire(channel)
        channel.makeConnection(wire)
        return channel, wire

    def ask(
        self, target: bytes = b"/", method: bytes = b"GET", more: bytes = b"\r\n"
    ) -> tuple[int, bytes]:
        """Send one request; the status and the body of the answer."""
        channel, wire = self.connect()
        channel.dataReceived(method + b" " + target + b" HTTP/1.1\r\nHost: gw\r\n")
        channel.dataReceived(more)
        self.wire = wire
        head, _, body = wire.value().partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]) if head else 0, body


class FindingTests(SiteTestCase):
    """From the target to the resource."""

    def test_own_finder(self) -> None:
        """A root that finds by itself is asked."""
        tree = Tree(Leaf())
        self.serve(tree)
        self.assertEqual((200, b"ok"), self.ask(b"/a/b"))
        self.assertEqual(1, len(tree.asked))

    def test_asked_each_time(self) -> None:
        """It is asked for each request, for it may do more than find."""
        tree = Tree(Leaf())
        tree.leaf.answers_later = True  # type: ignore[attr-defined]
        self.serve(tree)
        self.ask(b"/a")
        self.ask(b"/a")
        self.assertEqual(2, len(tree.asked))

    def test_remembered(self) -> None:
        """Unless it says that it finds the same each time, and an endpoint at that."""
        tree = Tree(Leaf(lambda request: request.answer(200, b"", b"ok")))
        tree.leaf.answers_later = True  # type: ignore[attr-defined]
        tree.finds_the_same = True  # type: ignore[attr-defined]
        self.serve(tree)
        for _ in range(2):
            self.assertEqual((200, b"ok"), self.ask(b"/a"))
        self.assertEqual(1, len(tree.asked))

    def test_tree(self) -> None:
        """Else the tree is walked, as twisted.web does."""
        root = Resource()
        root.putChild(b"a", Leaf(lambda request: b"|".join(request.postpath)))
        self.serve(root)
        self.assertEqual((200, b"b c|d"), self.ask(b"/a/b%20c/d"))
        self.assertEqual(404, self.ask(b"/other")[0])

    def test_parts(self) -> None:
        """Path, its decoded segments and the query string are there."""
        for target, path, segments, query in (
            (b"/", b"/", [b""], b""),
            (b"/a//b/", b"/a//b/", [b"a", b"", b"b", b""], b""),
            (b"/a%2fb?c=%20?d", b"/a%2fb", [b"a", b"b"], b"c=%20?d"),
            (b"/?", b"/", [b""], b""),
            (b"http://h.example/a?b", b"/a", [b"a"], b"b"),
            (b"HTTPS://h.example", b"/", [b""], b""),
            (b"http://h.example?b", b"/", [b""], b"b"),
        ):
            leaf = Leaf()
            self.serve(Tree(leaf))
            self.assertEqual(200, self.ask(target)[0], target)
            request = leaf.requests[0]
            self.assertEqual(
                (path, segments, query),
                (request.path, request.postpath, request.query_string),
            )
            self.assertEqual(target, request.uri)

    def test_absolute_host(self) -> None:
        """The host of an absolute target counts, not the field's."""
        leaf = Leaf()
        self.serve(Tree(leaf))
        self.ask(b"http://h.example:81/a")
        self.assertEqual(b"h.example:81", leaf.requests[0].host)

    def test_bad_targets(self) -> None:
        """An escape that is none, or a target without a path, is refused."""
        for target in (b"/%", b"/%2", b"/a%zz", b"/%%41", b"a/b", b"*"):
            leaf = Leaf()
            self.serve(Tree(leaf))
            self.assertEqual((400, b"400 Bad Request"), self.ask(target), target)
            self.assertEqual([], leaf.requests)
            self.assertTrue(self.wire.disconnecting)

    def test_options_of_server(self) -> None:
        """``OPTIONS *`` asks about us: an empty 200."""
        leaf = Leaf()
        self.serve(Tree(leaf))
        self.assertEqual((200, b""), self.ask(b"*", b"OPTIONS"))
        self.assertEqual([], leaf.requests)

    def test_connect(self) -> None:
        """CONNECT goes to the router, which knows no such method."""
        leaf = Leaf()
        self.serve(Tree(leaf))
        self.assertEqual(200, self.ask(b"gw:80", b"CONNECT")[0])
        self.assertEqual(b"/gw:80", leaf.requests[0].path)

    def test_broken_message(self) -> None:
        """What is not HTTP is refused as text, and the connection ends."""
        self.serve(Tree(Leaf()))
        self.assertEqual((400, b"400 Bad Request"), self.ask(more=b"no colon\r\n\r\n"))
        head = self.wire.value().partition(b"\r\n\r\n")[0]
        self.assertIn(b"\r\nContent-Type: text/plain; charset=utf-8", head)
        self.assertIn(b"\r\nConnection: close", head)


class BodyTests(SiteTestCase):
    """When a resource is asked."""

    def test_waits_for_body(self) -> None:
        """An ordinary resource is asked when the body is whole."""
        leaf = Leaf(lambda request: request.content.read())
        self.serve(Tree(leaf))
        more = b"Content-Length: 5\r\n\r\n"
        self.assertEqual(0, self.ask(b"/", b"POST", more + b"he")[0])
        self.wire.protocol.dataReceived(b"llo")
        self.assertTrue(self.wire.value().endswith(b"\r\n\r\nhello"))

    def test_waits_and_goes_on(self) -> None:
        """It may answer later then, too."""
        leaf = Leaf(lambda request: NOT_DONE_YET)
        self.serve(Tree(leaf))
        self.ask(b"/", b"POST", b"Content-Length: 5\r\n\r\n")
        self.wire.protocol.dataReceived(b"hello")
        self.assertEqual(b"", self.wire.value())
        leaf.requests[0].answer(200, b"", b"later")
        self.assertIn(b"later", self.wire.value())

    def test_streams(self) -> None:
        """One that reads bodies itself is asked at once."""
        leaf = Streaming(lambda request: NOT_DONE_YET)
        self.serve(Tree(leaf))
        self.ask(b"/", b"POST", b"Content-Length: 5\r\n\r\n")
        self.assertIsInstance(leaf.requests[0].body, BodyStream)

    def test_client_leaves(self) -> None:
        """A client that leaves before its body is whole is never served."""
        leaf = Leaf()
        self.serve(Tree(leaf))
        self.ask(b"/", b"POST", b"Content-Length: 5\r\n\r\n")
        self.wire.lose()
        self.assertEqual([], leaf.requests)
        self.assertEqual([], self.log.lines)

    def test_late_fault(self) -> None:
        """What fails behind the body is answered with 500 as well."""

        def fail(request: Any) -> None:
            raise ValueError("fault")

        self.serve(Tree(Leaf(fail)))
        self.ask(b"/", b"POST", b"Content-Length: 5\r\n\r\n")
        self.wire.protocol.dataReceived(b"hello")
        self.assertIn(b"HTTP/1.1 500 ", self.wire.value())


class FaultTests(SiteTestCase):
    """Resources that fail."""

    def test_raises(self) -> None:
        """A fault is logged and answered with an empty 500; it is no end."""

        def fail(request: Any) -> None:
            raise ValueError("fault")

        self.serve(Tree(Leaf(fail)))
        self.assertEqual((500, b""), self.ask(b"/a?b"))
        self.assertEqual("ERROR <GatewayRequest GET /a?b>: fault", self.log.lines[0])
        self.assertIn("Traceback", self.log.lines[1])
        self.assertFalse(self.wire.disconnecting)

    def test_no_bytes(self) -> None:
        """What is not bytes is a fault."""
        self.serve(Tree(Leaf(lambda request: "text")))
        self.assertEqual(500, self.ask()[0])
        self.assertIn("is not bytes", self.log.lines[0])

    def test_after_begin(self) -> None:
        """In the midst of an answer the connection breaks off."""

        def fail(request: Any) -> None:
            request.write(b"half")
            raise ValueError("fault")

        self.serve(Tree(Leaf(fail)))
        self.assertEqual(200, self.ask()[0])
        self.assertEqual(1, self.wire.value().count(b"HTTP/1.1 "))
        self.assertTrue(self.wire.disconnected)

    def test_after_end(self) -> None:
        """Behind an answer it changes nothing."""

        def fail(request: Any) -> None:
            request.answer(200, b"", b"done")
            raise ValueError("fault")

        self.serve(Tree(Leaf(fail)))
        self.assertEqual((200, b"done"), self.ask())
        self.assertFalse(self.wire.disconnected)


class AnswerTests(SiteTestCase):
    """What goes with all answers."""

    def test_date(self) -> None:
        """The date is that of the second."""
        self.serve(Tree(Leaf()))
        self.assertEqual(
            b"Date: Mon, 12 Jan 1970 13:46:40 GMT\r\n", self.site.date_line()
        )
        self.time.now += 0.9
        self.assertIs(self.site.date_line(), self.site.date_line())
        self.time.now += 0.2
        self.assertIn(b"13:46:41", self.site.date_line())

    def test_told(self) -> None:
        """Who wants the access log's data gets each request, with its start."""
        told: list[GatewayRequest] = []
        self.serve(Tree(Leaf()), on_answer=told.append)
        self.ask(b"/a")
        self.assertEqual(
            [(b"/a", 200, self.time.now)],
            [(request.uri, request.code, request.started) for request in told],
        )

    def test_head_limit(self) -> None:
        """``max_header_bytes``, and what Go adds to it, is what a head may have."""
        self.serve(Tree(Leaf()), limits=ServerLimits(max_header_bytes=1000))
        for size, status in ((4000, 200), (6000, 431)):
            more = b"X: " + b"x" * size + b"\r\n\r\n"
            self.assertEqual(status, self.ask(more=more)[0])


class LimitTests(SiteTestCase):
    """Connections that take too long."""

    def limit(self, **limits: float) -> None:
        """Serve with limits."""
        self.serve(Tree(Leaf()), limits=ServerLimits(**limits))  # type: ignore[arg-type]

    def after(self, seconds: float) -> None:
        """Look at the connections some time later."""
        self.time.now += seconds
        self.site.sweep()

    def test_head(self) -> None:
        """A head that takes too long ends its connection."""
        for limits in (
            {"read_header_timeout_s": 5.0},
            {"read_timeout_s": 5.0},
            {"read_header_timeout_s": 5.0, "read_timeout_s": 9.0},
        ):
            self.limit(**limits)
            channel, wire = self.connect()
            self.time.now += 1
            channel.dataReceived(b"GET / HT")
            self.after(4.9)
            self.assertFalse(wire.disconnected)
            self.after(0.2)
            self.assertTrue(wire.disconnected)

    def test_idle(self) -> None:
        """So does one that is idle for too long, but orderly."""
        for limits in (
            {"idle_timeout_s": 5.0},
            {"read_timeout_s": 5.0},
            {"read_header_timeout_s": 5.0},
            {"idle_timeout_s": 5.0, "read_timeout_s": 1.0},
        ):
            self.limit(**limits)
            self.ask()
            self.after(4.9)
            self.assertFalse(self.wire.disconnecting)
            self.after(0.2)
            self.assertTrue(self.wire.disconnecting)
            self.assertFalse(self.wire.disconnected)

    def test_silent(self) -> None:
        """Who never says anything has as long as a head may take, or a pause."""
        for limits in (
            {"idle_timeout_s": 9.0, "read_header_timeout_s": 5.0},
            {"idle_timeout_s": 9.0, "read_timeout_s": 5.0},
            {"idle_timeout_s": 5.0},
        ):
            self.limit(**limits)
            _, wire = self.connect()
            self.after(4.9)
            self.assertFalse(wire.disconnecting)
            self.after(0.2)
            self.assertTrue(wire.disconnecting)

    def test_busy(self) -> None:
        """A connection whose request is served is left alone."""
        self.serve(
            Tree(Leaf(lambda _: NOT_DONE_YET)), limits=ServerLimits(idle_timeout_s=5)
        )
        self.ask()
        self.after(60)
        self.assertFalse(self.wire.disconnecting)

    def test_no_limits(self) -> None:
        """Without limits nobody looks."""
        self.serve(Tree(Leaf()))
        self.assertFalse(self.site.timed)
        self.site.startFactory()
        self.site.stopFactory()

    def test_sweeper(self) -> None:
        """With limits somebody does, as long as the site is served."""
        self.limit(idle_timeout_s=0.3)
        self.assertTrue(self.site.timed)
        loops: list[Any] = []

        class Loop:
            running = False

            def __init__(self, call: Any) -> None:
                self.call = call
                loops.append(self)

            def start(self, interval: float, now: bool) -> None:
                self.running = True

            def stop(self) -> None:
                self.running = False

        self.patch(module, "LoopingCall", Loop)
        self.site.startFactory()
        self.assertTrue(loops[0].running)
        self.assertEqual(self.site.sweep, loops[0].call)
        self.site.stopFactory()
        self.assertFalse(loops[0].running)


class DrainTests(SiteTestCase):
    """The end of a site."""

    def test_idle(self) -> None:
        """Idle connections end now."""
        self.serve(Tree(Leaf()))
        self.ask()
        drained = self.site.drain()
        self.assertTrue(self.wire.disconnecting)
        self.assertNoResult(drained)
        self.wire.lose()
        self.assertIsNone(self.successResultOf(drained))

    def test_none(self) -> None:
        """Without connections the end is at once."""
        self.serve(Tree(Leaf()))
        self.assertIsNone(self.successResultOf(self.site.drain()))

    def test_in_flight(self) -> None:
        """Requests in flight are answered first."""
        leaf = Leaf(lambda _: NOT_DONE_YET)
        self.serve(Tree(leaf))
        self.ask()
        drained = self.site.drain()
        self.assertFalse(self.wire.disconnecting)
        leaf.requests[0].answer(200, b"", b"")
        self.assertTrue(self.wire.disconnecting)
        self.wire.lose()
        self.successResultOf(drained)

    def test_abort(self) -> None:
        """Whoever cannot wait breaks them off."""
        self.serve(Tree(Leaf(lambda _: NOT_DONE_YET)))
        self.ask()
        self.site.abort()
        self.assertTrue(self.wire.disconnected)

    def test_cancelled(self) -> None:
        """A request whose client has left is cancelled."""
        leaf = Leaf(lambda _: NOT_DONE_YET)
        self.serve(Tree(leaf))
        self.ask()
        pending: Any = leaf.requests[0].whole_body().addCallback(lambda _: None)
        leaf.requests[0].pending = pending
        pending.pause()
        self.wire.lose()
        pending.unpause()
        pending.addErrback(lambda failure: failure.trap(CancelledError))
        self.assertTrue(leaf.requests[0].finished)
