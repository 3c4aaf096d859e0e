"""Tests of :mod:`krakendtw.transport.client.pool`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.endpoints import (
    HostnameEndpoint,
    TCP4ClientEndpoint,
    TCP6ClientEndpoint,
)
from twisted.internet.error import (
    ConnectError,
    ConnectionDone,
    ConnectionRefusedError,
    DNSLookupError,
    NoRouteError,
    TimeoutError,
)
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.error import SchemeNotSupported

from krakendtw.config.model import TransportConfig
from krakendtw.errors import Canceled, DeadlineExceeded, TransportError
from krakendtw.transport.client.exchange import Incoming, Outgoing
from krakendtw.transport.client.pool import SURPLUS_S, Origin, Pool
from krakendtw.transport.client.proxies import Proxies
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.stream import BodyStream
from tests.transport.client.doubles import (
    ADDRESS,
    OK,
    Endpoint,
    MemoryPool,
    answer,
    get,
)
from tests.transport.doubles import Wire

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred


class PoolTestCase(SynchronousTestCase):
    """One origin with an endpoint in memory."""

    def setUp(self) -> None:
        self.begin()

    def begin(self, **settings: Any) -> None:
        """Make the pool."""
        self.pool = MemoryPool(**settings)
        self.origin: Origin = self.pool.origin("http://h:80")
        self.endpoint: Endpoint = self.pool.endpoints["http://h:80"]

    @property
    def wires(self) -> list[Wire]:
        """The connections that came about."""
        return self.endpoint.wires

    def exchange(self) -> Incoming:
        """One whole exchange, on whichever connection."""
        pending = self.origin.send(get())
        for wire in self.wires:
            if wire.take() and not wire.disconnecting:
                answer(wire)
        return self.successResultOf(pending)

    def open(self, count: int) -> list[Deferred[Incoming]]:
        """Begin several exchanges at once."""
        return [self.origin.send(get()) for _ in range(count)]

    def finish(self, pending: list[Deferred[Incoming]]) -> None:
        """Answer them all."""
        for wire in self.wires[-len(pending) :]:
            answer(wire)
        for each in pending:
            self.successResultOf(each)

    @property
    def idle(self) -> int:
        """How many connections are put by."""
        return len(self.origin._idle)


class ReuseTests(PoolTestCase):
    """Connections are used again."""

    def test_reused(self) -> None:
        """One after the other, one connection does."""
        for _ in range(3):
            self.assertEqual(b"ok", self.exchange().body)
        self.assertEqual((1, 1, 1), (len(self.wires), self.idle, self.pool.idle_count))

    def test_at_once(self) -> None:
        """At once, each exchange has its own."""
        self.finish(self.open(3))
        self.assertEqual((3, 3), (len(self.wires), self.idle))
        self.open(2)
        self.assertEqual((3, 1, 1), (len(self.wires), self.idle, self.pool.idle_count))

    def test_lost(self) -> None:
        """One that ends while it is idle is forgotten."""
        self.exchange()
        self.wires[0].lose()
        self.assertEqual((0, 0), (self.idle, self.pool.idle_count))
        self.exchange()
        self.assertEqual(2, len(self.wires))

    def test_lost_busy(self) -> None:
        """One that ends while it is used was not among the idle ones."""
        pending = self.open(1)
        self.wires[0].lose()
        self.failureResultOf(pending[0], TransportError)
        self.assertEqual(0, self.pool.idle_count)

    def rest(self) -> None:
        """Let time pass until nothing beyond the limits is left idle."""
        self.pool.clock.pump([SURPLUS_S / 50] * 150)

    def test_per_host(self) -> None:
        """No more than ``max_idle_connections_per_host`` are kept for long."""
        self.begin(max_idle_connections_per_host=2)
        self.finish(self.open(3))
        self.assertEqual(3, self.idle)
        self.rest()
        self.assertEqual(2, self.idle)
        self.assertEqual([True, False, False], [w.disconnecting for w in self.wires])

    def test_surplus_in_use(self) -> None:
        """What is needed again in time is not ended, whatever the limit."""
        self.begin(max_idle_connections_per_host=2)
        for _ in range(150):
            self.finish(self.open(3))
            self.pool.clock.advance(SURPLUS_S / 50)
        self.assertEqual(3, len(self.wires))

    def test_in_all(self) -> None:
        """Nor than ``max_idle_connections`` to all hosts."""
        self.begin(max_idle_connections=2)
        other = self.pool.origin("http://other:80")
        pending = other.send(get())
        answer(self.pool.wires("http://other:80")[0])
        self.successResultOf(pending)
        self.finish(self.open(2))
        self.rest()
        self.assertEqual((1, 2), (self.idle, self.pool.idle_count))

    def test_disabled(self) -> None:
        """None with ``disable_keep_alives``."""
        self.begin(disable_keep_alives=True)
        self.exchange()
        self.assertTrue(self.wires[0].disconnecting)
        self.assertEqual(0, self.idle)

    def test_surplus(self) -> None:
        """One that says something while it is idle is not used again."""
        self.exchange()
        answer(self.wires[0])
        self.assertEqual((0, 0), (self.idle, self.pool.idle_count))


class RepeatTests(PoolTestCase):
    """Idle connections that the backend has just closed."""

    def ask(self, request: Outgoing) -> Deferred[Incoming]:
        """Send on a used connection which ends before it answers."""
        self.begin()
        self.exchange()
        pending = self.origin.send(request)
        self.wires[0].lose()
        return pending

    def test_safe(self) -> None:
        """What may be repeated is, on a new connection."""
        for method in (b"GET", b"HEAD", b"OPTIONS", b"TRACE"):
            pending = self.ask(Outgoing(method, b"/t", b"", None))
            self.assertNoResult(pending)
            self.assertEqual(2, len(self.wires))
            self.assertIn(method, self.wires[1].value())
            answer(self.wires[1])
            self.assertEqual(200, self.successResultOf(pending).status)

    def test_not_safe(self) -> None:
        """What may have had an effect is not, nor what cannot be sent again."""
        for method, body in (
            (b"POST", b""),
            (b"GET", b"x"),
            (b"PUT", b"x"),
            (b"DELETE", None),
            (b"GET", BodyStream(Wire())),
        ):
            pending = self.ask(Outgoing(method, b"/t", b"", body))
            error = self.failureResultOf(pending, TransportError).value
            self.assertEqual("EOF", str(error))
            self.assertEqual(1, len(self.wires))

    def test_once(self) -> None:
        """A new connection that ends as well is the end."""
        pending = self.ask(get())
        self.wires[1].lose()
        self.failureResultOf(pending, TransportError)
        self.assertEqual(2, len(self.wires))


class IdleTests(PoolTestCase):
    """``idle_connection_timeout``."""

    def test_ended(self) -> None:
        """Connections end when they have been idle for so long."""
        self.begin(idle_connection_timeout=5.0)
        self.pool.start()
        self.exchange()
        self.pool.clock.pump([0.1] * 45)
        self.assertFalse(self.wires[0].disconnecting)
        self.pool.clock.pump([0.1] * 20)
        self.assertTrue(self.wires[0].disconnecting)
        self.pool.stop()

    def test_used_in_between(self) -> None:
        """A use begins the time anew."""
        self.begin(idle_connection_timeout=5.0)
        self.pool.start()
        for _ in range(4):
            self.pool.wheel.arm(1, self)
            self.exchange()
            self.pool.clock.pump([0.1] * 30)
        self.assertEqual(1, len(self.wires))
        self.assertFalse(self.wires[0].disconnecting)
        self.pool.stop()

    def expire(self) -> None:
        """For the wheel, which keeps the time while it turns."""

    def test_not_taken(self) -> None:
        """A connection that is about to end is not used again."""
        self.exchange()
        self.pool.stop()
        self.assertTrue(self.wires[0].disconnecting)
        self.assertEqual((0, 0), (self.idle, self.pool.idle_count))
        self.exchange()
        self.assertEqual(2, len(self.wires))
        self.wires[0].lose()
        self.assertEqual(1, self.pool.idle_count)

    def test_no_timeout(self) -> None:
        """Without a timeout nobody looks."""
        self.pool.start()
        self.assertEqual([], self.pool.clock.getDelayedCalls())
        self.pool.stop()

    def test_stopped(self) -> None:
        """Who stops looks no more."""
        self.begin(idle_connection_timeout=5.0)
        self.pool.start()
        self.pool.stop()
        self.pool.stop()
        self.assertEqual([], self.pool.clock.getDelayedCalls())


class DialTests(PoolTestCase):
    """Connections that do not come about, in Go's words."""

    def fail_with(self, reason: Exception, base: str = "http://h:80") -> str:
        """The text of a failed dial."""
        pool = MemoryPool()
        origin = pool.origin(base)
        (endpoint,) = pool.endpoints.values()
        endpoint.is_open = False
        pending = origin.send(get())
        endpoint.refuse(reason)
        return str(self.failureResultOf(pending, TransportError).value)

    def test_words(self) -> None:
        """Each reason has its text."""
        for reason, text in (
            (ConnectionRefusedError(), "dial tcp h:80: connect: connection refused"),
            (DNSLookupError(), "dial tcp: lookup h: no such host"),
            (TimeoutError(), "dial tcp h:80: i/o timeout"),
        ):
            self.assertEqual(text, self.fail_with(reason))
        self.assertIn("dial tcp h:80: connect: ", self.fail_with(ConnectError()))
        self.assertIn("dial tcp h:80: connect: ", self.fail_with(NoRouteError()))

    def test_ipv6(self) -> None:
        """An IPv6 address stands in brackets."""
        self.assertEqual(
            "dial tcp [::1]:81: connect: connection refused",
            self.fail_with(ConnectionRefusedError(), "http://[::1]:81"),
        )

    def test_no_host(self) -> None:
        """So has a missing host."""
        self.assertEqual(
            "no Host in request URL",
            self.fail_with(ConnectionRefusedError(), "http://"),
        )

    def test_others(self) -> None:
        """Whatever else it is says what it says."""
        self.assertEqual("whatever", self.fail_with(ValueError("whatever")))

    def test_cancelled(self) -> None:
        """Who gives up while dialing has cancelled, or run out of time."""
        for late, kind in ((False, Canceled), (True, DeadlineExceeded)):
            self.begin()
            self.endpoint.is_open = False
            pending = self.origin.send(get(deadline=5.0))
            self.pool.clock.advance(5.0 if late else 4.9)
            pending.cancel()
            self.failureResultOf(pending, kind)

    def test_cancelled_later(self) -> None:
        """Once connected it is the exchange that is given up."""
        self.endpoint.is_open = False
        pending = self.origin.send(get())
        wire = self.endpoint.accept()
        self.assertIn(b"GET /t", wire.value())
        pending.cancel()
        self.failureResultOf(pending, Canceled)
        self.assertTrue(wire.disconnected)


