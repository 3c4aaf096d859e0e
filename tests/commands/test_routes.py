"""Tests of trying the routes."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands._routes import try_routes
from krakendtw.config.model import EndpointConfig, ServiceConfig
from krakendtw.errors import ConfigError


def service(*paths: str, method: str = "GET") -> ServiceConfig:
    """A configuration with endpoints, and with every path of the gateway."""
    endpoints = tuple(EndpointConfig(path, method=method) for path in paths)
    return ServiceConfig(endpoints=endpoints, debug_endpoint=True, echo_endpoint=True)


class RouteTests(SynchronousTestCase):
    """Which routes stand beside each other."""

    def test_good(self) -> None:
        """A parameter goes with a literal."""
        self.assertIsNone(try_routes(service("/a/:x", "/a/b")))

    def test_duplicate(self) -> None:
        """The same route twice does not go."""
        error = self.assertRaises(ConfigError, try_routes, service("/a", "/a"))
        self.assertIn("already registered", error.message)

    def test_conflict(self) -> None:
        """Nor do two names for one segment, or the path of the health check."""
        for paths in (("/a/:x", "/a/:y/b"), ("/__health",)):
            self.assertRaises(ConfigError, try_routes, service(*paths))

    def test_unserved_method(self) -> None:
        """What the gateway leaves out conflicts with nothing."""
        self.assertIsNone(try_routes(service("/a", "/a", method="BREW")))
