"""Tests of ``krakendtw.middleware.validation.response_json_schema``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors, Rejected
from krakendtw.gojson.number import Float, Number
from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware.validation.response_json_schema import (
    NAMESPACE,
    ResponseJSONSchema,
    configure,
)
from krakendtw.proxy.message import Response
from krakendtw.testing import (
    MemoryBackend,
    backend_scope,
    endpoint_scope,
    extra_config,
    response,
    run_pipe,
)
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

WHERE = ConfigPath() / "endpoints" / 0 / "extra_config" / NAMESPACE
SCHEMA = {"type": "object", "required": ["a"], "properties": {"a": {"type": "number"}}}


class Source:
    """What a body comes from."""

    def pauseProducing(self) -> None:
        """Nothing to pause."""

    def resumeProducing(self) -> None:
        """Nothing to resume."""


def settings(**error: Any) -> ResponseJSONSchema:
    """The component with this error."""
    return configure({"schema": SCHEMA, "error": error}, WHERE)


class JudgeTestCase(SynchronousTestCase):
    """What asks the step about answers."""

    def ask(self, made: ResponseJSONSchema, answer: Any) -> Deferred[Response]:
        """Let an endpoint's step judge an answer."""
        extra = extra_config({NAMESPACE: made})
        part = made.proxy_part(endpoint_scope(EndpointConfig(path="/a", extra=extra)))
        assert part is not None
        return run_pipe([part], MemoryBackend(answer))

    def refusal(self, made: ResponseJSONSchema, answer: Any) -> Rejected:
        """The error in place of an answer."""
        error = self.failureResultOf(self.ask(made, answer), Rejected).value
        assert isinstance(error, Rejected)
        return error


class AnswerTests(JudgeTestCase):
    """Answers that fit, and others."""

    def test_interfaces(self) -> None:
        """It provides what it says."""
        verifyObject(IProxyMiddleware, settings())
        verifyObject(IBackendMiddleware, settings())

    def test_fits(self) -> None:
        """Numbers are numbers, wherever they were born."""
        for number in (1, Number("1.50"), Float(2.5)):
            self.successResultOf(self.ask(settings(), {"a": number}))

    def test_does_not_fit(self) -> None:
        """By default it is a 500 whose text is for those who may see it."""
        error = self.refusal(settings(), {})
        self.assertEqual(
            (error.status, error.message, error.encoding, error.is_public),
            (500, "- at '': missing property 'a'", "text/plain", False),
        )

    def test_own_error(self) -> None:
        """An error of one's own is for everybody."""
        made = settings(status=502, body="{}", content_type="application/json")
        error = self.refusal(made, {})
        self.assertEqual(
            (error.status, error.message, error.encoding, error.is_public),
            (502, "{}", "application/json", True),
        )

    def test_null(self) -> None:
        """No data is null."""
        answer = Response(None, True)
        self.assertIn("got null, want object", self.refusal(settings(), answer).message)

    def test_backend(self) -> None:
        """On a backend it judges what goes into the merge."""
        made = settings()
        config = BackendConfig(extra=extra_config({NAMESPACE: made}))
        part = made.backend_part(backend_scope(config))
        assert part is not None
        answer = run_pipe([part], MemoryBackend({}))
        self.failureResultOf(answer, Rejected)

    def test_elsewhere(self) -> None:
        """Settings of the service have no part in endpoints and backends."""
        self.assertIsNone(settings().proxy_part(endpoint_scope()))
        self.assertIsNone(settings().backend_part(backend_scope()))


class UndecodedTests(JudgeTestCase):
    """Answers of no-op backends."""

    def body(self, io: Any, **headers: str) -> Response:
        """An answer with a body that was not decoded."""
        fields = {"Content-Type": "application/json; charset=utf-8"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return response(io=io, headers=fields)

    def test_json(self) -> None:
        """A JSON body is judged and goes on."""
        answer = self.successResultOf(self.ask(settings(), self.body(b'{"a":1}')))
        self.assertEqual(answer.io, b'{"a":1}')
        self.refusal(settings(), self.body(b"{}"))
        self.assertEqual(
            self.refusal(settings(), self.body(b"{")).message, "unexpected EOF"
        )

    def test_stream(self) -> None:
        """A body that still arrives is waited for, and goes on whole."""
        stream = BodyStream(Source())
        answer = self.ask(settings(), self.body(stream))
        self.assertNoResult(answer)
        stream.data_received(b'{"a":1}')
        stream.finish()
        self.assertEqual(self.successResultOf(answer).io, b'{"a":1}')

    def test_others(self) -> None:
        """What is no JSON, compressed or empty is let through."""
        for answer in (
            self.body(b"<x/>", Content_Type="text/xml"),
            self.body(b"\x1f\x8b", Content_Encoding="gzip"),
            self.body(b""),
        ):
            self.successResultOf(self.ask(settings(), answer))


class ConfigureTests(SynchronousTestCase):
    """What the start refuses."""

    def test_wrong(self) -> None:
        """Schemas and errors that are none."""
        for raw in (
            None,
            [],
            {},
            {"schema": True},
            {"schema": {}, "more": 1},
            {"schema": {}, "error": {"status": "x"}},
            {"schema": {}, "error": {"stat": 1}},
            {"schema": {}, "error": 5},
            {"schema": {"type": "nope"}},
        ):
            self.assertRaises((ConfigError, ConfigErrors), configure, raw, WHERE)

    def test_service(self) -> None:
        """At the service it would guard nothing."""
        where = ConfigPath() / "extra_config" / NAMESPACE
        self.assertRaises(ConfigError, configure, {"schema": {}}, where)

    def test_comments(self) -> None:
        """Comments are no keys."""
        configure({"schema": {}, "@comment": "x", "error": {"$x": 1}}, WHERE)
