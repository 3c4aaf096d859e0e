"""Tests of :mod:`krakendtw.service`."""

from __future__ import annotations

import gc
import io
from typing import TYPE_CHECKING, Any

from attrs import evolve
from twisted.application.service import IService, Service
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.testing import MemoryReactorClock
from twisted.logger import Logger, globalLogPublisher
from twisted.trial.unittest import SynchronousTestCase, TestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw import reactor as reactor_module
from krakendtw import service as module
from krakendtw.config.load import Loaded
from krakendtw.config.model import (
    BackendConfig,
    EndpointConfig,
    PluginConfig,
    ServiceConfig,
)
from krakendtw.config.where import ConfigPath
from krakendtw.encoding import json
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IBackendTerminator, ILogSettings, IServiceMiddleware
from krakendtw.log import ERROR
from krakendtw.plugin import BrokenPlugin, Registry
from krakendtw.scope import own_turns
from krakendtw.sd import static
from krakendtw.service import Gateway, LogObserverService, build, log_settings, run
from krakendtw.testing import MemoryBackend, MemoryLog, extra_config
from tests.transport.doubles import Wire

if TYPE_CHECKING:
    from twisted.python.failure import Failure

GET = b"GET %b HTTP/1.1\r\nHost: gw\r\n\r\n"


@implementer(IBackendTerminator)
class Backend:
    """A backend in memory."""

    backend_order = 1

    def __init__(self, *answers: Any) -> None:
        self._memory = MemoryBackend(*answers)

    def backend_proxy(self, scope: Any) -> Any:
        """Takes the place of the exchange."""
        return self._memory


@implementer(IServiceMiddleware)
class Companion:
    """Brings a service, or none.

    :ivar service_made: the service.
    """

    def __init__(self, *, has_service: bool = True) -> None:
        self.service_made: Any = Service() if has_service else None

    def service(self, scope: Any) -> Any:
        """What lives with the gateway."""
        return self.service_made


class Port:
    """A listening port in memory."""

    def __init__(self) -> None:
        self.closed: Deferred[None] = Deferred()
        self.is_open = True

    def getHost(self) -> IPv4Address:
        """Where it listens."""
        return IPv4Address("TCP", "127.0.0.1", 8080)

    def stopListening(self) -> Deferred[None]:
        """Close it; the test says when it is closed."""
        self.is_open = False
        return self.closed


class Reactor(MemoryReactorClock):
    """A reactor whose ports can be refused.

    :ivar refused: the interfaces that cannot be listened on.
    :ivar listens: interfaces, ports and backlogs asked for.
    """

    def __init__(self) -> None:
        MemoryReactorClock.__init__(self)
        self.refused: tuple[str, ...] = ()
        self.listens: list[tuple[str, int]] = []
        self.adopted: list[Any] = []
        self.port = Port()

    def listenTCP(
        self, port: int, factory: Any, backlog: int = 50, interface: str = ""
    ) -> Any:
        """Listen, or not."""
        self.listens.append((interface, port))
        assert backlog == module.BACKLOG
        if interface in self.refused:
            raise CannotListenError(interface, port, OSError(98, "in use"))
        return self.port

    def adoptStreamPort(self, *given: Any) -> Any:
        """Take a socket that listens already."""
        self.adopted.append(given)
        return self.port


def config(*endpoints: EndpointConfig, **more: Any) -> ServiceConfig:
    """A service's configuration."""
    extra = more.pop("extra", {})
    given: Any = more
    return ServiceConfig(endpoints=endpoints, extra=extra_config(extra), **given)


def endpoint(*answers: Any) -> EndpointConfig:
    """An endpoint whose backend gives the answers."""
    extra = extra_config({"b": Backend(*answers)})
    backend = BackendConfig(hosts=("http://h",), extra=extra)
    return EndpointConfig("/e", backends=(backend,))


