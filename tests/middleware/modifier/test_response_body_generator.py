"""Tests of ``modifier/response-body-generator``."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.encoding import xml
from krakendtw.errors import ConfigError, MergeError, PipeError
from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware.modifier.response_body_generator import (
    ResponseBodyGenerator,
    configure,
)
from krakendtw.proxy.pipe import Hooks
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
    from twisted.internet.defer import Deferred

    from krakendtw.proxy.message import Request, Response

NAMESPACE = "modifier/response-body-generator"
WHERE = ConfigPath() / "endpoints" / 0 / "extra_config" / NAMESPACE


def made(text: str, **more: Any) -> ResponseBodyGenerator:
    """The settings of a template."""
    return configure({"template": b64encode(text.encode()).decode(), **more}, WHERE)


class Source:
    """What a body comes from."""

    def pauseProducing(self) -> None:
        """Nothing to pause."""

    def resumeProducing(self) -> None:
        """Nothing to resume."""


class GeneratorTestCase(SynchronousTestCase):
    """What asks the step about answers."""

    def part(self, settings: ResponseBodyGenerator) -> Any:
        """The step of an endpoint."""
        extra = extra_config({NAMESPACE: settings})
        service = service_scope(plugins=[xml.encoding])
        config = EndpointConfig("/x", extra=extra)
        return settings.proxy_part(endpoint_scope(config, service))

    def ask(
        self,
        settings: ResponseBodyGenerator,
        answer: Any,
        asked: Request | None = None,
    ) -> Deferred[Response]:
        """Let an answer go through the step."""
        return run_pipe([self.part(settings)], MemoryBackend(answer), asked)

    def answered(self, settings: ResponseBodyGenerator, answer: Any) -> Response:
        """The answer on its other side."""
        return self.successResultOf(self.ask(settings, answer))


class DataTests(GeneratorTestCase):
    """Answers with data."""

    def test_interfaces(self) -> None:
        """The settings are the middleware, of endpoints and backends."""
        verifyObject(IProxyMiddleware, made(""))
        verifyObject(IBackendMiddleware, made(""))

    def test_shapes(self) -> None:
        """Objects, lists, other values, and texts that cannot be read."""
        for text, kind, wanted in (
            ('{"b":{{ .resp_body.a }}}', "application/json", {"b": 1}),
            ("[{{ .resp_body.a }}]", "application/json", {"collection": [1]}),
            ("{{ .resp_body.a }}", "application/json", {"content": 1}),
            ("null", "application/json", {}),
            ("{", "application/json", {"content": "{"}),
            ("<x>{{ .resp_body.a }}</x>", "application/xml", {"x": "1"}),
            ("{}", "text/plain", {"content": "{}"}),
        ):
            answer = self.answered(made(text, content_type=kind), {"a": 1})
            self.assertEqual((answer.data, answer.is_complete), (wanted, True))

    def test_nothing(self) -> None:
        """No data is nil."""
        answer = response()
        answer.data = None
        self.assertEqual(
            self.answered(made("{{ toJson .resp_body }}"), answer).data, {}
        )

    def test_incomplete(self) -> None:
        """What is not complete stays so, and the template knows."""
        found = self.answered(
            made("{{ .resp_completed }}"), response({"a": 1}, is_complete=False)
        )
        self.assertEqual((found.data, found.is_complete), ({"content": False}, False))

    def test_failures(self) -> None:
        """An answer that failed is not touched, whatever it carries."""
        failure = MergeError([PipeError("x")], response({"a": 1}))
        error = self.failureResultOf(self.ask(made("{}"), failure), MergeError).value
        assert isinstance(error, MergeError)
        assert error.response is not None
        self.assertEqual(error.response.data, {"a": 1})

    def test_template_fails(self) -> None:
        """A template that fails is the answer's failure."""
        self.failureResultOf(
            self.ask(made("{{ .resp_body.a.b }}"), {"a": 1}), PipeError
        )


class RequestTests(GeneratorTestCase):
    """Templates that look at the request."""

    def test_as_it_came(self) -> None:
        """They see it as it was before the steps inside."""

        def change(asked: Request) -> None:
            asked.body = b"other"
            asked.headers = {}
            asked.path = "/other"

        template = (
            '["{{ .req_body }}","{{ .req_path }}","{{ index .req_headers "X-A" 0 }}"]'
        )
        asked = request(path="/p", headers={"X-A": "1"}, body=b"mine")
        answer = run_pipe(
            [self.part(made(template)), Hooks(request=change)], None, asked
        )
        self.assertEqual(
            self.successResultOf(answer).data, {"collection": ["mine", "/p", "1"]}
        )

    def test_stream(self) -> None:
        """A request's body that still arrives is waited for."""
        stream = BodyStream(Source())
        answer = self.ask(made('"{{ .req_body }}"'), {}, request(body=stream))
        self.assertNoResult(answer)
        stream.data_received(b"ab")
        stream.finish()
        self.assertEqual(self.successResultOf(answer).data, {"content": "ab"})


class UndecodedTests(GeneratorTestCase):
    """Answers of no-op backends."""

    def test_body(self) -> None:
        """The text is the body, and the head fits it."""
        answer = response(
            io=b'{"a":1}',
            status=404,
            headers={
                "Content-Type": "application/json",
                "Content-Length": "7",
                "Etag": "x",
                "X-A": "1",
            },
        )
        found = self.answered(
            made("<{{ .resp_body.a }} {{ .resp_status }}>", content_type="text/html"),
            answer,
        )
        self.assertEqual(found.io, b"<1 404>")
        self.assertEqual(
            (found.metadata.status, found.metadata.headers),
            (404, {"Content-Type": ["text/html"], "X-A": ["1"]}),
        )

    def test_stream(self) -> None:
        """A body that still arrives is waited for, or given up if nobody asks."""
        stream = BodyStream(Source())
        answer = self.ask(made("<{{ .resp_body }}>"), response(io=stream))
        self.assertNoResult(answer)
        stream.data_received(b"ab")
        stream.finish()
        self.assertEqual(self.successResultOf(answer).io, b"<ab>")
        given_up: list[bool] = []
        stream = BodyStream(Source(), abandon=lambda: given_up.append(True))
        self.assertEqual(self.answered(made("x"), response(io=stream)).io, b"x")
        self.assertEqual(given_up, [True])


class PlaceTests(SynchronousTestCase):
    """Where it may stand."""

    def test_places(self) -> None:
        """It works where it stands: on endpoints and backends."""
        settings = made("")
        self.assertIsNone(settings.proxy_part(endpoint_scope()))
        self.assertIsNone(settings.backend_part(backend_scope()))
        config = BackendConfig(extra=extra_config({NAMESPACE: settings}))
        self.assertIsNotNone(settings.backend_part(backend_scope(config)))
        where = ConfigPath() / "extra_config" / NAMESPACE
        self.assertRaises(ConfigError, configure, {"template": "eA=="}, where)
