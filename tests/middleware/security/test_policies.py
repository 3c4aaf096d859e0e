"""Tests of ``security/policies``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, MergeError, PipeError, Rejected
from krakendtw.interfaces import (
    IBackendMiddleware,
    IProxyMiddleware,
    ITokenRejecterFactory,
)
from krakendtw.middleware.security.policies import NAMESPACE, Policies, configure
from krakendtw.testing import (
    MemoryBackend,
    backend_scope,
    endpoint_scope,
    extra_config,
    request,
    response,
    run_pipe,
    service_scope,
)
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from krakendtw.scope import EndpointScope

WHERE = ConfigPath() / "endpoints" / 0 / "extra_config" / NAMESPACE


class Source:
    """What a body comes from."""

    def pauseProducing(self) -> None:
        """Nothing to pause."""

    def resumeProducing(self) -> None:
        """Nothing to resume."""


def scope_of(settings: Policies) -> EndpointScope:
    """The scope of an endpoint with these policies."""
    extra = extra_config({NAMESPACE: settings})
    return endpoint_scope(EndpointConfig("/a", extra=extra), service_scope())


class PolicyTestCase(SynchronousTestCase):
    """What asks an endpoint's step."""

    def ask(self, raw: Any, answer: Any, asked: Any = None) -> Any:
        """Send a request through the step."""
        settings = configure(raw, WHERE)
        part = settings.proxy_part(scope_of(settings))
        assert part is not None
        return run_pipe([part], MemoryBackend(answer), asked)

    def refused(self, raw: Any, answer: Any, asked: Any = None) -> Rejected:
        """The error in place of an answer."""
        error = self.failureResultOf(self.ask(raw, answer, asked), Rejected).value
        assert isinstance(error, Rejected)
        return error


class RequestTests(PolicyTestCase):
    """Policies on requests."""

    def test_interfaces(self) -> None:
        """The settings are the middleware."""
        settings = configure({"req": {"policies": ["true"]}}, WHERE)
        for interface in (IProxyMiddleware, IBackendMiddleware, ITokenRejecterFactory):
            verifyObject(interface, settings)

    def test_refusal(self) -> None:
        """By default it is a 500 whose text is for those who may see it."""
        raw = {"req": {"policies": ["true", "req_path == '/b'", "false"]}}
        error = self.refused(raw, {})
        self.assertEqual(
            (error.status, error.message, error.encoding, error.is_public),
            (500, "request aborted by policy #1", "text/plain", False),
        )
        self.successResultOf(
            self.ask({"req": {"policies": ["req_path == '/'"]}}, {"a": 1})
        )

    def test_own_error(self) -> None:
        """Status, text and type of the configuration."""
        error = {"status": 418, "body": "{}", "content_type": "application/json"}
        found = self.refused({"req": {"policies": ["false"], "error": error}}, {})
        self.assertEqual(
            (found.status, found.message, found.encoding),
            (418, "{}", "application/json"),
        )

    def test_body(self) -> None:
        """A body is waited for where a policy looks at it."""
        for raw in (
            {"req": {"policies": ["req_body == 'x'"]}},
            {"resp": {"policies": ["req_body == 'x'"]}},
        ):
            stream = BodyStream(Source())
            answer = self.ask(raw, {}, request(body=stream))
            self.assertNoResult(answer)
            stream.data_received(b"x")
            stream.finish()
            self.successResultOf(answer)
            self.successResultOf(self.ask(raw, {}, request(body=b"x")))


class ResponseTests(PolicyTestCase):
    """Policies on answers."""

    def setUp(self) -> None:
        error = {"status": 403}
        self.raw = {"resp": {"policies": ["resp_data.a == 1"], "error": error}}

    def test_answers(self) -> None:
        """An answer that does not satisfy is replaced by the error."""
        self.successResultOf(self.ask(self.raw, {"a": 1}))
        self.assertEqual(self.refused(self.raw, {"a": 2}).status, 403)

    def test_parts(self) -> None:
        """So is the part that is there of one that failed."""
        for data, wanted in (({"a": 1}, MergeError), ({"a": 2}, Rejected)):
            failure = MergeError([PipeError("x")], response(data))
            self.failureResultOf(self.ask(self.raw, failure), wanted)

    def test_failures(self) -> None:
        """A failure without an answer goes on."""
        self.failureResultOf(self.ask(self.raw, PipeError("x")), PipeError)


