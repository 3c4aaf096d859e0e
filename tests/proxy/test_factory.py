"""Tests of :mod:`krakendtw.proxy.factory`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve
from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IAgent
from zope.interface import implementer

from krakendtw.config.model import (
    BackendConfig,
    EndpointConfig,
    ServiceConfig,
    TransportConfig,
)
from krakendtw.config.where import ConfigPath
from krakendtw.encoding import json, noop
from krakendtw.errors import (
    ConfigError,
    DeadlineExceeded,
    InvalidStatus,
    StatusError,
    UnknownPlugin,
)
from krakendtw.interfaces import (
    IBackendMiddleware,
    IBackendTerminator,
    IClientMiddleware,
    INestedEndpoint,
    IProxyMiddleware,
)
from krakendtw.memory import MemoryResponse
from krakendtw.proxy import settings as proxy_settings
from krakendtw.proxy.factory import NoBackend, PipeFactory
from krakendtw.proxy.message import Response
from krakendtw.proxy.pipe import Hooks
from krakendtw.proxy.status import StatusSettings
from krakendtw.sd import static
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    endpoint_scope,
    extra_config,
    request,
    service_scope,
)
from krakendtw.transport.client.client import GatewayClient
from krakendtw.transport.client.settings import ClientSettings
from tests.proxy.test_choosing import Wanted
from tests.transport.client.doubles import MemoryPool, answer

if TYPE_CHECKING:
    from tests.transport.doubles import Wire


def says(body: bytes, status: int = 200) -> bytes:
    """An answer on the wire."""
    head = b"HTTP/1.1 %d X\r\nContent-Type: text/x\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


def proxy(**raw: Any) -> Any:
    """The settings of a ``proxy`` object."""
    return proxy_settings.configure(raw, ConfigPath())


@implementer(IProxyMiddleware, IBackendMiddleware)
class Component:
    """Takes part in both pipes, and notes what passes.

    :ivar seen: its name with what it saw.
    """

    def __init__(
        self, name: str, order: int, seen: list[Any], *, stays_out: bool = False
    ) -> None:
        self.name = name
        self.proxy_order = self.backend_order = order
        self._seen = seen
        self._stays_out = stays_out

    def proxy_part(self, scope: Any) -> Hooks | None:
        """A step of an endpoint."""
        return self._part("proxy")

    def backend_part(self, scope: Any) -> Hooks | None:
        """A step of a backend."""
        return self._part("backend")

    def _part(self, stage: str) -> Hooks | None:
        if self._stays_out:
            return None

        def note(asked: Any) -> None:
            self._seen.append((stage, self.name, asked.method, asked.path, asked.url))

        return Hooks(note, name=self.name)


@implementer(IBackendTerminator)
class Terminator:
    """Takes the place of the exchange, or leaves it to others."""

    def __init__(self, order: int, backend: Any) -> None:
        self.backend_order = order
        self._backend = backend

    def backend_proxy(self, scope: Any) -> Any:
        """The exchange."""
        return self._backend


@implementer(IAgent)
class Wrapper:
    """An agent that notes its name and hands on, or answers itself."""

    def __init__(self, name: str, seen: list[str], agent: Any) -> None:
        self._name = name
        self._seen = seen
        self._agent = agent

    def request(self, *given: Any) -> Deferred[Any]:
        """Note it."""
        self._seen.append(self._name)
        if self._agent is None:
            return succeed(MemoryResponse(200, {}, b'{"from": "agent"}'))
        found: Deferred[Any] = self._agent.request(*given)
        return found


@implementer(IClientMiddleware)
class Client:
    """Wraps the agent, or replaces it, or leaves it."""

    def __init__(
        self, name: str, order: int, seen: list[str], how: str = "wrap"
    ) -> None:
        self.client_order = order
        self._name = name
        self._seen = seen
        self._how = how

    def wrap_agent(self, scope: Any, agent: Any) -> Any:
        """The agent around it."""
        if self._how == "leave":
            return agent
        return Wrapper(self._name, self._seen, agent if self._how == "wrap" else None)


class FactoryTestCase(SynchronousTestCase):
    """Pipes over a pool in memory."""

    def setUp(self) -> None:
        self.pool = MemoryPool()
        self.seen: list[Any] = []
        self.log = MemoryLog()
        self.plugins: list[Any] = [static.driver, json.encoding, noop.encoding]
        self.service = ServiceConfig()

    def backend(self, url_pattern: str = "/a", **more: Any) -> BackendConfig:
        """A backend of the endpoint."""
        extra = more.pop("extra", {})
        given = {"hosts": ("http://h",), "timeout": 1.0, **more}
        return BackendConfig(url_pattern, extra=extra_config(extra), **given)

    def pipe(self, *backends: BackendConfig, **more: Any) -> Any:
        """The pipe of an endpoint."""
        extra = more.pop("extra", {})
        given: Any = {"timeout": 1.0, **more}
        config = EndpointConfig(
            "/e", backends=backends, extra=extra_config(extra), **given
        )
        service = service_scope(
            self.service,
            plugins=self.plugins,
            log=self.log,
            clock=self.pool.clock,
            client=GatewayClient(self.pool),
        )
        self.factory = PipeFactory(cores=1)
        return self.factory.endpoint_pipe(endpoint_scope(config, service))

    def names(self, place: int = 0) -> list[str]:
        """The names of the steps: the endpoint's, then of each backend."""
        plan = self.factory.plans["GET", "/e"]
        if place == 0:
            return [step.name for step in (*plan.steps, *plan.inner.steps)]
        return [step.name for step in plan.backends()[place - 1].steps]

    def wire(self, base: str = "http://h:80", place: int = -1) -> Wire:
        """A connection."""
        return self.pool.wires(base)[place]

    def target(self, base: str = "http://h:80", place: int = -1) -> bytes:
        """The first line of what was sent on it."""
        return self.wire(base, place).value().partition(b"\r\n")[0]


