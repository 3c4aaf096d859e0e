"""Tests of :mod:`krakendtw.router.builder`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from krakendtw.config.model import BackendConfig, EndpointConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.encoding import json as json_encoding
from krakendtw.errors import ConfigError
from krakendtw.interfaces import (
    IBackendTerminator,
    IHandlerMiddleware,
    IHealthReporter,
    IRouterMiddleware,
    IServerMiddleware,
)
from krakendtw.proxy import settings as proxy_settings
from krakendtw.proxy.factory import PipeFactory
from krakendtw.router import settings as router_settings
from krakendtw.router.answer import Answer
from krakendtw.router.builder import Logged, Router, build_router
from krakendtw.sd import static
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    WireAnswer,
    answer_of,
    extra_config,
    gateway_request,
    service_scope,
)
from krakendtw.transport.client.client import GatewayClient
from tests.transport.client.doubles import MemoryPool


@implementer(IBackendTerminator)
class Backend:
    """Takes the place of the exchange."""

    backend_order = 1

    def __init__(self, *answers: Any) -> None:
        self.memory = MemoryBackend(*answers)

    def backend_proxy(self, scope: Any) -> Any:
        """The exchange."""
        return self.memory


@implementer(IServerMiddleware, IRouterMiddleware, IHandlerMiddleware)
class Component:
    """Notes where a request passes.

    :param stages: where it takes part: ``server``, ``leaf``, ``handler``.
    """

    def __init__(self, name: str, order: int, seen: list[str], *stages: str) -> None:
        self.server_order = self.router_order = self.handler_order = order
        self._name = name
        self._seen = seen
        self._stages = stages

    def wrap_resource(self, scope: Any, resource: Any) -> Any:
        """Around all."""
        return self._wrap("server", resource)

    def wrap_leaf(self, scope: Any, resource: Any) -> Any:
        """Around a leaf."""
        return self._wrap("leaf", resource)

    def wrap_handler(self, scope: Any, handler: Any) -> Any:
        """Around a handler."""
        if "handler" not in self._stages:
            return handler

        def wrapped(asked: Any) -> Any:
            self._seen.append(f"handler {self._name}")
            return handler(asked)

        return wrapped

    def _wrap(self, stage: str, resource: Any) -> Any:
        if stage not in self._stages:
            return resource
        return Noting(resource, lambda: self._seen.append(f"{stage} {self._name}"))


class Noting(Resource):
    """Notes a request and hands on."""

    isLeaf = True
    streams_body = True

    def __init__(self, below: Any, note: Callable[[], object]) -> None:
        Resource.__init__(self)
        self._below = below
        self._note = note

    def render(self, asked: Any) -> Any:
        """Note it."""
        self._note()
        find = getattr(self._below, "find", None)
        return (find(asked) if find else self._below).render(asked)


@implementer(IHealthReporter)
class Reporter:
    """Has a line in the health check."""

    def health(self) -> dict[str, str]:
        """The line."""
        return {"agent": "today"}


def router(**raw: Any) -> Any:
    """The settings of a ``router`` object."""
    return router_settings.configure(raw, ConfigPath())


class BuilderTestCase(SynchronousTestCase):
    """Routers in memory."""

    def setUp(self) -> None:
        self.seen: list[str] = []
        self.lines: list[str] = []
        self.log = MemoryLog()
        self.pool = MemoryPool()

    def endpoint(
        self, path: str = "/e", *answers: Any, method: str = "GET", **more: Any
    ) -> EndpointConfig:
        """An endpoint whose backend gives the answers."""
        extra = more.pop("extra", {})
        self.backend = Backend(*(answers or ({"a": 1},)))
        backend = BackendConfig(
            hosts=("http://h",), extra=extra_config({"t": self.backend})
        )
        given: Any = {"backends": (backend,), "method": method, **more}
        return EndpointConfig(path, extra=extra_config(extra), **given)

    def build(
        self, *endpoints: EndpointConfig, health: Any = None, **more: Any
    ) -> Router:
        """The router of a configuration."""
        extra = more.pop("extra", {})
        given: Any = more
        config = ServiceConfig(endpoints=endpoints, extra=extra_config(extra), **given)
        scope = service_scope(
            config,
            plugins=[static.driver, json_encoding.encoding],
            log=self.log,
            clock=self.pool.clock,
            client=GatewayClient(self.pool),
        )
        built = build_router(scope, PipeFactory(1), self.lines.append, health)
        self.router = built
        return built

    def ask(self, uri: str = "/e", method: str = "GET", **more: Any) -> WireAnswer:
        """What the router answers."""
        root: Any = self.router.root
        self.asked = asked = gateway_request(method, uri, **more)
        leaf = root.find(asked) if hasattr(root, "find") else root
        result = leaf.render(asked)
        if result != NOT_DONE_YET:
            asked.send_rendered(result, leaf)
        if self.router.on_answer is not None:
            self.router.on_answer(asked)
        return answer_of(asked)


class RouteTests(BuilderTestCase):
    """Which paths there are."""

    def test_endpoint(self) -> None:
        """An endpoint answers at its path, with its params."""
        self.build(self.endpoint("/u/:id"))
        answer = self.ask("/u/7")
        self.assertEqual((200, b'{"a":1}'), (answer.status, answer.body))
        self.assertEqual(["Version 2.13.8"], answer.headers["X-Krakend"])
        self.assertEqual({"Id": "7"}, self.backend.memory.requests[0].params)

    def test_methods(self) -> None:
        """What has another method is 405, what has none 404."""
        self.build(self.endpoint(), self.endpoint(method="POST"))
        self.assertEqual(200, self.ask(method="POST").status)
        answer = self.ask(method="PUT")
        self.assertEqual((405, ["GET, POST"]), (answer.status, answer.headers["Allow"]))
        self.assertEqual(404, self.ask("/nowhere").status)

    def test_unsupported(self) -> None:
        """An endpoint whose method nobody serves is left out, with a word."""
        self.build(self.endpoint("/x", method="TRACE"), self.endpoint())
        self.assertEqual(404, self.ask("/x", "TRACE").status)
        self.assertIn("ERROR [ENDPOINT: /x] Unsupported method TRACE", self.log.lines)

    def test_conflict(self) -> None:
        """Two endpoints at one place do not start."""
        self.assertRaises(ConfigError, self.build, self.endpoint(), self.endpoint())

    def test_no_backend(self) -> None:
        """An endpoint without a real backend answers a bare 500."""
        shadow = proxy_settings.configure({"shadow": True}, ConfigPath())
        endpoint = self.endpoint("/s")
        backend = evolve(endpoint.backends[0], extra=extra_config({"proxy": shadow}))
        self.build(evolve(endpoint, backends=(backend,)))
        self.assertEqual(WireAnswer(500, {}, b""), self.ask("/s"))
        self.assertIn("Calling the ProxyFactory", "".join(self.log.lines))

    def test_debug_and_echo(self) -> None:
        """They are there where the service says so, for any method."""
        self.build()
        self.assertEqual(404, self.ask("/__debug/").status)
        self.assertEqual(404, self.ask("/__echo/").status)
        self.build(debug_endpoint=True, echo_endpoint=True)
        for method in ("GET", "POST", "TRACE"):
            self.assertEqual(b'{"message":"pong"}', self.ask("/__debug/x", method).body)
            self.assertEqual(200, self.ask("/__echo/x", method).status)


class SettingTests(BuilderTestCase):
    """What ``router`` changes."""

    def test_health(self) -> None:
        """The health check can be moved, or left out."""
        self.build()
        answer = self.ask("/__health")
        self.assertEqual(("ok", {}), (answer.json()["status"], answer.json()["agents"]))
        self.assertNotIn("X-Krakend", answer.headers)
        self.build(extra={"router": router(health_path="/ok")})
        self.assertEqual(
            (200, 404), (self.ask("/ok").status, self.ask("/__health").status)
        )
        self.build(extra={"router": router(disable_health=True)})
        self.assertEqual(404, self.ask("/__health").status)

    def test_health_reports(self) -> None:
        """Components, and the gateway itself, may say more there."""
        self.build(extra={"r": Reporter()}, health=lambda: {"workers": 2})
        answer = self.ask("/__health").json()
        self.assertEqual({"agent": "today"}, answer["agents"])
        self.assertEqual(2, answer["workers"])

    def test_version(self) -> None:
        """The version can be hidden."""
        self.build(self.endpoint(), extra={"router": router(hide_version_header=True)})
        for path in ("/e", "/nowhere"):
            headers = self.ask(path).headers
            self.assertEqual(["Version undefined"], headers["X-Krakend"])

    def test_errors(self) -> None:
        """Error texts can be shown."""
        for shown, body in ((False, b""), (True, b"no")):
            self.build(
                self.endpoint("/e", ValueError("no")),
                extra={"router": router(return_error_msg=shown)},
            )
            answer = self.ask()
            self.assertEqual(500, answer.status)
            self.assertTrue(answer.body.endswith(body))
            self.assertEqual(shown, bool(answer.body))

    def test_bodies(self) -> None:
        """404 and 405 can have bodies of their own."""
        bodies = {"404": {"a": 1}, "405": [2]}
        self.build(self.endpoint(), extra={"router": router(error_body=bodies)})
        self.assertEqual({"a": 1}, self.ask("/nowhere").json())
        self.assertEqual([2], self.ask(method="PUT").json())

    def test_options(self) -> None:
        """OPTIONS can be answered by itself."""
        self.build(self.endpoint(), self.endpoint(method="POST"))
        self.assertEqual(405, self.ask(method="OPTIONS").status)
        self.build(
            self.endpoint(),
            self.endpoint(method="POST"),
            extra={"router": router(auto_options=True)},
        )
        answer = self.ask(method="OPTIONS")
        self.assertEqual((200, ["GET, POST"]), (answer.status, answer.headers["Allow"]))

    def test_client_ip(self) -> None:
        """Backends learn the client's address by the service's rules."""
        unheard = {"forwarded_by_client_ip": False}
        for options, wanted in (({}, "1.2.3.4"), (unheard, None)):
            self.build(self.endpoint(), extra={"router": router(**options)})
            self.ask(headers={"X-Forwarded-For": "1.2.3.4"}, peer="9.9.9.9")
            headers = self.backend.memory.requests[0].headers
            self.assertEqual([wanted or "9.9.9.9"], headers["X-Forwarded-For"])


class StageTests(BuilderTestCase):
    """Where components take part."""

    def component(self, name: str, order: int, *stages: str) -> Component:
        """One that notes where requests pass."""
        return Component(name, order, self.seen, *stages)

    def test_order(self) -> None:
        """The lowest is outermost in each stage, and the stages are in order."""
        every = ("handler", "leaf", "server")
        self.build(
            self.endpoint(extra={"b": self.component("b", 2, *every)}),
            extra={
                "c": self.component("c", 3, *every),
                "a": self.component("a", 1, *every),
            },
        )
        self.assertEqual(200, self.ask().status)
        self.assertEqual(
            [
                "server a",
                "server c",
                "leaf a",
                "leaf c",
                "handler a",
                "handler b",
                "handler c",
            ],
            self.seen,
        )

    def test_leaves(self) -> None:
        """Leaves are endpoints, 404, 405, options, debug and echo; not health."""
        self.build(
            self.endpoint(),
            debug_endpoint=True,
            echo_endpoint=True,
            extra={
                "c": self.component("c", 1, "leaf"),
                "router": router(auto_options=True),
            },
        )
        for path, method, seen in (
            ("/e", "GET", 1),
            ("/nowhere", "GET", 1),
            ("/e", "PUT", 1),
            ("/e", "OPTIONS", 1),
            ("/__debug/", "GET", 1),
            ("/__echo/", "GET", 1),
            ("/__health", "GET", 0),
            ("/e/", "GET", 0),
        ):
            self.seen.clear()
            self.ask(path, method)
            self.assertEqual(seen, len(self.seen), (path, method))

    def test_answers(self) -> None:
        """A handler's component may answer itself."""

        @implementer(IHandlerMiddleware)
        class Guard:
            handler_order = 1

            def wrap_handler(self, scope: Any, handler: Any) -> Any:
                return lambda asked: Answer(401)

        self.build(self.endpoint(extra={"g": Guard()}))
        self.assertEqual(WireAnswer(401, {}, b""), self.ask())
        self.assertEqual([], self.backend.memory.requests)

    def test_handler_scope(self) -> None:
        """It is told the pipe, and how requests are made for it."""
        scopes: list[Any] = []

        @implementer(IHandlerMiddleware)
        class Curious:
            handler_order = 1

            def wrap_handler(self, scope: Any, handler: Any) -> Any:
                scopes.append(scope)
                return handler

        self.build(self.endpoint(extra={"c": Curious()}))
        (scope,) = scopes
        built = scope.build_request(gateway_request(uri="/x"))
        self.assertEqual("/x", built.path)
        self.assertEqual({"a": 1}, self.successResultOf(scope.proxy(built)).data)


