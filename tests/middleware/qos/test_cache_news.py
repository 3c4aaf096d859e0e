"""Tests of stores that workers keep alike."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from krakendtw.middleware.qos._cache_entry import Entry
from krakendtw.middleware.qos._cache_news import ToldStore
from krakendtw.testing import MemoryNews


def entry(body: bytes = b"body", *, is_bodiless: bool = False) -> Entry:
    """An answer."""
    headers = Headers({b"Set-Cookie": [b"a", b"b"], b"Vary": [b"X-A"]})
    return Entry(200, headers, body, {b"x-a": b"1"}, is_bodiless=is_bodiless)


class ToldStoreTests(SynchronousTestCase):
    """One store in two workers."""

    def setUp(self) -> None:
        self.one, self.two = (
            ToldStore(news, b"cache/1", 1000, 2) for news in MemoryNews.of_workers(2)
        )

    def test_told(self) -> None:
        """What one keeps the other has, the same in all parts."""
        for kept in (entry(), entry(b"", is_bodiless=True)):
            self.one.put(b"k", kept)
            found = self.two.get(b"k")
            assert found is not None
            for name in ("status", "headers", "body", "varied", "size", "is_bodiless"):
                self.assertEqual(getattr(kept, name), getattr(found, name))

    def test_forgotten(self) -> None:
        """What one forgets the other forgets."""
        self.one.put(b"k", entry())
        self.two.drop(b"k")
        self.assertIsNone(self.one.get(b"k"))
        self.two.drop(b"k")

    def test_limits(self) -> None:
        """The limits hold in both, and what is too large is nowhere."""
        for key in (b"1", b"2", b"3"):
            self.one.put(key, entry())
        self.two.put(b"4", entry(b"x" * 1000))
        for store in (self.one, self.two):
            self.assertEqual(2, len(store))
            self.assertIsNone(store.get(b"1"))
            self.assertIsNone(store.get(b"4"))

    def test_own_topic(self) -> None:
        """Stores with other names are other stores."""
        first, second = MemoryNews.of_workers(2)
        one, two = ToldStore(first, b"cache/1"), ToldStore(second, b"cache/2")
        one.put(b"k", entry())
        self.assertIsNone(two.get(b"k"))
