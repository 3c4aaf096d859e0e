"""Tests of :mod:`krakendtw.router.automaton`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.automaton import State, ending, outlook, start, step
from krakendtw.router.radix import RadixNode, insert


def started(*paths: bytes) -> State:
    """The first state of some routes."""
    root: RadixNode[bytes] = RadixNode()
    for path in paths:
        insert(root, path, path)
    return start(root)


def walk(state: State, *segments: bytes) -> State:
    """The state behind some segments."""
    for segment in segments:
        state = step(state, segment)
    return state


class StepTests(SynchronousTestCase):
    """``step`` and ``ending``: where segments lead."""

    def test_literal(self) -> None:
        """A literal path ends at its route."""
        state = started(b"/a/b", b"/a/bc")
        self.assertEqual(b"/a/b", ending(walk(state, b"a", b"b")))
        self.assertIsNone(ending(walk(state, b"a")))

    def test_two_ways_at_once(self) -> None:
        """Literal text and parameter are followed together, the text first."""
        state = walk(started(b"/a/x", b"/:p/x", b"/:p/y"), b"a")
        self.assertEqual(2, len(state))
        self.assertEqual(b"/a/x", ending(step(state, b"x")))
        self.assertEqual(b"/:p/y", ending(step(state, b"y")))

    def test_nothing_left(self) -> None:
        """A segment that no route has leads to the empty state."""
        self.assertEqual((), walk(started(b"/a/b"), b"z"))
        self.assertEqual((), walk(started(b"/a/b"), b"a", b"b", b"c"))
        self.assertEqual((), walk(started(b"/abc"), b"ab"))

    def test_strangers_are_alike(self) -> None:
        """All segments that are no literal lead to the same state."""
        state = started(b"/:p/x", b"/me/x")
        self.assertEqual(step(state, b"m"), step(state, b"zzz"))
        self.assertNotEqual(step(state, b"me"), step(state, b"zzz"))

    def test_empty_segments(self) -> None:
        """A parameter may be empty before a slash, but not at the end."""
        state = step(started(b"/:p/x", b"/:p"), b"")
        self.assertIsNone(ending(state))
        self.assertEqual(b"/:p/x", ending(step(state, b"x")))

    def test_catch_all(self) -> None:
        """A catch-all takes whatever comes, an empty segment too."""
        state = walk(started(b"/d/*all"), b"d", b"")
        self.assertEqual(b"/d/*all", ending(state))
        self.assertEqual(state, walk(state, b"x", b"y"))

    def test_final_end(self) -> None:
        """Behind a parameter that ends its routes, nothing else is tried."""
        state = walk(started(b"/b/:c", b"/:a/x/y"), b"b", b"x")
        self.assertEqual(b"/b/:c", ending(state))
        self.assertEqual((), step(state, b"y"))

    def test_redirect_hides_parameter(self) -> None:
        """Where gin would redirect for a slash, it does not try a parameter."""
        self.assertIsNone(ending(walk(started(b"/a/b/", b"/:x/b"), b"a", b"b")))

    def test_slash_at_a_split(self) -> None:
        """A last slash behind text that routes share is final."""
        state = walk(started(b"/me/x", b"/my/x", b"/:p/"), b"m")
        self.assertIsNone(ending(step(state, b"")))
        state = walk(started(b"/me/x", b"/my/x", b"/:p/"), b"n")
        self.assertEqual(b"/:p/", ending(step(state, b"")))


class OutlookTests(SynchronousTestCase):
    """``outlook``: which segments make a difference."""

    def test_literals(self) -> None:
        """Without parameters only literals lead on."""
        ahead = outlook(started(b"/ab/x", b"/c"))
        self.assertEqual(({b"", b"ab", b"c"}, set(), False), ahead)

    def test_parameter(self) -> None:
        """With a parameter all segments lead on."""
        ahead = outlook(started(b"/ab", b"/:p"))
        self.assertEqual(({b"", b"ab"}, {b""}, True), ahead)

    def test_mid_segment(self) -> None:
        """Literal beginnings of a parameter's segment are told apart."""
        ahead = outlook(started(b"/v.:p", b"/:q"))
        self.assertEqual(({b"", b"v."}, {b"", b"v."}, True), ahead)

    def test_catch_all(self) -> None:
        """A catch-all is open to all segments."""
        self.assertTrue(outlook(walk(started(b"/d/*all"), b"d")).is_open)
        self.assertTrue(outlook(walk(started(b"/d/*all"), b"d", b"x")).is_open)

    def test_behind_empty_value(self) -> None:
        """What follows an empty parameter is in sight."""
        self.assertIn(b"x", outlook(walk(started(b"/:p/x"), b"")).texts)
