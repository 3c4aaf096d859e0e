"""Tests of the settings of TLS and of the way to the backends."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.document import (
    ClientCertDocument,
    ClientTLSDocument,
    KeyPairDocument,
    ServiceDocument,
    TLSDocument,
)
from krakendtw.config.model import (
    ClientTLSConfig,
    ServerTLSConfig,
    TLSKeyPair,
    TransportConfig,
)
from krakendtw.config.network import resolve_server_tls, resolve_transport


class TransportTests(SynchronousTestCase):
    """The way to the backends."""

    def test_defaults(self) -> None:
        """Nothing written is what the model holds by itself."""
        self.assertEqual(TransportConfig(), resolve_transport(ServiceDocument()))

    def test_written(self) -> None:
        """What is written stays, a negative fallback delay too."""
        transport = resolve_transport(
            ServiceDocument(
                max_idle_connections_per_host=7,
                dialer_fallback_delay=-1.0,
                dialer_keep_alive=3.0,
                disable_keep_alives=True,
            )
        )
        self.assertEqual(7, transport.max_idle_connections_per_host)
        self.assertEqual(-1.0, transport.dialer_fallback_delay)
        self.assertEqual(3.0, transport.dialer_keep_alive)
        self.assertTrue(transport.disable_keep_alives)

    def test_insecure_at_the_root(self) -> None:
        """The deprecated root key makes, or changes, the TLS settings."""
        alone = resolve_transport(ServiceDocument(allow_insecure_connections=True))
        self.assertEqual(ClientTLSConfig(allow_insecure_connections=True), alone.tls)
        beside = resolve_transport(
            ServiceDocument(
                allow_insecure_connections=True,
                client_tls=ClientTLSDocument(min_version="TLS12"),
            )
        )
        self.assertEqual(
            ClientTLSConfig(allow_insecure_connections=True, min_version="TLS12"),
            beside.tls,
        )

    def test_client_certs(self) -> None:
        """Certificates for backends become key pairs."""
        transport = resolve_transport(
            ServiceDocument(
                client_tls=ClientTLSDocument(
                    client_certs=(ClientCertDocument("c.pem", "k.pem"),)
                )
            )
        )
        assert transport.tls is not None
        self.assertEqual((TLSKeyPair("c.pem", "k.pem"),), transport.tls.client_certs)


class ServerTLSTests(SynchronousTestCase):
    """The listener's TLS."""

    def test_absent(self) -> None:
        """Without the section there is no TLS."""
        self.assertIsNone(resolve_server_tls(None))

    def test_defaults(self) -> None:
        """An empty section is TLS 1.3 without keys."""
        self.assertEqual(ServerTLSConfig(), resolve_server_tls(TLSDocument()))

    def test_unknown_version(self) -> None:
        """What is no version is TLS 1.3."""
        tls = resolve_server_tls(TLSDocument(min_version="1.2", max_version="TLS12"))
        assert tls is not None
        self.assertEqual(("TLS13", "TLS12"), (tls.min_version, tls.max_version))

    def test_single_pair_comes_last(self) -> None:
        """The deprecated pair joins the list at its end."""
        tls = resolve_server_tls(
            TLSDocument(
                public_key="b", private_key="y", keys=(KeyPairDocument("a", "x"),)
            )
        )
        assert tls is not None
        self.assertEqual((TLSKeyPair("a", "x"), TLSKeyPair("b", "y")), tls.keys)
