"""Tests of :mod:`krakendtw.transport.client.tunnel`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectError, ConnectingCancelledError
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import TransportError
from krakendtw.transport.client.proxies import Proxy
from krakendtw.transport.client.tunnel import TUNNEL_LIMIT_S, TunnelEndpoint
from tests.transport.client.doubles import Endpoint

if TYPE_CHECKING:
    from twisted.python.failure import Failure


class Inside(Protocol):
    """What speaks through the tunnel.

    :ivar data: what it has heard.
    """

    def __init__(self) -> None:
        self.data = b""
        self.closed = False

    def dataReceived(self, data: bytes) -> None:
        """Take it."""
        self.data += data

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """That was all."""
        self.closed = True


class TunnelTests(SynchronousTestCase):
    """A tunnel through a proxy."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.below = Endpoint()

    def connect(self, authorization: bytes = b"") -> Deferred[Any]:
        """Ask for a tunnel."""
        proxy = Proxy("http", "p", 80, authorization)
        endpoint = TunnelEndpoint(self.clock, self.below, proxy, "h:443")
        return endpoint.connect(Factory.forProtocol(Inside))

    def refused(self, *data: bytes) -> str:
        """What is said of a proxy's answer that is none."""
        pending = self.connect()
        wire = self.below.wires[-1]
        for piece in data:
            wire.protocol.dataReceived(piece)
        text = str(self.failureResultOf(pending, TransportError).value)
        self.assertTrue(wire.disconnected)
        self.assertEqual([], self.clock.getDelayedCalls())
        return text

    def test_asked(self) -> None:
        """The proxy is asked for the host, with what it wants to see."""
        self.connect()
        self.assertEqual(
            b"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n",
            self.below.wires[0].value(),
        )
        self.connect(b"Proxy-Authorization: Basic x\r\n")
        self.assertIn(
            b"\r\nProxy-Authorization: Basic x\r\n\r\n", self.below.wires[1].value()
        )

    def test_through(self) -> None:
        """What comes behind the proxy's consent is for the protocol inside."""
        pending = self.connect()
        wire = self.below.wires[0]
        outside = wire.protocol
        outside.dataReceived(b"HTTP/1.1 200 Fine\r\nA: b\r\n")
        self.assertNoResult(pending)
        outside.dataReceived(b"\r\nfirst")
        inside = self.successResultOf(pending)
        outside.dataReceived(b" second")
        self.assertEqual(b"first second", inside.data)
        wire.clear()
        inside.transport.write(b"x")
        self.assertEqual(b"x", wire.value())
        self.assertEqual([], self.clock.getDelayedCalls())
        wire.lose()
        self.assertTrue(inside.closed)

    def test_refused(self) -> None:
        """Any other answer is an error, in Go's words."""
        for data, text in (
            (b"HTTP/1.1 403 No Way Here\r\nA: b\r\n\r\nabc", "No Way Here"),
            (b"HTTP/1.1 403\r\n\r\n", "unknown status code"),
            (b"garbage\r\n\r\n", 'malformed HTTP response "garbage"'),
            (b"HTTP/1.1 200 OK\r\nA: " + b"x" * 70000, "unexpected EOF"),
        ):
            self.assertEqual(text, self.refused(data))
        self.assertEqual("No", self.refused(b"HTTP/1.1 407 ", b"No\r\n", b"\r\n"))

    def test_ends(self) -> None:
        """So is an end without an answer."""
        pending = self.connect()
        self.below.wires[0].lose()
        failure = self.failureResultOf(pending, TransportError)
        self.assertEqual("unexpected EOF", str(failure.value))

    def test_slow(self) -> None:
        """A proxy that says nothing is left."""
        pending = self.connect()
        self.clock.advance(TUNNEL_LIMIT_S)
        failure = self.failureResultOf(pending, TransportError)
        self.assertEqual("context deadline exceeded", str(failure.value))
        self.assertTrue(self.below.wires[0].disconnected)

    def test_no_proxy(self) -> None:
        """A proxy that cannot be called is what the endpoint below says."""
        self.below.is_open = False
        pending = self.connect()
        self.below.refuse(ConnectError())
        self.failureResultOf(pending, ConnectError)

    def test_cancelled(self) -> None:
        """Who gives up leaves nothing open."""
        self.below.is_open = False
        pending = self.connect()
        pending.cancel()
        self.failureResultOf(pending, ConnectingCancelledError)
        self.below.is_open = True
        self.below.dials.clear()
        pending = self.connect()
        pending.cancel()
        self.failureResultOf(pending, CancelledError)
        self.assertTrue(self.below.wires[0].disconnected)
