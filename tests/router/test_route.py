"""Tests of :mod:`krakendtw.router.route`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.route import capitalize, compile_route, parameter_error
from tests.router.doubles import FakeRequest, Leaf


def bound(path: bytes, *segments: bytes) -> tuple[dict[str, str], bool]:
    """The parameters of a path for a route, and whether they are plain."""
    request = FakeRequest()
    is_plain = compile_route(path, Leaf("")).bind(request, segments)
    return request.route_params, is_plain


class BindTests(SynchronousTestCase):
    """``Route.bind``: values by lura's keys."""

    def test_static(self) -> None:
        """A route without parameters says so."""
        self.assertFalse(compile_route(b"/a/b", Leaf("")).has_parameters)
        self.assertTrue(compile_route(b"/a/:b", Leaf("")).has_parameters)
        self.assertTrue(compile_route(b"/a/*b", Leaf("")).has_parameters)

    def test_keys(self) -> None:
        """Keys begin with a capital, the rest stays."""
        params, _ = bound(b"/:userID/:snake_case/x.:y", b"A", b"B", b"x.C")
        self.assertEqual({"UserID": "A", "Snake_case": "B", "Y": "C"}, params)

    def test_collision(self) -> None:
        """Of two keys alike the last one wins."""
        self.assertEqual(({"Id": "2"}, True), bound(b"/:id/:Id", b"1", b"2"))

    def test_rest(self) -> None:
        """A catch-all is the rest with its slash."""
        self.assertEqual(({"All": "/b/"}, True), bound(b"/a/*all", b"a", b"b", b""))

    def test_escaped_colon(self) -> None:
        """A literal colon before a parameter is one character."""
        self.assertEqual(({"X": "1"}, True), bound(b"/a\\:b/c\\::x", b"a:b", b"c:1"))

    def test_text(self) -> None:
        """Values are UTF-8, and bytes that are not survive."""
        self.assertEqual({"X": "ñ"}, bound(b"/:x", "ñ".encode())[0])
        self.assertEqual({"X": "\udcff"}, bound(b"/:x", b"\xff")[0])

    def test_suspect(self) -> None:
        """Values with an escape, a question mark or a hash are not plain."""
        for value in (b"a%2fb", b"100%", b"a?b", b"a#b"):
            self.assertFalse(bound(b"/:x", value)[1], value)
            self.assertFalse(bound(b"/*x", value)[1], value)
        self.assertTrue(bound(b"/a%:x", b"a%1")[1])

    def test_values(self) -> None:
        """All values are there in order, of keys alike too."""
        route = compile_route(b"/:id/v.:Id/*rest", Leaf(""))
        self.assertEqual(["1", "2", "/3"], route.values([b"1", b"v.2", b"3"]))


class CapitalizeTests(SynchronousTestCase):
    """``capitalize``: lura's keys."""

    def test_ascii_only(self) -> None:
        """Letters beyond ASCII stay small."""
        self.assertEqual(
            ["A", "Ab", "_a", "éa", ""],
            list(map(capitalize, ["a", "ab", "_a", "éa", ""])),
        )


class ParameterErrorTests(SynchronousTestCase):
    """``parameter_error``: what KrakenD refuses."""

    def test_fine(self) -> None:
        """Anything else than escapes, ``?`` and ``#`` passes."""
        self.assertIsNone(parameter_error(["a b", "a+b", "ñ", "a/b", ""]))

    def test_encoded(self) -> None:
        """A value that holds an escape still, or a delimiter, is refused."""
        for value in ("a%2Fb", "%41", "a?b", "a#b"):
            error = parameter_error(["x", value])
            self.assertEqual("error: encoded url params", error, value)

    def test_broken_escape(self) -> None:
        """An escape that is none is refused in Go's words."""
        for value, error in (
            ("100%", 'error: invalid URL escape "%"'),
            ("%41%zz1", 'error: invalid URL escape "%zz"'),
            ('%"', 'error: invalid URL escape "%\\""'),
        ):
            self.assertEqual(error, parameter_error([value]))

    def test_first_counts(self) -> None:
        """The first bad value is the one that is named."""
        self.assertEqual("error: encoded url params", parameter_error(["?", "%"]))