class TokenTests(SynchronousTestCase):
    """Policies on tokens."""

    def test_rejecter(self) -> None:
        """Claims are refused that do not satisfy all."""
        settings = configure({"jwt": {"policies": ["JWT.a == 'x'"]}}, WHERE)
        rejects = settings.rejecter(scope_of(settings))
        assert rejects is not None
        self.assertEqual(
            [rejects({"a": "x"}), rejects({"a": "y"}), rejects({})],
            [False, True, True],
        )
        self.assertIsNone(settings.proxy_part(scope_of(settings)))

    def test_no_validator(self) -> None:
        """Where nobody reads tokens the log says so."""
        settings = configure({"jwt": {"policies": ["true"]}}, WHERE)
        warning = (
            "WARNING [ENDPOINT: /a][Policies] "
            "without auth/validator nobody asks the policies on tokens"
        )
        for more, wanted in (({}, True), ({"auth/validator": object()}, False)):
            extra = extra_config({NAMESPACE: settings, **more})
            scope = endpoint_scope(EndpointConfig("/a", extra=extra))
            settings.proxy_part(scope)
            lines: list[str] = scope.service.log.lines  # type: ignore[attr-defined]
            self.assertEqual(warning in lines, wanted)

    def test_without(self) -> None:
        """Without such policies, or elsewhere, nobody is asked."""
        settings = configure({"req": {"policies": ["true"]}}, WHERE)
        self.assertIsNone(settings.rejecter(scope_of(settings)))
        token = configure({"jwt": {"policies": ["true"]}}, WHERE)
        self.assertIsNone(token.rejecter(endpoint_scope()))


class ConfigureTests(SynchronousTestCase):
    """Places and mistakes."""

    def test_places(self) -> None:
        """It works where it stands: on endpoints and backends."""
        settings = configure({"req": {"policies": ["true"]}}, WHERE)
        self.assertIsNone(settings.proxy_part(endpoint_scope()))
        self.assertIsNone(settings.backend_part(backend_scope()))
        config = BackendConfig(extra=extra_config({NAMESPACE: settings}))
        self.assertIsNotNone(settings.backend_part(backend_scope(config)))

    def test_log(self) -> None:
        """What is not satisfied is told; what is, with debug only."""
        for debug, wanted in ((False, 0), (True, 1)):
            raw = {"req": {"policies": ["true", "false"]}, "debug": debug}
            settings = configure(raw, WHERE)
            scope = scope_of(settings)
            part = settings.proxy_part(scope)
            assert part is not None
            self.failureResultOf(run_pipe([part]), Rejected)
            lines: list[str] = scope.service.log.lines  # type: ignore[attr-defined]
            self.assertIn(
                "INFO [ENDPOINT: /a][Policies] policy #1 result: false: false", lines
            )
            told = [line for line in lines if line.startswith("DEBUG")]
            self.assertEqual(len(told), wanted)

    def test_mistakes(self) -> None:
        """What cannot be used ends the start, with its place."""
        for raw, wanted in (
            ({}, ".req: is missing"),
            ({"req": {}}, ".req.policies: is missing"),
            ({"req": {"policies": []}}, ".req.policies: one policy"),
            ({"req": {"policies": ["nope"]}}, ".req.policies[0]: "),
            ({"req": {"policies": ["true"], "x": 1}}, ".req.x: no such key"),
            (
                {"resp": {"policies": ["true"], "error": {"status": 1}}},
                ".resp.error.status: ",
            ),
            ({"jwt": {"policies": ["true"], "error": {}}}, ".jwt.error: no such key"),
            ({"req": {"policies": ["true"]}, "x": 1}, ".x: no such key"),
            (
                {"req": {"policies": ["hasHeader('a')"]}, "disable_macros": True},
                ".req.policies[0]: ",
            ),
        ):
            error = self.assertRaises(ConfigError, configure, raw, WHERE)
            self.assertIn(f'"{NAMESPACE}"{wanted}', str(error))

    def test_levels(self) -> None:
        """It is no matter of the service, and tokens none of a backend."""
        service = ConfigPath() / "extra_config" / NAMESPACE
        raw = {"jwt": {"policies": ["true"]}}
        self.assertRaises(ConfigError, configure, raw, service)
        backend = ConfigPath() / "endpoints" / 0 / "backend" / 0 / "extra_config"
        self.assertRaises(ConfigError, configure, raw, backend / NAMESPACE)
