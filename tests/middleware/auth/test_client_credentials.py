"""Tests of ``auth/client-credentials``."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NotConfigured, TransportError
from krakendtw.interfaces import IClientMiddleware
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.auth.client_credentials import configure
from krakendtw.testing import (
    backend_scope,
    endpoint_scope,
    extra_config,
    fetch,
    service_scope,
)
from tests.middleware.auth.agents import MemoryAgent, json_response

PLACE = ConfigPath(("endpoints", 0, "backend", 0, "extra_config", "x"))
RAW = {"client_id": "me", "client_secret": "s", "token_url": "http://idp.example/t"}


def token(name: str, seconds: int | None = 60) -> MemoryResponse:
    """An answer with a token."""
    return json_response({"access_token": name, "expires_in": seconds})


class ConfigureTests(SynchronousTestCase):
    """Tests of :func:`configure`."""

    def test_params(self) -> None:
        """Scopes are split at commas; there always is a scope."""
        self.assertEqual(configure(RAW, PLACE).grant.params["scope"], ("",))
        raw = {**RAW, "scopes": "a, b,,c d", "endpoint_params": {"x": ["1", "2"]}}
        params = configure(raw, PLACE).grant.params
        self.assertEqual(params["scope"], ("a  b  c d",))
        self.assertEqual(params["x"], ("1", "2"))

    def test_own_grant_type(self) -> None:
        """The grant type may be another one."""
        raw = {**RAW, "endpoint_params": {"grant_type": ["password"]}}
        self.assertEqual(
            configure(raw, PLACE).grant.params["grant_type"], ("password",)
        )

    def test_wrong_types(self) -> None:
        """A value of a wrong type ends the start, with its place."""
        for raw, place in (
            ({"client_id": 5}, "client_id"),
            ({"scopes": ["a"]}, "scopes"),
            ({"token_url": None}, "token_url"),
            ({"is_disabled": "true"}, "is_disabled"),
            ({"endpoint_params": []}, "endpoint_params"),
            ({"endpoint_params": {"a": "b"}}, "endpoint_params.a"),
            ({"endpoint_params": {"a": [5]}}, "endpoint_params.a[0]"),
        ):
            error = self.assertRaises(ConfigError, configure, {**RAW, **raw}, PLACE)
            self.assertIn(place, str(error.where))

    def test_no_object(self) -> None:
        """What is no object is left out."""
        for raw in ("x", None, []):
            self.assertRaises(NotConfigured, configure, raw, PLACE)

    def test_secret_is_not_shown(self) -> None:
        """The settings in a log do not show the secret."""
        settings = configure({**RAW, "client_secret": "hush hush"}, PLACE)
        self.assertNotIn("hush", repr(settings))

    def test_interface(self) -> None:
        """The settings keep the promise of their interface."""
        verifyObject(IClientMiddleware, configure(RAW, PLACE))


class AgentTests(SynchronousTestCase):
    """Tests of the agent."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.backend = MemoryAgent([MemoryResponse(200)])

    def wrap(self, *tokens: Any, **raw: Any) -> Any:
        """The backend's agent, with a token endpoint that gives these answers."""
        self.idp = MemoryAgent(list(tokens) or [token("t")])
        settings = configure({**RAW, **raw}, PLACE)
        service = service_scope(clock=self.clock, client=self.idp.client)
        config = BackendConfig(extra=extra_config({"x": settings}))
        scope = backend_scope(config, endpoint_scope(service=service))
        return settings.wrap_agent(scope, self.backend)

    def sent(self) -> list[str | None]:
        """The Authorization of each request to the backend."""
        return [asked.header("Authorization") for asked in self.backend.asked]

    def test_token(self) -> None:
        """Each request carries the token, in place of what it had."""
        agent = self.wrap()
        self.successResultOf(fetch(agent, headers={"Authorization": "Bearer client"}))
        self.successResultOf(fetch(agent, method="POST", body=b"x"))
        self.assertEqual(self.sent(), ["Bearer t", "Bearer t"])
        self.assertEqual(len(self.idp.asked), 1)

    def test_renewed_before_its_end(self) -> None:
        """A token within ten seconds of its end is not used any more."""
        agent = self.wrap(token("a", 60), token("b", 60))
        for after in (0, 50, 0.1):
            self.clock.advance(after)
            self.successResultOf(fetch(agent))
        self.assertEqual(self.sent(), ["Bearer a", "Bearer a", "Bearer b"])

    def test_for_ever(self) -> None:
        """A token without an end is used for ever."""
        agent = self.wrap(token("a", 0))
        self.successResultOf(fetch(agent))
        self.clock.advance(1e9)
        self.successResultOf(fetch(agent))
        self.assertEqual(len(self.idp.asked), 1)

    def test_one_renewal_for_all(self) -> None:
        """Requests that come during a renewal wait for that one."""
        coming: Deferred[Any] = Deferred()
        agent = self.wrap(coming)
        waiting = [fetch(agent) for _ in range(10)]
        self.assertEqual(len(self.idp.asked), 1)
        waiting[0].cancel()
        self.failureResultOf(waiting[0])
        coming.callback(token("t"))
        for each in waiting[1:]:
            self.successResultOf(each)
        self.assertEqual(self.sent(), ["Bearer t"] * 9)

    def test_failure(self) -> None:
        """Without a token the backend is not asked; the next one tries again."""
        bad = json_response({}, 500)
        agent = self.wrap(bad, bad, token("t"))
        failure = self.failureResultOf(fetch(agent), TransportError)
        self.assertIn("oauth2: cannot fetch token: 500", failure.getErrorMessage())
        self.assertEqual(self.backend.asked, [])
        self.successResultOf(fetch(agent))

    def test_scope_in_the_params(self) -> None:
        """A scope among the parameters fails each request, and asks nobody."""
        agent = self.wrap(endpoint_params={"scope": ["x"]})
        failure = self.failureResultOf(fetch(agent), TransportError)
        self.assertEqual(
            failure.getErrorMessage(), 'oauth2: cannot overwrite parameter "scope"'
        )
        self.assertEqual(self.idp.asked, [])

    def test_disabled(self) -> None:
        """Switched off it leaves the agent alone."""
        self.assertIs(self.wrap(is_disabled=True), self.backend)

    def test_service_level(self) -> None:
        """At service level it means nothing."""
        settings = configure(RAW, PLACE)
        self.assertIs(settings.wrap_agent(backend_scope(), self.backend), self.backend)

    def test_callers_headers_stay(self) -> None:
        """The headers that the caller gave are not written to."""
        headers = Headers({"X-A": ["1"]})
        self.successResultOf(self.wrap().request(b"GET", b"http://a/", headers))
        self.assertFalse(headers.hasHeader("Authorization"))
