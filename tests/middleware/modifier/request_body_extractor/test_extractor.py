"""Tests of ``modifier/request-body-extractor``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IProxyMiddleware, IRouterMiddleware
from krakendtw.middleware.modifier.request_body_extractor.extractor import configure
from krakendtw.testing import (
    MemoryBackend,
    MemoryRouter,
    endpoint_scope,
    extra_config,
    gateway_request,
    render,
    request,
    run_pipe,
    service_scope,
)
from krakendtw.transport.stream import BodyStream
from tests.middleware.modifier.request_body_extractor.test_operations import operation

NAMESPACE = "modifier/request-body-extractor"
ENDPOINT = ConfigPath() / "endpoints" / 0 / "extra_config" / NAMESPACE
SERVICE = ConfigPath() / "extra_config" / NAMESPACE
RAW = {"operations": [operation(), operation(target="q", type="query_string")]}


class Source:
    """What a body comes from."""

    def pauseProducing(self) -> None:
        """Nothing to pause."""

    def resumeProducing(self) -> None:
        """Nothing to resume."""


class PipeTests(SynchronousTestCase):
    """At an endpoint."""

    def ask(self, asked: Any, backend: MemoryBackend) -> Any:
        """Send a request through the step."""
        settings = configure(RAW, ENDPOINT)
        extra = extra_config({NAMESPACE: settings})
        part = settings.proxy_part(endpoint_scope(EndpointConfig("/a", extra=extra)))
        assert part is not None
        return run_pipe([part], backend, asked)

    def test_interfaces(self) -> None:
        """The settings are the middleware, of the router and of endpoints."""
        verifyObject(IRouterMiddleware, configure(RAW, SERVICE))
        verifyObject(IProxyMiddleware, configure(RAW, ENDPOINT))

    def test_request(self) -> None:
        """The backends get field and query; what the request shared is untouched."""
        backend = MemoryBackend()
        asked = request(headers={"X-A": "old"}, body=b'{"a":"x"}')
        headers = asked.headers
        self.successResultOf(self.ask(asked, backend))
        sent = backend.requests[0]
        self.assertEqual(
            (sent.headers, sent.query, sent.body),
            ({"X-A": ["x"]}, {"q": ["x"]}, b'{"a":"x"}'),
        )
        self.assertEqual(headers, {"X-A": ["old"]})

    def test_no_body(self) -> None:
        """Without a body nobody looks at the header fields."""
        backend = MemoryBackend()
        self.successResultOf(self.ask(request(), backend))
        self.assertEqual(backend.requests[0].headers, {})

    def test_stream(self) -> None:
        """A body that still arrives is waited for."""
        backend = MemoryBackend()
        stream = BodyStream(Source())
        answer = self.ask(request(body=stream), backend)
        self.assertNoResult(answer)
        stream.data_received(b'{"a":5}')
        stream.finish()
        self.successResultOf(answer)
        self.assertEqual(backend.requests[0].headers, {"X-A": ["5"]})

    def test_places(self) -> None:
        """It works where it stands, and not on a backend."""
        self.assertIsNone(configure(RAW, ENDPOINT).proxy_part(endpoint_scope()))
        self.assertIsNone(configure(RAW, SERVICE).proxy_part(endpoint_scope()))
        where = ConfigPath() / "endpoints" / 0 / "backend" / 0 / "extra_config"
        self.assertRaises(ConfigError, configure, RAW, where / NAMESPACE)


class ServiceTests(SynchronousTestCase):
    """At the service."""

    def test_leaf(self) -> None:
        """Whatever the router leads to sees the changed request."""
        router = MemoryRouter()
        leaf = configure(RAW, SERVICE).wrap_leaf(service_scope(), router)
        asked = gateway_request("POST", "/a?z=1", body=b'{"a":"x"}')
        self.assertEqual(render(leaf, asked).body, b"routed")
        seen = router.requests[0]
        self.assertEqual((seen.field(b"x-a"), seen.query_string), (b"x", b"q=x&z=1"))

    def test_waits_for_bodies(self) -> None:
        """The site is told to read bodies before."""
        leaf: Any = configure(RAW, SERVICE).wrap_leaf(service_scope(), MemoryRouter())
        self.assertFalse(leaf.streams_body)
