"""Tests of ``plugin/req-resp-modifier``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.config.model import (
    BackendConfig,
    EndpointConfig,
    PluginConfig,
    ServiceConfig,
)
from krakendtw.config.where import ConfigPath
from krakendtw.errors import (
    ConfigError,
    ConfigErrors,
    MergeError,
    NotConfigured,
    PipeError,
    PluginError,
    Rejected,
    UnknownPlugin,
)
from krakendtw.interfaces import (
    IBackendMiddleware,
    IProxyMiddleware,
    IRequestModifierPlugin,
    IResponseModifierPlugin,
    IScopedModifier,
)
from krakendtw.middleware.plugin.req_resp_modifier import (
    compile_request_chain,
    compile_response_chain,
    configure,
)
from krakendtw.plugin import Registry
from krakendtw.proxy.pipe import Hooks
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    backend_scope,
    endpoint_scope,
    extra_config,
    request,
    response,
    run_pipe,
    service_scope,
)

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request, Response

WHERE = ConfigPath() / "extra_config" / "plugin/req-resp-modifier"
NAMESPACE = "plugin/req-resp-modifier"


@implementer(IRequestModifierPlugin)
class Down:
    """A request modifier that leaves its name, or does something else."""

    def __init__(self, name: str, result: Any = "modifier") -> None:
        self.name = name
        self.result = result
        self.configs: list[Mapping[str, Any]] = []

    def request_modifier(self, config: Mapping[str, Any]) -> Any:
        """Keep the configuration; raise, or give what it was told to give."""
        self.configs.append(config)
        if isinstance(self.result, Exception):
            raise self.result
        return self._modify if self.result == "modifier" else self.result

    def _modify(self, request: Request) -> None:
        request.headers.setdefault("X-Down", []).append(self.name)


@implementer(IResponseModifierPlugin)
class Up:
    """A response modifier that leaves its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def response_modifier(self, config: Mapping[str, Any]) -> Any:
        """The modifier."""
        return self._modify

    def _modify(self, request: Request, response: Response) -> None:
        assert response.data is not None
        response.data.setdefault("up", []).append(self.name)


@implementer(IRequestModifierPlugin, IResponseModifierPlugin)
class Both(Down, Up):
    """A name for both ways."""


