"""Tests of one connection to Redis, with a real one."""

from __future__ import annotations

from typing import Any

from twisted.internet import task
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.protocol import Factory, Protocol
from twisted.trial.unittest import TestCase

from krakendtw.middleware.redis._link import ConnectionSettings, Link
from tests.middleware.redis.server import RedisServer, free_port


class LinkTests(TestCase):
    """A connection that is kept up."""

    timeout = 20

    def setUp(self) -> None:
        self.events: list[str] = []
        self._waiting: list[tuple[str, Deferred[str]]] = []

    def link(self, port: int, **settings: Any) -> Link:
        """A link to a port of this machine; it is stopped at the end."""
        from twisted.internet import reactor

        made = ConnectionSettings("r", (("127.0.0.1", port),), **settings)
        link = Link(
            reactor,
            ("127.0.0.1", port),
            made,
            lambda protocol: self._happened("up"),
            self._happened,
        )
        self.addCleanup(link.stop)
        link.start()
        return link

    def _happened(self, event: str) -> None:
        self.events.append(event)
        for part, waiting in list(self._waiting):
            if part in event:
                self._waiting.remove((part, waiting))
                waiting.callback(event)

    def wait_for(self, part: str) -> Deferred[str]:
        """Fires at the next event with this in it."""
        waiting: Deferred[str] = Deferred()
        self._waiting.append((part, waiting))
        return waiting

    def server(self, *options: str) -> RedisServer:
        """A Redis of its own."""
        server = RedisServer(*options)
        self.addCleanup(server.close)
        return server

    @inlineCallbacks
    def test_greeting(self) -> Any:
        """It logs in, chooses a database and says its name."""
        server = self.server("--requirepass", "secret")
        up = self.wait_for("up")
        settings = {"password": "secret", "db": 3, "client_name": "gate"}
        link = self.link(server.port, **settings)
        yield up
        clients = yield link.protocol.execute_command("CLIENT", "LIST")
        self.assertIn(b"name=gate", clients)
        self.assertIn(b"db=3", clients)

    @inlineCallbacks
    def test_wrong_password(self) -> Any:
        """A server that refuses us is one that is not there; it goes on trying."""
        server = self.server("--requirepass", "secret")
        link = self.link(server.port, password="wrong")
        for _ in range(2):
            reason = yield self.wait_for("WRONGPASS")
            self.assertNotIn("wrong", reason)
        self.assertIsNone(link.protocol)

    @inlineCallbacks
    def test_comes_back(self) -> Any:
        """A lost connection is made again as soon as there is a server."""
        server = self.server()
        up = self.wait_for("up")
        self.link(server.port)
        yield up
        lost = self.wait_for("lost")
        server.kill()
        yield lost
        up = self.wait_for("up")
        server.start()
        yield up

    @inlineCallbacks
    def test_refused(self) -> Any:
        """Where nobody listens it says so."""
        self.link(free_port())
        reason = yield self.wait_for("refused")
        self.assertTrue(reason)

    @inlineCallbacks
    def test_silent_server(self) -> Any:
        """A server that takes the connection and says nothing does not count."""
        from twisted.internet import reactor

        silent: Any = reactor
        listening = silent.listenTCP(
            0, Factory.forProtocol(Protocol), interface="127.0.0.1"
        )
        self.addCleanup(listening.stopListening)
        link = self.link(listening.getHost().port, dial_timeout_s=0.1)
        yield self.wait_for("Lost connection")
        self.assertIsNone(link.protocol)
        yield link.stop()
        yield task.deferLater(silent, 0, lambda: None)

    @inlineCallbacks
    def test_stopped_while_dialing(self) -> Any:
        """It can be stopped at any time."""
        server = self.server()
        link = self.link(server.port)
        yield link.stop()
        self.assertIsNone(link.protocol)
        self.assertEqual([], self.events)
