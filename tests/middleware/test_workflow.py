"""Tests of ``workflow``."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.encoding import json, xml
from krakendtw.errors import ConfigError, DeadlineExceeded, MergeError, PipeError
from krakendtw.interfaces import INestedEndpoint
from krakendtw.middleware.workflow import MOST_NESTED, Workflow, configure
from krakendtw.proxy.settings import ProxySettings
from krakendtw.testing import (
    MemoryBackend,
    backend_scope,
    endpoint_scope,
    extra_config,
    request,
    response,
    service_scope,
)
from krakendtw.transport.stream import BodyStream

ENDPOINT = ConfigPath() / "endpoints" / 0
WHERE = ENDPOINT / "backend" / 0 / "extra_config" / "workflow"
RAW = {"endpoint": "/in", "backend": [{"url_pattern": "/a"}]}


class Source:
    """What a body comes from."""

    def pauseProducing(self) -> None:
        """Nothing to pause."""

    def resumeProducing(self) -> None:
        """Nothing to resume."""


class ConfigureTests(SynchronousTestCase):
    """What is read."""

    def test_document(self) -> None:
        """The endpoint, whose backends are asked in turn unless told otherwise."""
        made = configure({**RAW, "endpoint": "in/{x}", "timeout": "1s"}, WHERE)
        verifyObject(INestedEndpoint, made)
        self.assertEqual(
            made.document,
            {
                "endpoint": "/in/{x}",
                "backend": [{"url_pattern": "/a"}],
                "concurrent_calls": 1,
                "output_encoding": "json",
                "timeout": "1s",
                "extra_config": {"proxy": {"sequential": True}},
            },
        )

    def test_proxy(self) -> None:
        """What is written in ``proxy`` counts."""
        for written in ({"sequential": False}, {"sequential": True, "static": {}}):
            made = configure({**RAW, "extra_config": {"proxy": written}}, WHERE)
            self.assertEqual(made.document["extra_config"]["proxy"], written)

    def test_mistakes(self) -> None:
        """What cannot be meant ends the start, with its place."""
        for more, wanted in (
            ({"endpoint": None}, ".endpoint: is missing"),
            ({"backend": None}, ".backend: is missing"),
            ({"concurrent_calls": 6}, ".concurrent_calls: 5 are possible"),
            ({"concurrent_calls": 0}, ".concurrent_calls: 0 found"),
            ({"timeout": "x"}, ".timeout: "),
            ({"ignore_errors": "x"}, ".ignore_errors: a text found"),
            ({"extra_config": []}, ".extra_config: an object"),
            (
                {"extra_config": {"auth/validator": {}}},
                ".extra_config: auth/validator is no step",
            ),
            ({"x": 1}, ".x: no such key"),
        ):
            error = self.assertRaises(ConfigError, configure, {**RAW, **more}, WHERE)
            self.assertIn(f"extra_config.workflow{wanted}", str(error))

    def test_places(self) -> None:
        """It is a backend's, and not nested without end."""
        where = ENDPOINT / "extra_config" / "workflow"
        self.assertRaises(ConfigError, configure, RAW, where)
        deep = WHERE
        for _ in range(MOST_NESTED):
            deep = deep / "backend" / 0 / "extra_config" / "workflow"
        error = self.assertRaises(ConfigError, configure, RAW, deep)
        self.assertIn("nested deeper than 16", str(error))


class PipeTestCase(SynchronousTestCase):
    """What asks a workflow's pipe."""

    def setUp(self) -> None:
        self.clock = Clock()

    def proxy(
        self, pipe: Any, *, raw: Any = None, endpoint: Any = None, **backend: Any
    ) -> Any:
        """The exchange of a backend around."""
        given: Any = {"timeout": 2.0, **(endpoint or {})}
        held = EndpointConfig("/__workflow/in", **given)
        settings = configure({**RAW, **(raw or {})}, WHERE).holding(held)
        service = service_scope(plugins=[json.encoding, xml.encoding], clock=self.clock)
        around = endpoint_scope(service=service)
        scope = backend_scope(BackendConfig(**backend), around)
        return settings.nested_proxy(scope, pipe)


