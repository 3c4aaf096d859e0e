"""Tests of the store in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.interfaces import IRateLimitStore
from krakendtw.middleware.qos.ratelimit._store import (
    LONGEST_KEY,
    ClientBuckets,
    MemoryStore,
    short_key,
)
from tests.middleware.qos.doubles import SECOND, Time, count


class MemoryStoreTests(SynchronousTestCase):
    """Limits of this process."""

    def setUp(self) -> None:
        self.time = Time()
        self.store = MemoryStore(now=self.time)

    def test_is_a_store(self) -> None:
        """It keeps the interface's promises."""
        verifyObject(IRateLimitStore, self.store)

    def test_one_bucket(self) -> None:
        """A bucket for everybody serves its capacity."""
        self.assertEqual(2, count(self.store.bucket("a", 1, 2), 5))

    def test_bucket_for_each(self) -> None:
        """Each client has a bucket of its own, begun when it is first seen."""
        take: Any = self.store.buckets("a", 1, 2, 600)
        self.time.advance(100)
        self.assertEqual(2, count(lambda: take("x"), 5))
        self.assertEqual(2, count(lambda: take("y"), 5))
        self.time.advance(1)
        self.assertEqual(1, count(lambda: take("x"), 5))

    def test_names_share_nothing(self) -> None:
        """Two limits of one name are two limits."""
        for _ in range(2):
            self.assertEqual(1, count(self.store.bucket("a", 1, 1), 5))


class ClientBucketsTests(SynchronousTestCase):
    """Who is remembered."""

    def setUp(self) -> None:
        self.time = Time()

    def buckets(self, **options: Any) -> tuple[ClientBuckets, Callable[[str], bool]]:
        """Buckets of two tokens and a token a second."""
        options = {
            "idle_ns": 600 * SECOND,
            "sweep_ns": 60 * SECOND,
            "max_clients": 1000,
            **options,
        }
        made = ClientBuckets(1, 2, now=self.time, **options)
        return made, made.take

    def test_idle_client_is_forgotten(self) -> None:
        """Who has not been seen for long starts with a full bucket."""
        made, take = self.buckets()
        self.assertEqual(2, count(lambda: take("x"), 2))
        self.time.advance(661)
        self.assertTrue(take("y"))
        self.assertEqual(1, len(made))

    def test_only_when_a_sweep_is_due(self) -> None:
        """Between two sweeps nobody is forgotten."""
        made, take = self.buckets(idle_ns=SECOND)
        take("x")
        self.time.advance(59)
        take("y")
        self.assertEqual(2, len(made))

    def test_sweep_is_of_its_time(self) -> None:
        """A sweep that is made late drops whom it would have dropped in time."""
        made, take = self.buckets(idle_ns=100 * SECOND)
        self.time.advance(30)
        take("x")
        # Due at 60, 120 and 180; at 120 x had been idle for 90 s only.
        self.time.advance(105)
        take("y")
        self.assertEqual(2, len(made))

    def test_seen_is_not_forgotten(self) -> None:
        """Who comes again stays, refused or not."""
        made, take = self.buckets(idle_ns=100 * SECOND)
        for _ in range(10):
            self.time.advance(61)
            take("x")
        self.assertEqual(1, len(made))

    def test_longest_unseen_goes_first(self) -> None:
        """Where all places are taken, the client not seen for longest is dropped."""
        made, take = self.buckets(max_clients=2)
        for client in "abac":
            take(client)
        self.assertEqual(2, len(made))
        self.assertFalse(take("a"))

    def test_ten_thousand_identities(self) -> None:
        """Clients that invent names fill their places, and not the memory."""
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        made, take = self.buckets(max_clients=1000)
        for number in range(10_000):
            take(f"{number}-" + "x" * 5000)
        size, _ = tracemalloc.get_traced_memory()
        self.assertEqual(1000, len(made))
        self.assertLess(size, 1_000_000)


class KeyTests(SynchronousTestCase):
    """What a client is kept under."""

    def test_short_is_kept(self) -> None:
        """A text of usual length is kept as it is."""
        self.assertEqual("a" * LONGEST_KEY, short_key("a" * LONGEST_KEY))

    def test_long_is_hashed(self) -> None:
        """A long one is told apart by its hash."""
        keys = {short_key("a" * 9999), short_key("b" * 9999), short_key("\udcff" * 999)}
        self.assertEqual(3, len(keys))
        self.assertLess(max(map(len, keys)), LONGEST_KEY)
