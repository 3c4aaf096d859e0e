"""Tests of :mod:`krakendtw.router.tree`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import IResource, Resource, getChildForRequest
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.router.lookup import lookup
from krakendtw.router.missing import BadParameter
from krakendtw.router.path import registered
from krakendtw.router.radix import RadixNode, RouteConflict, insert
from krakendtw.router.settings import RouterSettings
from krakendtw.router.tree import ANY_METHODS, RouteTable, RouteTree
from tests.router.doubles import FakeRequest, Leaf

# What gin 1.12 answered: routes and requests, made at random for the most part.
GIN = json.loads(Path(__file__).with_name("gin.json").read_text())

SEGMENTS = st.one_of(
    st.sampled_from(["a", "b", "ab", "a.", "me", "my", "", ":p{}", "a:p{}", "a.:p{}"]),
    st.text("ab", max_size=3),
    st.just(":p{}"),
)
PATHS = st.lists(SEGMENTS, min_size=1, max_size=4).map(
    lambda path: "".join(f"/{text.format(place)}" for place, text in enumerate(path))
)
ASKED = st.lists(
    st.one_of(
        st.sampled_from(["a", "b", "ab", "a.", "m", "me", "", "z"]), st.text("abz.")
    ),
    min_size=1,
    max_size=5,
).map(lambda path: "/".join(("", *path)))


def build(*routes: tuple[str, str], **options: Any) -> RouteTree:
    """The tree of some methods and paths."""
    table = RouteTable()
    for method, path in routes:
        table.add(method, path, Leaf(path))
    settings = RouterSettings(**options)
    return table.build(settings, Leaf("404", 404), Leaf("405", 405))


def ask(tree: RouteTree, uri: str, method: str = "GET") -> tuple[FakeRequest, str]:
    """A request, and the body of its answer."""
    request = FakeRequest(uri.encode(), method.encode())
    return request, tree.find(request).render(request).decode()


class RouteTableTests(SynchronousTestCase):
    """``RouteTable``: registration."""

    def test_conflicts(self) -> None:
        """What gin refuses is refused, in its words."""
        for case in GIN["conflicts"]:
            try:
                build(*map(tuple, case["routes"]))
            except ConfigError as error:
                self.assertEqual(case["error"], str(error))
            else:
                self.assertIsNone(case["error"], case["routes"])

    def test_where(self) -> None:
        """A conflict says where in the configuration it is."""
        table = RouteTable()
        table.add("GET", "/a", Leaf(""))
        where = ConfigPath() / "endpoints" / 1
        error = self.assertRaises(ConfigError, table.add, "GET", "/a", Leaf(""), where)
        self.assertEqual(where, error.where)

    def test_any(self) -> None:
        """``add_any`` registers for all methods that gin knows."""
        table = RouteTable()
        table.add_any("/__echo/*param", Leaf("echo"))
        tree = table.build(RouterSettings(), Leaf("404", 404), Leaf("405", 405))
        for method in ANY_METHODS:
            self.assertEqual("echo", ask(tree, "/__echo/x", method)[1])
        request, body = ask(tree, "/__echo/x", "BREW")
        self.assertEqual("405", body)
        allowed = ", ".join(ANY_METHODS).encode()
        self.assertEqual(allowed, request.answer_header(b"allow"))

    def test_nothing(self) -> None:
        """Without routes all is 404."""
        self.assertEqual("404", ask(build(), "/")[1])


class GinTests(SynchronousTestCase):
    """The answers of gin itself."""

    def check(self, table: dict[str, Any], find: Any) -> None:
        """Compare the answers of one set of routes."""
        tree = build(
            *map(tuple, table["routes"]), disable_path_decoding=True, **table["options"]
        )
        headers = tuple(
            (name.encode(), value.encode()) for name, value in table["headers"].items()
        )
        for method, uri, status, what, *rest in table["answers"]:
            request = FakeRequest(uri.encode(), method.encode(), headers)
            name = find(tree, request).render(request).decode()
            said = f"{method} {uri} of {table['routes']}"
            if status == 200 and {".", ".."} & set((rest or [{}])[0].values()):
                # Beyond gin: a backend would resolve such a value to another path.
                self.assertEqual(400, request.code, said)
                continue
            self.assertEqual(status, request.code, said)
            self.assertEqual(rest[0] if rest else {}, request.route_params, said)
            if status in (301, 307):
                sent = request.answer_header(b"location")
                self.assertEqual(what.encode(), sent, said)
            elif status == 405:
                self.assertEqual(what.encode(), request.answer_header(b"allow"), said)
            elif status == 200:
                found = registered(name).decode().replace("\\:", ":")
                self.assertEqual(what, found, said)

    def test_find(self) -> None:
        """``find`` answers as gin does."""
        for table in GIN["tables"]:
            self.check(table, lambda tree, request: tree.find(request))

    def test_get_child_for_request(self) -> None:
        """Twisted's own walk down the tree comes to the same."""
        for table in GIN["tables"]:
            self.check(table, getChildForRequest)


