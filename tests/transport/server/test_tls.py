"""Tests of :mod:`krakendtw.transport.server.tls`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from OpenSSL import SSL, crypto
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator, ISSLTransport
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import ServerTLSConfig, TLSKeyPair
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.testing import MemoryLog
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.server.tls import LINGER_S, SecureFactory, ServerTLS
from tests.transport.certificates import Made, authority, certificate
from tests.transport.tls_peer import Peer, client_context

WHERE = ConfigPath(file="krakend.json") / "tls"


class Echo(Protocol):
    """Says back what it hears."""

    def dataReceived(self, data: bytes) -> None:
        """Say it back."""
        assert self.transport is not None
        self.transport.write(data)


class ServerTestCase(SynchronousTestCase):
    """A listener in memory, with its files."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.clock = Clock()
        self.log = MemoryLog()

    def listen(self, *made: Made, **settings: Any) -> SecureFactory:
        """A listener with these certificates, in files ``0``, ``1`` and so on."""
        keys = [pair.write(self.folder, str(index)) for index, pair in enumerate(made)]
        settings.setdefault("authorities", tuple(key.public_key for key in keys))
        config = ServerTLSConfig(keys=tuple(keys), **settings)
        self.tls = ServerTLS(config, WHERE, self.log, self.clock.seconds)
        below = Factory.forProtocol(Echo)
        return SecureFactory(self.tls, below, TimerWheel(self.clock), self.clock)

    def meet(
        self, listener: SecureFactory, name: bytes | None = None, **options: Any
    ) -> Peer:
        """A client after its handshake."""
        return Peer(
            listener.buildProtocol(None), client_context(**options), name=name
        ).shake_hands()

    def version(self, listener: SecureFactory, **options: Any) -> str:
        """The version that is agreed on, or the fault."""
        peer = self.meet(listener, **options)
        return peer.fault or peer.connection.get_protocol_version_name()


class VersionTests(ServerTestCase):
    """``min_version`` and ``max_version``."""

    def test_default(self) -> None:
        """Only TLS 1.3 is spoken unless told otherwise."""
        listener = self.listen(certificate())
        self.assertEqual("TLSv1.3", self.version(listener))
        old = self.version(listener, set_max_proto_version=SSL.TLS1_2_VERSION)
        self.assertIn("protocol version", old)

    def test_range(self) -> None:
        """A lower minimum lets older clients in."""
        listener = self.listen(certificate(), min_version="TLS12")
        self.assertEqual("TLSv1.3", self.version(listener))
        old = self.version(listener, set_max_proto_version=SSL.TLS1_2_VERSION)
        self.assertEqual("TLSv1.2", old)

    def test_conflict(self) -> None:
        """A maximum below the minimum fails every handshake, and only those."""
        listener = self.listen(certificate(), max_version="TLS12")
        self.assertIn("handshake failure", self.version(listener))

    def test_suites(self) -> None:
        """TLS 1.2 uses the suites of the list, in Go's order."""
        for numbers, offered, expected in (
            ((49195, 49196), b"ALL", "ECDHE-ECDSA-AES128-GCM-SHA256"),
            ((49195, 49196), b"ECDHE-ECDSA-AES256-GCM-SHA384", None),
            ((49195,), b"ECDHE-ECDSA-AES256-GCM-SHA384", ""),
        ):
            peer = self.meet(
                self.listen(
                    certificate(),
                    min_version="TLS12",
                    max_version="TLS12",
                    cipher_suites=numbers,
                ),
                set_cipher_list=offered,
            )
            wanted = offered.decode() if expected is None else expected
            self.assertEqual(wanted, peer.connection.get_cipher_name() or "")

    def test_curves(self) -> None:
        """Keys are agreed on with the curves of the list."""
        for numbers, expected in (((), "secp521r1"), ((23, 24), "secp256r1")):
            peer = self.meet(self.listen(certificate(), curve_preferences=numbers))
            self.assertEqual(expected, peer.connection.get_group_name().lower())


