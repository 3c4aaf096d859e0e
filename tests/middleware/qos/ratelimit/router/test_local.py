"""Tests of ``qos/ratelimit/router``."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.interfaces import IHandlerMiddleware
from krakendtw.middleware.qos.ratelimit._store import MemoryStore
from krakendtw.middleware.qos.ratelimit.router.local import EndpointLimits, configure
from krakendtw.router.answer import Answer
from krakendtw.testing import (
    MemoryLog,
    extra_config,
    gateway_request,
    handler_scope,
    service_scope,
)
from tests.middleware.qos.doubles import Time

NAMESPACE = "qos/ratelimit/router"


class EndpointLimitsTests(SynchronousTestCase):
    """The limits of one endpoint."""

    def setUp(self) -> None:
        self.time = Time()
        self.log = MemoryLog()

    def handler(self, raw: Any, *, is_here: bool = True) -> Any:
        """The handler of an endpoint with these settings."""
        settings = evolve(
            configure(raw, ConfigPath()), store=MemoryStore(now=self.time)
        )
        extra = extra_config({NAMESPACE: settings} if is_here else {})
        endpoint = EndpointConfig(path="/u/:id", extra=extra)
        scope = handler_scope(endpoint, service_scope(log=self.log))
        return settings.wrap_handler(scope, lambda request: Answer(200))

    def statuses(self, handler: Any, *clients: str) -> list[int]:
        """What clients are answered, one after another."""
        return [
            handler(gateway_request(headers={"X-C": client})).status
            for client in clients
        ]

    def test_is_a_handler_middleware(self) -> None:
        """It keeps the interface's promises."""
        verifyObject(IHandlerMiddleware, EndpointLimits(None))

    def test_everybody(self) -> None:
        """The endpoint's limit answers 503 until the bucket gains a token."""
        handler = self.handler({"max_rate": 1, "capacity": 2})
        self.assertEqual([200, 200, 503], self.statuses(handler, "a", "b", "c"))
        self.time.advance(1)
        self.assertEqual([200, 503], self.statuses(handler, "a", "b"))

    def test_both(self) -> None:
        """The clients' limit is asked first, and takes no token of the endpoint's."""
        handler = self.handler(
            {
                "max_rate": 1,
                "capacity": 3,
                "client_max_rate": 1,
                "client_capacity": 2,
                "strategy": "header",
                "key": "X-C",
            }
        )
        self.assertEqual([200, 200, 429], self.statuses(handler, "a", "a", "a"))
        self.assertEqual([200, 503, 429], self.statuses(handler, "b", "b", "b"))
        self.assertEqual([429], self.statuses(handler, ""))

    def test_log(self) -> None:
        """The limits are told at start in KrakenD's words."""
        self.handler(
            {"max_rate": 100, "every": "1m", "client_max_rate": 3, "strategy": "IP"}
        )
        prefix = "DEBUG [ENDPOINT: /u/:id][Ratelimit] Rate limit enabled."
        self.assertEqual(
            [
                f"{prefix} MaxRate: 1.666667, Capacity: 1",
                f"{prefix} Strategy: IP (key: ), MaxRate: 0.050000, Capacity: 0",
            ],
            self.log.lines,
        )

    def test_unknown_strategy(self) -> None:
        """An unknown strategy leaves the other limit."""
        handler = self.handler({"max_rate": 1, "client_max_rate": 1, "strategy": "x"})
        self.assertEqual([200, 503], self.statuses(handler, "a", "a"))
        self.assertIn(
            "WARNING [ENDPOINT: /u/:id][Ratelimit] Unknown strategy x", self.log.lines
        )

    def test_no_limit(self) -> None:
        """Without a rate above 0 the handler is left alone."""
        for raw in ({}, {"max_rate": 0}, {"max_rate": -1, "capacity": 1}):
            self.assertEqual([200] * 3, self.statuses(self.handler(raw), *"aaa"))

    def test_no_object(self) -> None:
        """What is no object is an error in the log, and no limit."""
        handler = self.handler([1])
        self.assertEqual([200] * 3, self.statuses(handler, *"aaa"))
        self.assertEqual(
            ["ERROR [ENDPOINT: /u/:id][Ratelimit] wrong extra config"], self.log.lines
        )

    def test_at_the_service(self) -> None:
        """At the service the namespace means nothing to an endpoint."""
        handler = self.handler({"max_rate": 1}, is_here=False)
        self.assertEqual([200] * 3, self.statuses(handler, *"aaa"))
