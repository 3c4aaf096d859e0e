"""Tests of the way from ``url_pattern`` to a URL."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import PipeError
from krakendtw.proxy.url import (
    compile_path,
    compile_target,
    is_plain,
    parse_target,
    split_plain,
    unescape_path,
)

HOST = "http://127.0.0.1:8080"

# Texts that are plain, nearly plain, and anything but.
pieces = st.sampled_from(
    [*"aZ9/?&=:@+,;!'()*[]~_-.#%\" <>{}|^\\`\x01ñ", "%2F", "%zz", "%C3%B1", "\udcff"]
)
paths = st.lists(pieces).map(lambda parts: "/" + "".join(parts))


class CompilePathTests(SynchronousTestCase):
    """Parameters in patterns."""

    def test_one(self) -> None:
        """A marker is replaced by its value as it is."""
        path = compile_path("/u/{{.Id}}.json")
        self.assertEqual("/u/a b&c.json", path({"Id": "a b&c", "Other": "x"}))

    def test_several(self) -> None:
        """Markers may come in any order, more than once, and in the query."""
        path = compile_path("/{{.B}}/{{.A}}/{{.B}}?a={{.A}}")
        self.assertEqual("/2/1/2?a=1", path({"A": "1", "B": "2"}))

    def test_missing_value(self) -> None:
        """A marker without a value stays in the path."""
        self.assertEqual("/u/{{.Id}}", compile_path("/u/{{.Id}}")({"X": "1"}))
        path = compile_path("/{{.A}}/{{.Resp0_a.b}}")
        self.assertEqual("/1/{{.Resp0_a.b}}", path({"A": "1"}))

    def test_empty_value(self) -> None:
        """An empty value is a value."""
        self.assertEqual("/u/", compile_path("/u/{{.Id}}")({"Id": ""}))

    def test_no_params(self) -> None:
        """Without parameters the pattern itself is the path."""
        for pattern in ("/a", "/a/{{.Id}}", "/{{.A}}/{{.B}}"):
            self.assertIs(pattern, compile_path(pattern)({}))

    def test_no_markers(self) -> None:
        """A pattern without markers is the path, whatever the parameters."""
        self.assertIs("/a/{b}", compile_path("/a/{b}")({"b": "1"}))

    def test_marker_in_value(self) -> None:
        """A value is not searched for markers."""
        path = compile_path("/{{.A}}/{{.B}}")
        self.assertEqual("/{{.B}}/2", path({"A": "{{.B}}", "B": "2"}))

    def test_odd_names(self) -> None:
        """Names may hold dots, dashes, colons and slashes."""
        path = compile_path("/{{.JWT.https://x/y}}/{{.Da-sh}}")
        self.assertEqual("/1/2", path({"JWT.https://x/y": "1", "Da-sh": "2"}))


class IsPlainTests(SynchronousTestCase):
    """What needs no parsing."""

    def test_plain(self) -> None:
        """Usual paths and queries are plain."""
        for text in (
            "/",
            "/u/42",
            "/a+b;c,d:e@f=g!",
            "/a%2Fb%c3%B1",
            "/~x/(y)/[z]'*",
            '/s?q=1&r=<>{}|^`"%zz',
            "/s??",
        ):
            self.assertTrue(is_plain(text), text)

    def test_not_plain(self) -> None:
        """What Go changes, refuses or cuts off is not plain."""
        for text in (
            "",
            "u",
            "/a b",
            "/a%zz",
            "/a%4",
            "/{{.Id}}",
            "/ñ",
            "/a#b",
            "/a?",
            "/a?q=b c",
            "/a?q=ñ",
            "/a?q#f",
            "/a\n",
            "/a?b\n",
            "/a\x7f",
        ):
            self.assertFalse(is_plain(text), text)

    @given(paths)
    def test_plain_is_left_alone(self, path: str) -> None:
        """Parsing a plain path changes nothing about it."""
        if is_plain(path):
            target = parse_target(HOST, path)
            self.assertEqual(HOST + path, target.url)
            self.assertEqual(path.encode(), target.target)


class CompileTargetTests(SynchronousTestCase):
    """Hosts, paths and queries to URLs."""

    def test_plain(self) -> None:
        """A plain URL is what was put together."""
        aim = compile_target("/u/{{.Id}}")
        self.assertEqual(f"{HOST}/u/42", aim(HOST, "/u/42", {}))

    def test_constant(self) -> None:
        """So is one without parameters."""
        pattern = "/a?b=1"
        self.assertEqual(f"{HOST}/a?b=1", compile_target(pattern)(HOST, pattern, {}))

    def test_query(self) -> None:
        """Forwarded query strings are appended, sorted, nothing is replaced."""
        aim = compile_target("/a")
        query = {"b": ["5"], "a": ["4", "x y"]}
        self.assertEqual(f"{HOST}/a?a=4&a=x+y&b=5", aim(HOST, "/a", query))
        self.assertEqual(
            f"{HOST}/a?z=9&a=0&a=4&a=x+y&b=5", aim(HOST, "/a?z=9&a=0", query)
        )

    def test_escaped(self) -> None:
        """What may not stand in a URL is escaped in the path."""
        aim = compile_target("/{{.A}}")
        self.assertEqual(
            f"{HOST}/%C3%B1%20%7B%7B.A%7D%7D?a=1",
            aim(HOST, "/ñ {{.A}}", {"a": ["1"]}),
        )

    def test_raw_query(self) -> None:
        """The path's own query goes as it is."""
        aim = compile_target("/x")
        self.assertEqual(
            f"{HOST}/x?q=a b&é=%zz&a=1", aim(HOST, "/x?q=a b&é=%zz", {"a": ["1"]})
        )

    def test_bare_question_mark(self) -> None:
        """An empty query keeps its mark, but takes no ``&`` before another."""
        aim = compile_target("/x?")
        self.assertEqual(f"{HOST}/x?", aim(HOST, "/x?", {}))
        self.assertEqual(f"{HOST}/x?a=1", aim(HOST, "/x?", {"a": ["1"]}))

    def test_names_without_values(self) -> None:
        """A forwarded name without values still ends the query with ``&``."""
        aim = compile_target("/x")
        self.assertEqual(f"{HOST}/x?a=1&", aim(HOST, "/x?a=1", {"b": []}))

    def test_fragment(self) -> None:
        """A fragment comes last."""
        aim = compile_target("/{{.A}}")
        self.assertEqual(f"{HOST}/a?b=1#c", aim(HOST, "/a#c", {"b": ["1"]}))

    def test_refused(self) -> None:
        """What is no URL fails in Go's words."""
        aim = compile_target("/{{.A}}")
        error = self.assertRaises(PipeError, aim, HOST, "/100%", {})
        self.assertEqual(f'parse "{HOST}/100%": invalid URL escape "%"', error.message)

    def test_odd_host(self) -> None:
        """A host that Go would print otherwise is printed so."""
        aim = compile_target("/x")
        for _ in range(2):
            self.assertEqual("http://A.b/x", aim("HTTP://A.b", "/x", {}))

    def test_base_path(self) -> None:
        """A host may bring a path."""
        self.assertEqual("http://h/v1/x", compile_target("/x")("http://h/v1", "/x", {}))

    @given(paths, st.sampled_from([{}, {"a": ["1"]}, {"é ": ["&", "2"]}]))
    def test_same_as_parsing(self, path: str, query: dict[str, list[str]]) -> None:
        """The quick way gives what parsing the whole URL gives."""
        try:
            url = compile_target("/")(HOST, path, query)
        except PipeError as error:
            self.assertIn("parse ", error.message)
        else:
            self.assertEqual(url, parse_target("", url).url)