class ChoiceTests(ServerTestCase):
    """Several certificates."""

    def test_by_name(self) -> None:
        """The first one that is valid for the asked name is presented."""
        listener = self.listen(
            certificate(("one.test",), number=1),
            certificate(("*.wild.test", "two.test"), common_name="two", number=2),
            certificate(("deep.wild.test", "two.test"), common_name="3", number=3),
        )
        for name, expected in (
            (b"one.test", "one.test"),
            (b"TWO.test", "two"),
            (b"any.wild.test", "two"),
            (b"deep.wild.test", "two"),
            (b"a.b.wild.test", "one.test"),
            (b"unknown.test", "one.test"),
            (None, "one.test"),
        ):
            peer = self.meet(listener, name)
            self.assertEqual((expected, ""), (peer.subject, peer.fault), name)

    def test_kinds(self) -> None:
        """Among kinds of keys too the first goes, if the client can read it."""
        made = {
            "rsa": certificate(kind="rsa", common_name="rsa"),
            "ec": certificate(common_name="ec"),
        }
        for order in (("rsa", "ec"), ("ec", "rsa")):
            for newest in ("TLS12", "TLS13"):
                listener = self.listen(
                    *(made[kind] for kind in order),
                    min_version="TLS12",
                    max_version=newest,
                )
                self.assertEqual(order[0], self.meet(listener, b"localhost").subject)
                self.assertEqual(order[0], self.meet(listener).subject)
                for kind, suite in (("rsa", b"ECDHE-RSA"), ("ec", b"ECDHE-ECDSA")):
                    peer = self.meet(
                        listener,
                        set_cipher_list=suite + b"-AES128-GCM-SHA256",
                        set_max_proto_version=SSL.TLS1_2_VERSION,
                    )
                    self.assertEqual(kind, peer.subject)

    def test_chain(self) -> None:
        """The certificates behind the first one in a file are sent along."""
        root = authority()
        leaf = certificate(issuer=root)
        listener = self.listen(Made(leaf.certificate, leaf.key, root.pem))
        chain = self.meet(listener).connection.get_peer_cert_chain()
        assert chain is not None
        self.assertEqual(2, len(chain))


class MutualTests(ServerTestCase):
    """``enable_mtls``."""

    def meet_as(self, listener: SecureFactory, client: Made | None) -> str:
        """The fault of a handshake with a client's certificate."""
        context = client_context()
        if client is not None:
            context.use_certificate(crypto.X509.from_cryptography(client.certificate))
            context.use_privatekey(crypto.PKey.from_cryptography_key(client.key))
        peer = Peer(listener.buildProtocol(None), context).shake_hands()
        if not peer.fault:
            peer.send(b"hello")
        return peer.fault or peer.received.decode()

    def mutual(self, *made: Made, **settings: Any) -> SecureFactory:
        """A listener that wants certificates, of the test's authority for one."""
        self.root = authority()
        path = self.root.write(self.folder, "ca").public_key
        settings.setdefault("ca_certs", (path,))
        return self.listen(*made, enable_mtls=True, **settings)

    def test_certificates(self) -> None:
        """A client of the authority passes; none, or another's, does not."""
        for version in ("TLS12", "TLS13"):
            listener = self.mutual(
                certificate(),
                disable_system_ca_pool=True,
                min_version=version,
                max_version=version,
            )
            ours = certificate(("client",), issuer=self.root, number=5)
            self.assertEqual("hello", self.meet_as(listener, ours))
            self.assertIn("alert", self.meet_as(listener, None))
            rogue = certificate(("rogue",), number=6)
            self.assertIn("alert", self.meet_as(listener, rogue))

    def test_purpose(self) -> None:
        """A certificate for servers only is no client's."""
        listener = self.mutual(certificate())
        server = certificate(("s",), issuer=self.root, number=5, purpose="server")
        self.assertIn("alert", self.meet_as(listener, server))
        client = certificate(("c",), issuer=self.root, number=5, purpose="client")
        self.assertEqual("hello", self.meet_as(listener, client))

    def test_own_certificates(self) -> None:
        """The listener's own certificates are trusted, the deprecated pair is not."""
        first, last = certificate(("one",), number=1), certificate(("two",), number=2)
        listener = self.mutual(first, last, authorities=(str(self.folder / "0.pem"),))
        self.assertEqual("hello", self.meet_as(listener, first))
        self.assertIn("alert", self.meet_as(listener, last))

    def test_unreadable_authority(self) -> None:
        """An authority that cannot be read is logged and left out."""
        self.mutual(certificate(), ca_certs=("no.pem",))
        text = "Cannot load certificate CA no.pem: open no.pem: no such file"
        self.assertIn(text, self.log.lines[0])


class FaultTests(ServerTestCase):
    """What keeps a listener from starting."""

    def fault(self, *keys: TLSKeyPair, **settings: Any) -> str:
        """Why it does not start."""
        config = ServerTLSConfig(keys=keys, **settings)
        with self.assertRaises(ConfigError) as caught:
            ServerTLS(config, WHERE, self.log)
        return str(caught.exception)

    def test_missing(self) -> None:
        """Both halves of a pair must be named, and be there."""
        self.assertIn("public key not defined", self.fault())
        self.assertIn("public key not defined", self.fault(TLSKeyPair("", "x")))
        self.assertIn("private key not defined", self.fault(TLSKeyPair("x", "")))
        text = self.fault(TLSKeyPair("no.pem", "no.key"))
        self.assertIn("open no.pem: no such file or directory", text)
        self.assertIn("krakend.json: $.tls.keys", text)

    def test_http2_suite(self) -> None:
        """As in Go, the suites must be good for HTTP/2 below TLS 1.3."""
        pair = certificate().write(self.folder, "a")
        text = self.fault(pair, min_version="TLS12", cipher_suites=(49200,))
        self.assertIn("missing an HTTP/2-required AES_128_GCM_SHA256 cipher", text)
        ServerTLS(
            ServerTLSConfig(keys=(pair,), cipher_suites=(49200,)), WHERE, self.log
        )


