"""Tests of JSON Web Keys."""

from __future__ import annotations

import base64
import datetime
import hashlib
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._jwk import BadKey, parse_chain, parse_key, parse_keys
from tests.middleware.auth.tokens import OCT, SECRET, jwk, private_key, text64


def certificate(name: str) -> bytes:
    """A certificate of the key for an algorithm, in DER."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keys.example")])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    key = private_key(name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=10_000))
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def with_certificate(name: str, der: bytes, **members: Any) -> dict[str, Any]:
    """A key with a certificate."""
    return {**jwk(name), "x5c": [base64.b64encode(der).decode()], **members}


class KindTests(SynchronousTestCase):
    """Each kind of key is read, public and private."""

    def test_symmetric(self) -> None:
        """A symmetric key is its bytes."""
        found = parse_key(OCT)
        self.assertEqual((found.kid, found.kind, found.native), ("h", "oct", SECRET))

    def test_public(self) -> None:
        """Public keys of all kinds are read."""
        for name in ("RS256", "ES256", "ES384", "ES512", "EdDSA"):
            found = parse_key(jwk(name))
            self.assertFalse(found.is_private)
            self.assertIsNotNone(found.native)

    def test_private(self) -> None:
        """Private keys of all kinds are read, and known as such."""
        for name in ("RS256", "ES256", "ES512", "EdDSA"):
            found = parse_key(jwk(name, private=True))
            self.assertTrue(found.is_private)
            self.assertIsNotNone(found.native)

    def test_own_opinion_is_not_asked(self) -> None:
        """What a key says of its use changes nothing."""
        found = parse_key({**OCT, "use": "enc", "alg": "RS256", "key_ops": ["sign"]})
        self.assertEqual(found.native, SECRET)

    def test_same_material(self) -> None:
        """Equal keys have equal material, whatever they are called."""
        one, other = parse_key(jwk("RS256", "a")), parse_key(jwk("RS256", "b"))
        self.assertEqual(one.material, other.material)
        self.assertNotEqual(one.material, parse_key(jwk("ES256")).material)

    def test_secrets_are_not_shown(self) -> None:
        """A key in a log shows neither secret nor numbers."""
        self.assertNotIn("secret", repr(parse_key(OCT)))


class UselessTests(SynchronousTestCase):
    """Keys that are read and are of no use."""

    def test_empty_secret(self) -> None:
        """An empty secret verifies nothing."""
        self.assertIsNone(parse_key({"kty": "oct", "k": ""}).native)

    def test_weak_rsa(self) -> None:
        """An RSA key that cryptography will not have verifies nothing."""
        self.assertIsNone(parse_key({"kty": "RSA", "n": "AQAB", "e": "AQAB"}).native)

    def test_short_ed25519(self) -> None:
        """An Ed25519 key of another length verifies nothing."""
        raw = {"kty": "OKP", "crv": "Ed25519", "x": "AA"}
        self.assertIsNone(parse_key(raw).native)

    def test_ed25519_halves_that_differ(self) -> None:
        """A private key whose public half is another one signs nothing."""
        raw = {**jwk("EdDSA", private=True), "x": text64(bytes(32))}
        self.assertIsNone(parse_key(raw).native)


class BadKeyTests(SynchronousTestCase):
    """Keys that cannot be read."""

    def test_bad_keys(self) -> None:
        """Missing members, wrong types, unknown kinds and curves."""
        good = jwk("ES256")
        for raw in (
            None,
            [],
            {},
            {"kty": "X"},
            {"kty": 5},
            {"kty": "oct"},
            {"kty": "oct", "k": 5},
            {"kty": "oct", "k": "a+b/"},
            {**OCT, "kid": 5},
            {**OCT, "use": 1},
            {**OCT, "x5t": "AA"},
            {**OCT, "x5c": "AA"},
            {**OCT, "x5c": ["AA=="]},
            {"kty": "RSA", "n": "AQAB"},
            {"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQ"},
            {"kty": "RSA", **dict.fromkeys(("n", "e", "d", "p", "q"), "AQAB")},
            {**good, "crv": "P-255"},
            {**good, "x": "AA"},
            {**good, "x": text64(bytes(32))},
            {"kty": "EC", "crv": "P-256", "x": good["x"]},
            {"kty": "OKP", "crv": "X25519", "x": "AA"},
            {"kty": "OKP", "crv": "Ed25519"},
        ):
            self.assertRaises(BadKey, parse_key, raw)


class CertificateTests(SynchronousTestCase):
    """A key's certificate and its thumbprints."""

    def test_certificate_of_the_key(self) -> None:
        """The key's own certificate is taken, with its thumbprints."""
        der = certificate("ES256")
        sha1, sha256 = hashlib.sha1(der).digest(), hashlib.sha256(der).digest()
        prints = {"x5t": text64(sha1), "x5t#S256": text64(sha256)}
        found = parse_key(with_certificate("ES256", der, **prints))
        self.assertEqual((found.x5t, found.x5t_s256), (sha1, sha256))

    def test_private_key_with_certificate(self) -> None:
        """A private key is compared by its public half."""
        der = base64.b64encode(certificate("ES256")).decode()
        raw = {**jwk("ES256", private=True), "x5c": [der]}
        self.assertTrue(parse_key(raw).is_private)

    def test_hexadecimal_thumbprint(self) -> None:
        """A thumbprint that was written in hexadecimal first is understood."""
        digest = bytes(range(20))
        found = parse_key({**OCT, "x5t": text64(digest.hex().encode())})
        self.assertEqual(found.x5t, digest)

    def test_certificate_of_another_key(self) -> None:
        """Another key's certificate spoils the key."""
        raw = with_certificate("RS256", certificate("ES256"))
        self.assertRaises(BadKey, parse_key, raw)

    def test_wrong_thumbprint(self) -> None:
        """A thumbprint of something else spoils the key."""
        raw = with_certificate("ES256", certificate("ES256"), x5t=text64(bytes(20)))
        self.assertRaises(BadKey, parse_key, raw)

    def test_symmetric_with_certificate(self) -> None:
        """A symmetric key has no certificate."""
        der = base64.b64encode(certificate("ES256")).decode()
        self.assertRaises(BadKey, parse_key, {**OCT, "x5c": [der]})

    def test_chain(self) -> None:
        """A chain is read whole; none is no certificate."""
        der = base64.b64encode(certificate("ES256")).decode()
        self.assertIsNone(parse_chain(None))
        self.assertIsNone(parse_chain([]))
        self.assertIsNotNone(parse_chain([der, der]))
        self.assertRaises(BadKey, parse_chain, [der, "AA=="])


class SetTests(SynchronousTestCase):
    """Tests of :func:`parse_keys`."""

    def test_mixed_set(self) -> None:
        """Keys of different kinds stand in one set, in their order."""
        document = {"keys": [OCT, jwk("RS256"), jwk("ES256"), jwk("EdDSA")]}
        kinds = [key.kind for key in parse_keys(document)]
        self.assertEqual(kinds, ["oct", "RSA", "EC", "OKP"])

    def test_one_bad_key_spoils_the_set(self) -> None:
        """A set with a key that cannot be read cannot be read."""
        self.assertRaises(BadKey, parse_keys, {"keys": [OCT, {"kty": "X"}]})

    def test_member_in_any_case(self) -> None:
        """As in Go, the member's case does not matter."""
        self.assertEqual(len(parse_keys({"Keys": [OCT]})), 1)

    def test_no_keys(self) -> None:
        """A set may be empty, or not say so."""
        for document in ({}, {"keys": None}, {"keys": []}):
            self.assertEqual(parse_keys(document), ())

    def test_no_set(self) -> None:
        """Other documents are no sets."""
        for document in ([], "x", {"keys": {}}, {"keys": "x"}):
            self.assertRaises(BadKey, parse_keys, document)
