"""Tests of ``response`` in scripts."""

from __future__ import annotations

from twisted.internet.testing import StringTransport

from krakendtw.middleware.modifier.lua._response import ResponseFunctions, prepare
from krakendtw.middleware.modifier.lua._work import Desk
from krakendtw.proxy.message import Response
from krakendtw.testing import response
from krakendtw.transport.stream import BodyStream
from tests.middleware.modifier.lua.scripts import LuaTestCase


class ResponseTests(LuaTestCase):
    """The methods."""

    def after(self, script: str, answer: Response | None = None) -> Response:
        """A response after a script that finds it as ``r``."""
        answer = response({}) if answer is None else answer
        return self.done(answer=answer, post=f"local r = response.load() {script}")

    def test_data(self) -> None:
        """The data themselves."""
        found = self.after("r:data():set('a', 1)", response({"b": 2}))
        self.assertEqual({"b": 2, "a": 1}, found.data)

    def test_status_and_completeness(self) -> None:
        """Read and written."""
        script = (
            "r:data():set('s', r:statusCode()) r:data():set('c', r:isComplete())"
            " r:statusCode(418.9) r:isComplete(false)"
        )
        found = self.after(script)
        self.assertEqual((found.metadata.status, found.is_complete), (418, False))
        self.assertEqual(True, found.data["c"])

    def test_body(self) -> None:
        """The undecoded body, read and written."""
        answer = response({})
        answer.io = b"a\xff"
        found = self.after("r:body(r:body() .. '!')", answer)
        self.assertEqual(b"a\xff!", found.io)

    def test_no_body(self) -> None:
        """None is an empty one."""
        self.assertEqual(b"", self.after("r:body(r:body())").io)

    def test_late_body(self) -> None:
        """One that is still on its way is waited for, and kept."""
        body = BodyStream(StringTransport())
        answer = response({})
        answer.io = body
        script = "local r = response.load() r:data():set('b', r:body() .. r:body())"
        found = self.around(answer=answer, post=script)
        self.assertNoResult(found)
        body.data_received(b"x")
        body.finish()
        made = self.successResultOf(found)
        self.assertEqual(({"b": "xx"}, b"x"), (made.data, made.io))

    def test_headers_by_the_very_name(self) -> None:
        """Reading a field takes its name as it is, unlike everywhere else."""
        answer = response({}, headers={"X-A": ["1"]})
        script = "local d = r:data() d:set('a', r:headers('x-a')) d:set('b', r:headers('X-A'))"  # noqa: E501
        self.assertEqual({"a": "", "b": "1"}, self.after(script, answer).data)

    def test_only_after(self) -> None:
        """There is no response before the backends are asked."""
        error = self.error("local r = response.load()")
        self.assertEqual(
            "attempt to index a non-table object(nil) with key 'load' (pre-script:L1)",
            str(error),
        )

    def test_wrong_use(self) -> None:
        """Anything but a boolean for the completeness."""
        found = self.around(post="response.load():isComplete(1)")
        self.assertEqual(
            "bad argument #2 to isComplete (boolean expected, got number)"
            " (post-script:L1)",
            self.failureResultOf(found).getErrorMessage(),
        )


class PrepareTests(LuaTestCase):
    """What a script is promised."""

    def test_object(self) -> None:
        """Data that are none become an object."""
        made = Response(None)
        prepare(made)
        self.assertEqual({}, made.data)
        kept = response({"a": 1})
        prepare(kept)
        self.assertEqual({"a": 1}, kept.data)

    def test_names(self) -> None:
        """All functions have the kind in front."""
        names = ResponseFunctions(Desk()).functions()
        self.assertTrue(all(name.startswith("response_") for name in names))
