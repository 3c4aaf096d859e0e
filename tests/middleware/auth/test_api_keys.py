"""Tests of ``auth/api-keys``."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.interfaces import IHandlerMiddleware
from krakendtw.middleware.auth.api_keys import configure
from krakendtw.middleware.qos.ratelimit._store import MemoryStore
from krakendtw.router.answer import Answer
from krakendtw.testing import (
    extra_config,
    gateway_request,
    handler_scope,
    service_scope,
)
from tests.middleware.qos.doubles import Time

NAMESPACE = "auth/api-keys"
SERVICE = ConfigPath(("extra_config", NAMESPACE))
ENDPOINT = ConfigPath(("endpoints", 0, "extra_config", NAMESPACE))
KEYS: dict[str, Any] = {
    "keys": [
        {"key": "k-admin", "roles": ["admin", "user"], "@description": "boss"},
        {"key": "k-user", "roles": ["user"]},
        {"key": "k-none", "roles": []},
    ]
}


class KeyedEndpointTests(SynchronousTestCase):
    """An endpoint that wants a key."""

    def setUp(self) -> None:
        self.seen: list[Any] = []
        self.time = Time()

    def handler(self, endpoint: dict[str, Any], **service: Any) -> Any:
        """The handler of an endpoint with these settings."""
        keys = configure({**KEYS, **service}, SERVICE)
        settings: Any = configure(endpoint, ENDPOINT)
        verifyObject(IHandlerMiddleware, settings)
        settings = evolve(settings, store=MemoryStore(now=self.time))
        extra = extra_config({NAMESPACE: settings})
        scope = handler_scope(
            EndpointConfig(path="/a", extra=extra),
            service_scope(ServiceConfig(extra=extra_config({NAMESPACE: keys}))),
        )

        def inner(request: Any) -> Answer:
            self.seen.append(request)
            return Answer(200)

        return settings.wrap_handler(scope, inner)

    def status(self, handler: Any, key: str | None, **headers: str) -> int:
        """What the owner of a key is answered."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            fields["Authorization"] = f"Bearer {key}"
        answer = handler(gateway_request(headers=fields))
        self.assertEqual((b"", b""), (answer.head, answer.body))
        return int(answer.status)

    def test_roles(self) -> None:
        """A key with a role that the endpoint lets in passes, all others are 401."""
        handler = self.handler({"roles": ["admin"]})
        statuses = [
            self.status(handler, key)
            for key in ("k-admin", "k-user", "k-none", "nonsense", "", None)
        ]
        self.assertEqual([200, 401, 401, 401, 401, 401], statuses)

    def test_any_role(self) -> None:
        """An endpoint without roles lets every key in."""
        handler = self.handler({"roles": []}, propagate_role="X-Role")
        self.assertEqual(200, self.status(handler, "k-none"))
        self.assertEqual(b"ANY", self.seen[0].field(b"x-role"))

    def test_role_is_propagated(self) -> None:
        """The first of the key's roles that is let in goes on, and nothing else."""
        handler = self.handler({"roles": ["user", "admin"]}, propagate_role="x-role")
        self.assertEqual(200, self.status(handler, "k-admin", X_Role="root"))
        self.assertEqual([b"admin"], self.seen[0].fields(b"x-role"))

    def test_role_cannot_be_smuggled(self) -> None:
        """However often a client sends the header itself, it is replaced."""
        handler = self.handler({"roles": ["user"]}, propagate_role="X-Role")
        request = gateway_request(
            headers={"Authorization": "k-user", "X-ROLE": ["root", "admin"]}
        )
        handler(request)
        self.assertEqual([b"user"], request.fields(b"x-role"))

    def test_query_string(self) -> None:
        """Keys may be in the query string, by a name of one's own."""
        handler = self.handler({"roles": []}, strategy="query_string")
        self.assertEqual(200, handler(gateway_request("GET", "/a?key=k-user")).status)
        handler = self.handler(
            {"roles": [], "strategy": "query_string", "identifier": "token"}
        )
        self.assertEqual(200, handler(gateway_request("GET", "/a?token=k-user")).status)
        self.assertEqual(401, self.status(handler, "k-user"))

    def test_rate_of_a_key(self) -> None:
        """Each key has its own rate: 429."""
        handler = self.handler({"roles": [], "client_max_rate": 2})
        statuses = [self.status(handler, "k-user") for _ in range(3)]
        self.assertEqual([200, 200, 429], statuses)
        self.assertEqual(200, self.status(handler, "k-admin"))
        self.time.advance(0.5)
        self.assertEqual(200, self.status(handler, "k-user"))

    def test_no_keys(self) -> None:
        """Where the service declares no keys the gateway does not start."""
        settings: Any = configure({"roles": []}, ENDPOINT)
        endpoint = EndpointConfig(path="/a", extra=extra_config({NAMESPACE: settings}))
        error = self.assertRaises(
            ConfigError, settings.wrap_handler, handler_scope(endpoint), Answer
        )
        self.assertIn("the service's extra_config has no keys", str(error))

    def test_elsewhere(self) -> None:
        """Another endpoint's settings are none of this one's."""
        settings: Any = configure({"roles": []}, ENDPOINT)
        self.assertIs(Answer, settings.wrap_handler(handler_scope(), Answer))


class ConfigureTests(SynchronousTestCase):
    """What does not start."""

    def refused(self, raw: Any, where: ConfigPath) -> str:
        """What is said of settings that are refused."""
        return str(self.assertRaises(ConfigErrors, configure, raw, where))

    def test_service(self) -> None:
        """Keys, strategy and hash are checked."""
        raw = {"keys": [{"roles": ["a"]}, 5], "strategy": "cookie", "hash": "md5"}
        message = self.refused(raw, SERVICE)
        for part in ("keys[0].key", "keys[1]", "strategy", "hash"):
            self.assertIn(part, message)
        self.assertIn("keys: is missing", self.refused({}, SERVICE))

    def test_endpoint(self) -> None:
        """Roles are required, be they none."""
        self.assertIn("roles: is missing", self.refused({}, ENDPOINT))

    def test_keys_are_not_shown(self) -> None:
        """No key stands in a representation."""
        self.assertNotIn("k-admin", repr(configure(KEYS, SERVICE)))
