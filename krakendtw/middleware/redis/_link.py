"""One connection to a server of Redis, made again whenever it is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress

    from krakendtw.middleware.redis._tls import RedisTLS

_ATTEMPT_S = 0.05
"""Between attempts at the addresses of one name."""


@frozen
class ConnectionSettings:
    """The keys of a pool or cluster; times in seconds.

    :ivar addresses: host and port of each server.
    :ivar connections: how many are kept to each server.
    :ivar answer_limit_s: how long an answer may take, all redirects included.
    """

    name: str
    addresses: tuple[tuple[str, int], ...]
    is_cluster: bool = False
    user_name: str = ""
    password: str = field(default="", repr=False)
    client_name: str = ""
    db: int = 0
    connections: int = 1
    dial_timeout_s: float = 5.0
    answer_limit_s: float = 0.5
    min_retry_s: float = 0.008
    max_retry_s: float = 0.512
    max_redirects: int = 3
    tls: RedisTLS | None = None


class Link:
    """One connection.

    It counts once the server has answered a greeting.

    :param up: called with the protocol of a connection that can be used.
    :param down: called with the reason when there is none, each time.
    """

    def __init__(
        self,
        reactor: Any,
        address: tuple[str, int],
        settings: ConnectionSettings,
        up: Callable[[Any], None],
        down: Callable[[str], None],
    ) -> None:
        self._reactor = reactor
        self._settings = settings
        self._up = up
        self._down = down
        host, port = address
        endpoint: Any = HostnameEndpoint(
            reactor,
            host,
            port,
            timeout=settings.dial_timeout_s,
            attemptDelay=_ATTEMPT_S,
        )
        if settings.tls is not None:
            endpoint = wrapClientTLS(settings.tls.options_for(host), endpoint)
        self._endpoint = endpoint
        self._attempts = 0
        self._dialing: Deferred[Any] | None = None
        self._timer: Any = None
        self._is_running = False
        self._stopped: Deferred[None] | None = None
        self.protocol: Any = None

    def start(self) -> None:
        """Connect, and go on trying."""
        self._is_running = True
        self._dial()

    def stop(self) -> Deferred[None]:
        """End the connection, or the attempt to make one."""
        self._is_running = False
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        if self._dialing is not None:
            self._dialing.cancel()
        if self.protocol is None:
            return succeed(None)
        self._stopped = Deferred()
        self.protocol.transport.loseConnection()
        return self._stopped

    def drop(self) -> None:
        """End the connection at once; the next one is made."""
        if self.protocol is not None:
            self.protocol.transport.abortConnection()

    def _dial(self) -> None:
        self._dialing = dialing = self._endpoint.connect(_PROTOCOLS)
        dialing.addCallback(self._greet)
        dialing.addCallbacks(self._greeted, self._failed)

    def _greet(self, protocol: Any) -> Deferred[Any]:
        """Log in, and see whether the server answers at all."""
        settings = self._settings
        commands: list[tuple[Any, ...]] = []
        if settings.password:
            user = (settings.user_name,) if settings.user_name else ()
            commands.append(("AUTH", *user, settings.password))
        if settings.db:
            commands.append(("SELECT", settings.db))
        if settings.client_name:
            commands.append(("CLIENT", "SETNAME", settings.client_name))
        commands.append(("PING",))
        timer = self._reactor.callLater(
            settings.dial_timeout_s, protocol.transport.abortConnection
        )
        greeting: Deferred[Any] = Deferred(lambda _: None)
        for command in commands:
            greeting.addCallback(_say, protocol, command)

        def settle(result: Any) -> Any:
            if timer.active():
                timer.cancel()
            if isinstance(result, Failure):
                protocol.transport.abortConnection()
                return result
            return protocol

        greeting.addBoth(settle)
        greeting.callback(None)
        return greeting

    def _greeted(self, protocol: Any) -> None:
        self._dialing = None
        self._attempts = 0
        if not protocol.connected:
            self._failed(Failure(ConnectionError("the connection was lost")))
            return
        self.protocol = protocol
        protocol.whenDisconnected().addCallback(self._lost)
        self._up(protocol)

    def _lost(self, _: object) -> None:
        self.protocol = None
        if self._stopped is not None:
            self._stopped.callback(None)
        if self._is_running:
            self._again()
            self._down("the connection was lost")

    def _failed(self, failure: Failure) -> None:
        self._dialing = None
        if self._is_running:
            self._again()
            self._down(failure.getErrorMessage())

    def _again(self) -> None:
        self._attempts += 1
        self._timer = self._reactor.callLater(self._delay(), self._dial)

    def _delay(self) -> float:
        """Seconds until the next attempt."""
        least, most = self._settings.min_retry_s, self._settings.max_retry_s
        longest = min(least * 2 ** min(self._attempts, 30), most)
        return random.uniform(least, max(longest, least))  # noqa: S311


def _say(_: object, protocol: Any, command: tuple[Any, ...]) -> Any:
    return protocol.execute_command(*command)


class _Protocols(Factory):
    """Makes the protocols of txredisapi.

    The module is imported here, when a gateway runs, since it imports the
    reactor, which must be ours by then.
    """

    noisy = False

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """See :class:`twisted.internet.interfaces.IProtocolFactory`."""
        from txredisapi import RedisProtocol

        protocol: Any = RedisProtocol(charset=None, convertNumbers=False)
        protocol.factory = self
        return protocol


_PROTOCOLS = _Protocols()