def registry() -> Registry:
    """The plugins that the core cannot do without."""
    found = Registry()
    found.add(static.driver)
    found.add(json.encoding)
    return found


class GatewayTestCase(SynchronousTestCase):
    """A gateway in memory."""

    def setUp(self) -> None:
        self.reactor = Reactor()
        self.log = MemoryLog()
        self.written: list[str] = []

    def make(self, *endpoints: EndpointConfig, place: Any = None, **more: Any) -> Any:
        """The gateway of a configuration."""
        loaded = Loaded(config(*endpoints, **more))
        self.gateway: Any = Gateway(
            loaded, registry(), self.reactor, self.log, self.written.append, place
        )
        return self.gateway

    def connect(self) -> Wire:
        """Open a connection."""
        protocol = self.gateway.site.buildProtocol(None)
        wire = Wire(protocol)
        protocol.makeConnection(wire)
        return wire

    def ask(self, path: bytes = b"/e") -> Wire:
        """Send a request."""
        wire = self.connect()
        wire.protocol.dataReceived(GET % path)
        return wire


class BuildTests(GatewayTestCase):
    """What a gateway is made of."""

    def test_service(self) -> None:
        """It is a service."""
        verifyObject(IService, self.make())

    def test_answers(self) -> None:
        """Its site serves its endpoints, and writes the access log."""
        self.make(endpoint({"a": 1}))
        self.assertIn(b'{"a":1}', self.ask().value())
        self.assertEqual(1, len(self.written))
        self.assertIn(("GET", "/e"), self.gateway.pipes.plans)

    def test_limits(self) -> None:
        """Its listener has limits, ours where nothing is said."""
        limits = self.make().site.limits
        self.assertEqual(
            (module.IDLE_TIMEOUT_S, module.HEAD_TIMEOUT_S, 1 << 20),
            (
                limits.idle_timeout_s,
                limits.read_header_timeout_s,
                limits.max_header_bytes,
            ),
        )
        limits = self.make(read_timeout=3.0, max_header_bytes=5).site.limits
        self.assertEqual(
            (3.0, 3.0, 5),
            (
                limits.idle_timeout_s,
                limits.read_header_timeout_s,
                limits.max_header_bytes,
            ),
        )
        limits = self.make(
            read_timeout=3.0, idle_timeout=4.0, read_header_timeout=5.0
        ).site.limits
        self.assertEqual(
            (4.0, 5.0), (limits.idle_timeout_s, limits.read_header_timeout_s)
        )

    def test_bad(self) -> None:
        """What cannot be built does not start."""
        self.assertRaises(ConfigError, self.make, endpoint(), endpoint())

    def test_place(self) -> None:
        """A worker's health check tells of its place, its parts hear of the others."""
        self.patch(module, "_shared", lambda *_: ("news", own_turns))

        class Place:
            def health(self) -> dict[str, Any]:
                return {"workers": 2}

        self.make(place=Place())
        self.assertIn(b'"workers":2', self.ask(b"/__health").value())
        self.assertEqual("news", self.gateway.scope.news)


