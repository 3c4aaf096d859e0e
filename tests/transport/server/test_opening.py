"""Tests of :mod:`krakendtw.transport.server.opening`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from OpenSSL import SSL
from twisted.internet.interfaces import IHandshakeListener
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from zope.interface.verify import verifyObject

from krakendtw.config.model import ServerTLSConfig
from krakendtw.config.where import ConfigPath
from krakendtw.testing import MemoryLog
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.server.channel import GatewayChannel
from krakendtw.transport.server.http2 import PREFACE, Http2Channel
from krakendtw.transport.server.opening import (
    ClearText,
    Negotiation,
    Openings,
    read_upgrade,
    without_upgrade,
)
from krakendtw.transport.server.site import GatewaySite
from krakendtw.transport.server.tls import SecureFactory, ServerTLS
from tests.transport.certificates import certificate
from tests.transport.doubles import Wire
from tests.transport.http2_client import frames
from tests.transport.tls_peer import Peer, client_context

HEAD = (
    b"POST /a?b HTTP/1.1\r\nHost: gw\r\nX-A: 1\r\n"
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n"
)


class Leaf(Resource):
    """Answers with the request's body."""

    isLeaf = True

    def render(self, request: Any) -> bytes:
        """Answer."""
        return b"body: " + (request.body or b"none")


class OpeningTestCase(SynchronousTestCase):
    """A site behind an opening."""

    opening: Any = ClearText

    def setUp(self) -> None:
        self.clock = Clock()
        self.wheel = TimerWheel(self.clock)
        self.site = GatewaySite(Leaf(), self.wheel, MemoryLog())
        self.factory = Openings(self.site, self.opening)

    def connect(self) -> Wire:
        """Open a connection."""
        protocol = self.factory.buildProtocol(None)
        wire = Wire(protocol)
        protocol.makeConnection(wire)
        return wire


class OpeningsTests(OpeningTestCase):
    """The factory, and connections that have not begun."""

    def test_site(self) -> None:
        """The site starts and stops with the factory."""
        self.factory.doStart()
        self.assertEqual(1, self.site.numPorts)
        self.factory.doStop()
        self.assertEqual(0, self.site.numPorts)

    def test_counted(self) -> None:
        """The site knows of a connection before it knows its language."""
        wire = self.connect()
        (opening,) = self.site.connections
        self.assertEqual((True, False), (opening.reading_head, opening.idle))
        wire.lose()
        self.assertEqual(set(), self.site.connections)

    def test_ended_by_the_site(self) -> None:
        """The site can end it."""
        wire = self.connect()
        done = self.site.drain()
        self.assertTrue(wire.disconnecting)
        wire.lose()
        self.successResultOf(done)
        wire = self.connect()
        self.site.abort()
        self.assertTrue(wire.disconnected)


class ClearTextTests(OpeningTestCase):
    """Without TLS."""

    def test_http1(self) -> None:
        """A request of HTTP/1.1 is served as ever."""
        wire = self.connect()
        wire.protocol.dataReceived(b"GET / HTTP/1.1\r\nHost: gw\r\n\r\n")
        self.assertIsInstance(wire.protocol, GatewayChannel)
        self.assertEqual({wire.protocol}, self.site.connections)
        self.assertIn(b"HTTP/1.1 200 OK", wire.value())

    def test_prior_knowledge(self) -> None:
        """The preface opens HTTP/2, in one piece or in many."""
        for size in (1, 7, len(PREFACE)):
            wire = self.connect()
            for start in range(0, len(PREFACE), size):
                wire.protocol.dataReceived(PREFACE[start : start + size])
            self.assertIsInstance(wire.protocol, Http2Channel)
            self.assertEqual(4, frames(wire.value())[0].type)

    def test_nearly_a_preface(self) -> None:
        """What only begins like it is HTTP/1.1's to refuse."""
        wire = self.connect()
        wire.protocol.dataReceived(b"PRI * HT")
        wire.protocol.dataReceived(b"TP/1.1\r\nHost: gw\r\n\r\n")
        self.assertIsInstance(wire.protocol, GatewayChannel)
        self.assertTrue(wire.value().startswith(b"HTTP/1.1 "))

    def test_upgrade(self) -> None:
        """A whole request that asks for h2c is answered over HTTP/2."""
        wire = self.connect()
        wire.protocol.dataReceived(HEAD + b"Content-Length: 3\r\n\r\nabc")
        self.assertIsInstance(wire.protocol, Http2Channel)
        switch, _, rest = wire.value().partition(b"\r\n\r\n")
        self.assertEqual(
            b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c",
            switch,
        )
        data = frames(rest)[-1]
        self.assertEqual(b"body: abc", data.data)

    def test_no_upgrade(self) -> None:
        """One whose body is still coming stays HTTP/1.1, and is served."""
        wire = self.connect()
        wire.protocol.dataReceived(HEAD + b"Content-Length: 3\r\n\r\na")
        wire.protocol.dataReceived(b"bc")
        self.assertIsInstance(wire.protocol, GatewayChannel)
        self.assertIn(b"HTTP/1.1 200 OK", wire.value())
        self.assertIn(b"body: abc", wire.value())


