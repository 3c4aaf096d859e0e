"""Tests of ``modifier/request-body-generator``."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, PipeError
from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware.modifier.request_body_generator import (
    RequestBodyGenerator,
    configure,
)
from krakendtw.testing import (
    MemoryBackend,
    backend_scope,
    endpoint_scope,
    extra_config,
    request,
    run_pipe,
)
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request

NAMESPACE = "modifier/request-body-generator"
WHERE = ConfigPath() / "endpoints" / 0 / "extra_config" / NAMESPACE


def made(text: str, **more: Any) -> RequestBodyGenerator:
    """The settings of a template."""
    return configure({"template": b64encode(text.encode()).decode(), **more}, WHERE)


class Source:
    """What a body comes from."""

    def pauseProducing(self) -> None:
        """Nothing to pause."""

    def resumeProducing(self) -> None:
        """Nothing to resume."""


class RequestBodyGeneratorTests(SynchronousTestCase):
    """Requests with new bodies."""

    def part(self, settings: RequestBodyGenerator) -> Any:
        """The step of an endpoint."""
        extra = extra_config({NAMESPACE: settings})
        return settings.proxy_part(endpoint_scope(EndpointConfig("/x", extra=extra)))

    def sent(self, settings: RequestBodyGenerator, asked: Request) -> Request:
        """The request as the backend gets it."""
        backend = MemoryBackend()
        self.successResultOf(run_pipe([self.part(settings)], backend, asked))
        return backend.requests[0]

    def test_interfaces(self) -> None:
        """The settings are the middleware, of endpoints and backends."""
        verifyObject(IProxyMiddleware, made(""))
        verifyObject(IBackendMiddleware, made(""))

    def test_body(self) -> None:
        """The new body has its own length and type, whatever the method."""
        asked = request(
            headers={
                "Content-Type": "application/json",
                "Content-Length": "7",
                "Content-Encoding": "x",
                "X-A": "1",
            },
            body=b'{"a":1}',
        )
        shared = asked.headers
        sent = self.sent(made("<{{ .req_body.a }}>", content_type="text/xml"), asked)
        self.assertEqual(
            (sent.body, sent.headers),
            (
                b"<1>",
                {"Content-Type": ["text/xml"], "Content-Length": ["3"], "X-A": ["1"]},
            ),
        )
        self.assertEqual(shared["Content-Length"], ["7"])

    def test_no_body(self) -> None:
        """A body is made where there was none."""
        self.assertEqual(self.sent(made("{{ .req_path }}"), request()).body, b"/")

    def test_stream(self) -> None:
        """A body that still arrives is waited for, if the template asks for it."""
        stream = BodyStream(Source())
        backend = MemoryBackend()
        asked = request(headers={"Content-Type": "text/plain"}, body=stream)
        answer = run_pipe([self.part(made("<{{ .req_body }}>"))], backend, asked)
        self.assertNoResult(answer)
        stream.data_received(b"ab")
        stream.finish()
        self.successResultOf(answer)
        self.assertEqual(backend.requests[0].body, b"<ab>")
        asked = request(body=BodyStream(Source()))
        self.assertEqual(self.sent(made("x"), asked).body, b"x")

    def test_failure(self) -> None:
        """A template that fails keeps the request from the backend."""
        backend = MemoryBackend()
        part = self.part(made("{{ .req_path.x }}"))
        self.failureResultOf(run_pipe([part], backend, request()), PipeError)
        self.assertEqual(backend.requests, [])

    def test_injection(self) -> None:
        """What a client sends is data, and by toJson also a well-formed value."""
        asked = request(
            headers={"Content-Type": "text/plain", "X-A": '"}{{ env "HOME" }}'},
            body=b'{{ fail "x" }}',
        )
        template = (
            '{"b":{{ toJson .req_body }},"h":{{ index .req_headers "X-A" 0 | toJson }}}'
        )
        self.assertEqual(
            self.sent(made(template), asked).body,
            rb'{"b":"{{ fail \"x\" }}","h":"\"}{{ env \"HOME\" }}"}',
        )

    def test_places(self) -> None:
        """It works where it stands: on endpoints and backends."""
        settings = made("")
        self.assertIsNone(settings.proxy_part(endpoint_scope()))
        self.assertIsNone(settings.backend_part(backend_scope()))
        config = BackendConfig(extra=extra_config({NAMESPACE: settings}))
        self.assertIsNotNone(settings.backend_part(backend_scope(config)))
        where = ConfigPath() / "extra_config" / NAMESPACE
        self.assertRaises(ConfigError, configure, {"template": "eA=="}, where)
