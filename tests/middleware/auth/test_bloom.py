"""Tests of the filters that take turns."""

from __future__ import annotations

import zlib
from hashlib import blake2b

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._bloom import (
    FilterError,
    RotatingFilter,
    hash_element,
)


class RotatingFilterTests(SynchronousTestCase):
    """Tests of :class:`RotatingFilter`."""

    def setUp(self) -> None:
        self.filters = RotatingFilter(1000, 1e-6)

    def test_add(self) -> None:
        """What is put in is found, what is not is not."""
        self.filters.add(b"jti-1")
        self.assertIn(b"jti-1", self.filters)
        self.assertNotIn(b"jti-2", self.filters)

    def test_turns(self) -> None:
        """An element lives between one and two turns more."""
        self.filters.add(b"a")
        for _ in range(2):
            self.filters.rotate()
            self.assertIn(b"a", self.filters)
        self.filters.rotate()
        self.assertNotIn(b"a", self.filters)

    def test_rate(self) -> None:
        """With as many elements as expected false positives are rare."""
        filters = RotatingFilter(1000, 0.01)
        for number in range(1000):
            filters.add(b"in-%d" % number)
        false = sum(b"out-%d" % number in filters for number in range(10_000))
        self.assertLess(false, 300)
        self.assertLess(abs(filters.approx_items - 1000), 50)

    def test_impossible_filters(self) -> None:
        """Numbers that make no filter are refused."""
        for expected, rate in ((0, 0.1), (10, 0.0), (10, 1.0), (10, -1.0)):
            self.assertRaises(FilterError, RotatingFilter, expected, rate)

    def test_hash(self) -> None:
        """The hash is the same everywhere and at any time."""
        digest = blake2b(b"jti-1", digest_size=16).digest()
        wanted = int.from_bytes(digest, "little", signed=True)
        self.assertEqual(hash_element(b"jti-1"), wanted)


class ExportTests(SynchronousTestCase):
    """Filters that go from one node to another."""

    def setUp(self) -> None:
        self.here, self.there = RotatingFilter(100, 0.001), RotatingFilter(100, 0.001)

    def export(self) -> bytes:
        """The filters of this node."""
        return self.here.pack(self.here.snapshot())

    def test_union(self) -> None:
        """What one node knows the other one learns, and keeps its own."""
        self.here.add(b"a")
        self.there.add(b"b")
        self.there.merge(self.there.unpack(self.export()))
        self.assertIn(b"a", self.there)
        self.assertIn(b"b", self.there)

    def test_turns_are_kept(self) -> None:
        """An imported element lives as long as it would have there."""
        self.here.add(b"a")
        self.here.rotate()
        self.here.rotate()
        self.there.merge(self.there.unpack(self.export()))
        self.assertIn(b"a", self.there)
        self.there.rotate()
        self.assertNotIn(b"a", self.there)

    def test_size(self) -> None:
        """An export fits into what is said of its size."""
        for number in range(1000):
            self.here.add(b"%d" % number)
        self.assertLess(len(self.export()), self.here.max_export_bytes)

    def test_other_filters(self) -> None:
        """Filters of other sizes do not fit."""
        for other in (RotatingFilter(101, 0.001), RotatingFilter(100, 0.002)):
            self.assertRaises(FilterError, other.unpack, self.export())

    def test_garbage(self) -> None:
        """What is no export, cut or swollen, is refused."""
        good = self.export()
        head = good[: good.index(b"}") + 2]
        for packed in (
            b"",
            b"x",
            good[:20],
            head,
            head + b"x",
            head + zlib.compress(b"x"),
            head + zlib.compress(bytes(10_000_000)),
            good.replace(b'"n"', b"n", 1),
        ):
            self.assertRaises(FilterError, self.there.unpack, packed)