class ModifiersTests(SynchronousTestCase):
    """Which modifiers an endpoint or a backend has."""

    def setUp(self) -> None:
        self.log = MemoryLog()

    def _part(self, names: Any, *plugins: Any, strict: bool = False) -> Any:
        self.raw = {"name": names}
        settings = configure(self.raw, WHERE)
        config = ServiceConfig(plugin=PluginConfig(strict=strict))
        service = service_scope(config, plugins=plugins, log=self.log)
        endpoint = EndpointConfig(path="/a", extra=extra_config({NAMESPACE: settings}))
        return settings.proxy_part(endpoint_scope(endpoint, service))

    def _send(self, part: Hooks) -> tuple[list[str], list[str]]:
        backend = MemoryBackend()
        answer = self.successResultOf(run_pipe([part], backend))
        assert answer.data is not None
        down = backend.requests[0].headers.get("X-Down", [])
        return down, answer.data.get("up", [])

    def test_interfaces(self) -> None:
        """The settings take part in both pipes, at their places."""
        settings = configure({"name": []}, WHERE)
        verifyObject(IProxyMiddleware, settings)
        verifyObject(IBackendMiddleware, settings)
        self.assertEqual((850, 70), (settings.proxy_order, settings.backend_order))

    def test_order(self) -> None:
        """Modifiers of each way run in the order of the list."""
        plugins = [Down("a"), Down("b"), Up("c"), Up("d")]
        part = self._part(["d", "b", "c", "a"], *plugins)
        self.assertEqual((["b", "a"], ["d", "c"]), self._send(part))

    def test_log(self) -> None:
        """The log says how many there are."""
        part = self._part(["a", "b", "c"], Down("a"), Up("b"), Up("c"))
        self.assertEqual(NAMESPACE, part.name)
        self.assertEqual(
            [
                "DEBUG [ENDPOINT: /a][Modifier Plugins]"
                " Adding 1 request and 2 response modifiers"
            ],
            self.log.lines,
        )

    def test_one_way_only(self) -> None:
        """Without modifiers of a way the pipe has no step there."""
        self.assertIsNone(self._part(["a"], Down("a")).response)
        self.assertIsNone(self._part(["a"], Up("a")).request)

    def test_request_shadows_response(self) -> None:
        """A name of both kinds modifies requests only."""
        part = self._part(["a"], Both("a"))
        self.assertEqual((["a"], []), self._send(part))

    def test_unknown(self) -> None:
        """Unknown names, and what is no text, are passed over in silence."""
        part = self._part(["x", 1, "a"], Down("a"))
        self.assertEqual((["a"], []), self._send(part))
        self.assertEqual(1, len(self.log.lines))

    def test_none_active(self) -> None:
        """Without any active modifier there is no step and no line."""
        self.assertIsNone(self._part(["x"], Down("a")))
        self.assertEqual([], self.log.lines)

    def test_config(self) -> None:
        """A plugin gets the whole object of the namespace."""
        plugin = Down("a")
        self._part(["a"], plugin)
        self.assertEqual([self.raw], plugin.configs)

    def test_place(self) -> None:
        """A modifier that wants to know where it stands is told."""

        @implementer(IScopedModifier)
        class Scoped:
            def bound(self, scope: Any) -> Any:
                def modify(asked: Request) -> None:
                    asked.headers["X-Place"] = [scope.config.path]

                return modify

        asked = request()
        self.successResultOf(
            run_pipe([self._part(["a"], Down("a", Scoped()))], None, asked)
        )
        self.assertEqual(["/a"], asked.headers["X-Place"])

    def test_no_modifier(self) -> None:
        """A plugin may stay out; its name is not tried the other way then."""

        class Shy(Both):
            def request_modifier(self, config: Mapping[str, Any]) -> Any:
                return None

        self.assertIsNone(self._part(["a"], Shy("a")))

    def test_broken_factory(self) -> None:
        """A plugin that cannot make its modifier ends the start by name."""
        broken = Down("a", ValueError("boom"))
        error = self.assertRaises(PluginError, self._part, ["a"], broken)
        self.assertEqual("plugin a: boom", str(error))

    def test_refusing_factory(self) -> None:
        """A plugin's own error about the gateway is passed on as it is."""
        refusing = Down("a", NotConfigured("not here"))
        self.assertRaises(NotConfigured, self._part, ["a"], refusing)

    def test_place_of_mistake(self) -> None:
        """What a plugin finds wrong is told with its place in the document."""
        wrong = ConfigError(ConfigPath() / "a" / "b", "no")
        for error in (wrong, ConfigErrors([wrong])):
            found = self.assertRaises(type(error), self._part, ["a"], Down("a", error))
            self.assertEqual(str(found), f"{WHERE / 'a' / 'b'}: no")

    def test_strict(self) -> None:
        """A strict configuration does not start with an unknown name."""
        self.assertRaises(UnknownPlugin, self._part, ["x"], strict=True)

    def test_backend(self) -> None:
        """A backend's modifiers are logged with its route."""
        settings = configure({"name": ["a"]}, WHERE)
        config = BackendConfig(
            url_pattern="/b",
            parent_endpoint="/a",
            extra=extra_config({NAMESPACE: settings}),
        )
        service = service_scope(plugins=[Down("a")], log=self.log)
        scope = backend_scope(config, endpoint_scope(service=service))
        part: Any = settings.backend_part(scope)
        self.assertEqual((["a"], []), self._send(part))
        self.assertEqual(
            [
                "DEBUG [BACKEND: GET /a -> /b][Modifier Plugins]"
                " Adding 1 request and 0 response modifiers"
            ],
            self.log.lines,
        )

    def test_of_the_service(self) -> None:
        """The namespace means nothing in the service's own configuration."""
        settings = configure({"name": ["a"]}, WHERE)
        service = service_scope(plugins=[Down("a")])
        self.assertIsNone(settings.proxy_part(endpoint_scope(service=service)))
        endpoint = endpoint_scope(service=service)
        self.assertIsNone(settings.backend_part(backend_scope(endpoint=endpoint)))


class ConfigureTests(SynchronousTestCase):
    """What disables the component."""

    def test_no_list(self) -> None:
        """A plain text as the name, or no object, leaves the component out."""
        for raw in ("a", None, {}, {"name": "a"}, {"name": None}):
            self.assertRaises(NotConfigured, configure, raw, WHERE)

    def test_dropin(self) -> None:
        """The namespace is found under its name and KrakenD's older one."""
        registry = Registry.discover()
        owner = registry.middleware(NAMESPACE)
        old = "github.com/devopsfaith/krakend/proxy/plugin"
        self.assertIs(owner, registry.middleware(old))
        settings = owner.configure({"name": []}, WHERE)  # type: ignore[union-attr]
        self.assertTrue(IBackendMiddleware.providedBy(settings))


