"""Idle connections by origin, and how new ones are made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.endpoints import (
    HostnameEndpoint,
    TCP4ClientEndpoint,
    TCP6ClientEndpoint,
)
from twisted.internet.error import (
    ConnectError,
    ConnectingCancelledError,
    ConnectionRefusedError,
    DNSLookupError,
    TimeoutError,
)
from twisted.internet.protocol import Factory
from twisted.internet.task import LoopingCall
from twisted.web.error import SchemeNotSupported

from krakendtw.errors import Canceled, DeadlineExceeded, TransportError
from krakendtw.transport.client.connection import BackendConnection
from krakendtw.transport.client.proxies import Proxies
from krakendtw.transport.client.tls import TLSPolicy
from krakendtw.transport.client.tunnel import (
    NoEndpoint,
    ProxiedConnection,
    TunnelEndpoint,
)
from krakendtw.transport.eager import EagerClient, eager

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure

    from krakendtw.config.model import TransportConfig
    from krakendtw.log import Log
    from krakendtw.transport.client.exchange import Incoming, Outgoing
    from krakendtw.transport.client.proxies import Proxy
    from krakendtw.transport.deadline import TimerWheel

_REPLAYED = frozenset((b"GET", b"HEAD", b"OPTIONS", b"TRACE"))
"""Methods that Go's transport repeats on its own."""

_DIRECT = Proxies()
_DIAL_LIMIT_S = 30.0
_SWEEP_S = 1.0

SURPLUS_S = 1.0
"""How long a connection beyond the idle limits may wait for another request."""


class Pool:
    """All connections to backends.

    :param reactor: where connections are made.
    :param wheel: the gateway's timers.
    :param settings: the root keys of the transport.
    :param log: told of certificates that cannot be used.
    :param proxies: which proxies backends are asked through.
    """

    def __init__(
        self,
        reactor: Any,
        wheel: TimerWheel,
        settings: TransportConfig,
        log: Log | None = None,
        proxies: Proxies = _DIRECT,
    ) -> None:
        self.proxies = proxies
        self.reactor: Any = eager(reactor)
        self.wheel = wheel
        self.settings = settings
        self.seconds: Callable[[], float] = reactor.seconds
        self.tls = TLSPolicy(settings.tls, reactor, log)
        self.idle_count = 0
        self._origins: dict[tuple[str, str, int], Origin] = {}
        self._sweeper: LoopingCall | None = None

    def origin(self, base: str) -> Origin:
        """The connections to ``scheme://name:port``.

        :raises SchemeNotSupported: neither http nor https.
        :raises ValueError: no such URL.
        """
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https"):
            raise SchemeNotSupported(f'unsupported protocol scheme "{parts.scheme}"')
        return self.origin_at(parts.scheme, parts.hostname or "", parts.port or 0)

    def origin_at(self, scheme: str, host: str, port: int) -> Origin:
        """The connections to a scheme, host and port; 0 for the scheme's own."""
        key = (scheme, host, port or (443 if scheme == "https" else 80))
        origin = self._origins.get(key)
        if origin is None:
            origin = self._origins[key] = Origin(self, *key)
        return origin

    def plain_origin(self, base: str) -> Origin:
        """The same for a text that is nothing but ``scheme://name:port``.

        :raises ValueError: it is more, or something else.
        """
        parts = urlsplit(base)
        if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError(f"more than a host: {base}")
        if not parts.hostname:
            raise ValueError(f"no host: {base}")
        try:
            return self.origin(base)
        except SchemeNotSupported as error:
            raise ValueError(str(error)) from error

    def start(self) -> None:
        """Begin to end connections that have been idle for too long."""
        if self.settings.idle_connection_timeout > 0:
            self._sweeper = LoopingCall(self._sweep)
            self._sweeper.clock = self.reactor
            self._sweeper.start(_SWEEP_S, now=False)

    def stop(self) -> None:
        """End all idle connections."""
        if self._sweeper is not None and self._sweeper.running:
            self._sweeper.stop()
        for origin in self._origins.values():
            origin.close_idle(float("inf"))

    def _sweep(self) -> None:
        before = self.seconds() - self.settings.idle_connection_timeout
        for origin in self._origins.values():
            origin.close_idle(before)