class BackendTests(FactoryTestCase):
    """The pipe of one backend."""

    def test_plain(self) -> None:
        """Without anything else the exchange is the whole pipe."""
        pipe = self.pipe(self.backend("/a/{{.Id}}"))
        asked = pipe(request("GET", "/e", params={"Id": "7"}))
        self.assertEqual(b"GET /a/7 HTTP/1.1", self.target())
        answer(self.wire(), says(b'{"a": 1}'))
        self.assertEqual(["a"], list(self.successResultOf(asked).data))
        self.assertEqual(([], []), (self.names(), self.names(1)))

    def test_core_steps(self) -> None:
        """What the backend asks for is a step."""
        self.pipe(
            self.backend(
                input_headers=("X-A",), input_query_strings=("a",), concurrent_calls=2
            )
        )
        self.assertEqual(
            ["input_query_strings", "concurrent_calls", "input_headers"], self.names(1)
        )

    def test_url_is_fixed(self) -> None:
        """Components behind the balancing see method, path and URL as lura's do."""
        component = Component("c", 500, self.seen)
        pipe = self.pipe(self.backend(method="POST", extra={"c": component}))
        pipe(request("GET", "/e", query={"q": ["1"]}))
        self.assertEqual([("backend", "c", "POST", "/a", "http://h/a?q=1")], self.seen)
        self.assertEqual(["url", "balancing", "c"], self.names(1))
        self.assertEqual(b"POST /a?q=1 HTTP/1.1", self.target())

    def test_before_the_url(self) -> None:
        """Those before it see the client's request, and change what is built."""
        component = Component("c", 5, self.seen)
        self.pipe(self.backend(extra={"c": component}))(request("GET", "/e"))
        self.assertEqual([("backend", "c", "GET", "/e", "")], self.seen)
        self.assertEqual(["c"], self.names(1))

    def test_order(self) -> None:
        """Components are sorted among the core's steps, the service's too."""
        self.service = evolve(
            self.service, extra=extra_config({"s": Component("s", 300, self.seen)})
        )
        extra = {
            "late": Component("late", 900, self.seen),
            "early": Component("early", 200, self.seen),
            "out": Component("out", 1, self.seen, stays_out=True),
        }
        pipe = self.pipe(self.backend(input_headers=("X-A",), extra=extra))
        self.assertEqual(
            ["url", "balancing", "input_headers", "early", "s", "late"], self.names(1)
        )
        pipe(request())
        backend = [entry[1] for entry in self.seen if entry[0] == "backend"]
        self.assertEqual(["early", "s", "late"], backend)

    def test_status(self) -> None:
        """``backend/http`` judges failing statuses."""
        for extra, kind in (
            ({}, InvalidStatus),
            ({"h": StatusSettings(error_code=True)}, StatusError),
        ):
            self.setUp()
            asked = self.pipe(self.backend(extra=extra))(request())
            answer(self.wire(), says(b"gone", 404))
            self.failureResultOf(asked, kind)

    def test_formatted(self) -> None:
        """The backend's own keys form its data."""
        backend = self.backend(group="g", mapping={"a": "b"})
        asked = self.pipe(backend)(request())
        answer(self.wire(), says(b'{"a": 1}'))
        found = self.successResultOf(asked).data
        self.assertEqual(["b"], list(found["g"]))

    def test_noop(self) -> None:
        """No-op gives the answer as it came, as it comes."""
        asked = self.pipe(self.backend(encoding="no-op"))(request())
        answer(self.wire(), says(b"gone", 404)[:-1])
        found = self.successResultOf(asked)
        self.assertEqual((404, {}), (found.metadata.status, found.data))
        self.assertEqual(4, found.io.length)

    def test_limit(self) -> None:
        """``max_body_bytes`` is the backend's."""
        extra = {"c": ClientSettings(max_body_bytes=3)}
        asked = self.pipe(self.backend(extra=extra))(request())
        answer(self.wire(), says(b"{}  ")[:-2])
        answer(self.wire(), b"  ")
        self.assertIn("larger than 3 bytes", str(self.failureResultOf(asked).value))

    def test_no_compression(self) -> None:
        """``disable_compression`` is the service's."""
        for disabled in (False, True):
            self.setUp()
            self.service = ServiceConfig(
                transport=TransportConfig(disable_compression=disabled)
            )
            self.pipe(self.backend())(request())
            self.assertEqual(disabled, b"gzip" not in self.wire().value())

    def test_hosts(self) -> None:
        """Hosts take turns; one with a path is no plain origin."""
        pipe = self.pipe(self.backend(hosts=("http://a", "http://b/base")))
        for _ in range(4):
            pipe(request())
        self.assertEqual(2, len(self.pool.wires("http://a:80")))
        self.assertEqual(b"GET /base/a HTTP/1.1", self.target("http://b:80"))

    def test_discovery(self) -> None:
        """An unknown way to find hosts is the static one, which must be there."""
        self.pipe(self.backend(sd="nowhere"))(request())
        self.assertEqual(b"GET /a HTTP/1.1", self.target())
        self.plugins.remove(static.driver)
        self.assertRaises(UnknownPlugin, self.pipe, self.backend())