class AutomatonTests(SynchronousTestCase):
    """The determinised tree beside gin's way of going back and trying again."""

    @given(st.lists(PATHS, min_size=1, max_size=12), st.lists(ASKED, max_size=20))
    def test_same_as_backtracking(self, paths: list[str], asked: list[str]) -> None:
        """Whatever the routes, both find the same one."""
        root: RadixNode[str] = RadixNode()
        table = RouteTable()
        for path in paths:
            try:
                insert(root, registered(path), path)
            except RouteConflict:
                with self.assertRaises(ConfigError):
                    table.add("GET", path, Leaf(path))
                break
            table.add("GET", path, Leaf(path))
        tree = table.build(RouterSettings(), Leaf("", 404), Leaf("", 405))
        for path in asked:
            found = lookup(root, path.encode(), [])
            request = FakeRequest(path.encode())
            leaf = tree.find(request)
            if found.route is None:
                self.assertFalse(isinstance(leaf, Leaf) and leaf.status == 200, path)
            else:
                values = [value.decode() for _, value in found.values]
                if {".", ".."} & set(values):
                    self.assertIsInstance(leaf, BadParameter)
                    continue
                self.assertEqual(found.route, getattr(leaf, "name", None), path)
                self.assertEqual(values, list(request.route_params.values()), path)

    @given(st.lists(PATHS, min_size=1, max_size=12), ASKED)
    def test_found_route_fits(self, paths: list[str], asked: str) -> None:
        """The route that is found, filled with its values, is the path."""
        table = RouteTable()
        for path in paths:
            try:
                table.add("GET", path, Leaf(path))
            except ConfigError:
                break
        tree = table.build(RouterSettings(), Leaf("", 404), Leaf("", 405))
        request = FakeRequest(asked.encode())
        leaf = tree.find(request)
        if isinstance(leaf, Leaf) and leaf.status == 200:
            path = registered(leaf.name).decode()
            for key, value in request.route_params.items():
                path = path.replace(f":{key.lower()}", value)
            self.assertEqual(asked, path)


class PriorityTests(SynchronousTestCase):
    """gin's documented order."""

    def test_literal_before_parameter(self) -> None:
        """``/users/me`` goes before ``/users/:id``."""
        tree = build(("GET", "/users/:id"), ("GET", "/users/me"))
        self.assertEqual("/users/me", ask(tree, "/users/me")[1])
        request, body = ask(tree, "/users/mexico")
        self.assertEqual(("/users/:id", "mexico"), (body, request.route_params["Id"]))

    def test_way_back(self) -> None:
        """Literal text that leads nowhere gives way to the parameter."""
        tree = build(("GET", "/a/b"), ("GET", "/a/:x/c"))
        self.assertEqual("/a/b", ask(tree, "/a/b")[1])
        self.assertEqual("/a/:x/c", ask(tree, "/a/b/c")[1])

    def test_each_method_alone(self) -> None:
        """Another method's literal route does not hide a parameter."""
        tree = build(("POST", "/users/me"), ("GET", "/users/:id"), ("PUT", "/users/:x"))
        self.assertEqual("/users/:id", ask(tree, "/users/me")[1])
        self.assertEqual("/users/me", ask(tree, "/users/me", "POST")[1])
        self.assertEqual({"X": "me"}, ask(tree, "/users/me", "PUT")[0].route_params)

    def test_case(self) -> None:
        """Paths are told apart by case."""
        tree = build(("GET", "/a/:x"), ("GET", "/a/B"))
        self.assertEqual("/a/:x", ask(tree, "/a/b")[1])


class MissTests(SynchronousTestCase):
    """Requests without a route."""

    def test_allow_in_order_of_registration(self) -> None:
        """405 lists methods as they first came, whatever path they had."""
        tree = build(("GET", "/h"), ("POST", "/a"), ("PUT", "/b"), ("GET", "/b"))
        request, body = ask(tree, "/b", "HEAD")
        self.assertEqual("405", body)
        self.assertEqual(b"GET, PUT", request.answer_header(b"allow"))

    def test_method_check_off(self) -> None:
        """``disable_handle_method_not_allowed`` makes it 404."""
        tree = build(("GET", "/a"), disable_handle_method_not_allowed=True)
        request, body = ask(tree, "/a", "PUT")
        self.assertEqual(("404", None), (body, request.answer_header(b"allow")))

    def test_redirects_within_the_method(self) -> None:
        """Only routes of the same method are redirected to."""
        tree = build(("GET", "/a"), ("POST", "/b"))
        self.assertEqual(301, ask(tree, "/a/")[0].code)
        self.assertEqual(404, ask(tree, "/a/", "POST")[0].code)
        self.assertEqual(404, ask(tree, "/A", "HEAD")[0].code)

    def test_never_for_root_or_connect(self) -> None:
        """``/`` and CONNECT are never redirected."""
        tree = build(("GET", "/a/"), ("CONNECT", "/a"), ("GET", "//"))
        self.assertEqual(404, ask(build(("GET", "/:x/")), "/")[0].code)
        self.assertEqual(405, ask(tree, "/a/", "CONNECT")[0].code)


