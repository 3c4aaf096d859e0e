"""Tests of keys and certificates."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.template.certificates import (
    generate_key,
    generate_rsa,
    key_to_pem,
    make_certificate,
    read_certificate,
    read_key,
)
from krakendtw.template.failure import Failure


def _key() -> ec.EllipticCurvePrivateKey:
    """A key that is made quickly."""
    return ec.generate_private_key(ec.SECP256R1())


def _read(pem: str) -> x509.Certificate:
    """The certificate of a PEM."""
    return x509.load_pem_x509_certificate(pem.encode())


class KeyTests(SynchronousTestCase):
    """Private keys."""

    def test_kinds(self) -> None:
        """A key is of the kind that is asked for; an unknown one is no key."""
        curve = generate_key("ecdsa")
        assert isinstance(curve, ec.EllipticCurvePrivateKey)
        self.assertEqual(curve.curve.name, "secp256r1")
        self.assertIsInstance(generate_key("ed25519"), ed25519.Ed25519PrivateKey)
        self.assertIsNone(generate_key("RSA"))

    def test_rsa(self) -> None:
        """An RSA key has the bits that are asked for, and the usual exponent."""
        key = generate_rsa(1024)
        self.assertEqual(key.key_size, 1024)
        self.assertEqual(key.public_key().public_numbers().e, 65_537)

    def test_forms(self) -> None:
        """Each kind of key has the PEM that it has in Go."""
        for key, name in (
            (_key(), "EC PRIVATE KEY"),
            (generate_rsa(1024), "RSA PRIVATE KEY"),
            (generate_key("ed25519"), "PRIVATE KEY"),
        ):
            assert key is not None
            pem = key_to_pem(key)
            self.assertTrue(pem.startswith(f"-----BEGIN {name}-----\n"))
            again = read_key(pem)
            self.assertIs(type(again), type(key))
            self.assertEqual(key_to_pem(again), pem)

    def test_refusals(self) -> None:
        """What is no PEM, or holds no key, is told."""
        error = self.assertRaises(Failure, read_key, "nothing")
        self.assertEqual(str(error), "no PEM data in input")
        broken = (
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"
        )
        error = self.assertRaises(Failure, read_key, broken)
        self.assertTrue(str(error).startswith("parsing private key from PEM: "))


class CertificateTests(SynchronousTestCase):
    """Certificates."""

    def test_own(self) -> None:
        """A certificate that signs itself holds for names and addresses."""
        key = _key()
        made = _read(make_certificate("me", ["1.2.3.4", "::1"], ["a.b"], 7, key))
        self.assertEqual(made.subject, made.issuer)
        self.assertEqual(made.subject.rfc4514_string(), "CN=me")
        names = made.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
        self.assertEqual(names.get_values_for_type(x509.DNSName), ["a.b"])
        addresses = map(str, names.get_values_for_type(x509.IPAddress))
        self.assertEqual(list(addresses), ["1.2.3.4", "::1"])
        self.assertEqual(
            made.not_valid_after_utc - made.not_valid_before_utc, timedelta(days=7)
        )
        made.verify_directly_issued_by(made)

    def test_uses(self) -> None:
        """It serves and asks; only an authority signs others."""
        for is_authority in (False, True):
            made = _read(
                make_certificate("x", [], [], 1, _key(), is_authority=is_authority)
            )
            get = made.extensions.get_extension_for_class
            self.assertIs(get(x509.BasicConstraints).value.ca, is_authority)
            self.assertIs(get(x509.KeyUsage).value.key_cert_sign, is_authority)
            self.assertEqual(
                list(get(x509.ExtendedKeyUsage).value),
                [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH],
            )

    def test_signed(self) -> None:
        """An authority signs with its key, and is named as the issuer."""
        key = _key()
        pem = make_certificate("ca", [], [], 1, key, is_authority=True)
        authority = read_certificate(pem)
        made = _read(make_certificate("x", [], [], 1, _key(), signer=(authority, key)))
        self.assertEqual(made.issuer.rfc4514_string(), "CN=ca")
        self.assertEqual(made.subject.rfc4514_string(), "CN=x")
        made.verify_directly_issued_by(authority)

    def test_other_keys(self) -> None:
        """Each kind of key signs."""
        keys = (generate_rsa(1024), ed25519.Ed25519PrivateKey.generate())
        for key in keys:
            made = _read(make_certificate("x", [], [], 1, key))
            made.verify_directly_issued_by(made)
        self.assertIsInstance(keys[0], rsa.RSAPrivateKey)

    def test_no_name(self) -> None:
        """A certificate may be nobody's."""
        made = _read(make_certificate("", [], [], 1, _key()))
        self.assertEqual(list(made.subject), [])

    def test_refusals(self) -> None:
        """What is no address, no name, and no time is told."""
        for addresses, hosts, days, wanted in (
            (["x"], [], 1, "error parsing ip: x"),
            ([], ["é"], 1, "error creating certificate: "),
            ([], [], 10**9, "error creating certificate: "),
        ):
            error = self.assertRaises(
                Failure, make_certificate, "x", addresses, hosts, days, _key()
            )
            self.assertTrue(str(error).startswith(wanted), str(error))

    def test_reading(self) -> None:
        """What is no certificate is told."""
        error = self.assertRaises(Failure, read_certificate, "nothing")
        self.assertEqual(str(error), "unable to decode certificate")
        broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        error = self.assertRaises(Failure, read_certificate, broken)
        self.assertTrue(str(error).startswith("error parsing certificate: "))