class TerminatorTests(FactoryTestCase):
    """What takes the place of the exchange."""

    def test_lowest(self) -> None:
        """Of several the lowest is taken that has something to say."""
        extra = {
            "late": Terminator(900, MemoryBackend({"from": "late"})),
            "none": Terminator(700, None),
            "early": Terminator(800, MemoryBackend({"from": "early"})),
        }
        found = self.successResultOf(self.pipe(self.backend(extra=extra))(request()))
        self.assertEqual({"from": "early"}, found.data)
        self.assertEqual(["url", "balancing"], self.names(1))

    def test_none(self) -> None:
        """Where all leave it, it stays the exchange."""
        self.pipe(self.backend(extra={"none": Terminator(1, None)}))(request())
        self.assertEqual(b"GET /a HTTP/1.1", self.target())


class ClientTests(FactoryTestCase):
    """What stands around the client."""

    def test_wrapped(self) -> None:
        """The lowest is outermost; the pool's agent is innermost."""
        extra = {
            "in": Client("in", 400, self.seen),
            "out": Client("out", 100, self.seen),
            "leave": Client("leave", 200, self.seen, "leave"),
        }
        asked = self.pipe(self.backend(extra=extra))(request())
        self.assertEqual(["out", "in"], self.seen)
        self.assertEqual(b"GET /a HTTP/1.1", self.target())
        answer(self.wire(), says(b'{"a": 1}'))
        self.assertEqual(["a"], list(self.successResultOf(asked).data))

    def test_replaced(self) -> None:
        """One may answer in place of the pool."""
        extra = {"instead": Client("instead", 0, self.seen, "replace")}
        found = self.successResultOf(self.pipe(self.backend(extra=extra))(request()))
        self.assertEqual("agent", found.data["from"])

    def test_service(self) -> None:
        """The service's components are asked for each backend."""
        self.service = evolve(
            self.service, extra=extra_config({"s": Client("s", 1, self.seen)})
        )
        self.pipe(self.backend())(request())
        self.assertEqual(["s"], self.seen)