class OriginTests(SynchronousTestCase):
    """Which origin a text means."""

    def setUp(self) -> None:
        self.pool = MemoryPool()

    def test_same(self) -> None:
        """One origin has one pool, its default port spelt or not."""
        for base, same in (
            ("http://h", "http://h:80"),
            ("https://h", "https://h:443"),
            ("http://H:8080", "http://h:8080"),
            ("http://u:p@h/path?q", "http://h"),
        ):
            self.assertIs(self.pool.origin(base), self.pool.origin(same))
        for base in ("https://h:80", "http://h:81", "http://other"):
            self.assertIsNot(self.pool.origin("http://h"), self.pool.origin(base))

    def test_host_line(self) -> None:
        """The Host field leaves a default port out."""
        for base, line in (
            ("http://h", b"h"),
            ("http://h:443", b"h:443"),
            ("https://h:443", b"h"),
            ("http://[::1]", b"[::1]"),
            ("http://[::1]:81", b"[::1]:81"),
            ("http://bücher.example", b"xn--bcher-kva.example"),
        ):
            origin = self.pool.origin(base)
            self.assertEqual(b"Host: " + line + b"\r\n", origin.host_line)

    def test_url(self) -> None:
        """A target's URL can be told."""
        origin = self.pool.origin("http://h:81")
        self.assertEqual("http://h:81/a?b", origin.url_of(b"/a?b"))
        self.assertEqual("https://h/", self.pool.origin("https://h").url_of(b"/"))

    def test_schemes(self) -> None:
        """Other schemes are not spoken."""
        for base in ("ftp://h", "//h", "h:80", ""):
            self.assertRaises(SchemeNotSupported, self.pool.origin, base)

    def test_bad_port(self) -> None:
        """A port must be one."""
        for base in ("http://h:x", "http://h:99999"):
            self.assertRaises(ValueError, self.pool.origin, base)

    def test_plain(self) -> None:
        """A plain origin is nothing but scheme, name and port."""
        self.assertEqual("h", self.pool.plain_origin("http://h:80").host)
        for base in (
            "http://h/",
            "http://h/base",
            "http://h?q",
            "http://h#f",
            "http://u@h",
            "http://",
            "ftp://h",
            "http://h:x",
        ):
            self.assertRaises(ValueError, self.pool.plain_origin, base)


