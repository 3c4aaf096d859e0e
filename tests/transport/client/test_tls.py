"""Tests of :mod:`krakendtw.transport.client.tls`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from OpenSSL import SSL, crypto
from twisted.internet.defer import fail
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import TLSKeyPair
from krakendtw.errors import TransportError
from krakendtw.transport import renewal
from krakendtw.transport.client.tls import TLSPolicy
from tests.transport.certificates import authority, certificate
from tests.transport.client.test_handshake import Below, ClientTestCase


class TrustTests(ClientTestCase):
    """Which servers are trusted."""

    def test_known(self) -> None:
        """A certificate of the authority for the host is good."""
        server = self.server(self.leaf("localhost", "*.wild.test", "10.1.2.3"))
        for host in ("localhost", "LOCALHOST", "a.wild.test", "10.1.2.3"):
            self.assertEqual("ok", self.outcome(self.policy(), server, host))

    def test_unknown(self) -> None:
        """One of another authority, or of nobody, is not."""
        for made in (
            self.leaf(issuer=authority("Other", 101)),
            certificate(number=2),
        ):
            self.assertEqual(
                "tls: failed to verify certificate: x509: "
                "certificate signed by unknown authority",
                self.outcome(self.policy(), self.server(made)),
            )

    def test_host(self) -> None:
        """The names are checked, and said."""
        for names, host, expected in (
            (("a.test", "b.test"), "localhost", "is valid for a.test, b.test, not loc"),
            (("localhost",), "10.0.0.1", "because it doesn't contain any IP SANs"),
            (("10.0.0.2",), "10.0.0.1", "is valid for 10.0.0.2, not 10.0.0.1"),
            (("*.wild.test",), "a.b.wild.test", "is valid for *.wild.test, not a.b"),
        ):
            found = self.outcome(self.policy(), self.server(self.leaf(*names)), host)
            self.assertIn("x509: c", found)
            self.assertIn(expected, found)

    def test_time(self) -> None:
        """An expired certificate is refused for that, whatever else it is."""
        made = self.leaf("other.test", days=(-3, -1))
        found = self.outcome(self.policy(), self.server(made))
        self.assertIn("certificate has expired or is not yet valid", found)

    def test_purpose(self) -> None:
        """A client's certificate is no server's."""
        found = self.outcome(self.policy(), self.server(self.leaf(purpose="client")))
        self.assertIn("incompatible key usage", found)

    def test_trusted_leaf(self) -> None:
        """A certificate among the authorities is trusted, authority or not."""
        made = certificate(number=3)
        path = made.write(self.folder, "leaf").public_key
        server = self.server(made)
        self.assertEqual("ok", self.outcome(self.policy(ca_certs=(path,)), server))

    def test_insecure(self) -> None:
        """``allow_insecure_connections`` takes everything."""
        policy = self.policy(allow_insecure_connections=True, ca_certs=())
        made = certificate(("other.test",), days=(-3, -1), number=3)
        self.assertEqual("ok", self.outcome(policy, self.server(made)))

    def test_system(self) -> None:
        """The machine's authorities are trusted too, unless switched off."""
        asked: list[SSL.Context] = []
        keep = lambda context: asked.append(context)
        self.patch(SSL.Context, "set_default_verify_paths", keep)
        TLSPolicy(None, self.clock).context()
        self.assertEqual(1, len(asked))
        self.policy().context()
        self.assertEqual(2, len(asked))
        self.policy(disable_system_ca_pool=True).context()
        self.assertEqual(2, len(asked))

    def test_server_name(self) -> None:
        """Names are sent for SNI, addresses are not."""
        server = self.server(self.leaf("localhost", "10.1.2.3"))
        for host, expected in (("localhost", b"localhost"), ("10.1.2.3", None)):
            self.assertEqual("ok", self.outcome(self.policy(), server, host))
            self.assertEqual(expected, self.peer.connection.get_servername())


