"""Tests of ``request`` in scripts."""

from __future__ import annotations

from twisted.internet.testing import StringTransport

from krakendtw.errors import Rejected
from krakendtw.middleware.modifier.lua._request import RequestFunctions
from krakendtw.middleware.modifier.lua._work import Desk, Work
from krakendtw.proxy.message import Request
from krakendtw.testing import request
from krakendtw.transport.stream import BodyStream
from tests.middleware.modifier.lua.scripts import LuaTestCase


class RequestTests(LuaTestCase):
    """The methods."""

    def after(self, script: str, asked: Request | None = None) -> Request:
        """A request after a script that finds it as ``r``."""
        asked = request() if asked is None else asked
        self.done(asked, pre=f"local r = request.load() {script}")
        return asked

    def seen(self, expression: str, asked: Request) -> str:
        """What an expression about a request comes to."""
        script = f"local r = request.load() r:params('Out', tostring({expression}))"
        self.done(asked, pre=script)
        return str(asked.params["Out"])

    def test_reads(self) -> None:
        """Method, path, query, URL, parameters and body."""
        asked = Request(
            "POST",
            "/a",
            params={"Id": "é"},
            headers={},
            url="http://b/a",
            query={"q": ["1", "2"], "a": ["&"]},
            body=b"\xff",
        )
        for expression, text in (
            ("r:method()", "POST"),
            ("r:path()", "/a"),
            ("r:url()", "http://b/a"),
            ("r:query()", "a=%26&q=1&q=2"),
            ("r:params('Id')", "é"),
            ("r:params('None')", ""),
            ("r:params():get('Id')", "é"),
            ("#r:body()", "1"),
        ):
            self.assertEqual(text, self.seen(expression, asked), expression)

    def test_writes(self) -> None:
        """Each of them."""
        asked = self.after(
            "r:method('put') r:path('/é') r:url('http://c') r:query('a=1&a=2')"
            " r:params('Id', 'x') r:body('\\255')"
        )
        self.assertEqual(
            ("PUT", "/é", "http://c"), (asked.method, asked.path, asked.url)
        )
        self.assertEqual({"a": ["1", "2"]}, asked.query)
        self.assertEqual(({"Id": "x"}, b"\xff"), (asked.params, asked.body))

    def test_no_method(self) -> None:
        """What is no method is refused."""
        found = self.around(pre="request.load():method('a b')")
        error = self.failureResultOf(found, Rejected).value
        self.assertEqual('net/http: invalid method "A B"', str(error))
        asked = request()
        self.done(asked, pre="request.load():method('')")
        self.assertEqual("GET", asked.method)

    def test_no_body(self) -> None:
        """An empty body is none."""
        self.assertIsNone(self.after("r:body('')").body)

    def test_params_are_not_shared(self) -> None:
        """A parameter is set for this request only; ``params()`` is a copy."""
        shared = {"Id": "1"}
        asked = request()
        asked.params = shared
        self.after("r:params('Id', '2') r:params():set('Id', '3')", asked)
        self.assertEqual(({"Id": "1"}, {"Id": "2"}), (shared, asked.params))

    def test_late_body(self) -> None:
        """A body that is still on its way is waited for."""
        body = BodyStream(StringTransport())
        asked = Request("POST", "/", headers={}, body=body)
        script = "local r = request.load() r:params('Out', r:body() .. '!')"
        found = self.around(asked, pre=script)
        self.assertNoResult(found)
        body.data_received(b"late")
        body.finish()
        self.successResultOf(found)
        self.assertEqual(("late!", b"late"), (asked.params["Out"], asked.body))

    def test_wrong_use(self) -> None:
        """Anything but a request is refused."""
        for script, message in (
            ("request.load().method(luaTable.new())", "request expected"),
            (
                "request.load().method('x')",
                "bad argument #1 to method (userdata expected, got string)",
            ),
        ):
            self.assertEqual(f"{message} (pre-script:L1)", str(self.error(script)))


class FunctionTests(LuaTestCase):
    """What Lua is given of it."""

    def test_names(self) -> None:
        """All functions have the kind in front."""
        names = RequestFunctions(Desk(Work(request()))).functions()
        self.assertTrue(all(name.startswith("request_") for name in names))
        self.assertIn("request_header_put", names)
