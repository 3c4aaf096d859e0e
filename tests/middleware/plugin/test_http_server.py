"""Tests of ``plugin/http-server``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import IResource, Resource
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.config.model import PluginConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, UnknownPlugin
from krakendtw.interfaces import IServerMiddleware, IServerPlugin
from krakendtw.middleware.plugin.http_server import configure
from krakendtw.plugin import Registry, delegate
from krakendtw.testing import (
    MemoryLog,
    MemoryRouter,
    gateway_request,
    render,
    service_scope,
)

WHERE = ConfigPath() / "extra_config" / "plugin/http-server"


class Around(Resource):
    """Says that it was passed on the way in."""

    isLeaf = True

    def __init__(self, name: str, behind: IResource) -> None:
        Resource.__init__(self)
        self.name = name
        self.behind = behind

    def render(self, request: Any) -> Any:
        """Add the name to the answer's header, and hand on."""
        request.responseHeaders.addRawHeader("X-Passed", self.name)
        return delegate(self.behind, request)


@implementer(IServerPlugin)
class Plugin:
    """A plugin that wraps, or that does something else."""

    def __init__(self, name: str, result: Any = None) -> None:
        self.name = name
        self.result = result
        self.configs: list[Mapping[str, Any]] = []

    def wrap(self, config: Mapping[str, Any], resource: IResource) -> Any:
        """Keep the configuration; raise, or give what it was told to give."""
        self.configs.append(config)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result or Around(self.name, resource)


class ServerPluginsTests(SynchronousTestCase):
    """Which plugins stand around the router."""

    def setUp(self) -> None:
        self.log = MemoryLog()
        self.router = MemoryRouter()

    def _wrap(self, raw: Any, *plugins: Any, strict: bool = False) -> IResource:
        config = ServiceConfig(plugin=PluginConfig(strict=strict))
        scope = service_scope(config, plugins=plugins, log=self.log)
        return configure(raw, WHERE).wrap_resource(scope, self.router)

    def _way(self, resource: IResource) -> list[str]:
        answer = render(resource, gateway_request(uri="/any/where"))
        self.assertEqual(b"routed", answer.body)
        return answer.headers.get("X-Passed", [])

    def test_interface(self) -> None:
        """The settings are a server middleware at its place in the stage."""
        settings = configure({}, WHERE)
        verifyObject(IServerMiddleware, settings)
        self.assertEqual(300, settings.server_order)

    def test_one(self) -> None:
        """A single name may be a plain text."""
        resource = self._wrap({"name": "a"}, Plugin("a"))
        self.assertEqual(["a"], self._way(resource))
        self.assertEqual(["INFO [PLUGIN: Server] Injecting plugin a"], self.log.lines)

    def test_order(self) -> None:
        """The last plugin listed sees a request first."""
        plugins = [Plugin(name) for name in "abc"]
        resource = self._wrap({"name": ["c", "a", "b"]}, *plugins)
        self.assertEqual(["b", "a", "c"], self._way(resource))

    def test_twice(self) -> None:
        """A name that is listed twice is applied twice."""
        resource = self._wrap({"name": ["a", "a"]}, Plugin("a"))
        self.assertEqual(["a", "a"], self._way(resource))

    def test_config(self) -> None:
        """A plugin gets the whole object of the namespace."""
        plugin, raw = Plugin("a"), {"name": ["a"], "a": {"b": 1}, "c": {}}
        self._wrap(raw, plugin)
        self.assertEqual([raw], plugin.configs)

    def test_what_is_no_name(self) -> None:
        """Entries that are no text are dropped without a word."""
        resource = self._wrap({"name": [1, "a", None]}, Plugin("a"))
        self.assertEqual(["a"], self._way(resource))
        self.assertEqual(1, len(self.log.lines))

    def test_unknown(self) -> None:
        """An unknown name is an error in the log; the others are applied."""
        resource = self._wrap({"name": ["x", "a"]}, Plugin("a"))
        self.assertEqual(["a"], self._way(resource))
        self.assertEqual(
            [
                "ERROR [PLUGIN: Server] No plugin registered as x",
                "INFO [PLUGIN: Server] Injecting plugin a",
            ],
            self.log.lines,
        )

    def test_raising(self) -> None:
        """A plugin that raises is an error in the log, and left out."""
        resource = self._wrap({"name": "a"}, Plugin("a", ValueError("boom")))
        self.assertIs(self.router, resource)
        self.assertEqual(
            ["ERROR [PLUGIN: Server] Error getting the plugin handler: boom"],
            self.log.lines,
        )

    def test_refusing(self) -> None:
        """A plugin that says on purpose that it must not start ends the start."""
        plugin = Plugin("a", ConfigError(WHERE, "no such network"))
        self.assertRaises(ConfigError, self._wrap, {"name": "a"}, plugin)

    def test_no_resource(self) -> None:
        """A plugin that gives no resource is an error in the log, and left out."""
        resource = self._wrap({"name": "a"}, Plugin("a", "text"))
        self.assertIs(self.router, resource)
        self.assertEqual(
            ["ERROR [PLUGIN: Server] Wrong plugin handler type: a"], self.log.lines
        )

    def _check_untouched(self, raw: Any, line: str, *plugins: Any) -> None:
        self.assertIs(self.router, self._wrap(raw, *plugins))
        self.assertEqual([f"DEBUG [PLUGIN: Server] {line}"], self.log.lines)

    def test_no_object(self) -> None:
        """A value that is no object injects nothing."""
        self._check_untouched("a", "Wrong extra_config type", Plugin("a"))

    def test_nothing_registered(self) -> None:
        """Without any server plugin there is one line for all names."""
        self._check_untouched(
            {"name": ["a", "b"]}, "No plugins registered for the module"
        )

    def test_no_name(self) -> None:
        """Without a name, or with one of another type, nothing is injected."""
        for raw in ({}, {"name": 1}, {"name": {"a": 1}}):
            self.log.lines.clear()
            self._check_untouched(
                raw, "No plugins required in the extra config", Plugin("a")
            )

    def test_empty_list(self) -> None:
        """An empty list injects nothing, and says nothing."""
        self.assertIs(self.router, self._wrap({"name": []}, Plugin("a")))
        self.assertEqual([], self.log.lines)

    def test_strict(self) -> None:
        """A strict configuration does not start with an unknown name."""
        for plugins in ([], [Plugin("a")]):
            self.assertRaises(
                UnknownPlugin, self._wrap, {"name": ["a", "x"]}, *plugins, strict=True
            )

    def test_strict_and_known(self) -> None:
        """A strict configuration starts when all names are known."""
        resource = self._wrap({"name": ["a"]}, Plugin("a"), strict=True)
        self.assertEqual(["a"], self._way(resource))

    def test_dropin(self) -> None:
        """The namespace is found under its name and KrakenD's older one."""
        registry = Registry.discover()
        old = "github_com/devopsfaith/krakend/transport/http/server/handler"
        owner = registry.middleware("plugin/http-server")
        self.assertIs(owner, registry.middleware(old))
        settings = owner.configure({}, WHERE)  # type: ignore[union-attr]
        self.assertTrue(IServerMiddleware.providedBy(settings))
