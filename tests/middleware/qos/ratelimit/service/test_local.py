"""Tests of ``qos/ratelimit/service``."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.interfaces import IRouterMiddleware
from krakendtw.middleware.qos.ratelimit._store import MemoryStore
from krakendtw.middleware.qos.ratelimit.service.local import configure
from krakendtw.testing import MemoryRouter, gateway_request, render, service_scope
from tests.middleware.qos.doubles import Time

WHERE = ConfigPath(("extra_config", "qos/ratelimit/service"))


class ServiceLimitsTests(SynchronousTestCase):
    """The limits of the gateway."""

    def leaves(self, **raw: Any) -> list[Any]:
        """Two leaves of a gateway with these settings."""
        settings = evolve(configure(raw, WHERE), store=MemoryStore(now=Time()))
        verifyObject(IRouterMiddleware, settings)
        scope = service_scope()
        return [settings.wrap_leaf(scope, MemoryRouter()) for _ in range(2)]

    def status(self, leaf: Any, client: str = "") -> int:
        """What a client is answered."""
        return render(leaf, gateway_request(headers={"X-C": client})).status

    def test_everybody(self) -> None:
        """All leaves take from one bucket."""
        first, second = self.leaves(max_rate=1, capacity=2)
        self.assertEqual(
            [200, 200, 503, 503], [*map(self.status, (first, second, first, second))]
        )

    def test_clients(self) -> None:
        """A client has one bucket for all leaves."""
        first, second = self.leaves(client_max_rate=1, strategy="header", key="X-C")
        self.assertEqual(200, self.status(first, "a"))
        self.assertEqual(429, self.status(second, "a"))
        self.assertEqual(200, self.status(second, "b"))

    def test_nonsense(self) -> None:
        """What cannot be meant does not start."""
        for raw in ({}, {"max_rate": "1"}, {"client_max_rate": 1, "strategy": "param"}):
            self.assertRaises(ConfigErrors, configure, raw, WHERE)
        self.assertRaises(ConfigError, configure, [1], WHERE)

    def test_elsewhere(self) -> None:
        """On an endpoint it would limit nothing, so it is refused there."""
        where = ConfigPath(("endpoints", 0, "extra_config", "qos/ratelimit/service"))
        error = self.assertRaises(ConfigError, configure, {"max_rate": 1}, where)
        self.assertIn("put it into the service's", str(error))
