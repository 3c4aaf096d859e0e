"""Tests of ``qos/ratelimit/tiered``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.interfaces import IHandlerMiddleware, IRouterMiddleware
from krakendtw.middleware.qos.ratelimit.tiered import configure
from krakendtw.router.answer import Answer
from krakendtw.testing import (
    MemoryLog,
    MemoryRouter,
    extra_config,
    gateway_request,
    handler_scope,
    render,
    service_scope,
)
from tests.middleware.qos.ratelimit.stores import Stores, settled

NAMESPACE = "qos/ratelimit/tiered"
ENDPOINT = ConfigPath(("endpoints", 0, "extra_config", NAMESPACE))
SERVICE = ConfigPath(("extra_config", NAMESPACE))


def tier(value: str, capacity: int, **keys: Any) -> dict[str, Any]:
    """A tier whose clients have some requests a day."""
    limit = {"max_rate": 1, "capacity": capacity, "every": "24h"}
    return {"tier_value": value, "ratelimit": limit, **keys}


class EndpointTests(SynchronousTestCase):
    """Tiers of an endpoint."""

    def setUp(self) -> None:
        self.log = MemoryLog()

    def handler(self, *tiers: Any) -> Any:
        """The handler of an endpoint with these tiers."""
        settings = configure({"tier_key": "X-Tier", "tiers": list(tiers)}, ENDPOINT)
        verifyObject(IHandlerMiddleware, settings)
        verifyObject(IRouterMiddleware, settings)
        config = ServiceConfig(extra=extra_config({"redis": Stores()}))
        endpoint = EndpointConfig(path="/a", extra=extra_config({NAMESPACE: settings}))
        scope = handler_scope(endpoint, service_scope(config, log=self.log))
        return settings.wrap_handler(scope, lambda request: Answer(200))

    def granted(self, handler: Any, value: str | None) -> int:
        """How many of ten requests of a tier are let in."""
        headers = {} if value is None else {"x-tier": value}
        statuses = [
            settled(handler(gateway_request(headers=headers))).status for _ in range(10)
        ]
        return statuses.count(200)

    def test_literal(self) -> None:
        """Each tier has its own limit, the value's case counts."""
        handler = self.handler(tier("gold", 5), tier("silver", 2))
        self.assertEqual(5, self.granted(handler, "gold"))
        self.assertEqual(2, self.granted(handler, "silver"))
        self.assertEqual(10, self.granted(handler, "Gold"))

    def test_first_that_fits(self) -> None:
        """Only the first tier that fits is asked."""
        handler = self.handler(tier("gold", 5), tier("gold", 1))
        self.assertEqual(5, self.granted(handler, "gold"))

    def test_all_others(self) -> None:
        """``*`` fits every value, and none."""
        handler = self.handler(tier("gold", 5), tier("", 3, tier_value_as="*"))
        self.assertEqual(3, self.granted(handler, "x" * 500))
        self.assertEqual(0, self.granted(handler, None))
        self.assertEqual([], [line for line in self.log.lines if "WARNING" in line])

    def test_nothing_fits(self) -> None:
        """What fits no tier is not limited; the log says so at start."""
        handler = self.handler(tier("gold", 5))
        self.assertEqual(10, self.granted(handler, None))
        self.assertIn("requests that fit no tier", self.log.lines[-1])

    def test_both_stores(self) -> None:
        """A tier's own bucket is asked before the shared one."""
        shared = {"connection_name": "shared", "max_rate": 1, "capacity": 2}
        handler = self.handler(tier("gold", 5, ratelimit_redis=shared))
        self.assertEqual(2, self.granted(handler, "gold"))

    def test_elsewhere(self) -> None:
        """Another endpoint's tiers are none of this one's."""
        settings = configure({"tier_key": "X", "tiers": [tier("a", 1)]}, ENDPOINT)
        handler: Any = Answer
        self.assertIs(handler, settings.wrap_handler(handler_scope(), handler))


class ServiceTests(SynchronousTestCase):
    """Tiers of the gateway."""

    def test_limit(self) -> None:
        """All leaves share the tiers, and the log warns that clients choose."""
        log = MemoryLog()
        scope = service_scope(log=log)
        settings = configure({"tier_key": "X-Tier", "tiers": [tier("a", 1)]}, SERVICE)
        leaves = [settings.wrap_leaf(scope, MemoryRouter()) for _ in range(2)]
        statuses = [
            render(leaf, gateway_request(headers={"X-Tier": "a"})).status
            for leaf in leaves
        ]
        self.assertEqual([200, 503], statuses)
        self.assertEqual(1, sum("clients choose" in line for line in log.lines))

    def test_endpoints_are_left_alone(self) -> None:
        """The service's tiers are not asked again for each endpoint."""
        settings = configure({"tier_key": "X", "tiers": [tier("a", 1)]}, SERVICE)
        handler: Any = Answer
        self.assertIs(handler, settings.wrap_handler(handler_scope(), handler))


class ConfigurationTests(SynchronousTestCase):
    """What does not start."""

    def refused(self, *tiers: Any, where: ConfigPath = ENDPOINT, key: str = "X") -> str:
        """What is said of tiers that are refused."""
        raw = {"tier_key": key, "tiers": list(tiers)}
        return str(self.assertRaises(ConfigErrors, configure, raw, where))

    def test_keys(self) -> None:
        """Header, limits and kinds are checked, all at once."""
        message = self.refused(
            {"tier_value": "a"}, tier("b", 1, tier_value_as="regex"), key=""
        )
        for part in ("tier_key", "tiers[0].ratelimit: is missing", "tiers[1]"):
            self.assertIn(part, message)

    def test_out_of_reach(self) -> None:
        """A tier behind ``*`` is a mistake."""
        message = self.refused(tier("", 1, tier_value_as="*"), tier("a", 1))
        self.assertIn("never reached", message)

    def test_parameters_of_no_route(self) -> None:
        """At the service there are no parameters."""
        limit = {"client_max_rate": 1, "strategy": "param", "key": "id"}
        message = self.refused({"tier_value": "a", "ratelimit": limit}, where=SERVICE)
        self.assertIn("no parameters", message)

    def test_backend(self) -> None:
        """On a backend it has no effect and is refused."""
        where = ConfigPath(("endpoints", 0, "backend", 0, "extra_config", NAMESPACE))
        self.assertRaises(ConfigError, configure, {}, where)
