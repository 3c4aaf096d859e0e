"""Tests of ``modifier/lua-backend``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath
from krakendtw.interfaces import IBackendMiddleware, IDoubtful
from krakendtw.middleware.modifier.lua_backend import NAMESPACE, LuaBackend, configure
from krakendtw.testing import (
    MemoryBackend,
    backend_scope,
    extra_config,
    response,
    run_pipe,
)


class LuaBackendTests(SynchronousTestCase):
    """Scripts of a backend's pipe."""

    def part(self, made: LuaBackend, *, own: bool = True) -> Any:
        """The step of a backend's pipe."""
        settings = {NAMESPACE: made} if own else {}
        config = BackendConfig(parent_endpoint="/test", extra=extra_config(settings))
        return made.backend_part(backend_scope(config))

    def test_interfaces(self) -> None:
        """A step of a pipe that may be in doubt."""
        made = configure({}, ConfigPath())
        self.assertTrue(verifyObject(IBackendMiddleware, made))
        self.assertTrue(verifyObject(IDoubtful, made))

    def test_runs(self) -> None:
        """Around the backend's call."""
        raw = {"post": "response.load():data():del('secret')"}
        backend = MemoryBackend(response({"a": 1, "secret": 2}))
        part = self.part(configure(raw, ConfigPath()))
        found = self.successResultOf(run_pipe([part], backend))
        self.assertEqual({"a": 1}, found.data)

    def test_skip_next(self) -> None:
        """The backend is not asked."""
        raw = {
            "skip_next": True,
            "post": "response.load():data():set('own', 'yes')",
        }
        backend = MemoryBackend()
        part = self.part(configure(raw, ConfigPath()))
        found = self.successResultOf(run_pipe([part], backend))
        self.assertEqual(({"own": "yes"}, []), (found.data, backend.requests))

    def test_service(self) -> None:
        """At the service the namespace means nothing."""
        self.assertIsNone(self.part(configure({}, ConfigPath()), own=False))

    def test_doubts(self) -> None:
        """A source that is not there is told at start."""
        (doubt,) = configure({"sources": ["none.lua"]}, ConfigPath()).doubts()
        self.assertIn("unable to load required source none.lua", doubt[1])
