"""Tests of the origin behind ``conf/demo.json``."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from treq.testing import StubTreq
from twisted.application.internet import TCPServer
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IMiddlewarePlugin, IServiceMiddleware
from krakendtw.plugin import Registry

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.scope import ServiceScope

FOLDER = Path(__file__).resolve().parents[2] / "plugins"


def load() -> Any:
    """The plugin, found in its folder."""
    registry = Registry()
    registry.load_folder(str(FOLDER), "demo_origin.py")
    return registry.middleware("example/demo-origin")


class ResourceTests(SynchronousTestCase):
    """What the origin serves."""

    def setUp(self) -> None:
        scope = cast("ServiceScope", SimpleNamespace(clock=Clock()))
        self.clock = cast("Clock", scope.clock)
        service = load().configure({"port": 8081}, ConfigPath()).service(scope)
        _, site = service.args
        self.treq = StubTreq(site.resource)

    def fetch(self, path: str) -> Deferred[bytes]:
        """The body at a path."""
        answer = self.treq.get(f"http://demo{path}")
        return cast("Deferred[bytes]", answer.addCallback(self.treq.content))

    def test_users(self) -> None:
        """The list of users is a JSON array."""
        users = json.loads(self.successResultOf(self.fetch("/users")))
        self.assertEqual([1, 2, 3], [user["id"] for user in users])

    def test_user(self) -> None:
        """A user is found by number."""
        user = json.loads(self.successResultOf(self.fetch("/users/2")))
        self.assertEqual("Grace", user["name"])

    def test_posts(self) -> None:
        """A user's posts are a JSON array."""
        posts = json.loads(self.successResultOf(self.fetch("/users/2/posts")))
        self.assertEqual(2, len(posts))

    def test_company(self) -> None:
        """The company is XML."""
        self.assertIn(b"<name>", self.successResultOf(self.fetch("/company.xml")))

    def test_slow(self) -> None:
        """The slow resource takes two seconds."""
        answer = self.fetch("/slow")
        self.clock.advance(1.9)
        self.treq.flush()
        self.assertNoResult(answer)
        self.clock.advance(0.2)
        self.treq.flush()
        self.assertEqual({"late": True}, json.loads(self.successResultOf(answer)))


class PluginTests(SynchronousTestCase):
    """How the origin is configured."""

    def test_promises(self) -> None:
        """The plugin owns a namespace, and its settings bring a service."""
        plugin = load()
        verifyObject(IMiddlewarePlugin, plugin)
        verifyObject(IServiceMiddleware, plugin.configure({"port": 1}, ConfigPath()))

    def test_loopback(self) -> None:
        """The origin listens on loopback only."""
        scope = cast("ServiceScope", SimpleNamespace(clock=Clock()))
        service = load().configure({"port": 8081}, ConfigPath()).service(scope)
        self.assertIsInstance(service, TCPServer)
        self.assertEqual("127.0.0.1", service.kwargs["interface"])

    def test_port_is_wanted(self) -> None:
        """Without a port the start fails and names the place."""
        error = self.assertRaises(ConfigError, load().configure, {}, ConfigPath())
        self.assertEqual("$.port: a port number is wanted", str(error))