class Origin:
    """The connections to one scheme, name and port.

    :ivar address: ``name:port`` for messages.
    :ivar host_line: the Host header line; without a default port.
    :ivar header_ticks: how long an answer's head may take; 0 for no limit.
    """

    def __init__(self, pool: Pool, scheme: str, host: str, port: int) -> None:
        self.pool = pool
        self.scheme = scheme
        self.host = host
        self.port = port
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        default = port == (443 if scheme == "https" else 80)
        name = f"[{host}]" if ":" in host else host
        self.host_line = b"Host: %b\r\n" % (
            name.encode("idna") if default else self.address.encode("idna")
        )
        self._idle: dict[BackendConnection, None] = {}
        self._trimming = False
        self._open: set[BackendConnection] = set()
        settings = pool.settings
        self._keep = (
            0
            if settings.disable_keep_alives
            else (settings.max_idle_connections_per_host)
        )
        self._keep_all = settings.max_idle_connections
        self.header_ticks = (
            pool.wheel.ticks(settings.response_header_timeout)
            if settings.response_header_timeout > 0
            else 0
        )
        self.proxy = proxy = pool.proxies.of(scheme, host, port)
        self._factory = _ConnectionFactory(self)
        endpoint = (
            _endpoint(pool.reactor, host, port, settings)
            if proxy is None
            else self._through(proxy)
        )
        if scheme == "https":
            endpoint = pool.tls.endpoint(host, endpoint)
        self._endpoint = endpoint

    def _through(self, proxy: Proxy) -> Any:
        """Where to connect with a proxy between."""
        pool = self.pool
        if proxy.scheme.startswith("socks5"):
            return NoEndpoint(f'unsupported proxy scheme "{proxy.scheme}"')
        endpoint = _endpoint(pool.reactor, proxy.host, proxy.port, pool.settings)
        if proxy.scheme == "https":
            endpoint = pool.tls.endpoint(proxy.host, endpoint)
        if self.scheme == "https":
            endpoint = TunnelEndpoint(pool.reactor, endpoint, proxy, self.address)
        return endpoint

    def url_of(self, target: bytes) -> str:
        """The URL of a request target here, for messages."""
        host = self.host_line[6:-2].decode()
        return f"{self.scheme}://{host}{target.decode('utf-8', 'surrogateescape')}"

    def send(self, request: Outgoing) -> Deferred[Incoming]:
        """Exchange one request, on an idle connection or a new one.

        An idle one may just have been closed by the backend: where nothing was
        answered and the method allows it, the request goes out once more.

        :raises TransportError: through the Deferred.
        """
        if self._idle:
            self.pool.idle_count -= 1
            connection, _ = self._idle.popitem()
            return connection.send(request)
        return self._fresh(request)

    def again(self, request: Outgoing) -> Deferred[Incoming] | None:
        """Send once more what an idle connection has lost unanswered.

        :returns: ``None`` where that is not safe.
        """
        if request.method in _REPLAYED and not request.body:
            return self._fresh(request)
        return None

    def _fresh(self, request: Outgoing) -> Deferred[Incoming]:
        dialing: Deferred[Any] = self._endpoint.connect(self._factory)
        dialing.addCallbacks(
            self._connected, self._unreachable, (request,), {}, (request,)
        )
        return dialing

    def _connected(
        self, connection: BackendConnection, request: Outgoing
    ) -> Deferred[Incoming]:
        self._open.add(connection)
        transport: Any = connection.transport
        if type(transport) is EagerClient:
            # The endpoint's go-between has done its work.
            transport.protocol = connection
        return connection.send(request)

    def _unreachable(self, failure: Failure, request: Outgoing) -> Any:
        """A failed dial in Go's words."""
        if failure.check(CancelledError, ConnectingCancelledError):
            if self.pool.seconds() >= request.deadline:
                raise DeadlineExceeded
            raise Canceled
        called = self.proxy or self
        if failure.check(ConnectionRefusedError):
            cause = f" {called.address}: connect: connection refused"
        elif failure.check(DNSLookupError):
            cause = f": lookup {called.host}: no such host"
        elif failure.check(TimeoutError):
            cause = f" {called.address}: i/o timeout"
        elif failure.check(ConnectError):
            cause = f" {called.address}: connect: {failure.getErrorMessage()}"
        else:
            raise TransportError(self.pool.tls.describe(failure))
        if not self.host:
            raise TransportError("no Host in request URL")
        via = "" if self.proxy is None else "proxyconnect tcp: "
        raise TransportError(f"{via}dial tcp{cause}")

    # --- the connections' side

    def release(self, connection: BackendConnection) -> None:
        """Put a connection by for the next request."""
        pool = self.pool
        if not self._keep:
            transport: Any = connection.transport
            transport.loseConnection()
            return
        pool.idle_count += 1
        connection.idle_since = pool.wheel.seconds
        self._idle[connection] = None
        if not self._trimming and self._surplus() > 0:
            self._trimming = True
            pool.wheel.call_later(SURPLUS_S, self._trim)

    def _surplus(self) -> int:
        """How many connections are idle beyond what is to be kept."""
        surplus = len(self._idle) - self._keep
        if self._keep_all:
            surplus = max(surplus, self.pool.idle_count - self._keep_all)
        return surplus

    def _trim(self) -> None:
        """End the surplus that nobody has needed for a while, the oldest first.

        Ending it at once would open and close connections without end where
        more requests than are to be kept are in flight all the time.
        """
        before = self.pool.seconds() - SURPLUS_S
        for connection in list(self._idle):
            if self._surplus() <= 0 or connection.idle_since > before:
                break
            self.lost(connection)
            transport: Any = connection.transport
            transport.loseConnection()
        self._trimming = self._surplus() > 0
        if self._trimming:
            self.pool.wheel.call_later(SURPLUS_S, self._trim)

    def lost(self, connection: BackendConnection) -> None:
        """A connection has ended."""
        self._open.discard(connection)
        if connection in self._idle:
            del self._idle[connection]
            self.pool.idle_count -= 1

    def close_idle(self, before: float) -> None:
        """End the connections put by before this time."""
        for connection in list(self._idle):
            if connection.idle_since <= before:
                self.lost(connection)  # nobody may take it from now on
                transport: Any = connection.transport
                transport.loseConnection()


