"""Tests of redirects."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import TransportConfig
from krakendtw.errors import DeadlineExceeded, TransportError
from krakendtw.transport.client.exchange import Incoming, Outgoing
from krakendtw.transport.client.pool import Origin, Pool
from krakendtw.transport.client.redirect import Journey, RedirectError, follow
from krakendtw.transport.client.settings import ClientSettings
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.stream import BodyStream

LINES = (
    b"Host: h\r\nAuthorization: secret\r\nCookie: c\r\nContent-Type: a/b\r\nX-A: 1\r\n"
)


def redirect(to: str, status: int = 302) -> Incoming:
    """A redirect."""
    return Incoming(status, [(b"Location", to.encode())], b"")


def pool() -> Pool:
    """A pool whose connections nobody makes."""
    clock = MemoryReactorClock()
    return Pool(clock, TimerWheel(clock), TransportConfig())


class JourneyTests(SynchronousTestCase):
    """Where a redirect leads."""

    def setUp(self) -> None:
        self.pool = pool()

    def start(
        self,
        method: bytes = b"GET",
        target: bytes = b"/a/b?c",
        *,
        base: str = "http://h",
        lines: bytes = LINES,
        body: Any = None,
        replays: bool = False,
    ) -> Journey:
        """The chain that begins with a request."""
        outgoing = Outgoing(method, target, lines, body, streams=True, deadline=7)
        settings = ClientSettings(send_body_on_redirect=replays)
        return Journey(self.pool, self.pool.origin(base), outgoing, settings)

    def step(
        self, to: str, status: int = 302, **options: Any
    ) -> tuple[Origin, Outgoing]:
        """The next request of a new chain."""
        step = self.start(**options).onward(redirect(to, status))
        assert step is not None
        return step

    def test_no_redirect(self) -> None:
        """Other statuses are answers, and so is a redirect to nowhere."""
        for incoming in (
            redirect("/b", 200),
            redirect("/b", 304),
            redirect("", 302),
            Incoming(302, [], b""),
        ):
            self.assertIsNone(self.start().onward(incoming))

    def test_places(self) -> None:
        """A Location is a URL, or a part of one."""
        for location, url in (
            ("http://i:81/x?y", "http://i:81/x?y"),
            ("https://h", "https://h/"),
            ("//i/x", "http://i/x"),
            ("/x", "http://h/x"),
            ("x", "http://h/a/x"),
            ("?x", "http://h/a/b?x"),
        ):
            origin, outgoing = self.step(location)
            self.assertEqual(origin.url_of(outgoing.target), url)

    def test_unsafe_target(self) -> None:
        """What would break the request line is escaped."""
        _, outgoing = self.step("/a b\u00e9?c d")
        self.assertEqual(outgoing.target, b"/a%20b%C3%A9?c%20d")

    def test_goes_on_alike(self) -> None:
        """Deadline and stream stay, and the URL is remembered."""
        journey = self.start()
        self.assertEqual(journey.url, "http://h/a/b?c")
        step = journey.onward(redirect("/x"))
        assert step is not None
        self.assertEqual((step[1].deadline, step[1].streams), (7, True))
        self.assertEqual(journey.url, "http://h/x")

    def test_method(self) -> None:
        """301, 302 and 303 make GET of all but HEAD; 307 and 308 keep it."""
        for status in (301, 302, 303):
            found = [
                self.step("/x", status, method=method)[1].method
                for method in (b"GET", b"HEAD", b"POST", b"DELETE")
            ]
            self.assertEqual(found, [b"GET", b"HEAD", b"GET", b"GET"])
        for status in (307, 308):
            self.assertEqual(self.step("/x", status, method=b"PUT")[1].method, b"PUT")

    def test_body_dropped(self) -> None:
        """With the body go the fields that speak of it."""
        _, outgoing = self.step("/x", method=b"POST", body=b"abc")
        self.assertIsNone(outgoing.body)
        self.assertNotIn(b"Content-Type", outgoing.lines)

    def test_body_kept(self) -> None:
        """307 repeats a body that is kept, and is the answer to another one."""
        _, outgoing = self.step("/x", 307, method=b"POST", body=b"abc", replays=True)
        self.assertEqual(outgoing.body, b"abc")
        self.assertIn(b"Content-Type: a/b\r\n", outgoing.lines)
        journey = self.start(b"POST", body=b"abc")
        self.assertIsNone(journey.onward(redirect("/x", 307)))

    def test_same_host(self) -> None:
        """What is for the host alone goes to it, and to hosts below it."""
        for location in ("/x", "http://h:81/", "http://sub.h/"):
            _, outgoing = self.step(location)
            self.assertIn(b"Authorization: secret\r\n", outgoing.lines)

    def test_own_host_line(self) -> None:
        """A Host that is not the URL's stays while Locations are relative."""
        lines = b"Host: other\r\n"
        for location, wanted in (
            ("/x", b"Host: other\r\n"),
            ("//i/x", b"Host: other\r\n"),
            ("http://h/x", b"Host: h\r\n"),
            ("http://i/x", b"Host: i\r\n"),
        ):
            _, outgoing = self.step(location, lines=lines)
            self.assertEqual(wanted, outgoing.lines.splitlines(keepends=True)[0])

    def test_other_host(self) -> None:
        """It does not go anywhere else; the rest does."""
        _, outgoing = self.step("http://nosub-h/")
        self.assertTrue(outgoing.lines.startswith(b"Host: nosub-h\r\n"))
        self.assertNotIn(b"secret", outgoing.lines)
        self.assertNotIn(b"Cookie", outgoing.lines)
        self.assertIn(b"X-A: 1\r\n", outgoing.lines)

    def test_referer(self) -> None:
        """The URL before is told, but not to plain HTTP from TLS, and only once."""
        referer = b"Referer: http://h/a/b?c\r\n"
        self.assertIn(referer, self.step("/x")[1].lines)
        _, outgoing = self.step("http://h/x", base="https://h")
        self.assertNotIn(b"Referer", outgoing.lines)
        own = b"Referer: mine\r\n"
        self.assertNotIn(referer, self.step("/x", lines=LINES + own)[1].lines)

    def test_ten(self) -> None:
        """Ten requests are made, then it is an error that names the way on."""
        journey = self.start(b"POST")
        for _ in range(9):
            self.assertIsNotNone(journey.onward(redirect("/x")))
        error = self.assertRaises(RedirectError, journey.onward, redirect("/x"))
        self.assertEqual(str(error), 'Post "/x": stopped after 10 redirects')

    def test_unknown_scheme(self) -> None:
        """A scheme that nobody speaks is an error that names the URL."""
        error = self.assertRaises(RedirectError, self.step, "ftp://i/x")
        self.assertEqual(
            str(error), 'Get "ftp://i/x": unsupported protocol scheme "ftp"'
        )

    def test_broken_location(self) -> None:
        """So is a Location that is no URL; it names where that came from."""
        error = self.assertRaises(RedirectError, self.step, "http://[::1/x")
        start = 'Get "http://h/a/b?c": failed to parse Location header "http://[::1/x"'
        self.assertTrue(str(error).startswith(start), error)

    def test_limits_stay(self) -> None:
        """Each step has the first request's limits, and is read as it is."""
        first = Outgoing(
            b"GET", b"/a", LINES, None, streams=True, deadline=7.0, limit=5
        )
        origin = self.pool.origin("http://h")
        step = Journey(self.pool, origin, first, ClientSettings()).onward(
            redirect("/b")
        )
        assert step is not None
        _, second = step
        self.assertEqual(
            (second.streams, second.deadline, second.limit), (True, 7.0, 5)
        )


