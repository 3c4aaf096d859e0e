"""Tests of ``plugin/http-client``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IAgent
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, PluginConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import UnknownPlugin
from krakendtw.interfaces import IClientMiddleware, IClientPlugin
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.plugin.http_client import configure
from krakendtw.plugin import Registry
from krakendtw.testing import (
    MemoryLog,
    backend_scope,
    endpoint_scope,
    extra_config,
    service_scope,
)

WHERE = ConfigPath() / "extra_config" / "plugin/http-client"
PREFIX = "[BACKEND: POST /a -> /b/{{.Id}}]"


@implementer(IAgent)
class Agent:
    """Answers everything alike."""

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Any = None,
        bodyProducer: Any = None,
    ) -> Deferred[Any]:
        """Answer at once."""
        return succeed(MemoryResponse())


@implementer(IClientPlugin)
class Plugin:
    """A plugin that gives an agent, or something else."""

    name = "mine"

    def __init__(self, result: Any) -> None:
        self.result = result
        self.configs: list[Mapping[str, Any]] = []

    def agent(self, config: Mapping[str, Any]) -> Any:
        """Keep the configuration; raise, or give what it was told to give."""
        self.configs.append(config)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


class ClientPluginTests(SynchronousTestCase):
    """Which agent a backend is called with."""

    def setUp(self) -> None:
        self.log = MemoryLog()
        self.normal = Agent()
        self.other = Agent()

    def _agent(
        self,
        raw: Any,
        *plugins: Any,
        strict: bool = False,
        is_backends: bool = True,
    ) -> IAgent:
        settings = configure(raw, WHERE)
        config = ServiceConfig(plugin=PluginConfig(strict=strict))
        service = service_scope(config, plugins=plugins, log=self.log)
        backend = BackendConfig(
            url_pattern="/b/{{.Id}}",
            parent_endpoint="/a",
            parent_method="POST",
            extra=extra_config({"plugin/http-client": settings} if is_backends else {}),
        )
        scope = backend_scope(backend, endpoint_scope(service=service))
        return settings.wrap_agent(scope, self.normal)

    def _check_normal(self, line: str, raw: Any, *plugins: Any) -> None:
        self.assertIs(self.normal, self._agent(raw, *plugins))
        level, _, text = line.partition(" ")
        self.assertEqual([f"{level} {PREFIX} {text}"], self.log.lines)

    def test_interface(self) -> None:
        """The settings are a client middleware, the innermost of its stage."""
        settings = configure({}, WHERE)
        verifyObject(IClientMiddleware, settings)
        self.assertEqual(0, settings.client_order)

    def test_plugin(self) -> None:
        """The plugin's agent takes the place of the normal one."""
        plugin, raw = Plugin(self.other), {"name": "mine", "mine": {"a": 1}}
        self.assertIs(self.other, self._agent(raw, plugin))
        self.assertEqual([raw], plugin.configs)
        self.assertEqual([f"DEBUG {PREFIX} Injecting plugin mine"], self.log.lines)

    def test_no_object(self) -> None:
        """A value that is no object keeps the normal client."""
        self._check_normal(
            "DEBUG [github.com/devopsfaith/krakend/transport/http/client/executor]"
            " Wrong extra config type for backend",
            "mine",
            Plugin(self.other),
        )

    def test_nothing_registered(self) -> None:
        """Without any client plugin the name does not matter."""
        for raw in ({"name": "mine"}, {}):
            self.log.lines.clear()
            self._check_normal("DEBUG No plugins registered for the module", raw)

    def test_no_name(self) -> None:
        """A name that is no text is none, a list of names too."""
        for raw in ({}, {"name": ["mine"]}, {"name": None}):
            self.log.lines.clear()
            self._check_normal(
                "DEBUG No name defined in the extra config for /b/{{.Id}}",
                raw,
                Plugin(self.other),
            )

    def test_unknown(self) -> None:
        """An unknown name keeps the normal client."""
        self._check_normal(
            "DEBUG No plugin registered as x", {"name": "x"}, Plugin(self.other)
        )

    def test_raising(self) -> None:
        """A plugin that raises keeps the normal client, with a warning."""
        self._check_normal(
            "WARNING Error getting the plugin handler: boom",
            {"name": "mine"},
            Plugin(ValueError("boom")),
        )

    def test_no_agent(self) -> None:
        """A plugin that gives no agent keeps the normal client, with a warning."""
        self._check_normal(
            "WARNING Wrong plugin handler type: mine", {"name": "mine"}, Plugin("text")
        )

    def test_strict(self) -> None:
        """A strict configuration does not start with an unknown name."""
        for plugins in ([], [Plugin(self.other)]):
            self.assertRaises(
                UnknownPlugin, self._agent, {"name": "x"}, *plugins, strict=True
            )

    def test_strict_without_a_name(self) -> None:
        """Where nothing is named, strictness finds nothing unknown."""
        self.assertIs(self.normal, self._agent({}, strict=True))

    def test_of_the_service(self) -> None:
        """The namespace means nothing in the service's own configuration."""
        agent = self._agent({"name": "mine"}, Plugin(self.other), is_backends=False)
        self.assertIs(self.normal, agent)
        self.assertEqual([], self.log.lines)

    def test_dropin(self) -> None:
        """The namespace is found under its name and KrakenD's older one."""
        registry = Registry.discover()
        old = "github.com/devopsfaith/krakend/transport/http/client/executor"
        owner = registry.middleware("plugin/http-client")
        self.assertIs(owner, registry.middleware(old))
        settings = owner.configure({}, WHERE)  # type: ignore[union-attr]
        self.assertTrue(IClientMiddleware.providedBy(settings))
