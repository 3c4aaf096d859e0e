"""Tests of :mod:`krakendtw.transport.client.handshake`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from OpenSSL import SSL, crypto
from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.error import (
    ConnectionDone,
    ConnectionLost,
    ConnectionRefusedError,
)
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import ClientTLSConfig
from krakendtw.errors import TransportError
from krakendtw.testing import MemoryLog
from krakendtw.transport.client.connection import UncleanEnd
from krakendtw.transport.client.handshake import HANDSHAKE_LIMIT_S
from krakendtw.transport.client.tls import TLSPolicy
from tests.transport.certificates import Made, authority, certificate
from tests.transport.doubles import Wire
from tests.transport.tls_peer import Peer


class Inside(Protocol):
    """What speaks over the TLS.

    :ivar heard: what came.
    :ivar ended: how the connection ended.
    """

    def __init__(self) -> None:
        self.heard = b""
        self.ended: Any = None

    def dataReceived(self, data: bytes) -> None:
        """Keep it."""
        self.heard += data

    def connectionLost(self, reason: Any = None) -> None:
        """Keep it."""
        self.ended = reason.value


class Below:
    """An endpoint that connects in memory, or not at all.

    :param fault: why it does not.
    """

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.pending: Deferred[Any] | None = None
        self.wire = Wire()

    def connect(self, factory: Any) -> Deferred[Any]:
        """Connect at once; with a fault of ``None`` only."""
        if isinstance(self.fault, NotImplementedError):
            self.pending = Deferred()
            return self.pending
        if self.fault is not None:
            return fail(self.fault)
        protocol = factory.buildProtocol(None)
        self.wire.protocol = protocol
        protocol.makeConnection(self.wire)
        return succeed(protocol)


class ClientTestCase(SynchronousTestCase):
    """A policy with its files, and servers in memory."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.clock = Clock()
        self.log = MemoryLog()
        self.root = authority()
        self.ca = self.root.write(self.folder, "ca").public_key

    def policy(self, **settings: Any) -> TLSPolicy:
        """A policy that trusts the test's authority."""
        settings.setdefault("ca_certs", (self.ca,))
        self.config = ClientTLSConfig(**settings)
        return TLSPolicy(self.config, self.clock, self.log)

    def server(self, made: Made, **options: Any) -> SSL.Context:
        """A server's context.

        :param options: names and arguments of the context's methods.
        """
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.use_certificate(crypto.X509.from_cryptography(made.certificate))
        context.use_privatekey(crypto.PKey.from_cryptography_key(made.key))
        for name, argument in options.items():
            getattr(context, name)(argument)
        return context

    def dial(self, policy: TLSPolicy, host: str = "localhost") -> None:
        """Begin to connect."""
        self.below = Below()
        endpoint = policy.endpoint(host, self.below)
        self.dialing = endpoint.connect(Factory.forProtocol(Inside))

    def meet(
        self, policy: TLSPolicy, context: SSL.Context, host: str = "localhost"
    ) -> Peer:
        """Connect to a server; its side."""
        self.dial(policy, host)
        wire = self.below.wire
        peer = Peer(wire.protocol, context, is_client=False, wire=wire)
        peer.exchange()
        return peer

    def outcome(
        self, policy: TLSPolicy, context: SSL.Context, host: str = "localhost"
    ) -> str:
        """How a handshake ends: ``ok`` or its fault."""
        peer = self.meet(policy, context, host)
        if not self.dialing.called:
            self.below.wire.lose(ConnectionLost())
        if isinstance(getattr(self.dialing, "result", None), Inside):
            self.peer = peer
            return "ok"
        error = self.failureResultOf(self.dialing, TransportError).value
        return str(error)

    def leaf(self, *names: str, **given: Any) -> Made:
        """A certificate of the test's authority."""
        given.setdefault("issuer", self.root)
        return certificate(names or ("localhost",), number=1, **given)


class EndTests(ClientTestCase):
    """Connections that fail or end."""

    def fault(self) -> str:
        """Why the connection failed."""
        return str(self.failureResultOf(self.dialing, TransportError).value)

    def test_refused(self) -> None:
        """A failed dial is passed on as it is."""
        endpoint = self.policy().endpoint("h", Below(ConnectionRefusedError()))
        failing = endpoint.connect(Factory.forProtocol(Inside))
        self.failureResultOf(failing, ConnectionRefusedError)

    def test_other_protocols(self) -> None:
        """A server without TLS is called so."""
        for data, expected in (
            (b"HTTP/1.1 400 Bad", "http: server gave HTTP response to HTTPS client"),
            (b"220 mail ready", "tls: first record does not look like a TLS handshake"),
        ):
            self.dial(self.policy())
            self.below.wire.protocol.dataReceived(data)
            self.assertTrue(self.below.wire.disconnected)
            self.below.wire.lose(ConnectionLost())
            self.assertEqual(expected, self.fault())

    def test_closed(self) -> None:
        """A server that leaves during the handshake is an EOF, or a reset."""
        for reason, expected in (
            (ConnectionDone(), "EOF"),
            (
                ConnectionLost(),
                "read tcp 10.0.0.1:12345->192.168.1.1:54321: "
                "read: connection reset by peer",
            ),
        ):
            self.dial(self.policy())
            self.below.wire.lose(reason)
            self.assertEqual(expected, self.fault())

    def test_silence(self) -> None:
        """A handshake that takes too long is given up."""
        self.dial(self.policy())
        self.clock.advance(HANDSHAKE_LIMIT_S)
        self.assertEqual("net/http: TLS handshake timeout", self.fault())
        self.assertTrue(self.below.wire.disconnected)
        self.below.wire.lose(ConnectionLost())

    def test_cancelled(self) -> None:
        """Nobody waits any more: the dial, or the connection, is given up."""
        below = Below(NotImplementedError())
        endpoint = self.policy().endpoint("h", below)
        dialing = endpoint.connect(Factory.forProtocol(Inside))
        dialing.cancel()
        self.failureResultOf(dialing, CancelledError)
        self.dial(self.policy())
        self.dialing.cancel()
        self.failureResultOf(self.dialing, CancelledError)
        self.assertTrue(self.below.wire.disconnected)
        self.below.wire.lose(ConnectionLost())

    def test_no_timer_left(self) -> None:
        """A connection leaves no timer behind."""
        self.assertEqual("ok", self.outcome(self.policy(), self.server(self.leaf())))
        self.assertEqual([], self.clock.getDelayedCalls())

    def test_data(self) -> None:
        """Data goes both ways; the end is told as it was."""
        for is_polite, expected in ((True, ConnectionDone), (False, UncleanEnd)):
            peer = self.meet(self.policy(), self.server(self.leaf()))
            inside = self.successResultOf(self.dialing)
            inside.transport.write(b"question")
            peer.exchange()
            peer.send(b"answer")
            self.assertEqual((b"question", b"answer"), (peer.received, inside.heard))
            if is_polite:
                peer.connection.shutdown()
                peer.exchange()
            self.below.wire.lose()
            self.assertIsInstance(inside.ended, expected)

    def test_reset(self) -> None:
        """A connection that is reset later is lost."""
        self.meet(self.policy(), self.server(self.leaf()))
        inside = self.successResultOf(self.dialing)
        self.below.wire.lose(ConnectionLost())
        self.assertIsInstance(inside.ended, ConnectionLost)

    def test_promises(self) -> None:
        """It is an endpoint to Twisted."""
        verifyObject(IStreamClientEndpoint, self.policy().endpoint("h", Below()))
