"""Tests of where keys come from."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth import _keys
from krakendtw.middleware.auth._jwk import Key, parse_key
from krakendtw.middleware.auth._key_id import key_id_of
from krakendtw.middleware.auth._keys import (
    CachedKeys,
    FileKeys,
    KeyStore,
    Misses,
    NoKey,
    UncachedKeys,
)
from tests.middleware.auth.tokens import OCT, text64

KID = key_id_of("kid")


def named(kid: str, secret: bytes = b"x") -> Key:
    """A key with this name."""
    return parse_key({**OCT, "kid": kid, "k": text64(secret)})


class FileKeysTests(SynchronousTestCase):
    """Tests of :class:`FileKeys`."""

    def test_lookup(self) -> None:
        """Keys are found by id, of two the last one."""
        first, last, other = named("a", b"1"), named("a", b"2"), named("b")
        keys = FileKeys((first, last, other), KID)
        self.assertIs(keys.get("a"), last)
        self.assertIs(keys.current("b"), other)

    def test_unknown(self) -> None:
        """An unknown id says so."""
        error = self.assertRaises(NoKey, FileKeys((), KID).get, "x")
        self.assertEqual(str(error), "key 'x' not found in the key set")


class KeyStoreTests(SynchronousTestCase):
    """Tests of :class:`KeyStore`."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.store = KeyStore(10.0, KID, self.clock)

    def test_time(self) -> None:
        """A key is kept for its time and no longer."""
        self.store.add((named("a"),))
        self.clock.advance(10)
        self.assertIsNotNone(self.store.get("a"))
        self.clock.advance(0.1)
        self.assertIsNone(self.store.get("a"))

    def test_same_key_stays_the_same_object(self) -> None:
        """A download that brings the same key changes nothing but its time."""
        first = named("a")
        self.store.add((first,))
        self.clock.advance(6)
        self.store.add((named("a"),))
        self.clock.advance(6)
        self.assertIs(self.store.get("a"), first)

    def test_changed_key(self) -> None:
        """A key with the same name and other material takes its place."""
        self.store.add((named("a", b"1"),))
        changed = named("a", b"2")
        self.store.add((changed,))
        self.assertIs(self.store.get("a"), changed)

    def test_old_keys_go(self) -> None:
        """What is over is not kept in memory."""
        self.store.add((named("a"),))
        self.clock.advance(11)
        self.store.add((named("b"),))
        self.assertEqual(list(self.store._entries), ["b"])


class MissesTests(SynchronousTestCase):
    """Tests of :class:`Misses`."""

    def test_cooldown(self) -> None:
        """An id is remembered for the time."""
        clock = Clock()
        misses = Misses(5.0, clock)
        misses.add("a")
        clock.advance(4.9)
        self.assertIn("a", misses)
        clock.advance(0.1)
        self.assertNotIn("a", misses)

    def test_short_cooldown(self) -> None:
        """Less than a second is no cooldown."""
        misses = Misses(0.9, Clock())
        misses.add("a")
        self.assertNotIn("a", misses)

    def test_bounded(self) -> None:
        """However many ids are tried, memory stays bounded."""
        self.patch(_keys, "MAX_MISSES", 3)
        misses = Misses(5.0, Clock())
        for name in "abcde":
            misses.add(name)
        self.assertEqual(list(misses._since), ["c", "d", "e"])


