"""Tests of :mod:`krakendtw.transport.tls_files`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x448
from OpenSSL import SSL, crypto
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import TLSKeyPair
from krakendtw.transport.tls_files import (
    TLSFileError,
    alternative_names,
    read,
    read_authorities,
    read_pair,
    text_of,
    trust,
)
from tests.transport.certificates import PEM, Made, authority, certificate


def use(made: Made, context: SSL.Context) -> None:
    """Load a certificate without a file."""
    context.use_certificate(crypto.X509.from_cryptography(made.certificate))
    context.use_privatekey(crypto.PKey.from_cryptography_key(made.key))


class FilesTestCase(SynchronousTestCase):
    """A folder for files."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()

    def write(self, content: bytes) -> str:
        """A file."""
        path = self.folder / str(len(list(self.folder.iterdir())))
        path.write_bytes(content)
        return str(path)


class PairTests(FilesTestCase):
    """``read_pair``."""

    def test_kinds(self) -> None:
        """All kinds of keys that Go knows are read."""
        for name, kind in (
            ("rsa", rsa.RSAPublicKey),
            ("ec", ec.EllipticCurvePublicKey),
            ("ed25519", ed25519.Ed25519PublicKey),
        ):
            made = certificate(("A.test", "10.0.0.1", "b.test"), kind=name)
            pair = read_pair(made.write(self.folder, name))
            self.assertEqual(kind, pair.kind)
            self.assertEqual(["a.test", "b.test"], pair.names())
            pair.use(SSL.Context(SSL.TLS_SERVER_METHOD))

    def test_forms(self) -> None:
        """Older forms of keys are read, and text between the blocks is not."""
        made = certificate(kind="rsa")
        old = made.key.private_bytes(
            PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        parameters = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
        parameters += b"-----END EC PARAMETERS-----\n"
        public = self.write(b"subject=localhost\r\n" + made.pem.replace(b"\n", b"\r\n"))
        private = self.write(b"Bag Attributes\n" + parameters + old)
        self.assertEqual(made.certificate, read_pair(TLSKeyPair(public, private)).leaf)

    def test_faults(self) -> None:
        """What is wrong is said as Go says it."""
        made, other = certificate(), certificate(number=9)
        encrypted = made.key.private_bytes(
            PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.BestAvailableEncryption(b"secret"),
        )
        blocks = b"".join(
            b"-----BEGIN %b-----\nAA==\n-----END %b-----\n" % (name, name)
            for name in (b"ONE", b"TWO")
        )
        foreign = x448.X448PrivateKey.generate().private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        for public, private, expected in (
            (b"", b"", "tls: failed to find any PEM data in certificate input"),
            (made.key_pem, made.pem, "but did find a private key; PEM inputs may have"),
            (blocks, made.key_pem, 'find "CERTIFICATE" PEM block in certificate input'),
            (blocks, made.key_pem, "the following types: [ONE TWO]"),
            (made.pem, b"", "tls: failed to find any PEM data in key input"),
            (made.pem, made.pem, "tls: found a certificate rather than a key in"),
            (made.pem, blocks, "in key input after skipping PEM blocks of the"),
            (made.pem, encrypted, "tls: failed to parse private key"),
            (made.pem, blocks.replace(b"ONE", b"PRIVATE KEY"), "tls: failed to parse"),
            (made.pem, foreign, "tls: private key type does not match public key type"),
            (
                made.pem,
                certificate(kind="rsa").key_pem,
                "tls: private key type does not match public key type",
            ),
            (made.pem, other.key_pem, "tls: private key does not match public key"),
            (
                blocks.replace(b"ONE", b"CERTIFICATE"),
                b"",
                "x509: malformed certificate",
            ),
        ):
            pair = TLSKeyPair(self.write(public), self.write(private))
            with self.assertRaises(TLSFileError) as caught:
                read_pair(pair)
            self.assertIn(expected, str(caught.exception))

    def test_unreadable(self) -> None:
        """Files that cannot be read are named."""
        for path, expected in (
            ("no.pem", "open no.pem: no such file or directory"),
            (str(self.folder), f"read {self.folder}: is a directory"),
        ):
            with self.assertRaises(TLSFileError) as caught:
                read(path)
            self.assertEqual(expected, str(caught.exception))


class TrustTests(FilesTestCase):
    """Authorities."""

    def test_read(self) -> None:
        """All certificates of all files are found, and nothing else matters."""
        one, two = authority("One", 1), authority("Two", 2)
        junk = b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
        reports: list[Any] = []
        found = read_authorities(
            (
                self.write(one.key_pem + one.pem + junk + two.pem),
                "no.pem",
                self.write(b""),
            ),
            lambda path, fault: reports.append((path, fault)),
        )
        self.assertEqual([one.certificate, two.certificate], found)
        self.assertEqual(
            [("no.pem", "open no.pem: no such file or directory")], reports
        )

    def test_trust(self) -> None:
        """The same certificate twice does no harm; the system's join if wanted."""
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        one = authority("One", 1).certificate
        trust(context, (one, one), with_system=True)
        trust(context, (), with_system=False)


class WordsTests(SynchronousTestCase):
    """Small things."""

    def test_text(self) -> None:
        """OpenSSL's errors are read from the end."""
        self.assertEqual("odd", text_of(SSL.Error([("lib", "function", "odd")])))
        self.assertEqual("why", text_of(TLSFileError("why")))

    def test_no_names(self) -> None:
        """A certificate without names has none."""
        made = certificate((), common_name="x")
        self.assertIsNone(alternative_names(made.certificate))
