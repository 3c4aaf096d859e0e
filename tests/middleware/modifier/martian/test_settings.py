"""Tests of the configuration of ``modifier/martian``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import NotConfigured
from krakendtw.interfaces import IClientMiddleware
from krakendtw.middleware.modifier.martian._agent import ModifyingAgent
from krakendtw.middleware.modifier.martian.settings import Martian, configure
from krakendtw.testing import backend_scope, extra_config

WHERE = ConfigPath() / "endpoints" / 0 / "backend" / 0 / "extra_config" / "m"
GOOD = {"header.Modifier": {"name": "A", "value": "1"}}


class ConfigureTests(SynchronousTestCase):
    """What is made of the configuration."""

    def made(self) -> Martian:
        """Settings."""
        return configure(GOOD, WHERE)

    def test_interface(self) -> None:
        """The settings are the middleware, outside of the client."""
        made = self.made()
        self.assertTrue(verifyObject(IClientMiddleware, made))
        self.assertLess(made.client_order, 0)

    def test_wraps(self) -> None:
        """The agent of the backend where it stands is wrapped, no other."""
        made = self.made()
        agent: Any = object()
        self.assertIs(made.wrap_agent(backend_scope(), agent), agent)
        backend = BackendConfig(extra=extra_config({"modifier/martian": made}))
        wrapped = made.wrap_agent(backend_scope(backend), agent)
        self.assertIsInstance(wrapped, ModifyingAgent)

    def test_out(self) -> None:
        """A mistake leaves it out."""
        for raw in ("text", {}, {"x": {}}, {**GOOD, "y": {}}):
            self.assertRaises(NotConfigured, configure, raw, WHERE)
