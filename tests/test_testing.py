"""Tests of the test kit."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IAgent, IRequest
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.errors import PipeError
from krakendtw.interfaces import IServerPlugin
from krakendtw.log import WARNING
from krakendtw.memory import MemoryResponse
from krakendtw.proxy.pipe import Hooks
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    MemoryRouter,
    answer_of,
    backend_scope,
    endpoint_scope,
    extra_config,
    fetch,
    gateway_request,
    handler_scope,
    render,
    request,
    response,
    run_pipe,
    service_scope,
    start,
)


class MessageTests(SynchronousTestCase):
    """Requests and responses in one line."""

    def test_request(self) -> None:
        """A header's single value may be given as it is."""
        made = request("POST", "/a", headers={"A": "1", "B": ["2", "3"]}, body=b"x")
        self.assertEqual({"A": ["1"], "B": ["2", "3"]}, made.headers)
        self.assertEqual(("POST", "/a", b"x"), (made.method, made.path, made.body))

    def test_more_fields(self) -> None:
        """A request takes whatever the real one takes."""
        self.assertEqual({"Id": "1"}, request(params={"Id": "1"}).params)

    def test_response(self) -> None:
        """A response is complete and has status 200 unless told otherwise."""
        made = response({"a": 1})
        self.assertEqual(({"a": 1}, True, 200), _parts(made))
        made = response(status=404, is_complete=False)
        self.assertEqual(({}, False, 404), _parts(made))


class MemoryBackendTests(SynchronousTestCase):
    """A backend that answers what it is told."""

    def test_default(self) -> None:
        """Told nothing, it answers with an empty object."""
        backend = MemoryBackend()
        asked = request()
        self.assertEqual({}, self.successResultOf(backend(asked)).data)
        self.assertEqual([asked], backend.requests)

    def test_in_turn(self) -> None:
        """Answers are given in turn, the last one for ever."""
        backend = MemoryBackend({"a": 1}, response({"a": 2}))
        data = [self.successResultOf(backend(request())).data for _ in range(3)]
        self.assertEqual([{"a": 1}, {"a": 2}, {"a": 2}], data)

    def test_errors(self) -> None:
        """Exceptions and failures are failures."""
        for error in (PipeError("x"), Failure(PipeError("x"))):
            self.failureResultOf(MemoryBackend(error)(request()), PipeError)

    def test_waiting(self) -> None:
        """A Deferred is handed out."""
        waiting: Deferred[Any] = Deferred()
        self.assertIs(waiting, MemoryBackend(waiting)(request()))

    def test_function(self) -> None:
        """A function is asked with the request."""
        backend = MemoryBackend(lambda asked: {"path": asked.path})
        answer = backend(request(path="/a"))
        self.assertEqual({"path": "/a"}, self.successResultOf(answer).data)

    def test_pipe(self) -> None:
        """A pipe runs with nothing given but its parts."""
        paths: list[str] = []
        answer = run_pipe([Hooks(lambda asked: paths.append(asked.path))])
        self.assertEqual({}, self.successResultOf(answer).data)
        self.assertEqual(["/"], paths)


class Later(Resource):
    """Answers in two pieces, some time."""

    isLeaf = True

    def render(self, request: Any) -> Any:
        """Begin."""
        request.setHeader("X-A", "1")
        request.write(b"one ")
        request.notifyFinish().addErrback(lambda _: None)
        return NOT_DONE_YET


class RenderTests(SynchronousTestCase):
    """Resources without a server."""

    def test_interface(self) -> None:
        """The request is the server's own kind of request."""
        verifyObject(IRequest, gateway_request())

    def test_reading(self) -> None:
        """Resources read what was asked."""
        asked = gateway_request("POST", "/a/b%20c?x=1", headers={"A": "2"}, body=b"y")
        self.assertEqual((b"POST", b"/a/b%20c"), (asked.method, asked.path))
        self.assertEqual([b"a", b"b c"], asked.postpath)
        self.assertEqual({b"x": [b"1"]}, asked.args)
        self.assertEqual("2", asked.getHeader("a"))
        self.assertEqual(b"y", asked.content.read())
        self.assertEqual("127.0.0.1", asked.getClientIP())

    def test_host(self) -> None:
        """A request asks for localhost unless it says otherwise."""
        self.assertEqual(b"localhost:8080", gateway_request().host)
        self.assertEqual(b"a", gateway_request(headers={"Host": "a"}).host)

    def test_render(self) -> None:
        """The resource at the path answers."""
        root = Resource()
        router = MemoryRouter(b'{"a": 1}', 201)
        root.putChild(b"a", router)
        asked = gateway_request(uri="/a")
        answer = render(root, asked)
        self.assertEqual((201, {"a": 1}), (answer.status, answer.json()))
        self.assertEqual([asked], router.requests)

    def test_later(self) -> None:
        """An answer that takes its time is read when it is complete."""
        asked = gateway_request()
        start(Later(), asked)
        self.assertRaises(AssertionError, answer_of, asked)
        asked.write(b"two")
        asked.finish()
        answer = answer_of(asked)
        self.assertEqual(b"one two", answer.body)
        self.assertEqual(["1"], answer.headers["X-A"])
        self.assertNotIn("Transfer-Encoding", answer.headers)

    def test_not_complete(self) -> None:
        """Rendering fails loudly where the answer is not complete."""
        self.assertRaises(AssertionError, render, Later(), gateway_request())


