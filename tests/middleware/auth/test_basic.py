"""Tests of ``auth/basic``."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import bcrypt
from attrs import evolve
from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.interfaces import IHandlerMiddleware
from krakendtw.middleware.auth.basic import configure, credentials
from krakendtw.router.answer import Answer
from krakendtw.testing import (
    MemoryLog,
    extra_config,
    gateway_request,
    handler_scope,
    service_scope,
)

NAMESPACE = "auth/basic"
SERVICE = ConfigPath(("extra_config", NAMESPACE))
ENDPOINT = ConfigPath(("endpoints", 0, "extra_config", NAMESPACE))


def digest(password: str) -> str:
    """A cheap hash."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


def run_now(function: Any, *arguments: Any) -> Any:
    """Run at once."""
    return succeed(function(*arguments))


class BasicAuthTests(SynchronousTestCase):
    """An endpoint for users."""

    def setUp(self) -> None:
        self.log = MemoryLog()

    def handler(self, endpoint: Any, service: Any = None) -> Any:
        """The handler of an endpoint with these settings."""
        settings = evolve(configure(endpoint, ENDPOINT), run=run_now)
        verifyObject(IHandlerMiddleware, settings)
        shared = {} if service is None else {NAMESPACE: configure(service, SERVICE)}
        scope = handler_scope(
            EndpointConfig(path="/a", extra=extra_config({NAMESPACE: settings})),
            service_scope(ServiceConfig(extra=extra_config(shared)), log=self.log),
        )
        return settings.wrap_handler(scope, lambda request: Answer(200))

    def answer(self, handler: Any, pair: str | None = None) -> Answer:
        """What a client with a name and a password is answered."""
        headers = {}
        if pair is not None:
            text = base64.b64encode(pair.encode()).decode()
            headers["Authorization"] = f"Basic {text}"
        answer = handler(gateway_request(headers=headers))
        return self.successResultOf(answer) if isinstance(answer, Deferred) else answer

    def test_own_users(self) -> None:
        """Users of the document may pass."""
        handler = self.handler({"users": {"ann": digest("a:b")}})
        for pair, status in (
            ("ann:a:b", 200),
            ("ann:a", 401),
            ("bob:a:b", 401),
            ("ann", 401),
            (None, 401),
        ):
            self.assertEqual(status, self.answer(handler, pair).status)

    def test_remembered(self) -> None:
        """The second time the answer comes at once."""
        handler = self.handler({"users": {"ann": digest("x")}})
        for _ in range(2):
            self.assertEqual(200, self.answer(handler, "ann:x").status)

    def test_refusal(self) -> None:
        """The refusal says what is wanted, as HTTP demands."""
        answer = self.answer(self.handler({"users": {"ann": digest("x")}}))
        head = b'WWW-Authenticate: Basic realm="Restricted"\r\n'
        self.assertEqual((401, head, b""), (answer.status, answer.head, answer.body))

    def test_realm(self) -> None:
        """The realm can be another one, or none."""
        raw = {"users": {"ann": digest("x")}}
        answer = self.answer(self.handler({**raw, "realm": 'a "b"'}))
        self.assertIn(b'realm="a \\"b\\""', answer.head)
        self.assertEqual(b"", self.answer(self.handler({**raw, "realm": ""})).head)

    def test_service_users(self) -> None:
        """An endpoint without users has the service's."""
        handler = self.handler({}, {"users": {"ann": digest("x")}})
        self.assertEqual(200, self.answer(handler, "ann:x").status)

    def test_own_users_are_all(self) -> None:
        """With users of its own it has those alone."""
        handler = self.handler(
            {"users": {"bob": digest("y")}}, {"users": {"ann": digest("x")}}
        )
        self.assertEqual(401, self.answer(handler, "ann:x").status)
        self.assertEqual(200, self.answer(handler, "bob:y").status)

    def test_file(self) -> None:
        """The document's users stand above the file's."""
        path = Path(self.mktemp())
        path.write_text(f"ann:{digest('old')}\nbob:{digest('y')}\nold:$apr1$x\n")
        handler = self.handler(
            {"htpasswd_path": str(path), "users": {"ann": digest("new")}}
        )
        pairs = ("ann:new", "ann:old", "bob:y")
        statuses = [self.answer(handler, pair).status for pair in pairs]
        self.assertEqual([200, 401, 200], statuses)
        self.assertIn("The user old has no bcrypt hash", self.log.lines[0])

    def test_nobody(self) -> None:
        """Where there are no users at all the gateway does not start."""
        for service in (None, {}):
            self.assertRaises(ConfigError, self.handler, {}, service)

    def test_elsewhere(self) -> None:
        """Another endpoint's settings are none of this one's."""
        settings: Any = configure({}, ENDPOINT)
        self.assertIs(Answer, settings.wrap_handler(handler_scope(), Answer))


class ConfigureTests(SynchronousTestCase):
    """What does not start."""

    def test_nonsense(self) -> None:
        """Users, file and realm are checked."""
        for raw in (
            {"users": {"ann": "plain"}},
            {"users": ["ann"]},
            {"realm": "a\r\nX: y"},
            {"htpasswd": "x"},
        ):
            self.assertRaises(ConfigErrors, configure, raw, ENDPOINT)
        self.assertRaises(ConfigError, configure, {"htpasswd_path": "/none"}, ENDPOINT)


class CredentialsTests(SynchronousTestCase):
    """The Authorization field."""

    def test_scheme(self) -> None:
        """The scheme's case does not matter, another scheme does."""
        text = base64.b64encode(b"a:b")
        for scheme in (b"Basic ", b"basic ", b"BASIC   "):
            self.assertEqual((b"a", b"b"), credentials(scheme + text))
        for value in (b"Bearer " + text, b"Basic", b"", text):
            self.assertIsNone(credentials(value))

    def test_nonsense(self) -> None:
        """What is no base64, has no colon or is huge is nothing."""
        for value in (
            b"Basic !!!",
            b"Basic " + base64.b64encode(b"ab"),
            b"Basic " + b"A" * 9999,
        ):
            self.assertIsNone(credentials(value))
