"""Tests of limits that gateways share."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.middleware.qos.ratelimit._shared import SharedLimits, read_shared
from krakendtw.testing import extra_config, gateway_request, service_scope
from tests.middleware.qos.ratelimit.stores import Stores, settled


class SharedLimitsTests(SynchronousTestCase):
    """Limits behind a connection."""

    def setUp(self) -> None:
        self.stores = Stores()

    def read(self, **raw: Any) -> SharedLimits:
        """The limits of some keys, on an endpoint."""
        raw = {"connection_name": "shared", **raw}
        return read_shared(raw, ConfigPath(("x",)), has_route=True)

    def check(self, shared: SharedLimits, name: str = "") -> Any:
        """Their check, in a gateway of this name."""
        config = ServiceConfig(name=name, extra=extra_config({"redis": self.stores}))
        return shared.check(service_scope(config), "GET /a", "/a")

    def test_capacity(self) -> None:
        """Each rate's capacity is its own tokens of a second."""
        limits = self.read(client_max_rate=7, strategy="ip", max_rate=9.5).limits
        self.assertEqual((9, 7), (limits.capacity, limits.client_capacity))

    def test_check(self) -> None:
        """It is asked of the store, whose answer may come later."""
        check = self.check(self.read(max_rate=1, capacity=2))
        statuses = [settled(check(gateway_request())) for _ in range(3)]
        self.assertEqual([0, 0, 503], statuses)

    def test_names(self) -> None:
        """The buckets' names are those of the gateway and the place."""
        raw = {"max_rate": 1, "client_max_rate": 1, "strategy": "ip"}
        self.check(self.read(**raw))
        self.check(self.read(**raw), "shop")
        self.assertEqual(
            ["GET /a:client", "GET /a:all", "shop|GET /a:client", "shop|GET /a:all"],
            self.stores.store.names,
        )

    def test_on_failure(self) -> None:
        """The store is told what to say when it cannot tell."""
        self.check(self.read(max_rate=1))
        self.check(self.read(max_rate=1, on_failure_allow=True))
        self.assertEqual([False, True], self.stores.allowed)

    def test_unknown_connection(self) -> None:
        """A connection that nobody has does not start."""
        shared = self.read(max_rate=1, connection_name="other")
        error = self.assertRaises(ConfigError, self.check, shared)
        self.assertIn("no connection is named 'other'", str(error))

    def test_older_key(self) -> None:
        """``connection_pool`` is an older name of the key."""
        raw = {"connection_pool": "shared", "max_rate": 1}
        shared = read_shared(raw, ConfigPath(), has_route=True)
        self.assertEqual("shared", shared.connection)

    def test_no_connection(self) -> None:
        """A connection must be named."""
        error = self.assertRaises(
            ConfigErrors, self.read, connection_name="", max_rate=1
        )
        self.assertIn("connection_name", str(error))
