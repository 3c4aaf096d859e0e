"""Tests of ``krakendtw.middleware.validation.json_schema``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import NotConfigured, Rejected
from krakendtw.interfaces import IDoubtful, IProxyMiddleware
from krakendtw.middleware.validation.json_schema import NAMESPACE, configure
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    endpoint_scope,
    extra_config,
    request,
    run_pipe,
    service_scope,
)
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.proxy.message import Response

WHERE = ConfigPath()


class Source:
    """What a body comes from."""

    def pauseProducing(self) -> None:
        """Nothing to pause."""

    def resumeProducing(self) -> None:
        """Nothing to resume."""


class JSONSchemaTests(SynchronousTestCase):
    """Bodies of requests."""

    def setUp(self) -> None:
        self.log = MemoryLog()
        self.backend = MemoryBackend()

    def part(self, schema: Any) -> Any:
        """The step of an endpoint with this schema."""
        settings = configure(schema, WHERE)
        extra = extra_config({NAMESPACE: settings})
        config = EndpointConfig(path="/a", extra=extra)
        return settings.proxy_part(endpoint_scope(config, service_scope(log=self.log)))

    def ask(self, schema: Any, body: Any, method: str = "POST") -> Deferred[Response]:
        """Send a body through the step."""
        asked = request(method, body=body)
        return run_pipe([self.part(schema)], self.backend, asked)

    def assert_refused(self, schema: Any, body: Any, text: str) -> None:
        """A body is refused with a 400 and this text."""
        error = self.failureResultOf(self.ask(schema, body), Rejected).value
        self.assertEqual((error.status, error.message), (400, text))
        self.assertEqual(self.backend.requests, [])

    def test_interfaces(self) -> None:
        """It provides what it says."""
        verifyObject(IProxyMiddleware, configure({}, WHERE))
        verifyObject(IDoubtful, configure({}, WHERE))

    def test_fits(self) -> None:
        """A body that fits goes on as it came, whatever the method."""
        body = b' {"a": 1.0}\n'
        for method in ("POST", "GET", "PUT"):
            self.successResultOf(self.ask({"required": ["a"]}, body, method))
            self.assertEqual(self.backend.requests[-1].body, body)

    def test_does_not_fit(self) -> None:
        """Any other is told what is wrong."""
        self.assert_refused(
            {"type": "object", "required": ["a"]},
            b"{}",
            "- at '': missing property 'a'",
        )
        self.assert_refused(False, b"1", "- at '': false schema")

    def test_empty(self) -> None:
        """Nothing is refused even by a schema that lets everything pass."""
        for body in (None, b""):
            self.assert_refused({}, body, "could not validate an empty body")

    def test_broken(self) -> None:
        """What is no JSON is refused in the parser's words."""
        self.assert_refused({}, b'{"a":', "unexpected EOF")
        self.assert_refused({}, b"{} x", "invalid character after top-level value")

    def test_stream(self) -> None:
        """A body that still arrives is waited for."""
        stream = BodyStream(Source())
        answer = self.ask({"type": "number"}, stream)
        self.assertNoResult(answer)
        stream.data_received(b"12")
        stream.finish()
        self.successResultOf(answer)
        self.assertEqual(self.backend.requests[0].body, b"12")

    def test_numbers_of_the_schema(self) -> None:
        """The schema's numbers are float64."""
        self.assert_refused(
            {"enum": [1.50, 12345678901234567890]},
            b"1",
            "- at '': value must be one of 1.5, 12345678901234567000",
        )

    def test_uncompilable(self) -> None:
        """A schema that is none switches the check off, but not silently."""
        settings = configure({"type": "nope"}, WHERE)
        self.assertIsNone(self.part({"type": "nope"}))
        self.assertEqual(
            self.log.lines,
            [
                "ERROR [ENDPOINT: /a][JSONSchema] Parsing the definition:"
                f"{settings.failure}"
            ],
        )
        ((where, reason),) = settings.doubts()
        self.assertEqual(where, WHERE)
        self.assertNotIn("\n", reason)

    def test_enabled(self) -> None:
        """A schema that is one is told of, and leaves no doubt."""
        self.part({})
        self.assertEqual(
            self.log.lines, ["DEBUG [ENDPOINT: /a][JSONSchema] Validator enabled"]
        )
        self.assertEqual(configure({}, WHERE).doubts(), [])

    def test_null(self) -> None:
        """No schema, no check."""
        self.assertRaises(NotConfigured, configure, None, WHERE)

    def test_elsewhere(self) -> None:
        """Settings of the service have no part in endpoints."""
        self.assertIsNone(configure({}, WHERE).proxy_part(endpoint_scope()))
