"""Scripts on a server, or on the server of a cluster that has the key."""

from __future__ import annotations

from binascii import crc_hqx
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, gatherResults

from krakendtw.middleware.redis._node import Node, RedisGone

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.log import Log
    from krakendtw.middleware.redis._link import ConnectionSettings
    from krakendtw.transport.deadline import TimerWheel

SLOTS = 16384


def slot_of(key: bytes) -> int:
    """The slot of a key: of what stands in its first braces, if anything does.

    See the cluster specification of Redis, "Key distribution model".
    """
    _, brace, rest = key.partition(b"{")
    tag, end, _ = rest.partition(b"}")
    return crc_hqx(tag if brace and end and tag else key, 0) % SLOTS


class Client:
    """One configured connection: a server or a cluster.

    :param wheel: ends the waiting for answers.
    """

    def __init__(
        self, reactor: Any, wheel: TimerWheel, settings: ConnectionSettings, log: Log
    ) -> None:
        self._reactor = reactor
        self._wheel = wheel
        self._settings = settings
        self._log = log.child(f"[SERVICE: Redis][{settings.name}]")
        self._nodes: dict[tuple[str, int], Node] = {}
        self._owners: dict[int, tuple[str, int]] = {}
        self._is_running = False

    def start(self) -> None:
        """Begin to connect; who asks before is connected for too."""
        if not self._is_running:
            self._is_running = True
            for address in self._settings.addresses:
                self._node(address)

    def stop(self) -> Deferred[Any]:
        """End all connections."""
        self._is_running = False
        nodes, self._nodes = list(self._nodes.values()), {}
        return gatherResults([node.stop() for node in nodes])

    def evaluate(
        self, script: bytes, key: bytes, arguments: tuple[Any, ...]
    ) -> Deferred[Any]:
        """Run a script that works on one key.

        :returns: what it says; fails with :exc:`RedisGone` within the limit, or
            with what Redis says of a script that failed.
        """
        self.start()
        return _Call(self, script, key, arguments).begin()

    def node_for(self, key: bytes) -> Node:
        """The server to ask for a key; one that answers, if none is known."""
        nodes = self._nodes
        if self._settings.is_cluster:
            owner = self._owners.get(slot_of(key))
            if owner is not None and owner in nodes and nodes[owner].is_up:
                return nodes[owner]
        for node in nodes.values():
            if node.is_up:
                return node
        return next(iter(nodes.values()))

    def moved(self, slot: int, address: tuple[str, int]) -> None:
        """A server has said who has a slot."""
        self._owners[slot] = address

    def node_at(self, address: tuple[str, int]) -> Node:
        """The server at an address that another one named."""
        return self._node(address)

    @property
    def limit_s(self) -> float:
        """How long an answer may take."""
        return self._settings.answer_limit_s

    @property
    def redirects(self) -> int:
        """How often a call may be sent on to another server."""
        return self._settings.max_redirects if self._settings.is_cluster else 0

    @property
    def wheel(self) -> TimerWheel:
        """Ends the waiting for answers."""
        return self._wheel

    def _node(self, address: tuple[str, int]) -> Node:
        node = self._nodes.get(address)
        if node is None:
            node = Node(self._reactor, address, self._settings, self._log)
            self._nodes[address] = node
            node.start()
        return node


class _Call:
    """One script under way."""

    __slots__ = (
        "_arguments",
        "_asked",
        "_client",
        "_done",
        "_key",
        "_node",
        "_redirects",
        "_script",
        "_timer",
    )

    def __init__(
        self, client: Client, script: bytes, key: bytes, arguments: tuple[Any, ...]
    ) -> None:
        self._client = client
        self._script = script
        self._key = key
        self._arguments = arguments
        self._redirects = client.redirects
        self._node: Node | None = None
        self._asked: Deferred[Any] | None = None
        self._done: Deferred[Any] = Deferred(self._cancel)
        self._timer = client.wheel.call_later(client.limit_s, self._expire)

    def begin(self) -> Deferred[Any]:
        """Ask."""
        self._ask(self._client.node_for(self._key))
        return self._done

    def _ask(self, node: Node, *, asking: bool = False) -> None:
        self._node = node
        asked = node.evaluate(self._script, self._key, self._arguments, asking=asking)
        self._asked = asked
        asked.addCallbacks(self._answered, self._failed)

    def _answered(self, answer: Any) -> None:
        if not self._done.called:
            self._timer.cancel()
            self._done.callback(answer)

    def _failed(self, failure: Failure) -> None:
        if self._done.called:
            return
        if self._redirects > 0 and self._redirect(str(failure.value)):
            return
        self._timer.cancel()
        self._done.errback(failure)

    def _redirect(self, message: str) -> bool:
        """Follow ``MOVED 3999 127.0.0.1:6381``, or ``ASK``, if it is one."""
        kind, *rest = message.split(" ")
        if kind not in ("MOVED", "ASK") or len(rest) != 2 or not rest[0].isdigit():
            return False
        host, _, port = rest[1].rpartition(":")
        if not host or not port.isdigit():
            return False
        self._redirects -= 1
        address = host, int(port)
        if kind == "MOVED":
            self._client.moved(int(rest[0]), address)
        self._ask(self._client.node_at(address), asking=kind == "ASK")
        return True

    def _expire(self) -> None:
        """It took too long: the connection is of no use."""
        if self._done.called:
            return
        if self._node is not None:
            self._node.drop()
        if not self._done.called:
            self._done.errback(RedisGone("no answer in time"))

    def _cancel(self, _: Deferred[Any]) -> None:
        """Nobody waits any longer; what comes is thrown away."""
        self._timer.cancel()