class ListenTests(GatewayTestCase):
    """Where it listens."""

    def test_both_families(self) -> None:
        """On both families at once, or on the one that there is."""
        self.make(port=81).startService()
        self.assertEqual([("::", 81)], self.reactor.listens)
        self.setUp()
        self.reactor.refused = ("::",)
        self.make(port=81).startService()
        self.assertEqual([("::", 81), ("0.0.0.0", 81)], self.reactor.listens)
        self.assertIs(self.reactor.port, self.gateway.port)

    def test_taken(self) -> None:
        """A port that is taken on both is the end."""
        self.reactor.refused = ("::", "0.0.0.0")
        self.assertRaises(CannotListenError, self.make().startService)

    def test_no_port(self) -> None:
        """A number that is no port is refused before."""
        for port in (-1, 65536):
            error = self.assertRaises(ConfigError, self.make, port=port)
            self.assertIn(f"address {port}: invalid port", str(error))

    def test_interface(self) -> None:
        """On one address if that is said."""
        self.make(listen_ip="127.0.0.2", port=81).startService()
        self.assertEqual([("127.0.0.2", 81)], self.reactor.listens)
        self.reactor.refused = ("127.0.0.2",)
        again = self.make(listen_ip="127.0.0.2", port=81)
        self.assertRaises(CannotListenError, again.startService)

    def test_once(self) -> None:
        """It may listen before it starts, but once."""
        self.make()
        self.gateway.privilegedStartService()
        self.assertEqual([], self.log.lines)
        self.gateway.startService()
        self.assertEqual(1, len(self.reactor.listens))
        self.assertEqual(
            ["INFO [SERVICE: Gin] Listening on port: 8080"], self.log.lines
        )

    def test_worker(self) -> None:
        """A worker takes the supervisor's socket."""
        self.patch(module, "_shared", lambda *_: ())

        class Place:
            listener = 7

            def family(self) -> str:
                return "AF_INET"

            def health(self) -> dict[str, Any]:
                return {}

        self.make(place=Place()).startService()
        self.assertEqual([], self.reactor.listens)
        ((listener, family, factory),) = self.reactor.adopted
        self.assertEqual((7, "AF_INET", self.gateway.site), (listener, family, factory))


class LifeTests(GatewayTestCase):
    """From start to stop."""

    def test_companions(self) -> None:
        """What components bring starts and stops with it."""
        companion = Companion()
        gateway = self.make(
            extra={"c": companion, "none": Companion(has_service=False)}
        )
        gateway.startService()
        self.assertTrue(companion.service_made.running)
        stopped = gateway.stopService()
        self.assertTrue(companion.service_made.running)
        self.reactor.port.closed.callback(None)
        self.successResultOf(stopped)
        self.assertFalse(companion.service_made.running)

    def test_stop_idle(self) -> None:
        """The port is closed, idle connections end, then it is over."""
        gateway = self.make()
        gateway.startService()
        wire = self.connect()
        stopped = gateway.stopService()
        self.assertFalse(self.reactor.port.is_open)
        self.assertTrue(wire.disconnecting)
        self.reactor.port.closed.callback(None)
        self.assertNoResult(stopped)
        wire.lose()
        self.successResultOf(stopped)
        self.assertEqual(
            "INFO [SERVICE: Gin] Router execution ended", self.log.lines[-1]
        )

    def test_stop_busy(self) -> None:
        """Requests in flight are answered first."""
        pending: Deferred[Any] = Deferred()
        gateway = self.make(endpoint(pending))
        gateway.startService()
        wire = self.ask()
        stopped = gateway.stopService()
        self.reactor.port.closed.callback(None)
        self.assertNoResult(stopped)
        pending.errback(ValueError("late"))
        self.assertIn(b"HTTP/1.1 500 ", wire.value())
        self.assertTrue(wire.disconnecting)
        wire.lose()
        self.successResultOf(stopped)

    def test_stop_limit(self) -> None:
        """But no longer than ``max_shutdown_wait_time``."""
        gateway = self.make(endpoint(Deferred()), max_shutdown_wait_time=0.5)
        gateway.startService()
        wire = self.ask()
        gateway.stopService()
        self.reactor.pump([0.01] * 49)
        self.assertFalse(wire.disconnected)
        self.reactor.pump([0.01] * 5)
        self.assertTrue(wire.disconnected)

    def test_stop_before_start(self) -> None:
        """One that never listened can be stopped as well."""
        self.successResultOf(self.make().stopService())


