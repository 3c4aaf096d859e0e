"""Tests of ``krakendtw.middleware.modifier.python``, and of the example scripts."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

from treq.client import HTTPClient
from twisted.internet.defer import Deferred
from zope.interface.verify import verifyObject

from krakendtw.config.model import (
    BackendConfig,
    EndpointConfig,
    ExtraConfig,
    ServiceConfig,
)
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors, InvalidStatus
from krakendtw.interfaces import (
    IBackendMiddleware,
    IConditional,
    IHandlerMiddleware,
    IProxyMiddleware,
    IRouterMiddleware,
)
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.modifier._python_scripts import ScriptFailed
from krakendtw.middleware.modifier.python import NAMESPACE, PythonService, configure
from krakendtw.router.answer import Answer
from krakendtw.scripting import Reject
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    MemoryRouter,
    answer_of,
    backend_scope,
    endpoint_scope,
    extra_config,
    gateway_request,
    handler_scope,
    render,
    request,
    response,
    run_pipe,
    service_scope,
    start,
)
from tests.middleware.modifier.python_files import ScriptTestCase

EXAMPLES = Path(__file__).resolve().parents[3] / "conf" / "modifier" / "scripts"

SERVICE = ConfigPath(("extra_config", NAMESPACE))
ENDPOINT = ConfigPath(("endpoints", 0, "extra_config", NAMESPACE))
BACKEND = ConfigPath(("endpoints", 0, "backend", 0, "extra_config", NAMESPACE))
AGENT = ConfigPath(("async_agent", 0, "extra_config", NAMESPACE))


class PythonTestCase(ScriptTestCase):
    """Builds the parts of pipes."""

    def setUp(self) -> None:
        super().setUp()
        self.log = MemoryLog()
        self.client: HTTPClient | None = None

    def configured(self, where: ConfigPath, *texts: str, **more: Any) -> Any:
        """The settings with scripts of these texts."""
        paths = [self.script(text, f"s{i}.py") for i, text in enumerate(texts)]
        return configure({"sources": paths, **more}, where)

    def scope(self) -> Any:
        """The gateway's."""
        return service_scope(log=self.log, client=self.client)

    def at_endpoint(self, settings: Any) -> Any:
        """The step of an endpoint's pipe."""
        config = EndpointConfig(path="/e", extra=extra_config({NAMESPACE: settings}))
        return settings.proxy_part(endpoint_scope(config, self.scope()))

    def at_backend(self, settings: Any) -> Any:
        """The step of a backend's pipe."""
        config = BackendConfig(extra=extra_config({NAMESPACE: settings}))
        return settings.backend_part(
            backend_scope(config, endpoint_scope(service=self.scope()))
        )

    def handler(self, settings: Any, inner: Any = None) -> Any:
        """A handler behind the scripts."""
        config = EndpointConfig(path="/e", extra=extra_config({NAMESPACE: settings}))
        scope = handler_scope(config, self.scope())
        return settings.wrap_handler(scope, inner or (lambda _: Answer(200)))