class RenewalTests(ServerTestCase):
    """Files that change while the gateway runs."""

    def renew(self, content: bytes, name: str = "0.pem") -> None:
        """Write a file anew, at a time of its own."""
        path = self.folder / name
        path.write_bytes(content)
        self.clock.advance(2)
        stamp = 1_000_000_000 + self.clock.seconds()
        os.utime(path, (stamp, stamp))

    def test_renewed(self) -> None:
        """New connections get the new certificate within two seconds."""
        listener = self.listen(certificate(("old",)))
        self.assertEqual("old", self.meet(listener).subject)
        self.renew(certificate(("new",)).pem)
        self.assertEqual("new", self.meet(listener).subject)
        self.assertEqual(["INFO The changed certificates are in use"], self.log.lines)

    def test_broken(self) -> None:
        """Broken files are logged once, and the old ones stay in use."""
        listener = self.listen(certificate(("old",)))
        self.renew(b"nothing")
        for _ in range(3):
            self.clock.advance(2)
            self.assertEqual("old", self.meet(listener).subject)
        self.assertEqual(1, len(self.log.lines))
        self.assertIn("Keeping the old certificates: tls: failed", self.log.lines[0])
        self.renew(certificate(("new",)).pem)
        self.assertEqual("new", self.meet(listener).subject)

    def test_half_renewed(self) -> None:
        """A certificate without its key is of no use until the key follows."""
        listener = self.listen(certificate(("old",)))
        new = certificate(("new",), number=9)
        self.renew(new.pem)
        self.assertEqual("old", self.meet(listener).subject)
        self.renew(new.key_pem, "0.key")
        self.assertEqual("new", self.meet(listener).subject)

    def test_connections_stay(self) -> None:
        """A connection from before goes on."""
        listener = self.listen(certificate(("old",)))
        peer = self.meet(listener)
        self.renew(certificate(("new",)).pem)
        self.meet(listener)
        peer.send(b"still here")
        self.assertEqual(b"still here", peer.received)


class TransportTests(ServerTestCase):
    """The TLS of one connection."""

    def test_promises(self) -> None:
        """The parts are what Twisted takes them for."""
        listener = self.listen(certificate())
        verifyObject(IOpenSSLServerConnectionCreator, self.tls)
        peer = self.meet(listener)
        self.assertTrue(ISSLTransport.providedBy(peer.protocol))

    def test_echo(self) -> None:
        """Data goes both ways, at once."""
        peer = self.meet(self.listen(certificate()))
        peer.send(b"x" * 100_000)
        self.assertEqual(b"x" * 100_000, peer.received)

    def test_plain_http(self) -> None:
        """A client without TLS is told so, whatever TLS is configured."""
        for settings in ({}, {"max_version": "TLS12"}):
            listener = self.listen(certificate(), **settings)
            for line in (b"GET / HTTP/1.1", b"POST /a HTTP/1.1", b"OPTIONS * HTTP/1.1"):
                peer = Peer(listener.buildProtocol(None), client_context())
                peer.protocol.dataReceived(line + b"\r\nHost: gw\r\n\r\n")
                self.assertEqual(
                    b"HTTP/1.0 400 Bad Request\r\n\r\n"
                    b"Client sent an HTTP request to an HTTPS server.\n",
                    peer.wire.take(),
                )
                self.assertTrue(peer.wire.disconnecting)

    def test_other_bytes(self) -> None:
        """What is neither TLS nor HTTP gets no HTTP."""
        peer = Peer(self.listen(certificate()).buildProtocol(None), client_context())
        peer.protocol.dataReceived(b"DELETE / HTTP/1.1\r\n\r\n")
        self.assertNotIn(b"HTTP", peer.wire.take())
        self.assertTrue(peer.wire.disconnecting)

    def test_alpn(self) -> None:
        """HTTP/2 goes before HTTP/1.1; a client that wants neither is refused."""
        listener = self.listen(certificate())
        for offered, expected in (
            ([b"http/1.1", b"h2"], b"h2"),
            ([b"http/1.1"], b"http/1.1"),
            ([b"ftp"], None),
        ):
            peer = self.meet(listener, set_alpn_protos=offered)
            if expected is None:
                self.assertIn("no application protocol", peer.fault)
            else:
                chosen = peer.connection.get_alpn_proto_negotiated()
                self.assertEqual(expected, chosen)

    def test_deaf_client(self) -> None:
        """A client that never says goodbye is left after a while."""
        peer = self.meet(self.listen(certificate()))
        peer.protocol.loseConnection()
        self.clock.advance(LINGER_S / 2)
        self.assertFalse(peer.wire.disconnected)
        self.clock.pump([LINGER_S / 2, 1])
        self.assertTrue(peer.wire.disconnected)

    def test_polite_client(self) -> None:
        """One that does is left at once."""
        peer = self.meet(self.listen(certificate()))
        peer.protocol.loseConnection()
        peer.exchange()
        peer.connection.shutdown()
        peer.exchange()
        self.assertTrue(peer.wire.disconnecting)
