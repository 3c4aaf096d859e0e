"""The composition root: from a configuration to a running gateway.

The only module that sees all packages.  Everything built from one
configuration hangs from one :class:`Gateway`.
"""

from __future__ import annotations

import gc
import itertools
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from twisted.application.service import MultiService, Service
from twisted.internet.defer import Deferred, DeferredList, maybeDeferred, succeed
from twisted.internet.error import CannotListenError
from twisted.internet.task import LoopingCall
from twisted.logger import ILogObserver, globalLogBeginner, globalLogPublisher

from krakendtw.compat import KRAKEND_VERSION
from krakendtw.errors import ConfigError, GatewayError
from krakendtw.interfaces import ILogSettings, IServiceMiddleware
from krakendtw.log import Log, LogThreshold
from krakendtw.log_format import OpenLog, open_log
from krakendtw.log_mask import MaskingObserver
from krakendtw.proxy.factory import PipeFactory
from krakendtw.proxy.plan import Part
from krakendtw.proxy.turns import SharedTurns
from krakendtw.router.builder import build_router
from krakendtw.router.settings import RouterSettings
from krakendtw.scope import ServiceScope
from krakendtw.transport.client.client import GatewayClient
from krakendtw.transport.client.pool import Pool
from krakendtw.transport.client.proxies import Proxies
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.eager import eager
from krakendtw.transport.news import News
from krakendtw.transport.server.listener import listener
from krakendtw.transport.server.site import GatewaySite, ServerLimits

if TYPE_CHECKING:
    from krakendtw.config.load import Loaded
    from krakendtw.config.model import ServiceConfig
    from krakendtw.plugin import Registry
    from krakendtw.scope import Turns
    from krakendtw.workers import Place

HEAD_TIMEOUT_S = 10.0
"""How long a head may take unless ``read_header_timeout`` says otherwise."""

IDLE_TIMEOUT_S = 75.0
"""How long a connection may rest unless ``idle_timeout`` says otherwise."""

BACKLOG = 4096
"""How many connections the kernel holds until they are accepted."""

_COLLECT_S = 1.0
"""Seconds between two looks of the cycle collector at the young objects."""

_COLLECT_ALL = 60
"""After so many of them it looks at all that came since the start."""


class Gateway(MultiService):
    """One gateway: its pipes, its site, its port.

    :ivar scope: what the components were told.
    :ivar pipes: the pipes really built.
    :ivar router: the router really built.
    :ivar companions: the components' services, by name.
    :ivar site: the HTTP server.
    :ivar port: the listening port, once started.
    """

    def __init__(
        self,
        loaded: Loaded,
        registry: Registry,
        reactor: Any,
        log: Log,
        write: Callable[[str], object],
        place: Place | None = None,
    ) -> None:
        MultiService.__init__(self)
        self._place = place
        config = loaded.config
        if not 0 <= config.port < 1 << 16:
            message = f"listen tcp: address {config.port}: invalid port"
            raise ConfigError(config.where / "port", message)
        wheel = TimerWheel(reactor)
        server_log = log.child("[SERVICE: HTTP Server]")
        proxies = Proxies.of_environment(os.environ)
        self._pool = Pool(reactor, wheel, config.transport, server_log, proxies)
        self._reactor = reactor
        self._log = log
        self.scope = ServiceScope(
            config,
            registry,
            log,
            reactor,
            wheel,
            GatewayClient(self._pool),
            *(() if place is None else _shared(place, reactor)),
        )
        self.pipes = PipeFactory()
        built = self.router = build_router(
            self.scope, self.pipes, write, None if place is None else place.health
        )
        self.site = GatewaySite(
            built.root,
            wheel,
            log,
            limits=_limits(config),
            on_answer=built.on_answer,
        )
        self._factory = listener(
            self.site,
            config,
            server_log,
            reactor,
            use_h2c=config.use_h2c or _router_settings(config).use_h2c,
        )
        self.companions: list[Part] = []
        for name, settings in config.extra.named():
            if IServiceMiddleware.providedBy(settings):
                service = settings.service(self.scope)
                if service is not None:
                    service.setServiceParent(self)
                    self.companions.append(Part(0, name, settings))
        self.port: Any = None

    def privilegedStartService(self) -> None:
        """Listen, while the rights to take a low port are still there."""
        MultiService.privilegedStartService(self)
        config = self.scope.config
        listen: Any = eager(self._reactor)
        if self._place is not None:
            self.port = listen.adoptStreamPort(
                self._place.listener, self._place.family(), self._factory
            )
            return
        for interface in interfaces(config.listen_ip):
            try:
                self.port = listen.listenTCP(
                    config.port, self._factory, BACKLOG, interface
                )
                break
            except CannotListenError:
                if interface == interfaces(config.listen_ip)[-1]:
                    raise

    def startService(self) -> None:
        """Start everything; listen if that was not done before."""
        if self.port is None:
            self.privilegedStartService()
        MultiService.startService(self)
        self._pool.start()
        self._log.info(f"[SERVICE: Gin] Listening on port: {self.port.getHost().port}")

    def stopService(self) -> Deferred[None]:
        """Close the port, let the requests in flight finish, then stop the rest."""
        port, self.port = self.port, None
        closed = maybeDeferred(port.stopListening) if port else succeed(None)
        drained = self.site.drain()
        limit = self.scope.config.max_shutdown_wait_time
        if limit > 0:
            timer = self.scope.wheel.call_later(limit, self.site.abort)
            drained.addBoth(lambda _: timer.cancel())
        finished: Deferred[Any] = DeferredList([closed, drained])
        finished.addCallback(lambda _: self._stop_rest())
        return finished

    def _stop_rest(self) -> Any:
        self._pool.stop()
        self._log.info("[SERVICE: Gin] Router execution ended")
        return MultiService.stopService(self)