class MergeTests(FactoryTestCase):
    """Several backends."""

    def answer_all(self) -> None:
        """Answer what was asked."""
        for wire in self.pool.wires("http://h:80"):
            name = wire.take().split(b" ")[1].strip(b"/").decode()
            if name:
                answer(wire, says(b'{"%s": 1}' % name.encode()))

    def test_parallel(self) -> None:
        """They are asked at once."""
        asked = self.pipe(self.backend("/a"), self.backend("/b"))(request())
        self.assertEqual(2, len(self.pool.wires("http://h:80")))
        self.answer_all()
        self.assertEqual({"a", "b"}, set(self.successResultOf(asked).data))

    def test_sequential(self) -> None:
        """Or one after the other, with values of those before."""
        asked = self.pipe(
            self.backend("/a"),
            self.backend("/{{.Resp0_a}}"),
            extra={"proxy": proxy(sequential=True)},
        )(request())
        self.assertEqual(1, len(self.pool.wires("http://h:80")))
        answer(self.wire(), says(b'{"a": "b"}'))
        self.assertIn(b"GET /b HTTP/1.1", self.wire().value())
        answer(self.wire(), says(b'{"b": 1}'))
        self.assertEqual({"a", "b"}, set(self.successResultOf(asked).data))

    def test_deep(self) -> None:
        """Each gets the body where one of them changes something."""
        for method, extra, bodies in (
            ("GET", {}, [True, False]),
            ("POST", {}, [True, True]),
            ("GET", {"proxy": proxy(force_sandboxed_request=True)}, [True, True]),
        ):
            self.setUp()
            pipe = self.pipe(
                self.backend("/a"), self.backend("/b", method=method), extra=extra
            )
            pipe(request(body=b"body"))
            wires = self.pool.wires("http://h:80")
            self.assertEqual(bodies, [b"body" in wire.value() for wire in wires])

    def test_bad_settings(self) -> None:
        """What lura panics on stops the start."""
        extra = {"proxy": proxy(combiner=1)}
        backends = (self.backend(), self.backend())
        self.assertRaises(ConfigError, self.pipe, *backends, extra=extra)
        self.pipe(self.backend(), extra=extra)

    def test_flatmap(self) -> None:
        """The endpoint's flatmap works on merged data only."""
        operations = [{"type": "del", "args": ["a"]}]
        extra = {"proxy": proxy(flatmap_filter=operations)}
        asked = self.pipe(self.backend("/a"), self.backend("/b"), extra=extra)(
            request()
        )
        self.answer_all()
        self.assertEqual({"b"}, set(self.successResultOf(asked).data))
        self.setUp()
        asked = self.pipe(self.backend("/a"), extra=extra)(request())
        self.answer_all()
        self.assertEqual({"a"}, set(self.successResultOf(asked).data))

    def test_flatmap_of_nothing(self) -> None:
        """Where the merge has no data it has nothing to do."""
        operations = [{"type": "del", "args": ["a"]}]
        nothing = {"t": Terminator(1, MemoryBackend(Response(None, True)))}
        asked = self.pipe(
            self.backend(extra=nothing),
            self.backend(extra=nothing),
            extra={"proxy": proxy(flatmap_filter=operations)},
        )(request())
        self.assertEqual({}, self.successResultOf(asked).data)

    def test_static(self) -> None:
        """Static data lies over the outcome."""
        data = {"strategy": "always", "data": {"s": 1}}
        asked = self.pipe(
            self.backend("/a"), self.backend("/b"), extra={"proxy": proxy(static=data)}
        )(request())
        self.answer_all()
        self.assertEqual({"a", "b", "s"}, set(self.successResultOf(asked).data))

    def test_logged(self) -> None:
        """The log tells how they are merged."""
        self.pipe(self.backend("/a"), self.backend("/b"))
        self.assertIn(
            "DEBUG [ENDPOINT: /e] [Merge] Backends: 2, merger: parallel, "
            "combiner: default",
            self.log.lines,
        )