def _endpoint(reactor: Any, host: str, port: int, settings: TransportConfig) -> Any:
    """Where to connect; an address needs no look-up, which would cost a thread."""
    timeout = settings.dialer_timeout or _DIAL_LIMIT_S
    if isIPAddress(host):
        return TCP4ClientEndpoint(reactor, host, port, timeout)
    if isIPv6Address(host):
        return TCP6ClientEndpoint(reactor, host, port, timeout)
    return HostnameEndpoint(
        reactor,
        host,
        port,
        timeout=timeout,
        attemptDelay=max(settings.dialer_fallback_delay, 0.01),
    )


class _ConnectionFactory(Factory):
    """Makes the connections of one origin."""

    noisy = False

    def __init__(self, origin: Origin) -> None:
        proxy = origin.proxy
        self._make: Callable[[], BackendConnection] = partial(BackendConnection, origin)
        if proxy is not None and origin.scheme == "http":
            prefix = b"http://%b" % origin.host_line[6:-2]
            lines = proxy.authorization
            self._make = partial(ProxiedConnection, origin, prefix, lines)

    def buildProtocol(  # type: ignore[override]
        self, addr: IAddress | None
    ) -> BackendConnection:
        """See :class:`twisted.internet.interfaces.IProtocolFactory`."""
        return self._make()