class SwitchTests(PythonTestCase):
    """Scripts run only where the service says so."""

    def service(self, raw: Any) -> ServiceConfig:
        """A service with this in its namespace."""
        extra = {} if raw is None else {NAMESPACE: configure(raw, SERVICE)}
        return ServiceConfig(extra=ExtraConfig(MappingProxyType(extra)))

    def test_off(self) -> None:
        """Without the switch the start fails, at the place of the scripts."""
        for where in (ENDPOINT, BACKEND, AGENT):
            settings = self.configured(where, "def pre(request): pass")
            for raw in (None, {}, {"enabled": False}):
                error = self.assertRaises(
                    ConfigError, settings.admit, self.service(raw)
                )
                self.assertEqual(where, error.where)
                self.assertIn('"modifier/python": {"enabled": true}', str(error))

    def test_on(self) -> None:
        """With it they may run."""
        settings = self.configured(ENDPOINT, "def pre(request): pass")
        self.assertEqual(None, settings.admit(self.service({"enabled": True})))

    def test_sources_of_the_service(self) -> None:
        """The service's own scripts need it too."""
        error = self.assertRaises(
            ConfigError, self.configured, SERVICE, "def enter(client): pass"
        )
        self.assertEqual(SERVICE / "enabled", error.where)

    def test_nothing_runs_before(self) -> None:
        """No script runs until the gateway is built."""
        for where in (ENDPOINT, BACKEND):
            self.configured(where, "1 / 0\ndef pre(request): pass")

    def test_interfaces(self) -> None:
        """The settings keep what they promise."""
        text = "def pre(request): pass\ndef enter(client): pass"
        endpoint = self.configured(ENDPOINT, text)
        for interface in (IHandlerMiddleware, IProxyMiddleware, IConditional):
            verifyObject(interface, endpoint)
        for interface in (IBackendMiddleware, IConditional):
            verifyObject(interface, self.configured(BACKEND, text))
        verifyObject(IRouterMiddleware, configure({"enabled": True}, SERVICE))

    def test_levels(self) -> None:
        """Each level has its own functions."""
        self.assertIsInstance(configure({"enabled": True}, SERVICE), PythonService)
        for where in (BACKEND, AGENT):
            error = self.assertRaises(
                ConfigErrors, self.configured, where, "def enter(client): pass"
            )
            self.assertIn("has no pre(request) or post(request, response)", str(error))


