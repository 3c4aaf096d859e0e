"""Tests of TLS to Redis."""

from __future__ import annotations

from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.middleware.redis._tls import RedisTLS, read_tls


class TLSTests(SynchronousTestCase):
    """The key ``tls``."""

    def test_defaults(self) -> None:
        """TLS 1.3 and the system's authorities."""
        self.assertEqual(RedisTLS(), read_tls({}, ConfigPath()))

    def test_creators(self) -> None:
        """Connections can be made with and without trust."""
        for tls in (RedisTLS(), RedisTLS(allow_insecure=True, min_version="TLS12")):
            creator = tls.options_for("redis")
            self.assertTrue(IOpenSSLClientConnectionCreator.providedBy(creator))

    def test_nonsense(self) -> None:
        """Versions that do not exist, and files that do not, are refused."""
        self.assertRaises(ConfigErrors, read_tls, {"min_version": "TLS9"}, ConfigPath())
        self.assertRaises(ConfigError, read_tls, {"ca_certs": ["/none"]}, ConfigPath())
        self.assertRaises(ConfigErrors, read_tls, {"client_certs": [{}]}, ConfigPath())
