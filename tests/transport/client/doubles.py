"""A pool whose connections lead nowhere but to the test."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectingCancelledError
from twisted.internet.testing import MemoryReactorClock
from twisted.web.iweb import IBodyProducer
from zope.interface import implementer

from krakendtw.config.model import TransportConfig
from krakendtw.transport.client.exchange import Outgoing
from krakendtw.transport.client.pool import Origin, Pool
from krakendtw.transport.deadline import TimerWheel
from tests.transport.doubles import Wire

ADDRESS = IPv4Address("TCP", "10.0.0.2", 80)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Endpoint:
    """Stands for an origin's endpoint.

    :ivar dials: the attempts under way, with what makes their protocols.
    :ivar wires: the connections that came about.
    :ivar is_open: whether attempts succeed at once.
    """

    def __init__(self) -> None:
        self.dials: list[tuple[Any, Deferred[Any]]] = []
        self.wires: list[Wire] = []
        self.is_open = True

    def connect(self, factory: Any) -> Deferred[Any]:
        """Dial."""
        dialing: Deferred[Any] = Deferred(
            lambda d: d.errback(ConnectingCancelledError(ADDRESS))
        )
        self.dials.append((factory, dialing))
        if self.is_open:
            self.accept()
        return dialing

    def accept(self) -> Wire:
        """Let the oldest attempt succeed."""
        factory, dialing = self.dials.pop(0)
        protocol = factory.buildProtocol(ADDRESS)
        wire = Wire(protocol, peerAddress=ADDRESS)
        self.wires.append(wire)
        protocol.makeConnection(wire)
        dialing.callback(protocol)
        return wire

    def refuse(self, reason: Exception) -> None:
        """Let the oldest attempt fail."""
        self.dials.pop(0)[1].errback(reason)


def answer(wire: Wire, data: bytes = OK) -> None:
    """Let a backend say something."""
    wire.protocol.dataReceived(data)


@implementer(IBodyProducer)
class Producer:
    """A body.

    :param pieces: what is written at once.
    :ivar done: what ``startProducing`` returned.
    :ivar calls: what it was told.
    """

    def __init__(self, length: Any, *pieces: bytes, is_done: bool = True) -> None:
        self.length = length
        self._pieces = pieces
        self._is_done = is_done
        self.done: Deferred[None] = Deferred()
        self.consumer: Any = None
        self.calls: list[str] = []

    def startProducing(self, consumer: Any) -> Deferred[None]:
        """Write the pieces; the rest is left to the test."""
        self.consumer = consumer
        consumer.registerProducer(self, True)
        for piece in self._pieces:
            consumer.write(piece)
        return succeed(None) if self._is_done else self.done

    def pauseProducing(self) -> None:
        """Note it."""
        self.calls.append("pause")

    def resumeProducing(self) -> None:
        """Note it."""
        self.calls.append("resume")

    def stopProducing(self) -> None:
        """Note it."""
        self.calls.append("stop")


class MemoryPool(Pool):
    """A pool whose origins get endpoints in memory.

    :ivar clock: its reactor.
    :ivar endpoints: by ``scheme://host:port``.
    """

    def __init__(self, **settings: Any) -> None:
        self.clock = MemoryReactorClock()
        self.endpoints: dict[str, Endpoint] = {}
        config = TransportConfig(**settings)
        super().__init__(self.clock, TimerWheel(self.clock), config)

    def origin_at(self, scheme: str, host: str, port: int) -> Origin:
        """An origin, which leads to its endpoint."""
        origin = super().origin_at(scheme, host, port)
        key = f"{scheme}://{host}:{origin.port}"
        endpoint: Any = self.endpoints.setdefault(key, Endpoint())
        origin._endpoint = endpoint
        return origin

    def wires(self, base: str) -> list[Wire]:
        """The connections to an origin."""
        return self.endpoints[base].wires if base in self.endpoints else []


def get(**more: Any) -> Outgoing:
    """A plain request."""
    return Outgoing(b"GET", b"/t", b"Host: h\r\n", None, **more)