class FollowTests(SynchronousTestCase):
    """Following over the pool."""

    def setUp(self) -> None:
        self.pool = pool()
        self.origin = self.pool.origin("http://h")
        self.sent: list[Outgoing] = []
        self.answer: Deferred[Incoming] = Deferred()
        case = self

        class Recorder(Origin):
            def send(self, outgoing: Outgoing) -> Deferred[Incoming]:
                case.sent.append(outgoing)
                return case.answer

        def origin_at(scheme: str, host: str, port: int) -> Origin:
            return Recorder(self.pool, scheme, host, port or 80)

        self.patch(self.pool, "origin_at", origin_at)

    def follow(self, incoming: Incoming) -> Any:
        """Where it ends."""
        outgoing = Outgoing(b"GET", b"/a", LINES, None)
        settings = ClientSettings()
        return follow(self.pool, self.origin, outgoing, incoming, settings)

    def test_nowhere(self) -> None:
        """An answer that leads nowhere is the end, with its URL."""
        incoming = Incoming(302, [], b"")
        self.assertIs(self.follow(incoming), incoming)
        self.assertEqual(incoming.url, "http://h/a")

    def test_somewhere(self) -> None:
        """The last answer comes with the URL that gave it."""
        found = self.follow(redirect("/b"))
        last = Incoming(200, [], b"")
        self.answer.callback(last)
        self.assertIs(self.successResultOf(found), last)
        self.assertEqual(last.url, "http://h/b")
        self.assertEqual([each.target for each in self.sent], [b"/b"])

    def test_bodies_are_dropped(self) -> None:
        """Nobody reads the body of a redirect, not even where it ends in an error."""
        for location in ("/b", "ftp://i/"):
            wire = StringTransport()
            incoming = redirect(location)
            incoming.body = BodyStream(wire, None, wire.stopProducing)
            if location == "/b":
                self.follow(incoming)
            else:
                self.assertRaises(RedirectError, self.follow, incoming)
            self.assertEqual(wire.producerState, "stopped")

    def test_failure(self) -> None:
        """A later request that fails is told with its URL."""
        found = self.follow(redirect("/b"))
        self.answer.errback(TransportError("refused"))
        failed = self.failureResultOf(found, RedirectError)
        self.assertEqual(str(failed.value), 'Get "http://h/b": refused')

    def test_other_failures(self) -> None:
        """What is no failure of the wire stays as it is."""
        found = self.follow(redirect("/b"))
        self.answer.errback(DeadlineExceeded())
        self.failureResultOf(found, DeadlineExceeded)
