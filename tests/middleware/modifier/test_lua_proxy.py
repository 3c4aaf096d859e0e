"""Tests of ``modifier/lua-proxy``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import NotConfigured
from krakendtw.interfaces import IDoubtful, IProxyMiddleware
from krakendtw.middleware.modifier.lua_proxy import NAMESPACE, LuaProxy, configure
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    endpoint_scope,
    extra_config,
    response,
    run_pipe,
    service_scope,
)


class LuaProxyTests(SynchronousTestCase):
    """Scripts of an endpoint's pipe."""

    def part(self, made: LuaProxy, *, own: bool = True) -> Any:
        """The step of an endpoint's pipe."""
        settings = {NAMESPACE: made} if own else {}
        config = EndpointConfig(path="/test", extra=extra_config(settings))
        self.log = MemoryLog()
        return made.proxy_part(endpoint_scope(config, service_scope(log=self.log)))

    def test_interfaces(self) -> None:
        """A step of a pipe that may be in doubt."""
        made = configure({}, ConfigPath())
        self.assertTrue(verifyObject(IProxyMiddleware, made))
        self.assertTrue(verifyObject(IDoubtful, made))

    def test_runs(self) -> None:
        """Before and after the backends."""
        raw = {
            "pre": "request.load():params('A', 'x')",
            "post": "local r = response.load() r:data():set('seen', true)",
        }
        backend = MemoryBackend(response({"a": 1}))
        part = self.part(configure(raw, ConfigPath()))
        found = self.successResultOf(run_pipe([part], backend))
        self.assertEqual({"a": 1, "seen": True}, found.data)
        self.assertEqual("x", backend.requests[0].params["A"])
        self.assertIn(
            "DEBUG [ENDPOINT: /test][Lua] Middleware is now ready", self.log.lines
        )

    def test_service(self) -> None:
        """At the service the namespace means nothing."""
        self.assertIsNone(self.part(configure({}, ConfigPath()), own=False))

    def test_left_out(self) -> None:
        """What is no object is left out."""
        self.assertRaises(NotConfigured, configure, [], ConfigPath())

    def test_doubts(self) -> None:
        """A text that is no Lua is told at start."""
        (doubt,) = configure({"pre": "x x"}, ConfigPath()).doubts()
        self.assertIn("parse error (pre-script:L1)", doubt[1])
