"""Tests of the store of answers."""

from __future__ import annotations

from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.qos._cache_store import Store


@frozen
class Item:
    """Something of a size."""

    size: int


class StoreTests(SynchronousTestCase):
    """What is kept, and for how long."""

    def test_kept(self) -> None:
        """What was put is there until it is dropped."""
        store: Store[Item] = Store()
        store.put(b"a", Item(5))
        self.assertEqual(store.get(b"a"), Item(5))
        self.assertEqual((len(store), store.used), (1, 5))
        store.drop(b"a")
        store.drop(b"a")
        self.assertIsNone(store.get(b"a"))
        self.assertEqual((len(store), store.used), (0, 0))

    def test_too_many(self) -> None:
        """The one that was used least lately goes; looking is using."""
        store: Store[Item] = Store(100, 2)
        store.put(b"a", Item(1))
        store.put(b"b", Item(1))
        store.get(b"a")
        store.put(b"c", Item(1))
        self.assertIsNone(store.get(b"b"))
        self.assertIsNotNone(store.get(b"a"))

    def test_too_much(self) -> None:
        """As many go as the new one needs."""
        store: Store[Item] = Store(10, 9)
        for key in (b"a", b"b", b"c"):
            store.put(key, Item(3))
        store.put(b"d", Item(7))
        self.assertEqual((len(store), store.used), (2, 10))
        self.assertIsNotNone(store.get(b"c"))

    def test_too_large(self) -> None:
        """What fills the store alone is not kept, and what was there stays."""
        store: Store[Item] = Store(10, 9)
        store.put(b"a", Item(9))
        store.put(b"a", Item(10))
        self.assertEqual(store.get(b"a"), Item(9))

    def test_replaced(self) -> None:
        """What takes a place counts instead of what had it."""
        store: Store[Item] = Store(10, 9)
        store.put(b"a", Item(2))
        store.put(b"b", Item(2))
        store.put(b"a", Item(7))
        self.assertEqual((len(store), store.used), (2, 9))
        store.put(b"a", Item(9))
        self.assertEqual((len(store), store.used), (1, 9))

    @given(
        st.lists(
            st.tuples(st.sampled_from((b"a", b"b", b"c", b"d")), st.integers(-1, 12))
        )
    )
    def test_never_over(self, steps: list[tuple[bytes, int]]) -> None:
        """Whatever is put and dropped, the limits hold and the count is right."""
        store: Store[Item] = Store(10, 3)
        for key, size in steps:
            if size < 0:
                store.drop(key)
            else:
                store.put(key, Item(size))
            sizes = [item.size for key in b"abcd" if (item := store.get(bytes([key])))]
            self.assertEqual((len(store), store.used), (len(sizes), sum(sizes)))
            self.assertTrue(store.used <= 10 and len(store) <= 3)
