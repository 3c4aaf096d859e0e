"""Tests of :mod:`krakendtw.router.radix`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.radix import (
    SLASH,
    Kind,
    RadixNode,
    RouteConflict,
    find_wildcard,
    insert,
    unescape_colons,
)


def grown(*paths: bytes) -> RadixNode[bytes]:
    """The tree of some paths, each its own route."""
    root: RadixNode[bytes] = RadixNode()
    for path in paths:
        insert(root, path, path)
    return root


class InsertTests(SynchronousTestCase):
    """``insert``: the shape of the tree."""

    def test_common_text_is_shared(self) -> None:
        """Paths part where their texts do."""
        root = grown(b"/user", b"/use", b"/up")
        self.assertEqual(b"/u", root.text)
        self.assertEqual({ord("s"), ord("p")}, set(root.children))
        use = root.children[ord("s")]
        self.assertEqual((b"se", b"/use"), (use.text, use.route))
        self.assertEqual(b"/user", use.children[ord("r")].route)

    def test_order_does_not_matter(self) -> None:
        """A path that others begin with is found wherever it comes."""
        root = grown(b"/abc", b"/ab", b"/a")
        self.assertEqual((b"/a", b"/a"), (root.text, root.route))

    def test_parameter(self) -> None:
        """A parameter is a node of its own, what follows it hangs below."""
        root = grown(b"/a/:x/b", b"/a/:x")
        param = root.wild
        assert param is not None
        self.assertEqual((b":x", Kind.PARAM), (param.text, param.kind))
        self.assertEqual(b"/a/:x", param.route)
        self.assertEqual(b"/b", param.children[SLASH].text)

    def test_literal_beside_parameter(self) -> None:
        """Literal text and a parameter may follow the same text."""
        root = grown(b"/a/:x", b"/a/b", b"/a/x:y")
        self.assertEqual({ord("b"), ord("x")}, set(root.children))
        self.assertEqual(b"/a/:x", root.wild and root.wild.route)

    def test_catch_all(self) -> None:
        """What takes all the rest begins at a slash, behind a node without text."""
        root = grown(b"/d/*rest")
        between = root.children[SLASH]
        self.assertEqual((b"/d", b""), (root.text, between.text))
        assert between.wild is not None
        self.assertEqual(b"/*rest", between.wild.text)
        self.assertEqual(b"/d/*rest", between.wild.route)

    def test_conflict_leaves_a_word(self) -> None:
        """A second route of one path is refused."""
        error = self.assertRaises(RouteConflict, grown, b"/a", b"/b", b"/a")
        self.assertEqual("handlers are already registered for path '/a'", str(error))


class FindWildcardTests(SynchronousTestCase):
    """``find_wildcard``: where a parameter begins."""

    def test_found(self) -> None:
        """The name lasts up to the next slash."""
        self.assertEqual((3, b":x.json"), find_wildcard(b"/a.:x.json/b"))
        self.assertEqual((1, b"*all"), find_wildcard(b"/*all"))

    def test_escaped_colon(self) -> None:
        """A colon behind a backslash is text."""
        self.assertEqual((-1, b""), find_wildcard(b"/a\\:x"))
        self.assertEqual((6, b":z"), find_wildcard(b"/a\\:x/:z"))

    def test_lonely_backslash(self) -> None:
        """A backslash escapes colons only; at the end it is text."""
        self.assertRaises(RouteConflict, find_wildcard, b"/a\\b")
        self.assertEqual((-1, b""), find_wildcard(b"/a\\"))


class UnescapeColonsTests(SynchronousTestCase):
    """``unescape_colons``: literal colons."""

    def test_text_and_keys(self) -> None:
        """Colons lose their backslash, in the keys of children too."""
        root = grown(b"/a\\:b", b"/ab", b"/:x/\\:c")
        unescape_colons(root)
        self.assertEqual(b":b", root.children[ord("a")].children[ord(":")].text)
        assert root.wild is not None
        self.assertEqual(b"/:c", root.wild.children[SLASH].text)