class LogTests(SynchronousTestCase):
    """The log of a gateway."""

    def setUp(self) -> None:
        self.events: list[Any] = []
        self.stdout = io.StringIO()

    def build(self, loaded: Loaded, plugins: Registry | None = None) -> list[str]:
        """The first lines of a gateway's log."""

        def begin(observer: Any) -> None:
            globalLogPublisher.addObserver(observer)
            self.addCleanup(globalLogPublisher.removeObserver, observer)

        found = build(loaded, plugins or registry(), Reactor(), self.stdout, begin)
        self.assertIsInstance(found, Gateway)
        return self.stdout.getvalue().splitlines()

    def test_first_lines(self) -> None:
        """It says what starts, and what is left out."""
        where = ConfigPath() / "extra_config"
        loaded = Loaded(config(), unknown=((where, "x/y"),))
        lines = self.build(loaded)
        self.assertIn("Starting KrakenD v2.13.8", lines[0])
        self.assertIn("Ignoring an unknown namespace", lines[1])
        self.assertIn("Starting the KrakenD instance", lines[2])

    def test_references(self) -> None:
        """What the document's references stand for is in no line, whoever writes it."""
        where = ConfigPath() / "extra_config"
        loaded = Loaded(config(), unknown=((where, "s3cret/x"),))
        loaded.mask.add("s3cret", "${env:S}")
        self.build(loaded)
        Logger(namespace="other").error("of {it}", it="s3cret")
        text = self.stdout.getvalue()
        self.assertIn("unknown namespace: ${env:S}/x", text)
        self.assertIn("of ${env:S}", text)
        self.assertNotIn("s3cret", text)

    def test_plugins(self) -> None:
        """With a plugin folder it says what became of it."""
        plugins = registry()
        plugins.broken.append(BrokenPlugin("/p/x.py", "SyntaxError: bad"))
        plugins.loaded = 2
        loaded = Loaded(config(plugin=PluginConfig("/p")))
        text = "\n".join(self.build(loaded, plugins))
        self.assertIn("[SERVICE: Plugin Loader] Starting loading process", text)
        self.assertIn("plugin (/p/x.py): SyntaxError: bad", text)
        self.assertIn("Total plugins loaded: 2", text)

    def test_settings(self) -> None:
        """The component that owns the log is found, and decides."""

        @implementer(ILogSettings)
        class Quiet:
            def fallback_error(self) -> None:
                return None

            def threshold(self) -> int:
                return ERROR

            def observer(self, stdout: Any) -> Any:
                return lambda event: stdout.write(event["log_text"])

        quiet = Quiet()
        self.assertIsNone(log_settings(config()))
        service = config(extra={"other": Companion(), "log": quiet})
        self.assertIs(quiet, log_settings(service))
        self.assertEqual([], self.build(Loaded(service)))

    def test_whole_lines(self) -> None:
        """The access log's lines are written at once."""
        flushed: list[str] = []

        class Terminal(io.StringIO):
            def flush(self) -> None:
                flushed.append(self.getvalue())

        write = module.line_printer(Terminal())
        write("line\n")
        self.assertEqual(["line\n"], flushed)

    def test_twistd(self) -> None:
        """Under twistd an observer is added while it runs."""
        seen: list[Any] = []
        service = LogObserverService(seen.append)
        service.startService()
        module.Log().info("one")
        service.stopService()
        module.Log().info("two")
        self.assertEqual(["one"], [event["log_text"] for event in seen])


class FakeBeginner:
    """Begins to log, in the test."""

    def __init__(self, test: SynchronousTestCase) -> None:
        self._test = test

    def beginLoggingTo(  # noqa: N802 - Twisted's name
        self, observers: Any, **options: Any
    ) -> None:
        """Add the observers."""
        for observer in observers:
            globalLogPublisher.addObserver(observer)
            self._test.addCleanup(globalLogPublisher.removeObserver, observer)