class UpgradeTests(SynchronousTestCase):
    """``read_upgrade`` and ``without_upgrade``."""

    def test_read(self) -> None:
        """The head loses what belongs to the upgrade."""
        upgrade = read_upgrade(HEAD + b"\r\n")
        assert upgrade is not None
        self.assertEqual(b"AAMAAABkAAQAAP__", upgrade.settings)
        self.assertIsNone(upgrade.body)
        head = upgrade.head
        self.assertEqual(
            (b"POST", b"/a?b", b"gw"), (head.method, head.target, head.host)
        )
        self.assertEqual([(b"Host", b"gw"), (b"X-A", b"1")], head.fields)

    def test_padding(self) -> None:
        """Settings come without padding; none at all are fine."""
        for sent, padded in ((b"", b""), (b"AAMAAABk", b"AAMAAABk")):
            upgrade = read_upgrade(HEAD.replace(b"AAMAAABkAAQAAP__", sent) + b"\r\n")
            assert upgrade is not None
            self.assertEqual(padded, upgrade.settings)

    def test_refused(self) -> None:
        """What is not a whole and proper wish for h2c is none."""
        for request in (
            HEAD,
            HEAD.replace(b"h2c", b"websocket") + b"\r\n",
            HEAD.replace(b", HTTP2-Settings\r", b"\r") + b"\r\n",
            HEAD.replace(b"AAMAAABkAAQAAP__", b"!!!") + b"\r\n",
            HEAD.replace(b"AAMAAABkAAQAAP__", b"AAMA") + b"\r\n",
            HEAD + b"HTTP2-Settings: AAMAAABk\r\n\r\n",
            HEAD.replace(b"Host: gw\r\n", b"") + b"\r\n",
            HEAD + b"Content-Length: 5\r\n\r\nabc",
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            HEAD + b"\r\nGET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
            b"no HTTP at all\r\n\r\n",
        ):
            self.assertIsNone(read_upgrade(request), request)

    def test_without(self) -> None:
        """A request that is not upgraded no longer asks for it."""
        kept = HEAD.replace(b"Connection: Upgrade,", b"Connection: close, Upgrade,")
        for head, connection in ((HEAD, b""), (kept, b"Connection: close\r\n")):
            self.assertEqual(
                b"POST /a?b HTTP/1.1\r\nHost: gw\r\nX-A: 1\r\n%b\r\nrest" % connection,
                without_upgrade(head + b"\r\nrest"),
            )
        self.assertEqual(HEAD, without_upgrade(HEAD))


class NegotiationTests(OpeningTestCase):
    """With TLS."""

    opening = Negotiation

    def meet(self, *, offered: list[bytes] | None, **settings: Any) -> Peer:
        """A client after its handshake."""
        folder = Path(self.mktemp())
        folder.mkdir()
        pair = certificate().write(folder, "a")
        config = ServerTLSConfig(keys=(pair,), **settings)
        tls = ServerTLS(config, ConfigPath(), MemoryLog())
        listener = SecureFactory(tls, self.factory, self.wheel, self.clock)
        options = {} if offered is None else {"set_alpn_protos": offered}
        context = client_context(**options)
        return Peer(listener.buildProtocol(None), context).shake_hands()

    def test_promises(self) -> None:
        """It hears of the handshake's end."""
        verifyObject(IHandshakeListener, Negotiation(self.site, None))

    def test_http2(self) -> None:
        """Who offers h2 gets it."""
        peer = self.meet(offered=[b"h2", b"http/1.1"])
        (channel,) = self.site.connections
        self.assertIsInstance(channel, Http2Channel)
        self.assertTrue(channel.secure)
        self.assertEqual(4, frames(peer.received)[0].type)

    def test_http1(self) -> None:
        """Who does not, or says nothing, gets HTTP/1.1."""
        for offered in ([b"http/1.1"], None):
            peer = self.meet(offered=offered)
            peer.send(b"GET / HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n")
            self.assertIn(b"HTTP/1.1 200 OK", peer.received)
            (channel,) = self.site.connections
            self.assertTrue(channel.secure)
            self.site.connections.clear()

    def test_inadequate(self) -> None:
        """HTTP/2 over a suite that is too weak for it is refused."""
        peer = self.meet(
            offered=[b"h2"],
            min_version="TLS12",
            max_version="TLS12",
            cipher_suites=(0xC009, 0xC02B),
        )
        self.assertEqual(4, frames(peer.received)[0].type)
        weak = client_context(
            set_alpn_protos=[b"h2"], set_cipher_list=b"ECDHE-ECDSA-AES128-SHA"
        )
        peer = Peer(peer.protocol.factory.buildProtocol(None), weak).shake_hands()
        self.assertEqual(12, frames(peer.received)[-1].error_code)

    def test_failed_handshake(self) -> None:
        """A connection whose handshake fails is forgotten."""
        peer = self.meet(offered=[b"ftp"])
        peer.wire.lose()
        self.assertEqual(set(), self.site.connections)

    def test_versions(self) -> None:
        """TLS 1.1 is too old for HTTP/2."""

        class Old:
            """A connection of TLS 1.1."""

            def get_protocol_version(self) -> int:
                """Its version."""
                return SSL.TLS1_1_VERSION

        from krakendtw.transport.server.opening import is_adequate

        old: Any = Old()
        self.assertFalse(is_adequate(old))