class RequestChainTests(SynchronousTestCase):
    """What request modifiers may return."""

    def _send(self, *modifiers: Any) -> tuple[Request, Any]:
        """The request given, and what the backend saw or how it failed."""
        backend = MemoryBackend()
        asked = request("GET", "/a", headers={"A": "1"})
        run_pipe([Hooks(compile_request_chain(modifiers))], backend, asked).addErrback(
            lambda failure: backend.requests.append(failure.value)
        )
        return asked, backend.requests[0]

    def test_nothing(self) -> None:
        """Nothing returned means the request that it was given."""
        asked, seen = self._send(lambda asked: None)
        self.assertIs(asked, seen)

    def test_same(self) -> None:
        """The request itself may be returned."""
        asked, seen = self._send(lambda asked: asked)
        self.assertIs(asked, seen)

    def test_nonsense(self) -> None:
        """Anything that is no request means the one before, now or later."""
        for result in ("text", 1, succeed("text"), response()):
            asked, seen = self._send(lambda _, result=result: result)
            self.assertIs(asked, seen)

    def test_another(self) -> None:
        """Another request's fields are copied to the original one at the end."""
        other = request(
            "PUT",
            "/b",
            headers={"B": "2"},
            body=b"x",
            params={"Id": "1"},
            query={"q": ["3"]},
            url="http://b/",
        )
        asked, seen = self._send(lambda _: other)
        self.assertIs(asked, seen)
        self.assertEqual(
            ("PUT", "/b", {"B": ["2"]}, b"x", {"Id": "1"}, {"q": ["3"]}, "http://b/"),
            (
                seen.method,
                seen.path,
                seen.headers,
                seen.body,
                seen.params,
                seen.query,
                seen.url,
            ),
        )

    def test_another_is_seen_by_the_next(self) -> None:
        """The next modifier works on what the one before has returned."""
        other = request(path="/b")
        given: list[Request] = []
        self._send(lambda _: other, given.append)
        self.assertEqual([other], given)

    def test_another_is_not_copied_on_error(self) -> None:
        """A later error leaves the original's fields as they were."""
        other = request(path="/b")
        asked, error = self._send(lambda _: other, _raise(Rejected("no", 418)))
        self.assertEqual("/a", asked.path)
        self.assertEqual(418, error.status)

    def test_waiting(self) -> None:
        """The next modifier waits for the Deferred of the one before."""
        waiting: Deferred[Any] = Deferred()
        steps: list[str] = []
        backend = MemoryBackend()
        chain = compile_request_chain(
            [lambda _: waiting, lambda asked: steps.append(asked.path)]
        )
        answer = run_pipe([Hooks(chain)], backend)
        self.assertEqual(([], []), (steps, backend.requests))
        waiting.callback(request(path="/b"))
        self.successResultOf(answer)
        self.assertEqual(["/b"], steps)
        self.assertEqual("/b", backend.requests[0].path)

    def test_error(self) -> None:
        """An error, now or later, ends the chain, and no backend is asked."""
        for modifier in (
            _raise(Rejected("no", 418)),
            lambda _: fail(Rejected("no", 418)),
        ):
            steps: list[Request] = []
            _, error = self._send(modifier, steps.append)
            self.assertEqual(418, error.status)
            self.assertEqual([], steps)


class ResponseChainTests(SynchronousTestCase):
    """What response modifiers may return."""

    def _send(self, *modifiers: Any, answer: Any = None) -> Deferred[Response]:
        self.given = response({"from": "backend"}) if answer is None else answer
        part = Hooks(response=compile_response_chain(modifiers))
        return run_pipe([part], MemoryBackend(self.given))

    def test_nothing(self) -> None:
        """Nothing, or nonsense, means the response that it was given."""
        for result in (None, "text", succeed(None), succeed(1), request()):
            answer = self._send(lambda *_, result=result: result)
            self.assertIs(self.given, self.successResultOf(answer))

    def test_another(self) -> None:
        """Another response, now or later, is what the next one gets."""
        other = response()
        given: list[Response] = []
        for result in (other, succeed(other)):
            answer = self._send(
                lambda *_, result=result: result, lambda _, found: given.append(found)
            )
            self.assertIs(other, self.successResultOf(answer))
        self.assertEqual([other, other], given)

    def test_request(self) -> None:
        """Response modifiers see the request as it went down."""
        paths: list[str] = []
        self._send(lambda asked, _: paths.append(asked.path))
        self.assertEqual(["/"], paths)

    def test_waiting(self) -> None:
        """A Deferred is waited for."""
        waiting: Deferred[None] = Deferred()
        steps: list[str] = []
        answer = self._send(lambda *_: waiting, lambda *_: steps.append("next"))
        self.assertNoResult(answer)
        self.assertEqual([], steps)
        waiting.callback(None)
        self.assertIs(self.given, self.successResultOf(answer))
        self.assertEqual(["next"], steps)

    def test_error(self) -> None:
        """An error, now or later, takes the place of the response."""
        for modifier in (_raise(PipeError("no")), lambda *_: fail(PipeError("no"))):
            failure = self.failureResultOf(self._send(modifier), PipeError)
            self.assertIsNone(failure.value.response)

    def test_not_run_on_failures(self) -> None:
        """Neither errors nor partial merges come by response modifiers."""
        steps: list[str] = []
        for error in (PipeError("no"), MergeError([PipeError("no")], response())):
            answer = self._send(lambda *_: steps.append("run"), answer=error)
            self.failureResultOf(answer, PipeError)
        self.assertEqual([], steps)


def _raise(error: Exception) -> Any:
    def modifier(*_: object) -> Any:
        raise error

    return modifier
