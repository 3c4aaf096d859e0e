"""The order table: where each component stands among the others.

The numbers reproduce the order in which KrakenD wraps; those of components that
KrakenD does not have stand beside them.  A component that is not installed yet
keeps its place.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import twisted.plugins
from attrs import frozen
from twisted.plugin import IPlugin, getPlugins
from twisted.trial.unittest import SynchronousTestCase

from krakendtw import interfaces
from krakendtw.plugin import MiddlewareMaker
from krakendtw.proxy import factory

# By stage: what is asked of a class, and the attribute with its number.
STAGES = {
    "server": (interfaces.IServerMiddleware, "server_order"),
    "router": (interfaces.IRouterMiddleware, "router_order"),
    "handler": (interfaces.IHandlerMiddleware, "handler_order"),
    "proxy": (interfaces.IProxyMiddleware, "proxy_order"),
    "backend": (interfaces.IBackendMiddleware, "backend_order"),
    "terminator": (interfaces.IBackendTerminator, "backend_order"),
    "client": (interfaces.IClientMiddleware, "client_order"),
}

# KrakenD's order.  Martian works around the client's redirects, for one request
# is one to it; so it stands outside of what replaces the client, too.
KRAKEND = {
    "server": {
        "telemetry/opentelemetry": 100,
        "security/cors": 200,
        "plugin/http-server": 300,
    },
    "router": {
        "security/http": 400,
        "modifier/lua-endpoint": 500,
        "security/bot-detector": 600,
    },
    "handler": {
        "telemetry/opentelemetry": 100,
        "security/bot-detector": 150,
        "telemetry/opencensus": 200,
        "telemetry/metrics": 250,
        "auth/validator": 300,
        "auth/signer": 350,
        "modifier/lua-endpoint": 500,
        "qos/ratelimit/router": 550,
    },
    "proxy": {
        "telemetry/opentelemetry": 100,
        "telemetry/opencensus": 200,
        "telemetry/metrics": 250,
        "modifier/lua-proxy": 500,
        "validation/cel": 600,
        "validation/json-schema": 650,
        "plugin/req-resp-modifier": 850,
    },
    "backend": {
        "backend/graphql": 60,
        "plugin/req-resp-modifier": 70,
        "telemetry/opentelemetry": 100,
        "telemetry/opencensus": 200,
        "telemetry/metrics": 250,
        "qos/circuit-breaker": 400,
        "qos/ratelimit/proxy": 450,
        "modifier/lua-backend": 500,
        "validation/cel": 600,
    },
    "terminator": {
        "backend/lambda": 700,
        "backend/amqp/consumer": 750,
        "backend/amqp/producer": 760,
        "backend/pubsub/subscriber": 800,
        "backend/pubsub/publisher": 810,
    },
    "client": {
        "modifier/martian": -10,
        "plugin/http-client": 0,
        "telemetry/opencensus": 100,
        "telemetry/opentelemetry": 200,
        "qos/http-cache": 300,
        "auth/client-credentials": 400,
    },
}

# Components that KrakenD's Community Edition does not have.
OURS = {
    "server": {"modifier/response-headers": 350},
    "router": {
        "modifier/request-body-extractor": 470,
        "modifier/python": 510,
        "qos/ratelimit/service": 700,
        "qos/ratelimit/service/redis": 710,
        "qos/ratelimit/tiered": 720,
    },
    "handler": {
        "modifier/request-body-extractor/early": 60,
        "auth/basic": 260,
        "auth/api-keys": 280,
        "modifier/python": 510,
        "qos/ratelimit/router/redis": 560,
        "qos/ratelimit/tiered": 570,
    },
    "proxy": {
        "modifier/python": 510,
        "modifier/request-body-extractor": 550,
        "security/policies": 580,
        "plugin/middleware": 660,
        "validation/response-json-schema": 670,
        "modifier/response-body-generator": 680,
        "modifier/jmespath": 690,
        "modifier/response-body": 692,
        "modifier/request-body-generator": 695,
    },
    "backend": {
        "modifier/python": 510,
        "security/policies": 610,
        "plugin/middleware": 620,
        "validation/response-json-schema": 670,
        "modifier/response-body-generator": 680,
        "modifier/jmespath": 690,
        "modifier/response-body": 692,
        "modifier/request-body-generator": 695,
        "backend/soap": 697,
    },
    "client": {"qos/circuit-breaker/http": 250},
}

# The core's own steps among them.
CORE = {
    "proxy": {"shadow": 700, "static": 800, "flatmap": 900},
    "backend": {
        "query filter": 10,
        "url": 20,
        "concurrent": 30,
        "balancing": 40,
        "header filter": 50,
    },
    "client": {"redirect": 50},
}


@frozen
class Place:
    """Where one component stands in one stage."""

    stage: str
    namespace: str
    order: Any


def components() -> Iterator[tuple[str, type]]:
    """The namespaces of the installed components, with the classes behind them."""
    for plugin in getPlugins(IPlugin, twisted.plugins):
        if isinstance(plugin, MiddlewareMaker):
            module = importlib.import_module(plugin.module)
            for _, kind in inspect.getmembers(module, inspect.isclass):
                yield plugin.namespace, kind


def places() -> set[Place]:
    """Where the installed components stand."""
    return {
        Place(stage, namespace, getattr(kind, attribute, None))
        for namespace, kind in components()
        for stage, (interface, attribute) in STAGES.items()
        if interface.implementedBy(kind)  # type: ignore[attr-defined]
    }


def table(stage: str) -> dict[str, int]:
    """All that stands in one stage."""
    return {
        **KRAKEND.get(stage, {}),
        **OURS.get(stage, {}),
        **CORE.get(stage, {}),
    }


class OrderTests(SynchronousTestCase):
    """The numbers of the components and of the core."""

    def test_components(self) -> None:
        """Every installed component stands where the table says."""
        wrong = [
            place
            for place in places()
            if table(place.stage).get(place.namespace) != place.order
        ]
        self.assertEqual([], wrong)

    def test_core(self) -> None:
        """So do the core's own steps."""
        self.assertEqual(
            CORE,
            {
                "proxy": {
                    "shadow": factory.SHADOW_ORDER,
                    "static": factory.STATIC_ORDER,
                    "flatmap": factory.FLATMAP_ORDER,
                },
                "backend": {
                    "query filter": factory.QUERY_FILTER_ORDER,
                    "url": factory.URL_ORDER,
                    "concurrent": factory.CONCURRENT_ORDER,
                    "balancing": factory.BALANCING_ORDER,
                    "header filter": factory.HEADER_FILTER_ORDER,
                },
                "client": {"redirect": factory.REDIRECT_ORDER},
            },
        )

    def test_no_ties(self) -> None:
        """No two in a stage have the same number: the order would be chance."""
        for stage in STAGES:
            numbers = list(table(stage).values())
            self.assertEqual(len(set(numbers)), len(numbers), stage)

    def test_gaps(self) -> None:
        """Between KrakenD's own there is room for others."""
        for stage, found in KRAKEND.items():
            numbers = sorted(found.values())
            gaps = [b - a for a, b in pairwise(numbers)]
            self.assertGreaterEqual(min(gaps), 10, stage)


