"""Tests of :mod:`krakendtw.reactor`."""

from __future__ import annotations

import sys

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.reactor import install
from krakendtw.transport import reactor as epoll

NAME = "twisted.internet.reactor"


class InstallTests(SynchronousTestCase):
    """``install``: which reactor the gateway runs on."""

    def setUp(self) -> None:
        from twisted.internet import reactor

        self.installed = reactor
        self.count = 0
        self.patch(epoll, "install", self.install)

    def install(self) -> None:
        """Count, and be there."""
        self.count += 1
        sys.modules[NAME] = self.installed  # type: ignore[assignment]

    def without(self) -> None:
        """As if there were no reactor yet."""
        self.addCleanup(sys.modules.__setitem__, NAME, sys.modules.pop(NAME))

    def test_installed(self) -> None:
        """One that is there already is taken."""
        self.assertIs(self.installed, install())
        self.assertEqual(0, self.count)

    def test_ours(self) -> None:
        """On Linux ours is installed."""
        self.without()
        self.patch(sys, "platform", "linux")
        self.assertIs(self.installed, install())
        self.assertEqual(1, self.count)

    def test_elsewhere(self) -> None:
        """Elsewhere Twisted chooses."""
        self.without()
        self.patch(sys, "platform", "darwin")
        self.assertIs(self.installed, install())
        self.assertEqual(0, self.count)
