"""Tests of rate limits in Redis."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import (
    CancelledError,
    Deferred,
    fail,
    gatherResults,
    inlineCallbacks,
    succeed,
)
from twisted.trial.unittest import SynchronousTestCase, TestCase
from zope.interface.verify import verifyObject

from krakendtw.interfaces import IRateLimitStore
from krakendtw.middleware.redis._client import Client
from krakendtw.middleware.redis._limits import RedisStore
from krakendtw.middleware.redis._link import ConnectionSettings
from krakendtw.middleware.redis._node import RedisGone
from krakendtw.testing import MemoryLog
from krakendtw.transport.deadline import TimerWheel
from tests.middleware.redis.server import RedisServer


class FakeClient:
    """Keeps what it is asked, and answers as it is told."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.keys: list[bytes] = []
        self.arguments: list[Any] = []

    def evaluate(self, script: bytes, key: bytes, arguments: Any) -> Any:
        """See :class:`~krakendtw.middleware.redis._client.Client`."""
        self.keys.append(key)
        self.arguments.append(arguments)
        if isinstance(self.answer, BaseException):
            return fail(self.answer)
        return (
            self.answer if isinstance(self.answer, Deferred) else succeed(self.answer)
        )


class RedisStoreTests(SynchronousTestCase):
    """What is asked, and what is made of the answers."""

    def store(self, answer: Any, *, allow: bool = False) -> Any:
        """A store whose Redis answers so."""
        self.client: Any = FakeClient(answer)
        store = RedisStore(self.client, MemoryLog(), allow)
        verifyObject(IRateLimitStore, store)
        return store

    def test_answers(self) -> None:
        """1 is a token, 0 is none."""
        for answer, granted in ((1, True), (0, False)):
            take = self.store(answer).bucket("a", 1, 1)
            self.assertIs(granted, self.successResultOf(take()))

    def test_fails_closed(self) -> None:
        """Without Redis it can't tell, which is a refusal."""
        take = self.store(RedisGone()).bucket("a", 1, 1)
        self.assertIsNone(self.successResultOf(take()))

    def test_fails_open(self) -> None:
        """Where that is configured, everything passes without Redis."""
        take = self.store(RedisGone(), allow=True).bucket("a", 1, 1)
        self.assertIs(True, self.successResultOf(take()))

    def test_given_up(self) -> None:
        """That nobody waits any more is no answer of Redis."""
        take = self.store(CancelledError(), allow=True).bucket("a", 1, 1)
        self.failureResultOf(take(), CancelledError)

    def test_keys(self) -> None:
        """Each client has a key, kept whole for a cluster."""
        store = self.store(1)
        take = store.buckets("GET /u/{x}", 1, 1, 600)
        for client in ("a", "{b}", "\udcff", "x" * 9999):
            take(client)
        self.assertEqual(b"ktw:rl:{GET /u/(x)|a}", self.client.keys[0])
        self.assertEqual(b"ktw:rl:{GET /u/(x)|(b)}", self.client.keys[1])
        self.assertLess(len(self.client.keys[3]), 120)

    def test_arguments(self) -> None:
        """Microseconds of a token, capacity, and when the bucket is full again."""
        self.store(1).bucket("a", 4, 8)()
        self.assertEqual([(b"250000", b"8", b"3000")], self.client.arguments)


class ScriptTests(TestCase):
    """The script in a real Redis."""

    timeout = 20

    def setUp(self) -> None:
        self.server = RedisServer()
        self.addCleanup(self.server.close)

    def store(self) -> RedisStore:
        """A store of its own connection: another gateway."""
        from twisted.internet import reactor, task

        clock: Any = reactor
        settings = ConnectionSettings(
            "r", (("127.0.0.1", self.server.port),), answer_limit_s=0.3
        )
        client = Client(clock, TimerWheel(clock), settings, MemoryLog())
        self.addCleanup(task.deferLater, clock, 0.35, lambda: None)
        self.addCleanup(client.stop)
        return RedisStore(client, MemoryLog(), allow_on_failure=False)

    @inlineCallbacks
    def granted(self, take: Any, attempts: int) -> Any:
        """How many of some attempts at once are granted."""
        answers = yield gatherResults([take() for _ in range(attempts)])
        return sum(answers)

    @inlineCallbacks
    def test_capacity(self) -> Any:
        """A new bucket serves what it holds."""
        granted = yield self.granted(self.store().bucket("a", 0.001, 7), 20)
        self.assertEqual(7, granted)

    @inlineCallbacks
    def test_one_bucket(self) -> Any:
        """Several gateways take from one bucket."""
        takes = [self.store().bucket("a", 0.001, 10) for _ in range(3)]
        granted = yield gatherResults([self.granted(take, 6) for take in takes])
        self.assertEqual(10, sum(granted))

    @inlineCallbacks
    def test_clients(self) -> Any:
        """Clients do not take from each other."""
        take: Any = self.store().buckets("a", 0.001, 2, 600)
        for client in ("x", "y"):
            granted = yield self.granted(lambda client=client: take(client), 5)
            self.assertEqual(2, granted)

    @inlineCallbacks
    def test_full_buckets_are_forgotten(self) -> Any:
        """A bucket that is full again by itself does not stay."""
        yield self.granted(self.store().bucket("a", 1, 3), 1)
        ttl = int(self.server.command("PTTL", '"ktw:rl:{a}"').strip(":\r\n"))
        self.assertTrue(0 < ttl <= 4000)

    @inlineCallbacks
    def test_rate(self) -> Any:
        """Three gateways hold 100 a second within 2 per cent, asking all the time."""
        from twisted.internet import reactor, task

        clock: Any = reactor
        takes = [self.store().bucket("a", 100, 20) for _ in range(3)]
        yield self.granted(takes[0], 30)  # what was in it at first
        answers: list[bool] = []
        start = clock.seconds()

        @inlineCallbacks
        def ask(take: Any) -> Any:
            while clock.seconds() - start < 2.0:
                answer = yield take()
                answers.append(answer)
                yield task.deferLater(clock, 0.001, lambda: None)

        yield gatherResults([ask(take) for take in takes])
        rate = sum(answers) / (clock.seconds() - start)
        self.assertTrue(98 <= rate <= 102, f"{rate} a second")
