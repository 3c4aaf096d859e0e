"""Tests of ``qos/ratelimit/service/redis``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IRouterMiddleware
from krakendtw.middleware.qos.ratelimit.service.redis import configure
from krakendtw.testing import (
    MemoryRouter,
    extra_config,
    gateway_request,
    render,
    service_scope,
)
from tests.middleware.qos.ratelimit.stores import Stores

WHERE = ConfigPath(("extra_config", "qos/ratelimit/service/redis"))
RAW = {"connection_name": "shared", "max_rate": 1}


class SharedServiceLimitsTests(SynchronousTestCase):
    """The shared limits of the gateway."""

    def test_limit(self) -> None:
        """All leaves take from one bucket of the store."""
        settings = configure(RAW, WHERE)
        verifyObject(IRouterMiddleware, settings)
        stores = Stores()
        scope = service_scope(ServiceConfig(extra=extra_config({"redis": stores})))
        leaves = [settings.wrap_leaf(scope, MemoryRouter()) for _ in range(2)]
        statuses = [render(leaf, gateway_request()).status for leaf in leaves]
        self.assertEqual([200, 503], statuses)
        self.assertEqual(["service:all"], stores.store.names)

    def test_only_at_the_service(self) -> None:
        """On an endpoint it is refused."""
        where = ConfigPath(("endpoints", 0, "extra_config", "x"))
        self.assertRaises(ConfigError, configure, RAW, where)
