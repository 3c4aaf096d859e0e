"""Tests of header fields in scripts."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import TransportError
from krakendtw.middleware.modifier.lua._errors import ScriptError
from krakendtw.middleware.modifier.lua._fields import (
    all_headers,
    header_flaw,
    is_token,
    one_line,
)
from krakendtw.proxy.wire import head_of
from krakendtw.testing import gateway_request, request, response
from tests.middleware.modifier.lua.scripts import LuaTestCase


class RuleTests(SynchronousTestCase):
    """What may go out."""

    def test_token(self) -> None:
        """Methods and names (RFC 9110 §5.6.2)."""
        for text, fits in (("GET", True), ("X-a!", True), ("", False), ("a b", False)):
            self.assertEqual(fits, is_token(text), text)
        self.assertFalse(is_token("a\n"))

    def test_one_line(self) -> None:
        """Line breaks become blanks."""
        self.assertEqual("a  b", one_line("a\r\nb\n"))

    def test_flaws(self) -> None:
        """Names that are none, and values with line breaks, in Go's words."""
        self.assertIsNone(header_flaw("X-A", ["a b", "é"]))
        self.assertEqual(
            'net/http: invalid header field name "a b"', header_flaw("a b", [])
        )
        for value in ("a\nb", "a\rb", "a\0b"):
            self.assertEqual(
                'net/http: invalid header field value for "X-A"',
                header_flaw("X-A", ["fine", value]),
            )

    def test_copy(self) -> None:
        """All fields, as lists of their own."""
        headers = {"A": ["1"]}
        copied = all_headers(headers)
        copied["A"].append("2")
        self.assertEqual({"A": ["1"]}, headers)


class FieldTests(LuaTestCase):
    """The methods, at a pipe's request and response."""

    def headers(
        self, script: str, headers: dict[str, list[str]] | None = None
    ) -> dict[str, list[str]]:
        """The request's fields after a script."""
        asked = request(headers=headers or {})
        self.done(asked, pre=f"local r = request.load() {script}")
        return asked.headers

    def test_put(self) -> None:
        """Any spelling of a name leads to the canonical one."""
        found = self.headers(
            "r:headers('x-a', 'é') r:headers('X-B', 3)", {"X-A": ["0", "1"]}
        )
        self.assertEqual({"X-A": ["é"], "X-B": ["3"]}, found)

    def test_drop(self) -> None:
        """Nil removes a field."""
        self.assertEqual({}, self.headers("r:headers('x-a', nil)", {"X-A": ["1"]}))

    def test_list(self) -> None:
        """All values of a field, read and written."""
        found = self.headers(
            "local l = r:headerList('x-a') l:set(2, 'c') r:headerList('X-B', l)",
            {"X-A": ["a", "b"]},
        )
        self.assertEqual({"X-A": ["a", "b"], "X-B": ["a", "b", "c"]}, found)

    def test_no_second_field(self) -> None:
        """A value from outside cannot begin another field, whoever sets it."""
        for script in (
            "s:headers('X-A', 'a\\r\\nX-Evil: 1')",
            "local l = luaList.new() l:set(0, 'a\\nb') s:headerList('X-A', l)",
            "s:headers('X-A: b', 'a')",
        ):
            asked = request()
            self.done(asked, pre=f"local s = request.load() {script}")
            error = self.assertRaises(TransportError, head_of, asked)
            self.assertIn("net/http: invalid header field", str(error))
            error = self.assertRaises(
                ScriptError,
                self.context,
                gateway_request(),
                f"local s = ctx.load() {script}",
            )
            self.assertIn("net/http: invalid header field", str(error))

    def test_no_host(self) -> None:
        """A field Host goes nowhere: the backend's own does."""
        asked = request()
        script = "local r = request.load() r:headers('host', 'x')"
        self.done(asked, pre=f"{script} r:params('Out', r:headers('Host'))")
        self.assertEqual("x", asked.params["Out"])
        self.assertNotIn("Host", asked.headers)

    def test_response(self) -> None:
        """A response's bad names are left out, its line breaks become blanks."""
        script = "local r = response.load() r:headers('X-A', 'a\\r\\nb') r:headers('a b', 'x')"  # noqa: E501
        found = self.done(answer=response({}), post=script)
        self.assertEqual({"X-A": ["a  b"]}, dict(found.metadata.headers))

    def test_wrong_use(self) -> None:
        """A list must be one of ours."""
        for script, message in (
            ("r:headerList()", "need arguments"),
            ("r:headerList('X-A', {})", "invalid header value, must be a luaList"),
            (
                "r:headers({})",
                "bad argument #2 to headers (string expected, got table)",
            ),
        ):
            error = self.error(f"local r = request.load() {script}")
            self.assertEqual(f"{message} (pre-script:L1)", str(error))
