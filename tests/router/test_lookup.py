"""Tests of :mod:`krakendtw.router.lookup`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.lookup import Found, Skipped, lookup
from krakendtw.router.radix import RadixNode, insert


def find(path: bytes, *paths: bytes) -> Found[bytes]:
    """Look ``path`` up among some routes."""
    root: RadixNode[bytes] = RadixNode()
    for each in paths:
        insert(root, each, each)
    return lookup(root, path, [])


class LookupTests(SynchronousTestCase):
    """``lookup``: routes and values."""

    def test_literal_before_parameter(self) -> None:
        """Literal text goes before a parameter."""
        self.assertEqual(b"/a/b", find(b"/a/b", b"/a/:x", b"/a/b").route)

    def test_way_back(self) -> None:
        """Where literal text leads nowhere the parameter is tried."""
        found = find(b"/a/bc/d", b"/a/bc/e", b"/a/:x/d")
        self.assertEqual(Found(b"/a/:x/d", [(b"x", b"bc")]), found)

    def test_values_in_order(self) -> None:
        """Each parameter has its value, mid-segment ones what is left."""
        found = find(b"/1/v.2/3", b"/:a/v.:b/:c")
        self.assertEqual([(b"a", b"1"), (b"b", b"2"), (b"c", b"3")], found.values)

    def test_empty_value(self) -> None:
        """A parameter may be empty, unless it is last."""
        self.assertEqual([(b"x", b"")], find(b"//b", b"/:x/b").values)
        self.assertIsNone(find(b"/a/", b"/a/:x").route)

    def test_rest(self) -> None:
        """A catch-all takes the rest of the path with its slash."""
        self.assertEqual([(b"all", b"/b//c")], find(b"/a/b//c", b"/a/*all").values)

    def test_final_end_of_parameter(self) -> None:
        """A parameter that the path goes on behind hides other ways, as in gin."""
        found = find(b"/b/x/y", b"/b/:c", b"/:a/x/y")
        self.assertEqual(Found(None, [(b"c", b"x")]), found)

    def test_values_of_other_ways_are_forgotten(self) -> None:
        """On the way back, values go as well."""
        found = find(b"/a/1/z", b"/a/:x/y", b"/:b/1/z")
        self.assertEqual([(b"b", b"a")], found.values)


class WantsSlashTests(SynchronousTestCase):
    """``Found.wants_slash``: a slash more, or one less."""

    def test_one_less(self) -> None:
        """A route without the last slash is near."""
        self.assertTrue(find(b"/a/", b"/a").wants_slash)
        self.assertTrue(find(b"/a/1/", b"/a/:x").wants_slash)

    def test_one_more(self) -> None:
        """A route with one more slash is near, a catch-all too."""
        self.assertTrue(find(b"/a", b"/a/").wants_slash)
        self.assertTrue(find(b"/a/1", b"/a/:x/").wants_slash)
        self.assertTrue(find(b"/a", b"/a/*all").wants_slash)

    def test_neither(self) -> None:
        """Where more than a slash is missing, none helps."""
        self.assertFalse(find(b"/a", b"/a/b").wants_slash)
        self.assertFalse(find(b"/a/b/", b"/a").wants_slash)


class SkippedTests(SynchronousTestCase):
    """The stack of ways not taken."""

    def test_left_to_the_next_tree(self) -> None:
        """Gin tries ways skipped in one method's tree for the next method."""
        first: RadixNode[bytes] = RadixNode()
        insert(first, b"/b/:c", b"GET 1")
        insert(first, b"/:a/x/y", b"GET 2")
        second: RadixNode[bytes] = RadixNode()
        insert(second, b"/other", b"POST")
        skipped: Skipped[bytes] = []
        self.assertIsNone(lookup(first, b"/b/x/y", skipped).route)
        self.assertEqual(b"GET 2", lookup(second, b"/b/x/y", skipped).route)
