"""Tests of the revoked tokens of a gateway."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth import _revoked
from krakendtw.middleware.auth._bloom import FilterError, RotatingFilter
from krakendtw.middleware.auth._journal import Journal
from krakendtw.middleware.auth._revoked import RevokedTokens
from krakendtw.testing import MemoryNews


class RevokedTestCase(SynchronousTestCase):
    """Revoked tokens with a journal."""

    def setUp(self) -> None:
        self.now = 1000.0
        self.path = self.mktemp()
        self.revoked = self.start()

    def start(self, expected: int = 100) -> RevokedTokens:
        """A gateway's start."""
        filters = RotatingFilter(expected, 0.0001)
        found = RevokedTokens(filters, 60.0, Journal(self.path), lambda: self.now)
        found.load()
        return found


class RejecterTests(RevokedTestCase):
    """Tests of :meth:`RevokedTokens.rejecter`."""

    def test_claims(self) -> None:
        """A token is rejected by the value of any of the claims."""
        rejects = self.revoked.rejecter(("jti", "sub"))
        self.revoked.add(["jti-1", "sub-ñ"])
        self.assertTrue(rejects({"jti": "1"}))
        self.assertTrue(rejects({"jti": "2", "sub": "ñ"}))
        self.assertFalse(rejects({"jti": "2", "sub": "1"}))
        self.assertFalse(rejects({}))

    def test_other_types(self) -> None:
        """A claim that is no text is passed over."""
        rejects = self.revoked.rejecter(("jti",))
        self.revoked.add(["jti-1", "jti-[1]"])
        for value in (1.0, ["1"], None, True, {}):
            self.assertFalse(rejects({"jti": value}))

    def test_later(self) -> None:
        """The function sees what is revoked later, and forgotten later still."""
        rejects = self.revoked.rejecter(("jti",))
        self.assertFalse(rejects({"jti": "1"}))
        self.revoked.add(["jti-1"])
        self.assertTrue(rejects({"jti": "1"}))
        for _ in range(3):
            self.revoked.rotate()
        self.assertFalse(rejects({"jti": "1"}))


class StateTests(RevokedTestCase):
    """What survives a restart."""

    def test_restart(self) -> None:
        """What was revoked is revoked after a restart, and listed."""
        self.revoked.add(["jti-1", "jti-2"])
        self.now += 100
        again = self.start()
        self.assertEqual(again.check(["jti-1", "jti-3"]), [True, False])
        self.assertEqual([name for name, _ in again.latest()[0]], ["jti-1", "jti-2"])

    def test_over(self) -> None:
        """What is older than two turns is over."""
        self.revoked.add(["jti-1"])
        self.now += 121
        self.assertEqual(self.start().check(["jti-1"]), [False])

    def test_import(self) -> None:
        """An import survives too."""
        other = RotatingFilter(100, 0.0001)
        other.add(b"jti-9")
        packed = other.pack(other.snapshot())
        self.revoked.merge(other.snapshot(), packed)
        again = self.start()
        self.assertEqual(again.check(["jti-9"]), [True])
        self.assertFalse(again.latest()[1])

    def test_import_of_another_size(self) -> None:
        """After a change of N an import written down before is no use."""
        other = RotatingFilter(100, 0.0001)
        other.add(b"jti-9")
        self.revoked.merge(other.snapshot(), other.pack(other.snapshot()))
        self.revoked.add(["jti-1"])
        again = self.start(expected=200)
        self.assertEqual(again.check(["jti-1", "jti-9"]), [True, False])

    def test_unfit_import(self) -> None:
        """Filters that do not fit are not merged, and not written down."""
        other = RotatingFilter(200, 0.0001)
        self.assertRaises(FilterError, self.revoked.merge, other.snapshot(), b"x")
        self.assertEqual(self.start().latest(), ([], True))

    def test_without_a_file(self) -> None:
        """Without a file all of it works but the restart."""
        revoked = RevokedTokens(RotatingFilter(10, 0.01), 60.0)
        self.assertEqual(revoked.load(), 0)
        revoked.add(["a"])
        other = RotatingFilter(10, 0.01)
        revoked.merge(other.snapshot(), b"")
        revoked.rotate()
        self.assertEqual(revoked.check(["a"]), [True])


class LatestTests(RevokedTestCase):
    """Tests of :meth:`RevokedTokens.latest`."""

    def test_time(self) -> None:
        """What can be forgotten already is not listed."""
        self.revoked.add(["a"])
        self.now += 100
        self.revoked.add(["b"])
        self.now += 30
        self.assertEqual(self.revoked.latest(), ([("b", 1100.0)], True))

    def test_bounded(self) -> None:
        """Only so many are listed; the list says when it is not all."""
        self.patch(_revoked, "MAX_LISTED", 2)
        self.revoked.add(["a", "b", "a"])
        self.assertEqual([name for name, _ in self.revoked.latest()[0]], ["b", "a"])
        self.assertTrue(self.revoked.latest()[1])
        self.revoked.add(["c"])
        self.assertEqual([name for name, _ in self.revoked.latest()[0]], ["a", "c"])
        self.assertFalse(self.revoked.latest()[1])
        self.assertEqual(self.revoked.check(["b"]), [True])


class WorkersTests(SynchronousTestCase):
    """Revocation with several workers."""

    def setUp(self) -> None:
        self.news = MemoryNews.of_workers(3)
        self.path = self.mktemp()

    def start(self, place: int) -> RevokedTokens:
        """A worker's start; the first one writes."""
        filters = RotatingFilter(100, 0.0001)
        journal = None if place else Journal(self.path)
        found = RevokedTokens(filters, 60.0, journal, news=self.news[place])
        found.load()
        return found

    def test_told(self) -> None:
        """What one revokes is revoked in all, and written down by the first."""
        first, second, third = map(self.start, range(3))
        second.add(["jti-1", "jti-ñ"])
        for worker in (first, second, third):
            self.assertEqual([True, True], worker.check(["jti-1", "jti-ñ"]))
        self.assertEqual([True], self.start(0).check(["jti-1"]))

    def test_imported(self) -> None:
        """So is what another node has revoked."""
        node = RevokedTokens(RotatingFilter(100, 0.0001), 60.0)
        node.add(["jti-1"])
        snapshot = node.filters.snapshot()
        first, second, third = map(self.start, range(3))
        first.merge(snapshot, node.filters.pack(snapshot))
        self.assertEqual([True], second.check(["jti-1"]))
        self.assertEqual([True], third.check(["jti-1"]))

    def test_new_worker(self) -> None:
        """A worker that starts later learns what is revoked, and from the journal."""
        self.start(0).add(["jti-1"])
        self.assertEqual([True], self.start(1).check(["jti-1"]))
        self.news = MemoryNews.of_workers(3)
        self.start(0)
        self.assertEqual([True], self.start(2).check(["jti-1"]))
