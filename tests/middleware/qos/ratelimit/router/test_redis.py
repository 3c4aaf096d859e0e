"""Tests of ``qos/ratelimit/router/redis``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IHandlerMiddleware
from krakendtw.middleware.qos.ratelimit.router.redis import configure
from krakendtw.router.answer import Answer
from krakendtw.testing import (
    extra_config,
    gateway_request,
    handler_scope,
    service_scope,
)
from tests.middleware.qos.ratelimit.stores import Stores

NAMESPACE = "qos/ratelimit/router/redis"
WHERE = ConfigPath(("endpoints", 0, "extra_config", NAMESPACE))
RAW = {
    "connection_name": "shared",
    "client_max_rate": 1,
    "strategy": "param",
    "key": "id",
}


class SharedEndpointLimitsTests(SynchronousTestCase):
    """The shared limits of one endpoint."""

    def test_limit(self) -> None:
        """The client is known by the route, the answer comes when the store's does."""
        settings = configure(RAW, WHERE)
        verifyObject(IHandlerMiddleware, settings)
        service = ServiceConfig(extra=extra_config({"redis": Stores()}))
        endpoint = EndpointConfig(
            path="/u/:id", extra=extra_config({NAMESPACE: settings})
        )
        scope = handler_scope(endpoint, service_scope(service))
        handler = settings.wrap_handler(scope, lambda request: Answer(200))
        statuses = []
        for user in "aab":
            request = gateway_request("GET", f"/u/{user}")
            request.route_params = {"Id": user}
            statuses.append(self.successResultOf(handler(request)).status)  # type: ignore[arg-type]
        self.assertEqual([200, 429, 200], statuses)

    def test_elsewhere(self) -> None:
        """At another endpoint it has nothing to say."""
        settings = configure(RAW, WHERE)
        handler = Answer
        wrapped = settings.wrap_handler(handler_scope(), handler)  # type: ignore[arg-type]
        self.assertIs(handler, wrapped)

    def test_only_on_endpoints(self) -> None:
        """At the service it is refused."""
        where = ConfigPath(("extra_config", NAMESPACE))
        self.assertRaises(ConfigError, configure, RAW, where)
