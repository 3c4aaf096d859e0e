"""Tests of ``ctx`` in scripts."""

from __future__ import annotations

from twisted.internet.testing import StringTransport

from krakendtw.middleware.modifier.lua._context import ContextFunctions, capitalised
from krakendtw.middleware.modifier.lua._errors import ScriptError
from krakendtw.middleware.modifier.lua._scripts import Scripts
from krakendtw.middleware.modifier.lua._work import Desk, Work
from krakendtw.testing import gateway_request
from krakendtw.transport.stream import BodyStream
from tests.middleware.modifier.lua.scripts import LuaTestCase, settings


class ContextTests(LuaTestCase):
    """The methods."""

    def refusal(self, script: str) -> str:
        """What a script fails with."""
        error = self.assertRaises(ScriptError, self.context, gateway_request(), script)
        return str(error)

    def test_reads(self) -> None:
        """Method, URL, host, query, fields and body."""
        asked = {
            "method": "POST",
            "uri": "/a?q=1&q=2",
            "headers": {"X-A": ["1", "2"]},
            "body": b"b",
        }
        for expression, text in (
            ("c:method()", "POST"),
            ("c:url()", "/a?q=1&q=2"),
            ("c:host()", "localhost:8080"),
            ("c:query('q')", "1"),
            ("c:query('none')", ""),
            ("c:headers('x-a')", "1"),
            ("c:headers('X-None')", ""),
            ("c:headers('Host')", ""),
            ("c:headerList('x-a'):get(1)", "2"),
            ("c:headers():keyExists('Host')", "false"),
            ("c:headers():get('X-A'):get(0)", "1"),
            ("c:body()", "b"),
            ("c:params('none')", ""),
        ):
            self.assertEqual(text, self.context_value(expression, **asked), expression)

    def test_url(self) -> None:
        """A new URL brings its path and its query."""
        asked = gateway_request(uri="/a")
        self.context(asked, "c:url('/b%20c?q=3') c:query('r', 'é')")
        self.assertEqual(b"/b%20c", asked.path)
        self.assertEqual(b"q=3&r=%C3%A9", asked.query_string)
        self.assertEqual(b"/b%20c?q=3&r=%C3%A9", asked.uri)

    def test_query_is_remembered(self) -> None:
        """Queries are read as they were when one was first asked for."""
        asked = gateway_request(uri="/a?q=1")
        self.context(
            asked, "c:query('q') c:query('q', '2') c:params('Out', c:query('q'))"
        )
        self.assertEqual("1", asked.route_params["Out"])
        self.assertEqual(b"q=2", asked.query_string)

    def test_writes(self) -> None:
        """Method, host, fields, body and parameters."""
        asked = gateway_request(headers={"X-A": ["1", "2"], "X-B": ["3"]})
        self.context(
            asked,
            "c:method('PUT') c:host('h') c:headers('x-a', 'n') c:headers('X-B', nil)"
            " c:body('new') c:params('id', '7')",
        )
        self.assertEqual((b"PUT", b"h", b"new"), (asked.method, asked.host, asked.body))
        fields = {name: value for name, value in asked.headers if name != b"Host"}
        self.assertEqual({b"X-A": b"n"}, fields)
        self.assertEqual("7", asked.route_params["Id"])

    def test_params(self) -> None:
        """Parameters have the names that the route gives them."""
        asked = gateway_request()
        asked.route_params = {"UserId": "1"}
        made = settings(
            pre="local c = ctx.load() c:params('Out', c:params('userId')"
            " .. '|' .. c:params('UserId') .. '|' .. c:params():get('userId'))"
        )
        scripts = Scripts(made, "ctx", self.scope.client, self.clock)
        scripts.start(Work(client=asked, names={"UserId": "userId"}))
        self.assertEqual("1||1", asked.route_params["Out"])

    def test_params_are_not_shared(self) -> None:
        """The routes without parameters share a dictionary, which stays empty."""
        asked = gateway_request()
        shared = asked.route_params
        self.context(asked, "c:params('id', '7')")
        self.assertNotIn("Id", shared)

    def test_refused(self) -> None:
        """What could not go out, or begin something else there."""
        for script, message in (
            ("c:method('a\\nb')", r'net/http: invalid method "a\nb"'),
            ("c:headers('X', 'a\\nb')", 'net/http: invalid header field value for "X"'),
            (
                "c:host('a\\r\\nb')",
                'net/http: invalid header field value for "X-Forwarded-Host"',
            ),
            ("c:query()", "need arguments"),
            ("ctx.load().url(luaNil.new())", "ginContext expected"),
        ):
            self.assertEqual(f"{message} (pre-script:L1)", self.refusal(script))

    def test_odd(self) -> None:
        """A method and a host may be anything of one line; a path's blanks escape."""
        asked = gateway_request()
        self.context(asked, "c:method('a b') c:host('c d') c:url('/e f?g=h i')")
        self.assertEqual(b"a b", asked.method)
        self.assertEqual((b"c d", b"/e%20f?g=h i"), (asked.host, asked.uri))

    def test_length(self) -> None:
        """A length that is none is not announced."""
        asked = gateway_request(headers={"Content-Length": ["3"]})
        self.context(asked, "c:headers('Content-Length', 'x')")
        self.assertIsNone(asked.field(b"content-length"))

    def test_late_body(self) -> None:
        """A body that is still on its way is waited for."""
        asked, body = gateway_request(), BodyStream(StringTransport())
        asked.body = body
        made = settings(pre="local c = ctx.load() c:params('Out', c:body() .. '!')")
        scripts = Scripts(made, "ctx", self.scope.client, self.clock)
        waits = scripts.start(Work(client=asked, names={}))
        assert waits is not None
        body.data_received(b"late")
        self.assertNoResult(waits)
        body.finish()
        self.successResultOf(waits)
        self.assertEqual(("late!", b"late"), (asked.route_params["Out"], asked.body))


class NameTests(LuaTestCase):
    """Names of parameters, and of what Lua is given."""

    def test_capitalised(self) -> None:
        """The first letter only."""
        self.assertEqual("UserId", capitalised("userId"))
        self.assertEqual("", capitalised(""))

    def test_names(self) -> None:
        """All functions have the kind in front."""
        names = ContextFunctions(Desk()).functions()
        self.assertTrue(all(name.startswith("context_") for name in names))