@implementer(IAgent)
class EchoAgent:
    """Answers with what it was asked."""

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Any = None,
        bodyProducer: Any = None,
    ) -> Deferred[Any]:
        """Answer at once."""
        given = {"X-Given": headers.getRawHeaders("A", [])}
        body = BytesIO()
        if bodyProducer is not None:
            bodyProducer.startProducing(body)
        text = b"%b %b %b" % (method, uri, body.getvalue())
        return succeed(MemoryResponse(200, given, text))


class FetchTests(SynchronousTestCase):
    """Agents without a network."""

    def test_fetch(self) -> None:
        """The agent is asked, and the whole answer read."""
        asked = fetch(EchoAgent(), "PUT", "http://b/x", headers={"A": "1"}, body=b"y")
        answer = self.successResultOf(asked)
        self.assertEqual(b"PUT http://b/x y", answer.body)
        self.assertEqual((200, ["1"]), (answer.status, answer.headers["X-Given"]))

    def test_without_a_body(self) -> None:
        """Without a body the agent gets none to send."""
        answer = self.successResultOf(fetch(EchoAgent()))
        self.assertEqual(b"GET http://backend/ ", answer.body)


class ScopeTests(SynchronousTestCase):
    """Scopes of nothing in particular."""

    def test_service(self) -> None:
        """A service's scope has a clock that stands still and a wheel on it."""
        scope = service_scope()
        self.assertEqual(0.0, scope.clock.seconds())
        self.assertEqual(0.0, scope.wheel.seconds)

    def test_own_clock(self) -> None:
        """The test may keep the clock."""
        clock = Clock()
        self.assertIs(clock, service_scope(clock=clock).clock)

    def test_plugins(self) -> None:
        """The registry finds the given plugins, and no others."""

        @implementer(IServerPlugin)
        class Plugin:
            name = "a"

        plugin = Plugin()
        scope = service_scope(plugins=[plugin])
        self.assertEqual({"a": plugin}, scope.registry.all(IServerPlugin))

    def test_client(self) -> None:
        """Side calls do not connect anywhere."""
        asked = service_scope().client.get("http://a/")
        self.failureResultOf(asked, ConnectionRefusedError)

    def test_endpoint(self) -> None:
        """An endpoint's log has KrakenD's prefix."""
        log = MemoryLog()
        service = service_scope(log=log)
        scope = endpoint_scope(EndpointConfig(path="/a"), service)
        scope.log.info("x")
        self.assertEqual(["INFO [ENDPOINT: /a] x"], log.lines)
        self.assertIs(service, scope.service)

    def test_backend(self) -> None:
        """A backend's scope stands in its endpoint's."""
        log = MemoryLog()
        endpoint = endpoint_scope(service=service_scope(log=log))
        scope = backend_scope(BackendConfig(url_pattern="/b"), endpoint)
        scope.log.error("x")
        self.assertEqual(["ERROR [BACKEND: /b] x"], log.lines)
        self.assertIs(endpoint.service, scope.service)
        self.assertEqual("/test", backend_scope().config.parent_endpoint)

    def test_handler(self) -> None:
        """A handler's scope has a pipe and a way to make its request."""
        scope = handler_scope(proxy=MemoryBackend({"a": 1}))
        made = scope.build_request(gateway_request())
        self.assertEqual({"a": 1}, self.successResultOf(scope.proxy(made)).data)

    def test_extra_config(self) -> None:
        """Settings are found by their interface, or by their namespace."""

        @implementer(IServerPlugin)
        class Settings:
            pass

        settings = Settings()
        extra = extra_config({"example/thing": settings})
        scope = endpoint_scope(EndpointConfig(path="/a", extra=extra))
        self.assertEqual([settings], scope.providers(IServerPlugin))
        self.assertIs(settings, extra.settings["example/thing"])

    def test_log_threshold(self) -> None:
        """A memory log obeys its threshold as any log does."""
        log = MemoryLog()
        log.threshold.level = WARNING
        log.child("[A]").info("x")
        self.assertEqual([], log.lines)


def _parts(made: Any) -> tuple[object, ...]:
    return made.data, made.is_complete, made.metadata.status
