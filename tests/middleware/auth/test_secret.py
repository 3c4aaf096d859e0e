"""Tests of encrypted key files."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.secret import SecretBox
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._secret import (
    SecretError,
    check_scheme,
    decrypt_file,
    keeper_key,
)

KEEPER = bytes(range(32))
URL = "base64key://" + base64.urlsafe_b64encode(KEEPER).decode()
DATA_KEY = b"data key"


def seal(plain: bytes) -> tuple[bytes, bytes]:
    """A file and its data key, encrypted as KrakenD's tools do."""
    digest = hashlib.md5(DATA_KEY, usedforsecurity=False).hexdigest()
    nonce = bytes(12)
    sealed = nonce + AESGCM(digest.encode()).encrypt(nonce, plain, None)
    return sealed, bytes(SecretBox(KEEPER).encrypt(DATA_KEY))


class DecryptTests(SynchronousTestCase):
    """Tests of :func:`decrypt_file`."""

    def test_open(self) -> None:
        """With both keys the file opens."""
        sealed, cypher_key = seal(b"plain text")
        self.assertEqual(decrypt_file(sealed, URL, cypher_key), b"plain text")

    def test_changed(self) -> None:
        """A file or a data key that was changed does not open."""
        sealed, cypher_key = seal(b"plain text")
        for file, key in (
            (sealed[:-1] + b"x", cypher_key),
            (sealed[:5], cypher_key),
            (b"", cypher_key),
            (sealed, cypher_key[:-1] + b"x"),
            (sealed, b""),
        ):
            self.assertRaises(SecretError, decrypt_file, file, URL, key)

    def test_another_keeper_key(self) -> None:
        """Another key of the keeper opens nothing."""
        sealed, cypher_key = seal(b"plain text")
        url = "base64key://" + base64.urlsafe_b64encode(bytes(32)).decode()
        self.assertRaises(SecretError, decrypt_file, sealed, url, cypher_key)


class KeeperTests(SynchronousTestCase):
    """Tests of :func:`keeper_key` and :func:`check_scheme`."""

    def test_key(self) -> None:
        """The key stands where a URL has its host."""
        self.assertEqual(keeper_key(URL), KEEPER)

    def test_bad_keys(self) -> None:
        """Another length, other characters, parameters."""
        for url in (
            "base64key://",
            "base64key://AAAA",
            "base64key://+++",
            URL + "?a=1",
        ):
            self.assertRaises(SecretError, keeper_key, url)

    def test_other_keepers(self) -> None:
        """Keepers that are services say that they are not supported."""
        for scheme in ("awskms", "azurekeyvault", "gcpkms", "hashivault"):
            error = self.assertRaises(SecretError, check_scheme, f"{scheme}://a/b?c=d")
            self.assertIn(scheme, str(error))