class SplitPlainTests(SynchronousTestCase):
    """Origin and target of a URL."""

    def test_split(self) -> None:
        """A plain URL is cut behind the port."""
        self.assertEqual((HOST, b"/a?b"), split_plain(f"{HOST}/a?b"))
        self.assertEqual(("https://h", b"/"), split_plain("https://h/"))

    def test_not_plain(self) -> None:
        """Other URLs are left to the parser."""
        for url in (
            "http://h",
            "http://h?a",
            "http://u@h/",
            "http://[::1]/",
            "ftp://h/",
            "http://h/ b",
            "http://h/a\r\nX: y",
            "http://h/#f",
        ):
            self.assertIsNone(split_plain(url), url)


class UnescapePathTests(SynchronousTestCase):
    """Paths of request lines."""

    def test_plain(self) -> None:
        """A path without escapes is itself."""
        self.assertEqual("/u/42+x", unescape_path(b"/u/42+x"))

    def test_escaped(self) -> None:
        """Escapes are undone, slashes too."""
        self.assertEqual("/a b/ñ/%41", unescape_path(b"/a%20b%2F%C3%B1/%2541"))

    def test_raw_bytes(self) -> None:
        """Bytes above ASCII may come unescaped, and need not be UTF-8."""
        self.assertEqual("/ñ\udcff", unescape_path("/ñ".encode() + b"\xff"))

    def test_refused(self) -> None:
        """Invalid escapes and control characters are refused."""
        for raw in (b"/%zz", b"/100%", b"/a\x01", b"/\x7f"):
            self.assertRaises(ValueError, unescape_path, raw)

    @given(st.binary())
    def test_lossless(self, raw: bytes) -> None:
        """Any bytes can be had by their escapes, and come out again."""
        escaped = b"/" + b"".join(b"%%%02x" % byte for byte in raw)
        text = unescape_path(escaped)
        self.assertEqual(b"/" + raw, text.encode("utf-8", "surrogateescape"))