class AccessLogTests(BuilderTestCase):
    """The access log."""

    def test_lines(self) -> None:
        """Each answer of the router has its line, but for redirects."""
        self.build(self.endpoint("/e"))
        self.ask("/e?a=b")
        self.ask("/nowhere")
        self.ask("/__health")
        self.assertEqual(3, len(self.lines))
        self.assertIn('"/e?a=b"', self.lines[0])
        self.ask("/e/")
        self.assertEqual(3, len(self.lines))

    def test_errors(self) -> None:
        """With what went wrong."""
        self.build(self.endpoint("/e", ValueError("fault")))
        self.ask()
        self.assertIn("Error #01: ValueError: fault", self.lines[0])

    def test_skipped(self) -> None:
        """Some paths can be left out, decoded as they are."""
        options = router(logger_skip_paths=["/a b"])
        self.build(self.endpoint("/:id"), extra={"router": options})
        self.ask("/a%20b")
        self.assertEqual([], self.lines)
        self.ask("/a")
        self.assertEqual(1, len(self.lines))

    def test_disabled(self) -> None:
        """Or all."""
        options = router(disable_access_log=True)
        self.build(self.endpoint(), extra={"router": options})
        self.assertIsNone(self.router.on_answer)
        self.assertEqual(200, self.ask().status)

    def test_bodies(self) -> None:
        """The mark for it does not hide what a leaf is."""
        self.build(self.endpoint())
        root: Any = self.router.root
        leaf = root.find(gateway_request(uri="/e"))
        self.assertTrue(leaf.streams_body)
        self.assertFalse(Logged(Resource()).streams_body)
