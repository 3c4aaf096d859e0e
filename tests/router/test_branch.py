"""Tests of :mod:`krakendtw.router.branch`."""

from __future__ import annotations

from itertools import product

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.router.branch import Branch
from krakendtw.router.settings import RouterSettings
from krakendtw.router.tree import RouteTable, RouteTree
from tests.router.doubles import FakeRequest, Leaf


def tree(*paths: str) -> RouteTree:
    """The tree of some GET routes."""
    table = RouteTable()
    for path in paths:
        table.add("GET", path, Leaf(path))
    return table.build(RouterSettings(), Leaf("404", 404), Leaf("405", 405))


def first(root: RouteTree, segment: bytes, *more: bytes) -> Branch:
    """The branch behind a first segment, when others follow."""
    request = FakeRequest()
    request.prepath, request.postpath = [segment], list(more) or [b"more"]
    branch = root.getChildWithDefault(segment, request)
    assert isinstance(branch, Branch)
    return branch


class BranchTests(SynchronousTestCase):
    """``Branch``: a state as a resource."""

    def test_interface(self) -> None:
        """It is a resource as any other."""
        from twisted.web.resource import IResource

        verifyObject(IResource, first(tree("/a/b"), b"a"))

    def test_literals_are_children(self) -> None:
        """Literal segments are the resource's children from the start."""
        branch = first(tree("/a/b", "/a/c/d"), b"a")
        self.assertLessEqual({b"b", b"c"}, set(branch.children))

    def test_unknown(self) -> None:
        """What leads nowhere ends all in one place."""
        root = tree("/a/b")
        self.assertIs(root.unknown, first(root, b"z"))
        self.assertIs(root.unknown, root.unknown.getChild(b"a", None))

    def test_parameter(self) -> None:
        """All segments but literals and empty ones lead to the parameter."""
        root = tree("/:p/x", "/me/x")
        self.assertIs(first(root, b"1"), first(root, b"2"))
        self.assertIsNot(first(root, b"1"), first(root, b"me"))
        self.assertIsNot(first(root, b"1"), first(root, b""))

    def test_mid_segment(self) -> None:
        """Segments of one literal beginning lead to the same place."""
        root = tree("/v:p/x", "/v1.:q/x", "/:r/x")
        self.assertIs(first(root, b"va"), first(root, b"vb"))
        self.assertIs(first(root, b"v1.a"), first(root, b"v1.b"))
        self.assertIs(first(root, b"a"), first(root, b"b"))
        branches = {first(root, text) for text in (b"va", b"v1.a", b"a", b"v1.")}
        self.assertEqual(4, len(branches))

    def test_only_mid_segment(self) -> None:
        """A segment without the literal beginning leads nowhere."""
        root = tree("/v:p/x")
        self.assertIs(root.unknown, first(root, b"a"))

    def test_first_bytes_all_taken(self) -> None:
        """Even with literals of all first bytes a parameter is found."""
        texts = [chr(code) for code in range(256) if chr(code) not in "/:*\\."]
        paths = [f"/{text}{text}" for text in texts]
        root = tree("/:p", *paths)
        request = FakeRequest(b"/abc")
        self.assertEqual(b"/:p", root.find(request).render(request))

    def test_leaf_at_the_end(self) -> None:
        """With nothing left of the path it is the leaf that is returned."""
        root = tree("/a/b")
        request = FakeRequest()
        request.prepath, request.postpath = [b"a", b"b"], []
        leaf = first(root, b"a").getChildWithDefault(b"b", request)
        self.assertEqual("/a/b", getattr(leaf, "name", None))

    def test_render(self) -> None:
        """Rendered itself, it answers for the path so far."""
        root = tree("/a", "/a/b")
        request = FakeRequest(b"/a")
        self.assertEqual(b"/a", first(root, b"a").render(request))
        request = FakeRequest(b"/x")
        self.assertEqual(b"404", root.unknown.render(request))


class OverlapTests(SynchronousTestCase):
    """Routes that overlap in all ways."""

    def setUp(self) -> None:
        segments = [("a", f":p{place}") for place in range(9)]
        self.paths = ["/" + "/".join(path) for path in product(*segments)]
        self.root = tree(*self.paths)

    def test_bounded(self) -> None:
        """The branches do not outgrow the routes, whatever is asked for."""
        known = len(self.root._branches)
        self.assertLess(known, 5000)
        for path in product("ab", repeat=9):
            request = FakeRequest("/".join(("", *path)).encode())
            self.root.find(request)
        self.assertLess(len(self.root._branches), 5 * known)
        self.assertTrue(self.root.is_full)

    def test_found_all_the_same(self) -> None:
        """Beyond the known branches routes are found as gin does."""
        for _ in range(2):
            for path in product("ab", repeat=9):
                request = FakeRequest("/".join(("", *path)).encode())
                wanted = "".join(
                    f"/{text}" if text == "a" else f"/:p{place}"
                    for place, text in enumerate(path)
                )
                leaf = self.root.find(request)
                self.assertEqual(wanted, getattr(leaf, "name", None))
                self.assertEqual(path.count("b"), len(request.route_params))
