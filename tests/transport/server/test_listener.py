"""Tests of :mod:`krakendtw.transport.server.listener`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource

from krakendtw.config.model import ServerTLSConfig, ServiceConfig, TLSKeyPair
from krakendtw.errors import ConfigError
from krakendtw.testing import MemoryLog
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.server.listener import listener
from krakendtw.transport.server.opening import ClearText, Negotiation
from krakendtw.transport.server.site import GatewaySite
from krakendtw.transport.server.tls import SecureFactory
from tests.transport.certificates import certificate


class ListenerTests(SynchronousTestCase):
    """What listens."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.log = MemoryLog()
        self.site = GatewaySite(Resource(), TimerWheel(self.clock), self.log)

    def listen(
        self, tls: ServerTLSConfig | None = None, *, h2c: bool = False
    ) -> object:
        """What listens for a configuration."""
        config = ServiceConfig(tls=tls)
        return listener(self.site, config, self.log, self.clock, use_h2c=h2c)

    def pair(self) -> TLSKeyPair:
        """A certificate's files."""
        folder = Path(self.mktemp())
        folder.mkdir()
        return certificate().write(folder, "a")

    def test_plain(self) -> None:
        """Without TLS and h2c the site itself listens."""
        self.assertIs(self.site, self.listen())
        self.assertIs(self.site, self.listen(ServerTLSConfig(disabled=True)))

    def test_h2c(self) -> None:
        """With h2c clear text is looked at."""
        for tls in (None, ServerTLSConfig(disabled=True)):
            made = self.listen(tls, h2c=True).buildProtocol(None)  # type: ignore[attr-defined]
            self.assertIsInstance(made, ClearText)

    def test_tls(self) -> None:
        """With TLS the handshake decides, h2c or not."""
        for h2c in (False, True):
            made = self.listen(ServerTLSConfig(keys=(self.pair(),)), h2c=h2c)
            assert isinstance(made, SecureFactory)
            inside = made.buildProtocol(None).wrappedProtocol
            self.assertIsInstance(inside, Negotiation)

    def test_broken(self) -> None:
        """Certificates that cannot be used keep the gateway from starting."""
        self.assertRaises(ConfigError, self.listen, ServerTLSConfig())

    def test_costs_nothing(self) -> None:
        """What is not configured is not imported."""
        program = (
            "import sys, krakendtw.transport.server.listener as module;"
            "sys.exit('h2' in sys.modules or 'OpenSSL' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", program], check=False)
        self.assertEqual(0, done.returncode)
