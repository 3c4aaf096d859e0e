"""Tests of ``auth/validator``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.interfaces import IHandlerMiddleware, ITokenRejecterFactory
from krakendtw.middleware.auth._endpoint_keys import SharedKeys
from krakendtw.middleware.auth.validator import Closed, Validator, configure
from krakendtw.router.answer import Answer
from krakendtw.testing import (
    MemoryLog,
    extra_config,
    gateway_request,
    handler_scope,
    service_scope,
)
from tests.middleware.auth.tokens import (
    OCT,
    PLACE,
    SERVICE_PLACE,
    endpoint_config,
    service_config,
    token,
)

if TYPE_CHECKING:
    from krakendtw.transport.server.request import GatewayRequest


@implementer(ITokenRejecterFactory)
class Rejecting:
    """Rejects the tokens of one subject, or has no opinion."""

    def __init__(self, subject: str) -> None:
        self.subject = subject

    def rejecter(self, scope: Any) -> Any:
        """See :class:`~krakendtw.interfaces.ITokenRejecterFactory`."""
        if not self.subject:
            return None
        return lambda claims: claims.get("sub") == self.subject


class ValidatorTestCase(SynchronousTestCase):
    """A validator with a file of keys."""

    def setUp(self) -> None:
        path = Path(self.mktemp())
        path.write_text(json.dumps({"keys": [OCT]}))
        self.raw = {
            "alg": "HS256",
            "jwk_local_path": str(path),
            "disable_jwk_security": True,
        }
        self.log = MemoryLog()
        self.requests: list[GatewayRequest] = []

    def handler(self, request: GatewayRequest) -> Answer:
        """The endpoint's own handler."""
        self.requests.append(request)
        return Answer(200)

    def wrap(self, extra: Any = None, service: Any = None, **raw: Any) -> Any:
        """The handler of an endpoint with these keys."""
        settings: Any = configure({**self.raw, **raw}, PLACE)
        backend = BackendConfig(url_pattern="/u/{{.JWT.sub}}")
        config = endpoint_config(
            backends=(backend,),
            extra=extra_config({"auth/validator": settings, **(extra or {})}),
        )
        scope = handler_scope(
            config, service_scope(service_config(service or {}), log=self.log)
        )
        return settings.wrap_handler(scope, self.handler)

    def status(self, handler: Any, claims: Any, **headers: str) -> int:
        """The status for a token with these claims."""
        headers = {"Authorization": f"Bearer {token(claims).decode()}", **headers}
        found: int = handler(gateway_request(headers=headers)).status
        return found


class ConfigureTests(ValidatorTestCase):
    """Tests of :func:`configure`."""

    def test_levels(self) -> None:
        """At an endpoint it is a validator, at the service shared keys."""
        self.assertIsInstance(configure(self.raw, PLACE), Validator)
        self.assertIsInstance(configure({}, SERVICE_PLACE), SharedKeys)
        backend = ConfigPath(("endpoints", 0, "backend", 0, "extra_config", "x"))
        self.assertRaises(NotConfigured, configure, self.raw, backend)

    def test_shared_duration(self) -> None:
        """Shared keys are kept for 15 minutes unless told."""
        for raw, wanted in (({}, 900.0), ({"shared_cache_duration": 5}, 5.0)):
            settings = configure(raw, SERVICE_PLACE)
            assert isinstance(settings, SharedKeys)
            self.assertEqual(settings.max_age, wanted)
        for raw in ("x", None, {"shared_cache_duration": "5"}):
            self.assertRaises(NotConfigured, configure, raw, SERVICE_PLACE)

    def test_ends_the_start(self) -> None:
        """What KrakenD does not start with names its place."""
        for raw, place in (
            ({"alg": "none"}, "alg"),
            ({"alg": "hs256"}, "alg"),
            ({"alg": ""}, "alg"),
            ({"cache": True}, "cache"),
            ({"roles_key": "a.b", "roles_key_is_nested": True}, "roles_key"),
            ({"jwk_fingerprints": ["!"]}, "jwk_fingerprints"),
            ({"secret_url": "gcpkms://a"}, "secret_url"),
        ):
            error = self.assertRaises(
                ConfigError, configure, {**self.raw, **raw}, PLACE
            )
            self.assertIn(f".{place}", str(error))

    def test_closes_the_endpoint(self) -> None:
        """Wrong types and insecure sources close the endpoint for good."""
        for raw in (
            "x",
            [],
            None,
            {**self.raw, "roles": "admin"},
            {**self.raw, "leeway": 5},
            {**self.raw, "disable_jwk_security": False},
            {**self.raw, "disable_jwk_security": False, "alg": "none"},
        ):
            self.assertIsInstance(configure(raw, PLACE), Closed)

    def test_interfaces(self) -> None:
        """Both kinds keep the promise of their interface."""
        for raw in (self.raw, "x"):
            verifyObject(IHandlerMiddleware, configure(raw, PLACE))