def _shared(place: Place, reactor: Any) -> tuple[News, Callable[[], Turns]]:
    """What a worker shares with the others."""
    return News.of_place(reactor, place), SharedTurns(place.board).new


def _limits(config: ServiceConfig) -> ServerLimits:
    """The listener's limits; KrakenD knows none unless told so, we always do."""
    return ServerLimits(
        read_timeout_s=config.read_timeout,
        write_timeout_s=config.write_timeout,
        idle_timeout_s=config.idle_timeout or config.read_timeout or IDLE_TIMEOUT_S,
        read_header_timeout_s=(
            config.read_header_timeout or config.read_timeout or HEAD_TIMEOUT_S
        ),
        max_header_bytes=config.max_header_bytes or 1 << 20,
    )


def _router_settings(config: ServiceConfig) -> RouterSettings:
    return config.extra.get(RouterSettings) or RouterSettings()


def interfaces(listen_ip: str) -> tuple[str, ...]:
    """The addresses to try: both families at once where the machine has both."""
    return (listen_ip,) if listen_ip else ("::", "0.0.0.0")  # noqa: S104


def log_settings(config: ServiceConfig) -> Any:
    """The service's settings that say where log lines go, if any do."""
    for settings in config.extra.settings.values():
        if ILogSettings.providedBy(settings):
            return settings
    return None


def _announce(loaded: Loaded, registry: Registry, log: Log, opened: OpenLog) -> None:
    """The first lines of the log."""
    opened.announce(log)
    log.info(f"Starting KrakenD v{KRAKEND_VERSION}")
    plugins = log.child("[SERVICE: Plugin Loader]")
    if loaded.config.plugin is not None:
        plugins.debug("Starting loading process")
        for broken in registry.broken:
            log.debug(
                f"[SERVICE: Handler Plugin] plugin ({broken.path}): {broken.error}"
            )
        if registry.loaded:
            log.info(
                f"[SERVICE: Handler Plugin] Total plugins loaded: {registry.loaded}"
            )
        plugins.debug("Loading process completed")
    loaded.report(log)
    log.info("Starting the KrakenD instance")


def build(
    loaded: Loaded,
    registry: Registry,
    reactor: Any,
    stdout: TextIO,
    begin: Callable[[ILogObserver], object],
    place: Place | None = None,
) -> Gateway:
    """A gateway ready to start, its log open.

    :param begin: puts the log's observer to work.
    :raises GatewayError: the configuration must not start.
    """
    opened = open_log(log_settings(loaded.config), stdout)
    mask = loaded.mask
    begin(MaskingObserver(opened.observer, mask) if mask else opened.observer)
    log = Log(threshold=opened.threshold)
    if mask:
        log.threshold.mask = mask
    _announce(loaded, registry, log, opened)
    return Gateway(loaded, registry, reactor, log, line_printer(stdout), place)


def line_printer(stdout: TextIO) -> Callable[[str], object]:
    """Writes whole lines at once."""

    def write(line: str) -> None:
        stdout.write(line)
        stdout.flush()

    return write


def run(loaded: Loaded, registry: Registry, place: Place | None = None) -> int:
    """Run a gateway until a signal ends it: the command ``krakendtw run``.

    :param place: what the process is to a supervisor, if it is a worker.

    :returns: the exit code.
    """
    from krakendtw.reactor import install

    reactor: Any = install()
    stdout = sys.stdout

    def begin(observer: ILogObserver) -> None:
        globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False)

    try:
        gateway = build(loaded, registry, reactor, stdout, begin, place)
        gateway.privilegedStartService()
    except CannotListenError as error:
        text = f"listen tcp :{loaded.config.port}: bind: {error.socketError}"
        Log(threshold=LogThreshold()).error(f"[SERVICE: Gin] {text}")
        return 1
    except (GatewayError, OSError) as error:
        Log(threshold=LogThreshold()).critical(loaded.mask(str(error)))
        return 1
    _tame_collector()
    gateway.startService()
    reactor.addSystemEventTrigger("before", "shutdown", _intercepted, stdout)
    reactor.addSystemEventTrigger("before", "shutdown", gateway.stopService)
    reactor.run()
    return 0


def _tame_collector() -> None:
    """Let the cycle collector work by the clock instead of by allocations.

    A request leaves hardly a cycle behind, while one big body is a hundred
    thousand allocations: counting them it would look at all of them again and
    again.  What the start has made is never looked at.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    turns = itertools.count(1)

    def collect() -> None:
        gc.collect(2 if next(turns) % _COLLECT_ALL == 0 else 1)

    LoopingCall(collect).start(_COLLECT_S, now=False)


def _intercepted(stdout: TextIO) -> None:
    from time import localtime, strftime

    now = strftime("%Y/%m/%d %H:%M:%S", localtime())
    stdout.write(f"{now} Signal intercepted: terminated\n")
    stdout.flush()


class LogObserverService(Service):
    """Adds an observer to twistd's own log while the gateway runs."""

    def __init__(self, observer: ILogObserver) -> None:
        self._observer = observer

    def startService(self) -> None:
        """Begin to observe."""
        Service.startService(self)
        globalLogPublisher.addObserver(self._observer)

    def stopService(self) -> None:
        """Observe no more."""
        globalLogPublisher.removeObserver(self._observer)
        Service.stopService(self)