class VersionTests(ClientTestCase):
    """Versions, suites and curves."""

    def agreed(self, policy: TLSPolicy, **options: Any) -> str:
        """The version that is agreed on, or the fault."""
        fault = self.outcome(policy, self.server(self.leaf(), **options))
        if fault != "ok":
            return fault
        return self.peer.connection.get_protocol_version_name()

    def test_default(self) -> None:
        """With ``client_tls`` only TLS 1.3 is spoken unless it says otherwise."""
        old = {"set_max_proto_version": SSL.TLS1_2_VERSION}
        self.assertEqual("TLSv1.3", self.agreed(self.policy()))
        self.assertEqual(
            "remote error: tls: protocol version not supported",
            self.agreed(self.policy(), **old),
        )
        self.assertEqual(
            "TLSv1.2", self.agreed(self.policy(min_version="TLS12"), **old)
        )

    def test_without_settings(self) -> None:
        """Without it TLS 1.2 is good enough."""
        policy = TLSPolicy(None, self.clock)
        found = self.agreed(policy, set_max_proto_version=SSL.TLS1_2_VERSION)
        self.assertIn("unknown authority", found)

    def test_conflict(self) -> None:
        """A maximum below the minimum is said before anybody is called."""
        policy = self.policy(max_version="TLS12")
        endpoint = policy.endpoint("localhost", Below(AssertionError()))
        failure = self.failureResultOf(endpoint.connect(Factory()), TransportError)
        self.assertEqual(
            "tls: no supported versions satisfy MinVersion and MaxVersion",
            str(failure.value),
        )

    def test_suites(self) -> None:
        """TLS 1.2 offers the suites of the list."""
        policy = self.policy(min_version="TLS12", cipher_suites=(49196,))
        old = {"set_max_proto_version": SSL.TLS1_2_VERSION}
        self.assertEqual("TLSv1.2", self.agreed(policy, **old))
        name = self.peer.connection.get_cipher_name()
        self.assertEqual("ECDHE-ECDSA-AES256-GCM-SHA384", name)


class CertificateTests(ClientTestCase):
    """``client_certs``."""

    def mutual(self) -> SSL.Context:
        """A server that wants a certificate."""
        context = self.server(self.leaf())
        store: Any = context.get_cert_store()
        store.add_cert(crypto.X509.from_cryptography(self.root.certificate))
        wanted = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
        context.set_verify(wanted, lambda *found: bool(found[-1]))
        return context

    def test_shown(self) -> None:
        """The first usable one is shown to a server that asks."""
        ours = self.leaf("client").write(self.folder, "ours")
        other = self.leaf("other").write(self.folder, "other")
        policy = self.policy(client_certs=(ours, other))
        self.assertEqual("ok", self.outcome(policy, self.mutual()))
        self.assertEqual("client", self.peer.subject)

    def test_none(self) -> None:
        """Without one the server's complaint is passed on in Go's words."""
        peer = self.meet(self.policy(), self.mutual())
        inside = self.successResultOf(self.dialing)
        peer.exchange()
        self.below.wire.lose()
        self.assertIsInstance(inside.ended, TransportError)
        self.assertEqual("remote error: tls: certificate required", str(inside.ended))

    def test_broken(self) -> None:
        """One that cannot be read is logged and left out; so is an authority."""
        good = self.leaf("client").write(self.folder, "good")
        broken = TLSKeyPair(good.public_key, "no.key")
        policy = self.policy(client_certs=(broken, good), ca_certs=(self.ca, "no.pem"))
        self.assertEqual(
            [
                "ERROR Cannot load certificate CA no.pem: "
                "open no.pem: no such file or directory",
                f"ERROR Cannot load client certificate {good.public_key}, no.key: "
                "open no.key: no such file or directory",
            ],
            self.log.lines,
        )
        self.assertEqual("ok", self.outcome(policy, self.mutual()))
        self.assertEqual("client", self.peer.subject)

    def test_renewed(self) -> None:
        """Changed files are taken up, broken ones are not."""
        self.patch(renewal, "LOOK_S", 0.0)
        pair = self.leaf("old").write(self.folder, "ours")
        policy = self.policy(client_certs=(pair,))
        for content, stamp, expected in (
            (self.leaf("new").pem, 1000, "new"),
            (b"nothing", 2000, "new"),
            (self.leaf("newest").pem, 3000, "newest"),
        ):
            Path(pair.public_key).write_bytes(content)
            os.utime(pair.public_key, (stamp, stamp))
            self.assertEqual("ok", self.outcome(policy, self.mutual()))
            self.assertEqual(expected, self.peer.subject)
        self.assertEqual(1, len(self.log.lines))
        self.assertIn("Keeping the old client certificates: tls:", self.log.lines[0])


class WordsTests(SynchronousTestCase):
    """``describe``."""

    def test_describe(self) -> None:
        """Failures are put into words."""
        policy = TLSPolicy(None, Clock())
        failure = self.failureResultOf(fail(SSL.Error([("", "", "odd")])), SSL.Error)
        self.assertEqual("tls: odd", policy.describe(failure))
        failure = self.failureResultOf(fail(TransportError("why")), TransportError)
        self.assertEqual("why", policy.describe(failure))