class DataTests(PipeTestCase):
    """Workflows of which the data counts."""

    def test_request(self) -> None:
        """The pipe gets the request as it came, but chooses its own hosts."""
        pipe = MemoryBackend({})
        asked = request(
            "PUT",
            "/p",
            headers={"A": "1"},
            body=b"b",
            url="http://h/p",
            params={"X": "1"},
            query={"q": ["1"]},
            deadline=1.0,
        )
        self.successResultOf(self.proxy(pipe)(asked))
        inner = pipe.requests[0]
        self.assertEqual(
            (inner.method, inner.path, inner.headers, inner.body, inner.params),
            ("PUT", "/p", {"A": ["1"]}, b"b", {"X": "1"}),
        )
        self.assertEqual((inner.query, inner.url), ({"q": ["1"]}, ""))
        self.assertEqual((inner.deadline, asked.url), (1.0, "http://h/p"))

    def test_formatting(self) -> None:
        """The data goes into the formatting of the backend around."""
        proxy = self.proxy(
            MemoryBackend({"a": {"b": 1, "c": 2}}),
            target="a",
            allow=("b",),
            group="g",
        )
        answer = self.successResultOf(proxy(request()))
        self.assertEqual((answer.data, answer.is_complete), ({"g": {"b": 1}}, True))

    def test_nothing(self) -> None:
        """No data is an empty object; a body that is not read is given up."""
        given_up: list[bool] = []
        stream = BodyStream(Source(), abandon=lambda: given_up.append(True))
        nothing = response(io=stream)
        nothing.data = None
        answer = self.successResultOf(self.proxy(MemoryBackend(nothing))(request()))
        self.assertEqual((answer.data, answer.io, given_up), ({}, None, [True]))


class FailureTests(PipeTestCase):
    """Workflows that fail."""

    def test_failure(self) -> None:
        """A failure is the backend's; of a sum the part that is there is lost."""
        proxy = self.proxy(MemoryBackend(PipeError("x")))
        self.failureResultOf(proxy(request()), PipeError)
        proxy = self.proxy(
            MemoryBackend(MergeError([PipeError("x")], response({"a": 1})))
        )
        error = self.failureResultOf(proxy(request()), MergeError).value
        assert isinstance(error, MergeError)
        self.assertEqual((str(error), error.response), ("x", None))

    def test_ignored(self) -> None:
        """Ignored, it is an incomplete answer with what is there."""
        for failure, wanted in (
            (PipeError("x"), {}),
            (MergeError([PipeError("x")], response({"a": 1})), {"a": 1}),
        ):
            proxy = self.proxy(MemoryBackend(failure), raw={"ignore_errors": True})
            answer = self.successResultOf(proxy(request()))
            self.assertEqual((answer.data, answer.is_complete), (wanted, False))

    def test_going_on(self) -> None:
        """Ignored failures do not end the sequence; other settings stay."""
        settings: Workflow = configure({**RAW, "ignore_errors": True}, WHERE)
        extra = extra_config({"proxy": ProxySettings(merger="sequential")})
        for given in (EndpointConfig("/in"), EndpointConfig("/in", extra=extra)):
            held = settings.holding(given).endpoint
            assert held is not None
            proxy = held.extra.get(ProxySettings)
            before = given.extra.get(ProxySettings) or ProxySettings()
            assert proxy is not None
            self.assertEqual((proxy.goes_on, proxy.merger), (True, before.merger))

    def test_time(self) -> None:
        """A time of its own that is shorter ends it."""
        cancelled: list[Any] = []
        late: Deferred[Any] = Deferred(cancelled.append)
        proxy = self.proxy(MemoryBackend(late), endpoint={"timeout": 0.5}, timeout=2.0)
        answer = proxy(request())
        self.clock.pump([0.1] * 4)
        self.assertNoResult(answer)
        self.clock.pump([0.1] * 4)
        self.failureResultOf(answer, DeadlineExceeded)
        self.assertEqual(cancelled, [late])

    def test_in_time(self) -> None:
        """An answer in time stays one."""
        late: Deferred[Any] = Deferred()
        proxy = self.proxy(MemoryBackend(late), endpoint={"timeout": 0.5}, timeout=2.0)
        answer = proxy(request())
        late.callback(response({"a": 1}))
        self.assertEqual(self.successResultOf(answer).data, {"a": 1})
        self.clock.pump([0.1] * 10)


class RawTests(PipeTestCase):
    """Workflows behind backends that relay bodies."""

    def test_relayed(self) -> None:
        """The body of a no-op workflow goes through."""
        answer = response(io=b"x", status=404)
        proxy = self.proxy(
            MemoryBackend(answer),
            endpoint={"output_encoding": "no-op"},
            encoding="no-op",
        )
        self.assertIs(self.successResultOf(proxy(request())), answer)

    def test_written(self) -> None:
        """The data of another one is written in its encoding, JSON if unknown."""
        for encoding, kind, body in (
            ("xml", "application/xml", b"<a>1</a>"),
            ("nope", "application/json; charset=utf-8", b'{"a":1}'),
        ):
            proxy = self.proxy(
                MemoryBackend({"a": 1}),
                endpoint={"output_encoding": encoding},
                encoding="no-op",
            )
            answer = self.successResultOf(proxy(request()))
            self.assertEqual(
                (answer.io, answer.metadata.headers, answer.metadata.status),
                (body, {"Content-Type": [kind]}, 200),
            )