class PipeTests(PythonTestCase):
    """``pre`` and ``post`` around what is below."""

    def run_script(self, text: str, backend: Any = None, **more: Any) -> Any:
        """What an endpoint's pipe answers with this script."""
        part = self.at_endpoint(self.configured(ENDPOINT, text, **more))
        return run_pipe([part], backend, request(headers={"X-A": "b"}))

    def test_both_ways(self) -> None:
        """``post`` has the request that ``pre`` has seen, with its state."""
        text = """
            from krakendtw.scripting import Request, Response

            async def pre(request: Request) -> None:
                request.state["a"] = request.headers["x-a"]
                request.headers["X-A"] = "c"

            def post(request: Request, response: Response) -> None:
                response.data["a"] = request.state["a"]
        """
        backend = MemoryBackend({"id": 1})
        answer = self.successResultOf(self.run_script(text, backend))
        self.assertEqual({"id": 1, "a": "b"}, answer.data)
        self.assertEqual(["c"], backend.requests[0].headers["X-A"])

    def test_one_way(self) -> None:
        """Either function may be missing."""
        for text, data in (
            ("def pre(request): request.headers['Y'] = 'z'", {}),
            ("def post(request, response): response.data['y'] = 'z'", {"y": "z"}),
            (
                "async def post(request, response): response.data['y'] = 'z'",
                {"y": "z"},
            ),
        ):
            answer = self.successResultOf(self.run_script(text, MemoryBackend({})))
            self.assertEqual(data, answer.data)

    def test_waits(self) -> None:
        """What they wait for holds up the request, and nothing else."""
        gate: Deferred[None] = Deferred()
        text = "async def pre(request): await request.headers._fields['gate']"
        part = self.at_endpoint(self.configured(ENDPOINT, text))
        asked = request()
        asked.headers["gate"] = gate  # type: ignore[assignment]
        backend = MemoryBackend({"a": 1})
        answer = run_pipe([part], backend, asked)
        self.assertNoResult(answer)
        self.assertEqual([], backend.requests)
        gate.callback(None)
        self.assertEqual({"a": 1}, self.successResultOf(answer).data)

    def test_side_call(self) -> None:
        """A script may ask somebody else by the gateway's client."""

        class Known(HTTPClient):
            """Knows one answer."""

            def __init__(self) -> None:
                self.asked: list[str] = []

            async def get(self, url: str, **more: Any) -> Any:  # type: ignore[override]
                """Answer."""
                self.asked.append(url)
                return MemoryResponse(204, {}, b"")

        self.client = Known()
        text = """
            async def pre(request):
                answer = await request.http.get("http://directory/")
                request.headers["X-Code"] = str(answer.code)
        """
        backend = MemoryBackend({})
        self.successResultOf(self.run_script(text, backend))
        self.assertEqual(["http://directory/"], self.client.asked)
        self.assertEqual(["204"], backend.requests[0].headers["X-Code"])

    def test_rejection(self) -> None:
        """A rejection ends the request with its status and text."""
        text = """
            from krakendtw.scripting import Reject
            {} {}: raise Reject("no", 418, content_type="text/x")
        """
        for start_word in ("def", "async def"):
            for head in ("pre(request)", "post(request, response)"):
                failure = self.failureResultOf(
                    self.run_script(text.format(start_word, head)), Reject
                )
                self.assertEqual(
                    (418, "text/x"), (failure.value.status, failure.value.encoding)
                )

    def test_failure(self) -> None:
        """Any other exception fails the request, with file and line."""
        for head in ("pre(request)", "post(request, response)"):
            failure = self.failureResultOf(
                self.run_script(f"def {head}:\n    1 / 0"), ScriptFailed
            )
            self.assertEqual(500, failure.value.status)
            self.assertIn("s0.py:2: ZeroDivisionError", str(failure.value))

    def test_failure_below(self) -> None:
        """``post`` does not see failures."""
        answer = self.run_script(
            "def post(request, response): 1 / 0", MemoryBackend(InvalidStatus("x"))
        )
        self.failureResultOf(answer, InvalidStatus)

    def test_early_answer(self) -> None:
        """``pre`` may answer in place of the backends, at once or later."""
        for word in ("def", "async def"):
            backend = MemoryBackend({})
            text = f"""
                from krakendtw.scripting import Response
                {word} pre(request): return Response({{"a": 1}})
                def post(request, response): 1 / 0
            """
            answer = self.successResultOf(self.run_script(text, backend))
            self.assertEqual(({"a": 1}, True), (answer.data, answer.is_complete))
            self.assertEqual([], backend.requests)

    def test_skip_next(self) -> None:
        """With ``skip_next`` nobody else is asked; ``post`` makes the response."""
        backend = MemoryBackend({})
        text = "def post(request, response): response.data = {'a': 1}"
        answer = self.successResultOf(self.run_script(text, backend, skip_next=True))
        self.assertEqual(({"a": 1}, False), (answer.data, answer.is_complete))
        self.assertEqual([], backend.requests)

    def test_backend(self) -> None:
        """At a backend the same functions stand around the one call."""
        text = """
            def pre(request): request.method = "PUT"
            def post(request, response): response.data["m"] = request.method
        """
        part = self.at_backend(self.configured(BACKEND, text))
        answer = self.successResultOf(run_pipe([part], MemoryBackend({})))
        self.assertEqual({"m": "PUT"}, answer.data)

    def test_elsewhere(self) -> None:
        """Other endpoints and backends are left alone."""
        text = "def pre(request): pass\ndef enter(client): pass"
        endpoint = self.configured(ENDPOINT, text)
        self.assertEqual(None, endpoint.proxy_part(endpoint_scope()))
        self.assertEqual(
            None, self.configured(BACKEND, text).backend_part(backend_scope())
        )
        handler = object()
        self.assertIs(handler, endpoint.wrap_handler(handler_scope(), handler))

    def test_nothing_to_do(self) -> None:
        """Without ``pre`` and ``post`` there is no step."""
        settings = self.configured(ENDPOINT, "def enter(client): pass")
        self.assertEqual(None, self.at_endpoint(settings))

    def test_loaded_once(self) -> None:
        """The functions of one place share their module's globals."""
        text = """
            seen = []
            def enter(client): seen.append("enter")
            def post(request, response): response.data["seen"] = seen
        """
        settings = self.configured(ENDPOINT, text)
        self.handler(settings)(gateway_request())
        part = self.at_endpoint(settings)
        answer = self.successResultOf(run_pipe([part], MemoryBackend({})))
        self.assertEqual({"seen": ["enter"]}, answer.data)

    def test_bad_script(self) -> None:
        """A script that fails ends the start, with file and line."""
        settings = self.configured(ENDPOINT, "\n1 / 0\ndef pre(request): pass")
        error = self.assertRaises(ConfigError, self.at_endpoint, settings)
        self.assertIn("s0.py:2: ZeroDivisionError", str(error))
        self.assertEqual(ENDPOINT / "sources" / 0, error.where)