class ChoiceTests(FactoryTestCase):
    """Backends with conditions."""

    def conditional(self, name: str = "", **more: Any) -> BackendConfig:
        """A backend that is asked if its name is in the path."""
        leaf = Terminator(1, MemoryBackend({name or "fallback": 1}))
        return self.backend(extra={"c": Wanted(name), "t": leaf}, **more)

    def asked(self, path: str, **more: Any) -> Any:
        """The data of an answer."""
        pipe = self.pipe(
            self.conditional("a"), self.conditional(), self.conditional("b"), **more
        )
        return self.successResultOf(pipe(request(path=path))).data

    def test_parallel(self) -> None:
        """Those whose conditions hold are merged."""
        self.assertEqual({"a": 1, "b": 1}, self.asked("/ab"))
        self.assertEqual({"b": 1}, self.asked("/b"))
        self.assertEqual({"fallback": 1}, self.asked("/"))

    def test_sequential(self) -> None:
        """Or asked in turn."""
        extra = {"proxy": proxy(sequential=True)}
        self.assertEqual({"a": 1, "b": 1}, self.asked("/ab", extra=extra))
        self.assertEqual({"fallback": 1}, self.asked("/", extra=extra))

    def test_only(self) -> None:
        """The only backend may have one, too."""
        pipe = self.pipe(self.conditional("a"))
        self.assertEqual({}, self.successResultOf(pipe(request())).data)

    def test_raw(self) -> None:
        """Where answers are relayed, one is asked at most."""
        for extra in ({}, {"proxy": proxy(sequential=True)}):
            data = self.asked("/ab", output_encoding="no-op", extra=extra)
            self.assertEqual({"a": 1}, data)


@implementer(INestedEndpoint)
class Nested:
    """An endpoint in place of a backend's exchange."""

    document: Any = None

    def __init__(self, endpoint: EndpointConfig) -> None:
        self.endpoint = endpoint

    def holding(self, endpoint: EndpointConfig) -> Nested:
        """Another one."""
        return Nested(endpoint)

    def nested_proxy(self, scope: Any, pipe: Any) -> Any:
        """Its pipe."""
        return pipe


class NestedTests(FactoryTestCase):
    """Pipes in place of a backend's exchange."""

    def test_pipe(self) -> None:
        """The pipe is asked; neither a host is chosen nor is it among the plans."""
        leaf = {"t": Terminator(1, MemoryBackend({"a": 1}))}
        inner = EndpointConfig("/in", backends=(self.backend(extra=leaf),), timeout=1.0)
        pipe = self.pipe(self.backend(hosts=(), extra={"n": Nested(inner)}))
        self.assertEqual({"a": 1}, self.successResultOf(pipe(request())).data)
        self.assertEqual([("GET", "/e")], list(self.factory.plans))
        self.assertEqual(["url"], self.names(1))

    def test_terminator(self) -> None:
        """What takes the exchange's place goes before."""
        nested = Nested(EndpointConfig("/in", backends=(self.backend(),)))
        extra = {"n": nested, "t": Terminator(1, MemoryBackend({"b": 1}))}
        answer = self.pipe(self.backend(extra=extra))(request())
        self.assertEqual({"b": 1}, self.successResultOf(answer).data)


