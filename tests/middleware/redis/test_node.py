"""Tests of one server of Redis."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import inlineCallbacks
from twisted.trial.unittest import TestCase

from krakendtw.middleware.redis._link import ConnectionSettings
from krakendtw.middleware.redis._node import Node, RedisGone
from krakendtw.testing import MemoryLog
from tests.middleware.redis.server import RedisServer, free_port

ECHO = b"return {KEYS[1], ARGV[1]}"


class NodeTests(TestCase):
    """A server, and who waits for it."""

    timeout = 20

    def node(self, port: int, **settings: Any) -> Node:
        """A node on this machine; it is stopped at the end."""
        from twisted.internet import reactor

        self.log = MemoryLog()
        made = ConnectionSettings("r", (("127.0.0.1", port),), **settings)
        node = Node(reactor, ("127.0.0.1", port), made, self.log)
        self.addCleanup(node.stop)
        node.start()
        return node

    def server(self) -> RedisServer:
        """A Redis of its own."""
        server = RedisServer()
        self.addCleanup(server.close)
        return server

    def ask(self, node: Node) -> Any:
        """Run a script."""
        return node.evaluate(ECHO, b"k", (b"a",), asking=False)

    @inlineCallbacks
    def test_waits_for_the_first_connection(self) -> Any:
        """Who asks while it connects is answered."""
        node = self.node(self.server().port)
        self.assertFalse(node.is_up)
        answer = yield self.ask(node)
        self.assertEqual([b"k", b"a"], answer)
        self.assertTrue(node.is_up)

    @inlineCallbacks
    def test_takes_turns(self) -> Any:
        """With several connections all are made use of."""
        server = self.server()
        node = self.node(server.port, connections=2)
        for _ in range(20):
            yield self.ask(node)
        self.assertEqual(2, server.command("CLIENT", "LIST").count("cmd=evalsha"))

    @inlineCallbacks
    def test_nobody_there(self) -> Any:
        """Where there is no server who asks is told, first later, then at once."""
        node = self.node(free_port())
        yield self.assertFailure(self.ask(node), RedisGone)
        self.failureResultOf(self.ask(node), RedisGone)
        self.assertEqual(1, sum("WARNING" in line for line in self.log.lines))

    @inlineCallbacks
    def test_lost(self) -> Any:
        """What is under way when the server dies fails with it."""
        server = self.server()
        node = self.node(server.port)
        yield self.ask(node)
        server.pause()
        asked = self.ask(node)
        server.kill()
        error = yield self.assertFailure(asked, Exception)
        self.assertIn("Lost connection", str(error))
        self.failureResultOf(self.ask(node), RedisGone)

    @inlineCallbacks
    def test_dropped(self) -> Any:
        """A server that is dropped is connected to again, and the log tells both."""
        server = self.server()
        node = self.node(server.port)
        yield self.ask(node)
        node.drop()
        self.assertFalse(node.is_up)
        while not node.is_up:
            yield _soon()
        texts = " ".join(self.log.lines)
        self.assertIn("no answer in time", texts)
        self.assertIn("connected again", texts)

    @inlineCallbacks
    def test_stopped_while_waited_for(self) -> Any:
        """Who waits is told when the gateway stops."""
        node = self.node(self.server().port)
        asked = self.ask(node)
        yield node.stop()
        yield self.assertFailure(asked, RedisGone)


def _soon() -> Any:
    from twisted.internet import reactor, task

    return task.deferLater(reactor, 0.01, lambda: None)  # type: ignore[arg-type]
