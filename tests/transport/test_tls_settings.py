"""Tests of :mod:`krakendtw.transport.tls_settings`."""

from __future__ import annotations

import contextlib

from OpenSSL import SSL
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.tls_settings import (
    GO_CLIENT,
    TLSSettings,
    lacks_http2_suite,
    set_names,
    settings,
)
from tests.transport.certificates import certificate
from tests.transport.test_tls_files import use

TLS10, TLS12, TLS13 = SSL.TLS1_VERSION, SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION


class SettingsTests(SynchronousTestCase):
    """From a configuration to what is agreed on."""

    def test_versions(self) -> None:
        """Versions are words; SSL 3.0 is older than anything that Go speaks."""
        for words, expected in (
            (("TLS12", "TLS13"), (TLS12, TLS13)),
            (("SSL3.0", "TLS13"), (TLS10, TLS13)),
            (("odd", "odd"), (TLS13, TLS13)),
        ):
            made = settings(*words)
            self.assertEqual(expected, (made.oldest, made.newest))
            self.assertTrue(made.is_possible)

    def test_impossible(self) -> None:
        """Versions, suites and curves that cannot go together are told apart."""
        for arguments in (
            ("TLS13", "TLS12"),
            ("SSL3.0", "SSL3.0"),
            ("TLS12", "TLS12", (4865,)),
            ("TLS12", "TLS13", (), (9999,)),
        ):
            made = settings(*arguments)  # type: ignore[arg-type]
            self.assertFalse(made.is_possible, arguments)
            made.apply(SSL.Context(SSL.TLS_SERVER_METHOD))

    def test_suites(self) -> None:
        """Suites are in Go's order, whatever the configuration's."""
        made = settings("TLS12", "TLS12", (52392, 49199, 1, 49195))
        self.assertEqual(
            (
                "ECDHE-ECDSA-AES128-GCM-SHA256",
                "ECDHE-RSA-AES128-GCM-SHA256",
                "ECDHE-RSA-CHACHA20-POLY1305",
            ),
            made.suites,
        )
        self.assertEqual(6, len(settings("TLS12", "TLS12").suites))

    def test_suites_of_tls13_alone(self) -> None:
        """Those of TLS 1.3 are no choice: without others only 1.3 is spoken."""
        made = settings("TLS12", "TLS13", (4865,))
        self.assertTrue(made.is_possible)
        made.apply(SSL.Context(SSL.TLS_SERVER_METHOD))

    def test_curves(self) -> None:
        """Curves keep their order, once each; unknown ones are dropped."""
        made = settings("TLS13", "TLS13", (), (29, 23, 29, 1))
        self.assertEqual(("X25519", "P-256"), made.curves)
        self.assertEqual(("P-521", "P-384", "P-256"), settings("", "").curves)

    def test_old_versions(self) -> None:
        """TLS 1.1 works where it is asked for."""
        client = self.shake_hands(settings("TLS10", "TLS11", (0xC009,)))
        self.assertEqual("TLSv1.1", client.get_protocol_version_name())

    def test_order_of_tls13(self) -> None:
        """Of the suites of TLS 1.3 the same is taken as by Go."""
        client = self.shake_hands(settings("TLS13", "TLS13"))
        self.assertEqual("TLS_AES_128_GCM_SHA256", client.get_cipher_name())

    def shake_hands(self, made: TLSSettings) -> SSL.Connection:
        """The client's side of a connection with the same settings on both."""
        contexts = []
        for method in (SSL.TLS_SERVER_METHOD, SSL.TLS_CLIENT_METHOD):
            contexts.append(SSL.Context(method))
            made.apply(contexts[-1])
        use(certificate(), contexts[0])
        server, client = (SSL.Connection(context, None) for context in contexts)
        server.set_accept_state()
        client.set_connect_state()
        for one, other in [(client, server), (server, client)] * 4:
            with contextlib.suppress(SSL.WantReadError):
                one.do_handshake()
            with contextlib.suppress(SSL.WantReadError):
                other.bio_write(one.bio_read(65536))
        return client

    def test_go_client(self) -> None:
        """Go's own settings can be used."""
        GO_CLIENT.apply(SSL.Context(SSL.TLS_CLIENT_METHOD))
        self.assertEqual((TLS12, TLS13), (GO_CLIENT.oldest, GO_CLIENT.newest))

    def test_http2_suites(self) -> None:
        """One of two suites must be there, where suites are chosen below 1.3."""
        for version, suites, expected in (
            ("TLS12", (49200,), True),
            ("TLS12", (49200, 49195), False),
            ("TLS12", (), False),
            ("TLS13", (49200,), False),
            ("odd", (49200,), False),
        ):
            self.assertEqual(expected, lacks_http2_suite(version, suites))

    def test_unknown_names(self) -> None:
        """What OpenSSL does not know, or cannot do, changes nothing."""
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        set_names(context, "SSL_CTX_set1_curves_list", "no-such-curve")
        set_names(context, "no_such_function", "P-256")
        SSL.Connection(context, None)