class EnterTests(PythonTestCase):
    """``enter`` in front of an endpoint's handler."""

    def enter(self, body: str, word: str = "def") -> Any:
        """A handler behind an ``enter`` with this body."""
        text = (
            "from krakendtw.scripting import Reject\n"
            f"{word} enter(client):\n    {body}\n"
        )
        return self.handler(self.configured(ENDPOINT, text))

    def test_passes(self) -> None:
        """The handler sees what the script has changed."""
        for word in ("def", "async def"):
            handle = self.enter("client.set_header('X-A', 'b')", word)
            asked = gateway_request()
            self.assertEqual(200, self.wait(handle(asked)).status)
            self.assertEqual(b"b", asked.field(b"x-a"))

    def test_rejects(self) -> None:
        """A rejection is the answer, with its text and fields."""
        body = "raise Reject('no', 403, content_type='text/x', headers={'A': 'b'})"
        for word in ("def", "async def"):
            answer = self.wait(self.enter(body, word)(gateway_request()))
            self.assertEqual(
                (403, b"A: b\r\nContent-Type: text/x\r\n", b"no", ["no"]),
                (answer.status, answer.head, answer.body, answer.errors),
            )

    def test_fails(self) -> None:
        """A mistake is a bare 500; the log has file and line."""
        answer = self.enter("1 / 0")(gateway_request())
        self.assertEqual((500, b"", b""), (answer.status, answer.head, answer.body))
        self.assertTrue(self.log.lines[-1].startswith("ERROR [ENDPOINT: /e][Python] "))
        self.assertIn("s0.py:3: ZeroDivisionError", self.log.lines[-1])

    def test_absent(self) -> None:
        """Without the function the handler stays as it is."""
        settings = self.configured(ENDPOINT, "def pre(request): pass")
        inner = object()
        self.assertIs(inner, self.handler(settings, inner))


class ServiceTests(PythonTestCase):
    """``enter`` in front of everything."""

    def leaf(self, text: str) -> tuple[Any, MemoryRouter]:
        """A leaf behind the script, and the leaf."""
        router = MemoryRouter()
        settings = self.configured(SERVICE, text, enabled=True)
        return settings.wrap_leaf(self.scope(), router), router

    def test_passes(self) -> None:
        """The leaf answers what the script lets through, at once or later."""
        for word in ("def", "async def"):
            leaf, router = self.leaf(f"{word} enter(client): pass")
            self.assertEqual(b"routed", render(leaf, gateway_request()).body)
            self.assertEqual(1, len(router.requests))

    def test_rejects(self) -> None:
        """A rejection is the answer, at once or later."""
        for word in ("def", "async def"):
            leaf, router = self.leaf(
                "from krakendtw.scripting import Reject\n"
                f"{word} enter(client): raise Reject('no', 403)"
            )
            answer = render(leaf, gateway_request())
            self.assertEqual(
                (403, b"no", []), (answer.status, answer.body, router.requests)
            )

    def test_fails(self) -> None:
        """A mistake is a bare 500."""
        leaf, _ = self.leaf("async def enter(client): 1 / 0")
        self.assertEqual((500, b""), _both(render(leaf, gateway_request())))
        self.assertIn("s0.py:1: ZeroDivisionError", self.log.lines[-1])

    def test_client_leaves(self) -> None:
        """Nobody is answered who has left."""
        asked = gateway_request()
        leaf, router = self.leaf(
            "from twisted.internet.defer import Deferred\n"
            "async def enter(client): await Deferred()"
        )
        start(leaf, asked)
        asked.pending.cancel()  # type: ignore[union-attr]
        self.assertRaises(AssertionError, answer_of, asked)
        self.assertEqual([], router.requests)

    def test_switch_alone(self) -> None:
        """Without sources the leaves stay as they are."""
        router = MemoryRouter()
        settings = configure({"enabled": True}, SERVICE)
        self.assertIs(router, settings.wrap_leaf(self.scope(), router))