class RemoteTestCase(SynchronousTestCase):
    """Downloads at hand."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.downloads: list[Deferred[tuple[Key, ...]]] = []
        self.misses = Misses(0.0, self.clock)

    def fetch(self) -> Deferred[tuple[Key, ...]]:
        """Start a download."""
        self.downloads.append(Deferred())
        return self.downloads[-1]


class UncachedKeysTests(RemoteTestCase):
    """Tests of :class:`UncachedKeys`."""

    def setUp(self) -> None:
        super().setUp()
        self.keys = UncachedKeys(self.fetch, KID, self.misses)

    def test_each_time(self) -> None:
        """Every look is a download; of equal ids the last one counts."""
        first, last = named("a", b"1"), named("a", b"2")
        for _ in range(2):
            waiting = self.keys.get("a")
            self.downloads[-1].callback((first, last))
            self.assertIs(self.successResultOf(waiting), last)
        self.assertEqual(len(self.downloads), 2)
        self.assertIsNone(self.keys.current("a"))

    def test_shared_download(self) -> None:
        """Who asks while one is under way shares it, whatever the id."""
        good, bad = self.keys.get("a"), self.keys.get("b")
        self.downloads[0].callback((named("a"),))
        self.successResultOf(good)
        self.failureResultOf(bad, NoKey)
        self.assertEqual(len(self.downloads), 1)

    def test_cooldown(self) -> None:
        """An id that was missing is not looked for again for a while."""
        self.misses.cooldown = 5.0
        waiting = self.keys.get("b")
        self.downloads[0].callback((named("a"),))
        self.failureResultOf(waiting, NoKey)
        self.assertRaises(NoKey, self.keys.get, "b")
        self.clock.advance(5)
        self.keys.get("b")
        self.assertEqual(len(self.downloads), 2)


class CachedKeysTests(RemoteTestCase):
    """Tests of :class:`CachedKeys`."""

    def setUp(self) -> None:
        super().setUp()
        self.own = KeyStore(100.0, KID, self.clock)
        self.shared = KeyStore(1000.0, KID, self.clock)
        self.keys = self.make()

    def make(self) -> CachedKeys:
        """A source of one more endpoint."""
        own = KeyStore(100.0, KID, self.clock)
        return CachedKeys(self.fetch, KID, self.misses, own, self.shared)

    def load(self, *kids: str) -> None:
        """Let the source download a set."""
        waiting: Any = self.keys.get(kids[0])
        self.downloads[-1].callback(tuple(map(named, kids)))
        self.successResultOf(waiting)

    def test_kept(self) -> None:
        """After one download the whole set is at hand."""
        self.load("a", "b")
        for kid in "ab":
            self.assertIsInstance(self.keys.get(kid), Key)
        self.assertEqual(len(self.downloads), 1)

    def test_unknown_id(self) -> None:
        """An unknown id causes a download, and takes nothing away."""
        self.load("a")
        waiting: Any = self.keys.get("x")
        self.downloads[-1].callback((named("a"),))
        self.failureResultOf(waiting, NoKey)
        self.assertIsInstance(self.keys.get("a"), Key)

    def test_outage(self) -> None:
        """What is kept stays good while nothing can be downloaded."""
        self.load("a")
        waiting: Any = self.keys.get("x")
        self.downloads[-1].errback(NoKey("connection refused"))
        self.failureResultOf(waiting, NoKey)
        self.clock.advance(99)
        self.assertIsInstance(self.keys.get("a"), Key)

    def test_recovery(self) -> None:
        """After an outage the next request downloads again."""
        waiting: Any = self.keys.get("a")
        self.downloads[-1].errback(NoKey("connection refused"))
        self.failureResultOf(waiting, NoKey)
        self.load("a")

    def test_one_download_for_all(self) -> None:
        """A hundred requests for an empty cache wait for one download."""
        waiting: list[Any] = [self.keys.get("a") for _ in range(100)]
        self.assertEqual(len(self.downloads), 1)
        self.downloads[0].callback((named("a"),))
        for each in waiting:
            self.successResultOf(each)

    def test_expired(self) -> None:
        """When its time is over a key is downloaded again."""
        self.shared.max_age = 50.0
        self.load("a")
        self.clock.advance(101)
        self.assertIsNone(self.keys.current("a"))
        self.load("a")
        self.assertEqual(len(self.downloads), 2)

    def test_shared(self) -> None:
        """What one endpoint has downloaded serves the others."""
        self.load("a")
        other = self.make()
        self.assertIsInstance(other.get("a"), Key)
        self.assertEqual(len(self.downloads), 1)

    def test_download_failure_is_a_miss(self) -> None:
        """With a cooldown a failed download is not tried again at once."""
        self.misses.cooldown = 5.0
        waiting: Any = self.keys.get("a")
        self.downloads[0].errback(NoKey("down"))
        self.failureResultOf(waiting, NoKey)
        self.assertRaises(NoKey, self.keys.get, "a")