class SequenceTests(SynchronousTestCase):
    """What follows from the numbers, as KrakenD's answers show it."""

    def assert_sequence(self, stage: str, *names: str) -> None:
        """These stand in this order, the outermost first."""
        found = table(stage)
        self.assertEqual(sorted(names, key=lambda name: found[name]), list(names))

    def test_server(self) -> None:
        """CORS answers before any plugin is asked."""
        self.assert_sequence("server", "security/cors", "plugin/http-server")

    def test_router(self) -> None:
        """A bad host is refused before scripts run, and those before bots are."""
        self.assert_sequence(
            "router", "security/http", "modifier/lua-endpoint", "security/bot-detector"
        )

    def test_handler(self) -> None:
        """Bots and tokens come before scripts and limits; a signer replaces these."""
        self.assert_sequence(
            "handler",
            "security/bot-detector",
            "auth/validator",
            "auth/signer",
            "modifier/lua-endpoint",
            "qos/ratelimit/router",
        )

    def test_proxy(self) -> None:
        """Scripts see what CEL judges; CEL is asked before the schema is."""
        self.assert_sequence(
            "proxy",
            "modifier/lua-proxy",
            "validation/cel",
            "validation/json-schema",
            "shadow",
            "static",
            "plugin/req-resp-modifier",
            "flatmap",
        )

    def test_backend(self) -> None:
        """The URL is fixed before components look; the breaker counts the limit."""
        self.assert_sequence(
            "backend",
            "query filter",
            "url",
            "concurrent",
            "balancing",
            "header filter",
            "backend/graphql",
            "plugin/req-resp-modifier",
            "qos/circuit-breaker",
            "qos/ratelimit/proxy",
            "modifier/lua-backend",
            "validation/cel",
        )

    def test_client(self) -> None:
        """A cache sees each step of a redirect, and no token."""
        self.assert_sequence(
            "client",
            "modifier/martian",
            "plugin/http-client",
            "redirect",
            "telemetry/opentelemetry",
            "qos/http-cache",
            "auth/client-credentials",
        )
