"""One server of Redis, and who waits for it.

Commands are pipelined, so that one connection serves many requests at once.
While there is none, whoever asks is told at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, gatherResults

from krakendtw.middleware.redis._link import ConnectionSettings, Link

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.log import Log

_QUIET_S = 10.0
"""Between two warnings about one server."""


class RedisGone(Exception):
    """Redis cannot be asked, or did not answer in time."""


class Node:
    """One server.

    :param address: its host and port.
    """

    def __init__(
        self,
        reactor: Any,
        address: tuple[str, int],
        settings: ConnectionSettings,
        log: Log,
    ) -> None:
        host, port = address
        self._name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._log = log
        self._reactor = reactor
        self._quiet_until = 0.0
        self._is_missed = False
        self._live: list[Any] = []
        self._links = [
            Link(reactor, address, settings, self._up, self._down)
            for _ in range(settings.connections)
        ]
        self._first: list[Deferred[Any]] | None = []

    def start(self) -> None:
        """Begin to connect."""
        for link in self._links:
            link.start()

    def stop(self) -> Deferred[Any]:
        """End all connections."""
        stopped = gatherResults([link.stop() for link in self._links])
        self._tell()
        return stopped

    @property
    def is_up(self) -> bool:
        """Whether the server can be asked now."""
        return bool(self._live)

    def evaluate(
        self, script: bytes, key: bytes, arguments: tuple[Any, ...], *, asking: bool
    ) -> Deferred[Any]:
        """Run a script for one key.

        Before the first attempt to connect is over it waits for the outcome.

        :param asking: whether the server is just about to get the key (``ASK``).
        :returns: what it says; fails with :exc:`RedisGone`, or as Redis does.
        """
        live = self._live
        if not live:
            return self._wait(script, key, arguments, asking)
        protocol = live[0]
        if len(live) > 1:
            live.append(live.pop(0))
        try:
            if asking:
                protocol.execute_command("ASKING").addErrback(_forget)
            evaluated: Deferred[Any] = protocol.eval(script, [key], arguments)
        except Exception as error:
            return fail(RedisGone(f"{self._name}: {error}"))
        return evaluated

    def drop(self) -> None:
        """An answer did not come: end the connections, so that new ones are made."""
        self._live = []
        for link in self._links:
            link.drop()
        self._complain("no answer in time")

    def _wait(
        self, script: bytes, key: bytes, arguments: tuple[Any, ...], asking: bool
    ) -> Deferred[Any]:
        if self._first is None:
            return fail(RedisGone(f"{self._name}: not connected"))
        waiting: Deferred[Any] = Deferred()
        self._first.append(waiting)
        return waiting.addCallback(
            lambda _: self.evaluate(script, key, arguments, asking=asking)
        )

    def _tell(self) -> None:
        """The first attempt is over: nobody waits any longer."""
        first, self._first = self._first, None
        for waiting in first or ():
            waiting.callback(None)

    def _up(self, protocol: Any) -> None:
        if self._is_missed:
            self._is_missed = False
            self._quiet_until = 0.0
            self._log.info(f"{self._name}: connected again")
        self._live.append(protocol)
        self._tell()

    def _down(self, reason: str) -> None:
        self._live = [protocol for protocol in self._live if protocol.connected]
        if not self._live:
            self._complain(reason)
            self._tell()

    def _complain(self, reason: str) -> None:
        """Warn, once in a while."""
        self._is_missed = True
        now = self._reactor.seconds()
        if now >= self._quiet_until:
            self._quiet_until = now + _QUIET_S
            self._log.warning(f"{self._name}: {reason}")


def _forget(_: Failure) -> None:
    """What comes of the command behind it says it all."""
