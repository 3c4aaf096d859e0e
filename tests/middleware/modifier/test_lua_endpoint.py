"""Tests of ``modifier/lua-endpoint``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.interfaces import IDoubtful, IHandlerMiddleware, IRouterMiddleware
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.modifier.lua_endpoint import (
    NAMESPACE,
    LuaEndpoint,
    configure,
)
from krakendtw.router.answer import Answer
from krakendtw.testing import (
    MemoryLog,
    MemoryRouter,
    answer_of,
    extra_config,
    gateway_request,
    handler_scope,
    render,
    service_scope,
    start,
)
from tests.middleware.auth.agents import MemoryAgent

if TYPE_CHECKING:
    from krakendtw.transport.server.request import GatewayRequest

FETCH = "http_response.new('http://a')"


def made(script: str, **config: Any) -> LuaEndpoint:
    """The settings of a script."""
    return configure({"pre": script, **config}, ConfigPath())


class EndpointTestCase(SynchronousTestCase):
    """Has a service around the scripts."""

    def setUp(self) -> None:
        self.log = MemoryLog()
        self.service = self.with_answer(MemoryResponse(body=b"x"))

    def with_answer(self, answer: Any) -> Any:
        """A service whose side calls are answered so."""
        self.clock = Clock()
        client = MemoryAgent([answer]).client
        return service_scope(clock=self.clock, client=client, log=self.log)


class HandlerTests(EndpointTestCase):
    """In front of an endpoint's handler."""

    def handler(self, settings: LuaEndpoint, *, own: bool = True) -> Any:
        """A handler behind the scripts; it keeps the requests that come through."""
        self.asked: list[GatewayRequest] = []
        extra = extra_config({NAMESPACE: settings} if own else {})
        config = EndpointConfig(path="/users/:userId", extra=extra)

        def handle(request: GatewayRequest) -> Answer:
            self.asked.append(request)
            return Answer(200, body=b"ok")

        return settings.wrap_handler(handler_scope(config, self.service), handle)

    def test_interfaces(self) -> None:
        """In front of handlers and of leaves, and sometimes in doubt."""
        settings = made("")
        for interface in (IHandlerMiddleware, IRouterMiddleware, IDoubtful):
            self.assertTrue(verifyObject(interface, settings))

    def test_runs(self) -> None:
        """The handler sees what the script has changed."""
        handle = self.handler(made("ctx.load():headers('X-Seen', 'yes')"))
        answer = handle(gateway_request())
        self.assertEqual(200, answer.status)
        self.assertEqual(b"yes", self.asked[0].field(b"x-seen"))

    def test_names_of_parameters(self) -> None:
        """They are those of the route."""
        script = "local c = ctx.load() c:headers('X-Id', c:params('userId'))"
        request = gateway_request()
        request.route_params = {"UserId": "7"}
        self.handler(made(script))(request)
        self.assertEqual(b"7", self.asked[0].field(b"x-id"))

    def test_error(self) -> None:
        """It is a 500 without a body, and logged."""
        answer = self.handler(made("error('no')"))(gateway_request())
        self.assertEqual((500, b""), (answer.status, answer.body))
        self.assertEqual(["no (pre-script:L1)"], answer.errors)
        self.assertIn(
            "ERROR [ENDPOINT: /users/:userId][Lua] no (pre-script:L1)", self.log.lines
        )
        self.assertEqual([], self.asked)

    def test_custom_error(self) -> None:
        """Status and kind are the script's; there is no body, and no log line."""
        self.log.lines.clear()
        handle = self.handler(made("custom_error('no', 418, 'text/html')"))
        answer = handle(gateway_request())
        self.assertEqual((418, b""), (answer.status, answer.body))
        self.assertEqual(b"Content-Type: text/html\r\n", answer.head)
        self.assertFalse([line for line in self.log.lines if "ERROR" in line])

    def test_waits(self) -> None:
        """The handler is asked when the script is through."""
        late: Deferred[Any] = Deferred()
        self.service = self.with_answer(late)
        found = self.handler(made(FETCH))(gateway_request())
        self.assertNoResult(found)
        late.callback(MemoryResponse())
        self.assertEqual(200, self.successResultOf(found).status)

    def test_fails_late(self) -> None:
        """An error after a wait is the same."""
        found = self.handler(made(f"{FETCH} custom_error('no', 404)"))(
            gateway_request()
        )
        self.assertEqual(404, self.successResultOf(found).status)

    def test_service(self) -> None:
        """The service's scripts are not in front of handlers."""
        handle = self.handler(made("error('no')"), own=False)
        self.assertEqual(200, handle(gateway_request()).status)

    def test_doubts(self) -> None:
        """A text that is no Lua is told at start."""
        (doubt,) = made("x x").doubts()
        self.assertIn("parse error (pre-script:L1)", doubt[1])


class LeafTests(EndpointTestCase):
    """In front of all that the router leads to."""

    def leaf(self, settings: LuaEndpoint) -> Any:
        """A leaf behind the service's scripts."""
        self.router = MemoryRouter()
        return settings.wrap_leaf(self.service, self.router)

    def test_runs(self) -> None:
        """The leaf sees what the script has changed."""
        leaf = self.leaf(made("ctx.load():headers('X-Seen', 'yes')"))
        answer = render(leaf, gateway_request())
        self.assertEqual((200, b"routed"), (answer.status, answer.body))
        self.assertEqual(b"yes", self.router.requests[0].field(b"x-seen"))

    def test_one_state(self) -> None:
        """All leaves share the scripts."""
        settings = made("")
        self.leaf(settings)
        before = len(self.log.lines)
        self.leaf(settings)
        self.assertEqual(before, len(self.log.lines))

    def test_error(self) -> None:
        """It is a bare 500 whatever the script wants."""
        answer = render(self.leaf(made("custom_error('no', 404)")), gateway_request())
        self.assertEqual((500, b""), (answer.status, answer.body))
        self.assertIn("ERROR [SERVICE: Gin][Lua] no", self.log.lines)

    def test_waits(self) -> None:
        """The leaf renders when the script is through."""
        late: Deferred[Any] = Deferred()
        self.service = self.with_answer(late)
        request = gateway_request()
        start(self.leaf(made(FETCH)), request)
        self.assertRaises(AssertionError, answer_of, request)
        late.callback(MemoryResponse())
        self.assertEqual(b"routed", answer_of(request).body)

    def test_fails_late(self) -> None:
        """An error after a wait is the same."""
        request = gateway_request()
        start(self.leaf(made(f"{FETCH} error('no')")), request)
        self.assertEqual(500, answer_of(request).status)

    def test_client_leaves(self) -> None:
        """Nothing more is done for it."""
        request = gateway_request()
        start(self.leaf(made("while true do end")), request)
        pending = request.pending
        assert pending is not None
        pending.cancel()
        self.assertIsNone(request.pending)
        self.assertEqual([], self.router.requests)