class EndpointTests(SynchronousTestCase):
    """How connections are made."""

    def endpoint(self, base: str, **settings: Any) -> Any:
        """The endpoint of an origin of a real pool."""
        clock = MemoryReactorClock()
        pool = Pool(clock, TimerWheel(clock), TransportConfig(**settings))
        return pool.origin(base)._endpoint

    def test_names_and_addresses(self) -> None:
        """A name is looked up, an address is not."""
        for base, kind in (
            ("http://h", HostnameEndpoint),
            ("http://10.0.0.1", TCP4ClientEndpoint),
            ("http://[::1]", TCP6ClientEndpoint),
        ):
            self.assertIsInstance(self.endpoint(base), kind)

    def test_timeout(self) -> None:
        """``dialer_timeout`` counts, 30 seconds without."""
        for settings, seconds in (({}, 30.0), ({"dialer_timeout": 0.5}, 0.5)):
            clock = MemoryReactorClock()
            config = TransportConfig(**settings)
            pool = Pool(clock, TimerWheel(clock), config)
            pending = pool.origin("http://10.0.0.1:81").send(get())
            host, port, _, timeout, _ = clock.tcpClients[0]
            self.assertEqual(("10.0.0.1", 81, seconds), (host, port, timeout))
            pending.cancel()
            self.failureResultOf(pending, Canceled)

    def proxied(self, **environ: str) -> tuple[MemoryReactorClock, Pool]:
        """A pool with proxies."""
        clock = MemoryReactorClock()
        proxies = Proxies.of_environment(environ)
        wheel = TimerWheel(clock)
        return clock, Pool(clock, wheel, TransportConfig(), None, proxies)

    def test_proxy(self) -> None:
        """A proxy is called instead, and asked for whole URLs, each time."""
        clock, pool = self.proxied(HTTP_PROXY="http://u:p@10.0.0.9:3128")
        origin = pool.origin("http://back.test:81")
        pending = origin.send(get())
        host, port, factory, *_ = clock.tcpClients[0]
        self.assertEqual(("10.0.0.9", 3128), (host, port))
        protocol = factory.buildProtocol(None)
        wire = Wire(protocol)
        protocol.makeConnection(wire)
        for _ in range(2):
            self.assertEqual(
                b"GET http://back.test:81/t HTTP/1.1\r\nHost: h\r\n"
                b"Proxy-Authorization: Basic dTpw\r\n\r\n",
                wire.value(),
            )
            wire.clear()
            protocol.dataReceived(OK)
            self.successResultOf(pending)
            pending = origin.send(get())
        # The connection was closed while it was idle: the same goes out again.
        protocol.connectionLost(Failure(ConnectionDone()))
        again = clock.tcpClients[1][2].buildProtocol(None)
        wire = Wire(again)
        again.makeConnection(wire)
        self.assertIn(
            b"GET http://back.test:81/t HTTP/1.1\r\nHost: h\r\n", wire.value()
        )
        self.assertEqual(1, wire.value().count(b"Proxy-"))

    def test_proxy_fails(self) -> None:
        """A proxy that cannot be called is named."""
        clock, pool = self.proxied(http_proxy="10.0.0.9:3128")
        pending = pool.origin("http://back.test").send(get())
        clock.tcpClients[0][2].clientConnectionFailed(
            None, Failure(ConnectionRefusedError())
        )
        self.assertEqual(
            "proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused",
            str(self.failureResultOf(pending, TransportError).value),
        )

    def test_socks(self) -> None:
        """A proxy of a kind that is not there is not passed by."""
        _, pool = self.proxied(HTTP_PROXY="socks5://10.0.0.9")
        pending = pool.origin("http://back.test").send(get())
        self.assertEqual(
            'unsupported proxy scheme "socks5"',
            str(self.failureResultOf(pending, TransportError).value),
        )

    def test_tunnel(self) -> None:
        """TLS goes through a tunnel, to a proxy with TLS too."""
        for proxy, begins in (
            ("http://10.0.0.9:3128", b"CONNECT back.test:443 HTTP/1.1\r\n"),
            ("https://10.0.0.9", b"\x16\x03"),
        ):
            clock, pool = self.proxied(HTTPS_PROXY=proxy)
            pending = pool.origin("https://back.test").send(get())
            host, port, factory, *_ = clock.tcpClients[0]
            self.assertEqual(("10.0.0.9", 443 if "s:" in proxy else 3128), (host, port))
            protocol = factory.buildProtocol(ADDRESS)
            wire = Wire(protocol, peerAddress=ADDRESS)
            protocol.makeConnection(wire)
            self.assertTrue(wire.value().startswith(begins))
            if proxy.startswith("http:"):
                wire.clear()
                protocol.dataReceived(b"HTTP/1.1 200 OK\r\n\r\n")
                self.assertTrue(wire.value().startswith(b"\x16\x03"))
            pending.cancel()
            self.failureResultOf(pending, Canceled)

    def test_protocol(self) -> None:
        """What is made speaks HTTP."""
        clock = MemoryReactorClock()
        pool = Pool(clock, TimerWheel(clock), TransportConfig())
        pending = pool.origin("http://10.0.0.1:81").send(get())
        factory = clock.tcpClients[0][2]
        protocol = factory.buildProtocol(None)
        wire = Wire(protocol)
        protocol.makeConnection(wire)
        self.assertIn(b"GET /t HTTP/1.1\r\n", wire.value())
        protocol.dataReceived(OK)
        self.assertEqual(b"ok", self.successResultOf(pending).body)