SHADOW = {"proxy": proxy(shadow=True)}


class ShadowTests(FactoryTestCase):
    """Shadow backends."""

    def test_one(self) -> None:
        """The shadow is asked; the regular one is the only backend."""
        asked = self.pipe(
            self.backend("/a"), self.backend("/s", hosts=("http://s",), extra=SHADOW)
        )(request())
        self.assertEqual(b"GET /s HTTP/1.1", self.target("http://s:80"))
        answer(self.wire(), says(b'{"a": 1}'))
        self.assertEqual({"a"}, set(self.successResultOf(asked).data))

    def test_timeout(self) -> None:
        """The longest of their timeouts is for all, the backend's without any."""
        for timeouts, seconds in ((("2s", "500ms"), 2.0), (("500ms", None), 1.0)):
            self.setUp()
            shadows = [
                self.backend(
                    "/s",
                    hosts=("http://s",),
                    extra={"proxy": proxy(shadow=True, shadow_timeout=timeout)},
                )
                for timeout in timeouts
            ]
            self.pipe(self.backend("/a"), *shadows, timeout=9.0)(request())
            answer(self.wire(), says(b"{}"))
            self.pool.clock.pump([0.05] * int(seconds * 0.8 / 0.05))
            self.assertFalse(self.wire("http://s:80").disconnected)
            self.pool.clock.pump([0.05] * 10)
            self.assertTrue(self.wire("http://s:80").disconnected)

    def test_only(self) -> None:
        """Shadows alone are no backend."""
        self.assertRaises(NoBackend, self.pipe, self.backend(extra=SHADOW))

    def test_components(self) -> None:
        """Components outside the split see the request once, those inside twice."""
        extra = {
            "out": Component("out", 600, self.seen),
            "in": Component("in", 850, self.seen),
        }
        self.pipe(self.backend("/a"), self.backend("/s", extra=SHADOW), extra=extra)(
            request()
        )
        self.assertEqual(["out", "in", "in"], [entry[1] for entry in self.seen])


class EndpointTests(FactoryTestCase):
    """An endpoint's own steps."""

    def test_order(self) -> None:
        """Components are sorted, the service's among the endpoint's."""
        self.service = evolve(
            self.service, extra=extra_config({"s": Component("s", 300, self.seen)})
        )
        extra = {
            "late": Component("late", 600, self.seen),
            "early": Component("early", 100, self.seen),
            "out": Component("out", 1, self.seen, stays_out=True),
        }
        self.pipe(self.backend(), extra=extra)(request("GET", "/e"))
        self.assertEqual(["early", "s", "late"], self.names())
        proxy_stage = [entry[1] for entry in self.seen if entry[0] == "proxy"]
        self.assertEqual(["early", "s", "late"], proxy_stage)

    def test_no_time(self) -> None:
        """A timeout that no backend can keep fails at once, and nothing is sent."""
        for timeout in (-1.0, 2e-6):
            proxy = self.pipe(self.backend(timeout=timeout))
            failure = self.failureResultOf(proxy(request("GET", "/e")))
            failure.trap(DeadlineExceeded)
            self.assertEqual([], self.pool.wires("http://h:80"))

    def test_plans(self) -> None:
        """The plan names the endpoint and each backend."""
        self.pipe(self.backend("/a"), self.backend("/b", method="POST"))
        plan = self.factory.plans["GET", "/e"]
        self.assertEqual("/e", plan.config.path)
        self.assertEqual(["GET /a", "POST /b"], [it.title for it in plan.backends()])

    def test_cores(self) -> None:
        """Without a number the machine is asked."""
        self.assertGreater(PipeFactory()._cores, 0)
