"""Tests of the settings of key sources."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import ConfigError
from krakendtw.middleware.auth._go_struct import decode_struct
from krakendtw.middleware.auth._source import (
    SOURCE_FIELDS,
    SourceSettings,
    check_keeper,
    is_secure,
    source_settings,
)
from tests.middleware.auth.test_jwk import certificate
from tests.middleware.auth.test_secret import URL, seal
from tests.middleware.auth.tokens import OCT, PLACE


def values(**raw: Any) -> dict[str, Any]:
    """The decoded keys."""
    return decode_struct(raw, "Config", SOURCE_FIELDS)


def settings(**raw: Any) -> SourceSettings:
    """The settings of some keys."""
    return source_settings(values(**raw), PLACE)


class SecurityTests(SynchronousTestCase):
    """Tests of :func:`is_secure`."""

    def test_https_or_switched_off(self) -> None:
        """Without TLS the switch is needed, for a file too."""
        self.assertTrue(is_secure(values(jwk_url="https://a")))
        self.assertTrue(is_secure(values(disable_jwk_security=True)))
        self.assertFalse(is_secure(values(jwk_url="http://a")))
        self.assertFalse(is_secure(values(jwk_url="HTTPS://a")))
        self.assertFalse(is_secure(values(jwk_local_path="./a")))


class SettingsTests(SynchronousTestCase):
    """Tests of :func:`source_settings` and :func:`check_keeper`."""

    def test_fingerprints(self) -> None:
        """Fingerprints are base64url; what is not names its place."""
        digest = bytes(range(32))
        text = base64.urlsafe_b64encode(digest).decode()
        self.assertEqual(settings(jwk_fingerprints=[text]).pins, (digest,))
        error = self.assertRaises(ConfigError, settings, jwk_fingerprints=[text, "!"])
        self.assertIn("jwk_fingerprints[1]", str(error))

    def test_keeper(self) -> None:
        """An unsupported keeper is refused where there is a file to open."""
        raw = {"secret_url": "awskms://x"}
        check_keeper(values(**raw), PLACE)
        error = self.assertRaises(
            ConfigError, check_keeper, values(jwk_local_path="x", **raw), PLACE
        )
        self.assertIn("secret_url", str(error))


class FileTests(SynchronousTestCase):
    """Files that the settings name."""

    def write(self, content: bytes) -> str:
        """A file's name."""
        path = Path(self.mktemp())
        path.write_bytes(content)
        return str(path)

    def test_keys(self) -> None:
        """The keys of a file are read."""
        path = self.write(json.dumps({"keys": [OCT]}).encode())
        (key,) = settings(jwk_local_path=path).file_keys()
        self.assertEqual(key.kid, "h")

    def test_encrypted_keys(self) -> None:
        """The keys of an encrypted file are read."""
        sealed, cypher_key = seal(json.dumps({"keys": [OCT]}).encode())
        (key,) = settings(
            jwk_local_path=self.write(sealed),
            secret_url=URL,
            cypher_key=base64.b64encode(cypher_key).decode(),
        ).file_keys()
        self.assertEqual(key.kid, "h")

    def test_unusable_files(self) -> None:
        """A missing, broken or closed file ends the start and names its place."""
        sealed, _ = seal(b"{}")
        for raw in (
            {"jwk_local_path": self.mktemp()},
            {"jwk_local_path": self.write(b"{}x")},
            {"jwk_local_path": self.write(b'{"keys":[{}]}')},
            {"jwk_local_path": self.write(sealed), "secret_url": URL},
        ):
            error = self.assertRaises(ConfigError, settings(**raw).file_keys)
            self.assertIn("jwk_local_path", str(error))

    def test_tls(self) -> None:
        """The trust in the host: suites, authorities, pins, or none of it."""
        der = certificate("ES256")
        pem = b"-----BEGIN CERTIFICATE-----\n%b\n-----END CERTIFICATE-----\n"
        path = self.write(pem % base64.encodebytes(der).strip())
        tls = settings(
            jwk_local_ca=path, cipher_suites=[0xC02F], disable_jwk_security=True
        ).tls()
        self.assertEqual(tls.authorities, (der,))
        self.assertEqual(tls.cipher_suites, (0xC02F,))
        self.assertTrue(tls.is_insecure)

    def test_missing_authority(self) -> None:
        """An authority's file that is missing ends the start."""
        error = self.assertRaises(ConfigError, settings(jwk_local_ca="./gone").tls)
        self.assertIn("jwk_local_ca", str(error))