class RunTests(SynchronousTestCase):
    """``run``: until a signal ends it."""

    def setUp(self) -> None:
        self.reactor = Reactor()
        self.stdout = io.StringIO()
        self.patch(reactor_module, "install", lambda: self.reactor)
        self.patch(module.sys, "stdout", self.stdout)
        self.patch(module, "globalLogBeginner", FakeBeginner(self))
        self.collected: list[Any] = []
        for name in ("collect", "freeze", "disable"):
            self.patch(gc, name, self.noting(name))
        self.patch(module, "LoopingCall", self.loop)

    def noting(self, name: str) -> Any:
        """A function that notes its name and arguments."""
        return lambda *given: self.collected.append((name, *given))

    def loop(self, call: Any) -> Any:
        """A looping call that the test turns."""
        self.turn = call

        class Loop:
            def start(self, interval: float, now: bool) -> None:
                """Nothing turns by itself."""

        return Loop()

    def test_runs(self) -> None:
        """It listens, runs the reactor, and stops before that does."""
        self.assertEqual(0, run(Loaded(config(port=81)), registry()))
        self.assertEqual([("::", 81)], self.reactor.listens)
        self.assertTrue(self.reactor.hasRun)
        intercepted, stop = self.reactor.triggers["before"]["shutdown"]
        for trigger, arguments, keywords in (intercepted, stop):
            trigger(*arguments, **keywords)
        text = self.stdout.getvalue()
        self.assertIn("Listening on port: 8080", text)
        self.assertIn("Signal intercepted: terminated", text)
        self.assertFalse(self.reactor.port.is_open)

    def test_collector(self) -> None:
        """The cycle collector works by the clock, at times on everything."""
        run(Loaded(config()), registry())
        self.assertEqual([("collect",), ("freeze",), ("disable",)], self.collected)
        self.collected.clear()
        for _ in range(120):
            self.turn()
        self.assertEqual(2, self.collected.count(("collect", 2)))
        self.assertEqual(118, self.collected.count(("collect", 1)))

    def test_port_taken(self) -> None:
        """A port that is taken ends it, with a word."""
        self.reactor.refused = ("::", "0.0.0.0")
        self.assertEqual(1, run(Loaded(config(port=81)), registry()))
        self.assertIn("listen tcp :81: bind:", self.stdout.getvalue())
        self.assertFalse(self.reactor.hasRun)

    def test_bad_configuration(self) -> None:
        """What cannot be built ends it too."""
        service = config(endpoint(), endpoint())
        self.assertEqual(1, run(Loaded(service), registry()))
        self.assertIn("CRITICAL", self.stdout.getvalue())
        self.assertFalse(self.reactor.hasRun)


class Client(Protocol):
    """Reads until the end.

    :ivar done: what came.
    """

    def __init__(self) -> None:
        self.data = b""
        self.done: Deferred[bytes] = Deferred()

    def dataReceived(self, data: bytes) -> None:
        """Keep it."""
        self.data += data

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """That was all."""
        self.done.callback(self.data)


class WireTests(TestCase):
    """One real port on the loopback."""

    async def test_served(self) -> None:
        """A gateway on a real port answers real clients, and ends."""
        from twisted.internet import reactor

        real: Any = reactor
        service = evolve(config(endpoint({"a": 1})), port=0, listen_ip="127.0.0.1")
        gateway: Any = Gateway(
            Loaded(service), registry(), real, MemoryLog(), lambda line: None
        )
        gateway.startService()
        port = gateway.port.getHost().port
        client = Client()
        connecting = TCP4ClientEndpoint(real, "127.0.0.1", port)
        await connectProtocol(connecting, client)
        wire: Any = client.transport
        wire.write(GET % b"/e")
        wire.write(b"GET /__health HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n")
        text = await client.done
        self.assertIn(b'\r\n\r\n{"a":1}HTTP/1.1 200 OK\r\n', text)
        self.assertIn(b'"status":"ok"', text)
        await gateway.stopService()
        for call in real.getDelayedCalls():
            if call.func == gateway.scope.wheel._turn:  # it rests within seconds
                call.cancel()