class ParameterCheckTests(SynchronousTestCase):
    """Parameters that are refused."""

    def test_refused(self) -> None:
        """A value that holds an escape still is 400."""
        tree = build(("GET", "/p/:v"))
        request, body = ask(tree, "/p/a%252Fb")
        self.assertEqual((400, "error: encoded url params"), (request.code, body))
        request, body = ask(tree, "/p/100%25")
        self.assertEqual((400, 'error: invalid URL escape "%"'), (request.code, body))

    def test_collision(self) -> None:
        """A value is looked at even if another one takes its key."""
        tree = build(("GET", "/:id/:Id"))
        self.assertEqual(400, ask(tree, "/a%3F/b")[0].code)

    def test_literal_is_not_refused(self) -> None:
        """Literal text before a value may be what it likes."""
        self.assertEqual("/a%:x", ask(build(("GET", "/a%:x")), "/a%251")[1])

    def test_on_a_miss(self) -> None:
        """Gin looks at what it took for parameters, 404 or 405 or not."""
        tree = build(("GET", "/p/:v"), ("POST", "/:a/:b/c"))
        self.assertEqual(400, ask(tree, "/p/%2525/x/y")[0].code)
        request, _ = ask(tree, "/p/%2525/c")
        self.assertEqual(400, request.code)
        self.assertEqual(b"POST", request.answer_header(b"allow"))

    def test_off(self) -> None:
        """``disable_path_decoding`` lets all values pass."""
        tree = build(("GET", "/p/:v"), disable_path_decoding=True)
        self.assertEqual({"V": "a%2Fb"}, ask(tree, "/p/a%252Fb")[0].route_params)


class RemoveExtraSlashTests(SynchronousTestCase):
    """``remove_extra_slash``: the cleaned path is what is matched."""

    def setUp(self) -> None:
        self.tree = build(
            ("GET", "/a/b"), ("GET", "/item/:id/x"), remove_extra_slash=True
        )

    def test_cleaned(self) -> None:
        """Empty and dot segments do not matter."""
        for path in ("/a//b", "///a///b", "/a/./c/../b", "/a/b"):
            self.assertEqual("/a/b", ask(self.tree, path)[1], path)
        request, _ = ask(self.tree, "/item//7//x")
        self.assertEqual({"Id": "7"}, request.route_params)

    def test_redirect_from_what_was_sent(self) -> None:
        """A redirect takes one slash from the path as it was sent."""
        request, _ = ask(self.tree, "/a/b//")
        self.assertEqual(b"/a/b/", request.answer_header(b"location"))

    def test_walk(self) -> None:
        """Twisted's walk takes the path as a whole."""
        request = FakeRequest(b"/item//%37/./x")
        leaf = getChildForRequest(self.tree, request)
        self.assertEqual("/item/:id/x", getattr(leaf, "name", None))
        self.assertEqual([b"item", b"7", b"x"], request.prepath)
        self.assertEqual([], request.postpath)


class ResourceTests(SynchronousTestCase):
    """The tree is a resource that others may wrap."""

    def test_interface(self) -> None:
        """It is a resource as any other."""
        verifyObject(IResource, build(("GET", "/a")))

    def test_wrapped(self) -> None:
        """A wrapper that hands on ``getChildWithDefault`` reaches the leaves."""
        tree = build(("GET", "/a/:x"))

        class Wrapper(Resource):
            def getChildWithDefault(self, path: bytes, request: Any) -> IResource:
                return tree.getChildWithDefault(path, request)

        request = FakeRequest(b"/a/1")
        leaf = getChildForRequest(Wrapper(), request)
        self.assertEqual(b"/a/:x", leaf.render(request))
        self.assertEqual({"X": "1"}, request.route_params)

    def test_rendered(self) -> None:
        """Rendered itself, it looks the path up."""
        request = FakeRequest(b"/a/1")
        self.assertEqual(b"/a/:x", build(("GET", "/a/:x")).render(request))


class SizeTests(SynchronousTestCase):
    """Thousands of routes."""

    def test_branches_are_few(self) -> None:
        """Routes that do not overlap need a branch for each segment, and no more."""
        tree = build(*(("GET", f"/svc{n}/users/:id") for n in range(1000)))
        self.assertLess(len(tree._branches), 4100)
        self.assertFalse(tree.is_full)
        self.assertEqual("/svc7/users/:id", ask(tree, "/svc7/users/1")[1])
