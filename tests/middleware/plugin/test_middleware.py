"""Tests of ``plugin/middleware``."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from twisted.internet.defer import succeed
from twisted.plugin import IPlugin
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
from krakendtw.errors import ConfigError, NotConfigured, PluginError, UnknownPlugin
from krakendtw.interfaces import IBackendMiddleware, IPipePlugin, IProxyMiddleware
from krakendtw.middleware.plugin.middleware import NAMESPACE, configure
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

ENDPOINT = ConfigPath() / "endpoints" / 0 / "extra_config" / NAMESPACE


@implementer(IPlugin, IPipePlugin)
@frozen
class Around:
    """Notes its name on both ways; answers itself, or fails, if told so."""

    name: str
    how: Any = None

    def around(self, config: Any, below: Any) -> Any:
        """The proxy."""
        if isinstance(self.how, Exception):
            raise self.how

        def proxy(asked: Any) -> Any:
            asked.path += self.name
            if self.how == "answer":
                return succeed(response({"by": self.name}))
            return below(asked).addCallback(note)

        def note(answer: Any) -> Any:
            answer.data["way"] = answer.data.get("way", "") + self.name
            answer.data["config"] = config.get(self.name)
            return answer

        return proxy


class PluginsTests(SynchronousTestCase):
    """Plugins around a pipe."""

    def part(self, names: list[str], *plugins: Any, strict: bool = False) -> Any:
        """The step of an endpoint."""
        settings = configure({"name": names, "a": 5}, ENDPOINT)
        service = service_scope(
            ServiceConfig(plugin=PluginConfig(strict=strict)), plugins=plugins
        )
        config = EndpointConfig("/x", extra=extra_config({NAMESPACE: settings}))
        self.scope = endpoint_scope(config, service)
        return settings.proxy_part(self.scope)

    def test_interfaces(self) -> None:
        """The settings are the middleware, of endpoints and backends."""
        settings = configure({"name": []}, ENDPOINT)
        verifyObject(IProxyMiddleware, settings)
        verifyObject(IBackendMiddleware, settings)
        verifyObject(IPipePlugin, Around("a"))

    def test_order(self) -> None:
        """The first one is the outermost; each has the whole configuration."""
        backend = MemoryBackend({})
        part = self.part(["a", "b"], Around("b"), Around("a"))
        answer = self.successResultOf(run_pipe([part], backend))
        self.assertEqual(backend.requests[0].path, "/ab")
        self.assertEqual(answer.data, {"way": "ba", "config": 5})

    def test_answer(self) -> None:
        """A plugin may answer, and nobody behind it is asked."""
        backend = MemoryBackend()
        part = self.part(["a", "b"], Around("a", "answer"), Around("b"))
        answer = self.successResultOf(run_pipe([part], backend, request()))
        self.assertEqual((answer.data, backend.requests), ({"by": "a"}, []))

    def test_unknown(self) -> None:
        """Unknown names are passed over with a warning, or end the start."""
        self.assertIsNone(self.part(["x"]))
        self.assertIn(
            "WARNING [ENDPOINT: /x][Middleware] no plugin answers to 'x'",
            self.scope.service.log.lines,  # type: ignore[attr-defined]
        )
        self.assertRaises(UnknownPlugin, self.part, ["x"], strict=True)

    def test_broken(self) -> None:
        """A plugin that cannot be made ends the start."""
        for error, wanted in (
            (ValueError("no"), PluginError),
            (NotConfigured("no"), NotConfigured),
        ):
            part = self.part(["a"], Around("a", error))
            self.assertRaises(wanted, run_pipe, [part])

    def test_places(self) -> None:
        """It works where it stands: on endpoints and backends."""
        settings = configure({"name": ["a"]}, ENDPOINT)
        self.assertIsNone(settings.proxy_part(endpoint_scope()))
        self.assertIsNone(settings.backend_part(backend_scope()))
        around = endpoint_scope(service=service_scope(plugins=[Around("a")]))
        config = BackendConfig(extra=extra_config({NAMESPACE: settings}))
        self.assertIsNotNone(settings.backend_part(backend_scope(config, around)))

    def test_mistakes(self) -> None:
        """What is no list of names ends the start."""
        for raw in (None, [], {}, {"name": "a"}):
            self.assertRaises(ConfigError, configure, raw, ENDPOINT)
        where = ConfigPath() / "extra_config" / NAMESPACE
        self.assertRaises(ConfigError, configure, {"name": []}, where)
