"""Tests of TLS to the host of a key set, over the loopback."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
from functools import cache
from typing import Any

import treq
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID
from treq.client import HTTPClient
from twisted.internet import ssl
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase, TestCase
from twisted.web.error import SchemeNotSupported
from twisted.web.resource import Resource
from twisted.web.server import Site

from krakendtw.middleware.auth._jwk_tls import (
    NotPinned,
    TLSSettings,
    build_agent,
    pem_certificates,
)


@cache
def identity() -> tuple[bytes, bytes, bytes]:
    """A certificate for 127.0.0.1 and its key in PEM, and the pin of the key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keys.example")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    spki = key.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem = certificate.public_bytes(Encoding.PEM)
    return pem, private, hashlib.sha256(spki).digest()


class Hello(Resource):
    """Answers with a greeting."""

    isLeaf = True

    def render_GET(self, request: Any) -> bytes:
        """See :class:`twisted.web.resource.IResource`."""
        return b"hello"


class AgentTests(TestCase):
    """Tests of :func:`build_agent` against a real server."""

    timeout = 20

    def setUp(self) -> None:
        pem, private, self.pin = identity()
        self.authorities = pem_certificates(pem)
        options = ssl.PrivateCertificate.loadPEM(private + pem).options()
        from twisted.internet import reactor

        self.reactor: Any = reactor
        self.site = Site(Hello())
        self.port = self.reactor.listenSSL(0, self.site, options, interface="127.0.0.1")
        self.addCleanup(self.port.stopListening)

    def get(self, path: str = "/", **settings: Any) -> Deferred[Any]:
        """Ask the server with some settings."""
        agent: Any = build_agent(self.reactor, TLSSettings(**settings), is_plain=False)
        self.addCleanup(agent._pool.closeCachedConnections)
        url = f"https://127.0.0.1:{self.port.getHost().port}{path}"
        return HTTPClient(agent).get(url).addCallback(treq.content)

    @inlineCallbacks
    def test_unknown_authority(self) -> Any:
        """A certificate that nobody vouches for is refused."""
        yield self.assertFailure(self.get(), Exception)

    @inlineCallbacks
    def test_own_authority(self) -> Any:
        """An authority of our own vouches for it."""
        body = yield self.get(authorities=self.authorities)
        self.assertEqual(body, b"hello")

    @inlineCallbacks
    def test_insecure(self) -> Any:
        """Where that is allowed any certificate will do."""
        body = yield self.get(is_insecure=True)
        self.assertEqual(body, b"hello")

    @inlineCallbacks
    def test_pinned(self) -> Any:
        """A pinned key is met, beside the other demands."""
        pins = (bytes(32), self.pin)
        body = yield self.get(authorities=self.authorities, pins=pins)
        self.assertEqual(body, b"hello")
        yield self.assertFailure(self.get(pins=pins), Exception)

    @inlineCallbacks
    def test_not_pinned(self) -> Any:
        """Without the pinned key nothing is asked, even where all else is fine."""
        asked = self.get(is_insecure=True, pins=(bytes(32),))
        yield self.assertFailure(asked, NotPinned)

    @inlineCallbacks
    def test_suites(self) -> Any:
        """Suites that the server does not have leave TLS 1.3, or nothing."""
        for suites in ((0xC02B,), (0x1301,), (0x002F,)):
            body = yield self.get(is_insecure=True, cipher_suites=suites)
            self.assertEqual(body, b"hello")


class SchemeTests(SynchronousTestCase):
    """Where an agent goes, by itself or by a redirect."""

    def test_tls_stays_tls(self) -> None:
        """An agent for TLS asks nobody without it."""
        agent = build_agent(Clock(), TLSSettings(), is_plain=False)
        for url in (b"http://127.0.0.1/", b"ftp://127.0.0.1/"):
            self.failureResultOf(agent.request(b"GET", url), SchemeNotSupported)

    def test_plain(self) -> None:
        """Where plain HTTP is allowed both are spoken."""
        agent = build_agent(Clock(), TLSSettings(), is_plain=True)
        for url in (b"http://127.0.0.1/", b"https://127.0.0.1/"):
            self.assertNoResult(agent.request(b"GET", url))


class PEMTests(SynchronousTestCase):
    """Tests of :func:`pem_certificates`."""

    def test_several(self) -> None:
        """All certificates of a file are found, other things passed over."""
        pem, private, _ = identity()
        found = pem_certificates(b"# a comment\n" + pem + private + pem)
        self.assertEqual(len(found), 2)
        self.assertEqual(found[0], found[1])

    def test_none(self) -> None:
        """What holds no certificate holds none."""
        for text in (b"", b"x", b"-----END CERTIFICATE-----"):
            self.assertEqual(pem_certificates(text), ())