def _both(answer: Any) -> tuple[int, bytes]:
    return answer.status, answer.body


class ExampleTests(PythonTestCase):
    """The scripts in ``conf``."""

    def part(self, name: str, **more: Any) -> Any:
        """The step of an example."""
        path = str(EXAMPLES / f"{name}.py")
        return self.at_endpoint(configure({"sources": [path], **more}, ENDPOINT))

    def test_request_stamp(self) -> None:
        """Each request has an id and a time; an id that was sent stays."""
        backend = MemoryBackend({})
        part = self.part("request_stamp")
        run_pipe([part], backend)
        run_pipe([part], backend, request(headers={"X-Request-Id": "mine"}))
        first, second = (asked.headers for asked in backend.requests)
        self.assertEqual(32, len(first["X-Request-Id"][0]))
        self.assertEqual(["mine"], second["X-Request-Id"])
        self.assertIn("X-Received-At", second)

    def test_response_mask(self) -> None:
        """Fields are hidden at any depth."""
        backend = MemoryBackend({"a": [{"password": "x"}], "card": {"number": 1}})
        answer = self.successResultOf(run_pipe([self.part("response_mask")], backend))
        self.assertEqual(
            {"a": [{"password": "***"}], "card": {"number": "***"}}, answer.data
        )

    def test_header_guard(self) -> None:
        """Who has no key does not get in."""
        path = str(EXAMPLES / "header_guard.py")
        handle = self.handler(configure({"sources": [path]}, ENDPOINT))
        self.assertEqual(403, handle(gateway_request()).status)
        known = gateway_request(headers={"X-Api-Key": "s3cret"})
        self.assertEqual(200, handle(known).status)

    def test_maintenance_window(self) -> None:
        """The endpoint rests at night, by the clock."""
        part = self.part("maintenance_window")
        for hour, rests in ((22, False), (23, True), (27, True), (28, False)):
            self.patch(_globals(part), "time", _Clock(hour * 3600.0))
            answer = run_pipe([part], MemoryBackend({}))
            if rests:
                error = self.failureResultOf(answer, Reject).value
                self.assertEqual({"Retry-After": ["600"]}, error.headers)
            else:
                self.successResultOf(answer)

    def test_canned_client(self) -> None:
        """The script answers in place of a backend."""
        part = self.part("canned_client", skip_next=True)
        answer = self.successResultOf(run_pipe([part], MemoryBackend(response())))
        self.assertEqual({"method": "GET", "canned": True}, answer.data)

    def test_look_up(self) -> None:
        """Whom the directory does not know is refused."""

        class Directory(HTTPClient):
            """Knows one name."""

            def __init__(self) -> None:
                pass

            async def get(self, url: str, params: Any, **more: Any) -> Any:  # type: ignore[override]
                """Answer."""
                return _Found(200 if params == {"name": "ada"} else 404)

        self.client = Directory()
        part = self.part("look_up")
        known, unknown = (
            run_pipe([part], MemoryBackend({}), request(params={"Name": name}))
            for name in ("ada", "bob")
        )
        self.assertEqual({"groups": ["a"]}, self.successResultOf(known).data)
        self.assertEqual(403, self.failureResultOf(unknown, Reject).value.status)


class _Found:
    """What a directory answers."""

    def __init__(self, code: int) -> None:
        self.code = code

    async def json(self) -> Any:
        """Some groups."""
        return {"groups": ["a"]}


class _Clock:
    """Stands for the module ``time``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def time(self) -> float:
        """The time that was given."""
        return self._seconds


def _globals(part: Any) -> Any:
    """The module of a step's only script, to be patched."""
    cells = dict(zip(part.__code__.co_freevars, part.__closure__, strict=True))
    scripts = cells["run"].cell_contents.__self__
    function = scripts._functions["pre"][0]

    class Module:
        """Sets and gets the names of the script."""

        def __getattr__(self, name: str) -> Any:
            return function.__globals__[name]

        def __setattr__(self, name: str, value: Any) -> None:
            function.__globals__[name] = value

    return Module()
