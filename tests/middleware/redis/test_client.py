"""Tests of scripts on servers and clusters."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import inlineCallbacks
from twisted.trial.unittest import SynchronousTestCase, TestCase

from krakendtw.middleware.redis._client import SLOTS, Client, slot_of
from krakendtw.middleware.redis._link import ConnectionSettings
from krakendtw.middleware.redis._node import RedisGone
from krakendtw.testing import MemoryLog
from krakendtw.transport.deadline import TimerWheel
from tests.middleware.redis.server import RedisServer, free_port

WRITE = b"redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])"


class SlotTests(SynchronousTestCase):
    """Where a cluster keeps a key."""

    def test_known(self) -> None:
        """The slots of the specification's examples."""
        self.assertEqual(0x31C3, slot_of(b"123456789"))
        self.assertEqual(slot_of(b"user1000"), slot_of(b"{user1000}.following"))

    def test_braces(self) -> None:
        """Only the first braces count, and only if there is something in them."""
        self.assertEqual(slot_of(b"{bar"), slot_of(b"foo{{bar}}zap"))
        self.assertNotEqual(slot_of(b""), slot_of(b"foo{}{bar}"))


class ClientTests(TestCase):
    """A server, asked for scripts."""

    timeout = 20

    def client(self, *ports: int, **settings: Any) -> Client:
        """A client of servers on this machine; it is stopped at the end."""
        from twisted.internet import reactor

        self.log = MemoryLog()
        addresses = tuple(("127.0.0.1", port) for port in ports)
        settings = {"answer_limit_s": 0.3, **settings}
        made = ConnectionSettings("r", addresses, **settings)
        wheel = TimerWheel(reactor)  # type: ignore[arg-type]
        client = Client(reactor, wheel, made, self.log)
        self.addCleanup(self._settle)
        self.addCleanup(client.stop)
        return client

    def _settle(self) -> Any:
        """Let the timer wheel run down."""
        from twisted.internet import reactor, task

        return task.deferLater(reactor, 0.35, lambda: None)  # type: ignore[arg-type]

    def server(self, *options: str) -> RedisServer:
        """A Redis of its own."""
        server = RedisServer(*options)
        self.addCleanup(server.close)
        return server

    @inlineCallbacks
    def test_answers(self) -> Any:
        """A script's answer, from the first request on."""
        client = self.client(self.server().port)
        for value in (b"a", b"b"):
            answer = yield client.evaluate(WRITE, b"k", (value,))
            self.assertEqual(value, answer)

    @inlineCallbacks
    def test_fails_as_redis_does(self) -> Any:
        """A script that fails says why."""
        client = self.client(self.server().port)
        asked = client.evaluate(b"return redis.call('NONSENSE')", b"k", ())
        error = yield self.assertFailure(asked, Exception)
        self.assertIn("Unknown Redis command", str(error))

    @inlineCallbacks
    def test_forgotten_script(self) -> Any:
        """A server that has forgotten the script is told it again."""
        server = self.server()
        client = self.client(server.port)
        yield client.evaluate(WRITE, b"k", (b"a",))
        server.command("SCRIPT", "FLUSH")
        answer = yield client.evaluate(WRITE, b"k", (b"b",))
        self.assertEqual(b"b", answer)

    @inlineCallbacks
    def test_hanging_server(self) -> Any:
        """A server that hangs is given up in time, and not asked until it is back."""
        from twisted.internet import reactor, task

        server = self.server()
        client = self.client(server.port, answer_limit_s=0.2)
        yield client.evaluate(WRITE, b"k", (b"a",))
        server.pause()
        clock: Any = reactor
        start = clock.seconds()
        yield self.assertFailure(client.evaluate(WRITE, b"k", (b"a",)), RedisGone)
        self.assertLess(clock.seconds() - start, 1)
        self.failureResultOf(client.evaluate(WRITE, b"k", (b"a",)), RedisGone)
        server.resume()
        while not client.node_for(b"k").is_up:
            yield task.deferLater(clock, 0.01, lambda: None)
        answer = yield client.evaluate(WRITE, b"k", (b"c",))
        self.assertEqual(b"c", answer)

    @inlineCallbacks
    def test_given_up(self) -> Any:
        """An answer that nobody waits for does no harm."""
        client = self.client(self.server().port)
        yield client.evaluate(WRITE, b"k", (b"a",))
        asked = client.evaluate(WRITE, b"k", (b"b",))
        asked.addErrback(lambda _: None)
        asked.cancel()
        answer = yield client.evaluate(WRITE, b"k", (b"c",))
        self.assertEqual(b"c", answer)

    @inlineCallbacks
    def test_cluster(self) -> Any:
        """In a cluster each key is written by the server that has its slot."""
        buses = [free_port() for _ in range(2)]
        servers = [
            self.server("--cluster-enabled", "yes", "--cluster-port", str(bus))
            for bus in buses
        ]
        half = SLOTS // 2
        for server, first in zip(servers, (0, half), strict=True):
            server.command(
                "CLUSTER", "ADDSLOTSRANGE", str(first), str(first + half - 1)
            )
        servers[0].command(
            "CLUSTER", "MEET", "127.0.0.1", str(servers[1].port), str(buses[1])
        )
        yield self._until_ready(servers)
        client = self.client(servers[0].port, is_cluster=True)
        for number in range(20):
            value = b"%d" % number
            answer = yield client.evaluate(WRITE, b"k%d" % number, (value,))
            self.assertEqual(value, answer)
        for server in servers:
            self.assertNotIn(":0\r\n", server.command("DBSIZE"))

    @inlineCallbacks
    def _until_ready(self, servers: list[RedisServer]) -> Any:
        from twisted.internet import reactor, task

        clock: Any = reactor
        while not all(
            "cluster_state:ok" in server.command("CLUSTER", "INFO")
            for server in servers
        ):
            yield task.deferLater(clock, 0.05, lambda: None)

    @inlineCallbacks
    def test_ask(self) -> Any:
        """``ASK`` is followed, as often as redirects are."""
        server = self.server()
        client = self.client(server.port, is_cluster=True, max_redirects=2)
        script = (
            b"redis.call('INCR', KEYS[1]) "
            b"return redis.error_reply('ASK 1 127.0.0.1:%d')" % server.port
        )
        asked = client.evaluate(script, b"k", ())
        error = yield self.assertFailure(asked, Exception)
        self.assertIn("ASK 1", str(error))
        self.assertIn("3", server.command("GET", "k"))
