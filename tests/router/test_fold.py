"""Tests of :mod:`krakendtw.router.fold`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.fold import equal_fold, find_folded
from krakendtw.router.radix import RadixNode, insert


def find(path: str, *paths: str) -> str | None:
    """Look ``path`` up among some routes, whatever its case."""
    root: RadixNode[str] = RadixNode()
    for each in paths:
        insert(root, each.encode(), each)
    found = find_folded(root, path.encode())
    return None if found is None else found.decode()


class FindFoldedTests(SynchronousTestCase):
    """``find_folded``: routes regardless of case."""

    def test_case(self) -> None:
        """The route's own case is the result."""
        self.assertEqual("/Mixed/Case", find("/mIXED/cASE", "/Mixed/Case", "/mixer"))

    def test_both_cases(self) -> None:
        """Of two that differ by case only in part, the one that goes on is found."""
        self.assertEqual("/Ab/y", find("/AB/Y", "/aB/x", "/Ab/y"))

    def test_values_keep_their_case(self) -> None:
        """Only literal text is mended."""
        self.assertEqual("/item/AbC/x", find("/ITEM/AbC/X", "/item/:id/x"))
        self.assertEqual("/d/E/f", find("/D/E/f", "/d/*all"))

    def test_literal_before_parameter(self) -> None:
        """Literal text goes before a parameter, whatever its case."""
        self.assertEqual("/a/new", find("/a/NEW", "/a/:x", "/a/new"))
        self.assertEqual("/a/NEWS", find("/A/NEWS", "/a/:x", "/a/new"))

    def test_slash(self) -> None:
        """A last slash is added or taken away."""
        self.assertEqual("/with/", find("/WITH", "/with/"))
        self.assertEqual("/with", find("/WITH/", "/with"))
        self.assertEqual("/a/X/", find("/A/X", "/a/:x/"))
        self.assertEqual("/a/X", find("/A/X/", "/a/:x"))
        self.assertEqual("/d/", find("/D", "/d/*all"))

    def test_nothing_alike(self) -> None:
        """A path that differs otherwise is not found."""
        self.assertIsNone(find("/abd", "/abc", "/a/:x/y"))
        self.assertIsNone(find("/a/1/z", "/a/:x/y"))
        self.assertIsNone(find("/a/1/z", "/a/:x"))

    def test_beyond_ascii(self) -> None:
        """Letters that nodes share are put together again."""
        self.assertEqual("/é", find("/É", "/é", "/è"))
        self.assertEqual("/è/Ж", find("/È/ж", "/é", "/è/Ж", "/è/Д"))

    def test_bytes_of_a_letter_look_alike(self) -> None:
        """Gin takes letters for one that differ in their last byte only."""
        self.assertEqual("/caf\u00e9", find("/caf\u00ea", "/caf\u00e9", "/caf"))


class EqualFoldTests(SynchronousTestCase):
    """``equal_fold``: Go's ``strings.EqualFold``."""

    def test_equal(self) -> None:
        """Simple case folding makes these equal."""
        for left, right in (
            ("Go", "GO"),
            ("é", "É"),
            ("\u212a", "k"),
            ("\u017f", "S"),
            ("ß", "\u1e9e"),
        ):
            self.assertTrue(equal_fold(left.encode(), right.encode()), left)

    def test_unequal(self) -> None:
        """Letters never fold to several."""
        self.assertFalse(equal_fold("ß".encode(), b"ss"))
        self.assertFalse(equal_fold(b"a", b"ab"))

    def test_invalid_bytes_are_all_the_same(self) -> None:
        """Bytes that are no UTF-8 count as U+FFFD."""
        self.assertTrue(equal_fold(b"\xa9", b"\xaa"))
        self.assertTrue(equal_fold(b"\xa9", "\ufffd".encode()))
