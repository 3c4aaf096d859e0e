"""Tests of ``modifier/request-body-extractor/early``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IHandlerMiddleware
from krakendtw.middleware.modifier.request_body_extractor.early import configure
from krakendtw.router.answer import Answer
from krakendtw.testing import extra_config, gateway_request, handler_scope
from krakendtw.transport.stream import BodyStream
from tests.middleware.modifier.request_body_extractor.test_operations import operation

NAMESPACE = "modifier/request-body-extractor/early"
WHERE = ConfigPath() / "endpoints" / 0 / "extra_config" / NAMESPACE
RAW = {"operations": [operation()]}


class Source:
    """What a body comes from."""

    def pauseProducing(self) -> None:
        """Nothing to pause."""

    def resumeProducing(self) -> None:
        """Nothing to resume."""


class EarlyExtractorTests(SynchronousTestCase):
    """The handler around an endpoint's."""

    def setUp(self) -> None:
        self.seen: list[Any] = []

    def handler(self) -> Any:
        """A handler behind the operations, that keeps a field."""
        settings = configure(RAW, WHERE)
        extra = extra_config({NAMESPACE: settings})

        def inner(request: Any) -> Answer:
            self.seen.append(request.field(b"x-a"))
            return Answer(200)

        scope = handler_scope(EndpointConfig("/a", extra=extra))
        return settings.wrap_handler(scope, inner)

    def test_interface(self) -> None:
        """The settings are the middleware."""
        verifyObject(IHandlerMiddleware, configure(RAW, WHERE))

    def test_body(self) -> None:
        """The handler sees the value; without a body it is called as before."""
        handler = self.handler()
        handler(gateway_request("POST", body=b'{"a":1}'))
        handler(gateway_request())
        self.assertEqual(self.seen, [b"1", None])

    def test_stream(self) -> None:
        """A body that still arrives is waited for, and kept."""
        request = gateway_request("POST")
        request.body = stream = BodyStream(Source())
        answer = self.handler()(request)
        self.assertEqual(self.seen, [])
        stream.data_received(b'{"a":2}')
        stream.finish()
        self.assertEqual(self.successResultOf(answer).status, 200)
        self.assertEqual((self.seen, request.body), ([b"2"], b'{"a":2}'))

    def test_places(self) -> None:
        """It stands at an endpoint, and works there only."""
        settings = configure(RAW, WHERE)
        inner: Any = object()
        self.assertIs(settings.wrap_handler(handler_scope(), inner), inner)
        for where in (
            ConfigPath() / "extra_config" / NAMESPACE,
            ConfigPath() / "endpoints" / 0 / "backend" / 0 / "extra_config" / NAMESPACE,
        ):
            self.assertRaises(ConfigError, configure, RAW, where)