class HandlerTests(ValidatorTestCase):
    """Tests of the handlers."""

    def test_closed(self) -> None:
        """A closed endpoint answers 401 to everybody, and has said why."""
        handler = self.wrap(roles="admin")
        self.assertEqual(self.status(handler, {}), 401)
        (line,) = self.log.lines
        self.assertTrue(
            line.startswith(
                "WARNING [ENDPOINT: /test][JWTValidator]"
                " Unable to parse the configuration: json: "
            )
        )

    def test_keys_reach_their_places(self) -> None:
        """Issuer, audience, roles, scopes, claims: all of it counts."""
        handler = self.wrap(
            issuer="me",
            audience=["us"],
            roles=["a"],
            roles_key="rr.x",
            roles_key_is_nested=True,
            scopes=["s", "t"],
            scopes_key="s",
            scopes_matcher="all",
            propagate_claims=[["sub", "x-user"]],
        )
        good = {"iss": "me", "aud": "us", "rr": {"x": "a"}, "s": "t s", "sub": "u"}
        self.assertEqual(self.status(handler, good, **{"X-User": "root"}), 200)
        (request,) = self.requests
        self.assertEqual(request.fields(b"x-user"), [b"u"])
        self.assertEqual(request.route_params, {"JWT.sub": "u"})
        for change, wanted in (
            ({"iss": "you"}, 401),
            ({"aud": "them"}, 401),
            ({"rr": {}}, 403),
            ({"s": "t"}, 403),
        ):
            self.assertEqual(self.status(handler, {**good, **change}), wanted)

    def test_token_sources(self) -> None:
        """Header and cookie have the names that they are given."""
        handler = self.wrap(auth_header_name="x-token", cookie_key="c")
        raw = token({}).decode()
        for headers in ({"X-Token": raw}, {"Cookie": f"c={raw}"}):
            self.assertEqual(handler(gateway_request(headers=headers)).status, 200)
        for headers in ({"Authorization": raw}, {"Cookie": f"access_token={raw}"}):
            self.assertEqual(handler(gateway_request(headers=headers)).status, 401)

    def test_leeway(self) -> None:
        """The leeway is a second at least, and what is none is a second."""
        for text, wanted in (("", 1.0), ("x", 1.0), ("-5s", 1.0), ("5s", 5.0)):
            guard = self.wrap(leeway=text)
            self.assertEqual(guard._rules.expectations.leeway, wanted)

    def test_rejecters(self) -> None:
        """Every component of the endpoint and of the service is asked."""
        handler = self.wrap(
            {"a": Rejecting("x"), "b": Rejecting("")}, {"c": Rejecting("y")}
        )
        for subject, wanted in (("x", 401), ("y", 401), ("z", 200)):
            self.assertEqual(self.status(handler, {"sub": subject}), wanted)

    def test_token_cache(self) -> None:
        """The cache of verified tokens is there unless it is switched off."""
        self.assertEqual(self.wrap()._rules.cache_size, 1024)
        self.assertEqual(self.wrap(token_cache_size=0)._rules.cache_size, 0)

    def test_key_file_that_is_missing(self) -> None:
        """A missing key file ends the start, with its place."""
        error = self.assertRaises(ConfigError, self.wrap, jwk_local_path="./gone")
        self.assertIn("jwk_local_path", str(error))

    def test_log(self) -> None:
        """At start the log says what is checked."""
        self.wrap(
            roles_key="a.bc",
            roles_key_is_nested=True,
            scopes=["a", "b"],
            scopes_key="s",
            operation_debug=True,
            propagate_claims=[["sub"]],
        )
        prefix = "DEBUG [ENDPOINT: /test][JWTValidator] "
        self.assertEqual(
            self.log.lines,
            [
                prefix + "Roles will be matched against the nested key: 'a.bc'",
                prefix + "Constraint added: tokens must contain a claim 's' with any"
                " of these scopes: [a b]",
                prefix
                + "Validator enabled for this endpoint. Operation debug is enabled",
                "WARNING [ENDPOINT: /test][PropagateHeaders] invalid number of claims"
                " to propagate: [sub]",
            ],
        )
