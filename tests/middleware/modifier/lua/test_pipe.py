"""Tests of scripts as a step of a pipe."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from krakendtw.errors import PipeError, Rejected
from krakendtw.middleware.modifier.lua._errors import ScriptError
from krakendtw.middleware.modifier.lua._pipe import (
    doubts_of,
    leave_to_backends,
    leave_to_client,
    open_scripts,
    script_part,
)
from krakendtw.proxy.message import Response
from krakendtw.proxy.pipe import Hooks
from krakendtw.testing import MemoryBackend, MemoryLog, request, response, run_pipe
from tests.middleware.modifier.lua.scripts import LuaTestCase, settings


class PartTests(LuaTestCase):
    """What stands in the pipe."""

    def test_before_only(self) -> None:
        """Without ``post`` hooks will do; a response gets its data all the same."""
        part = script_part(
            settings(pre="x = 1"), self.scope, self.scope.log, "lua", leave_to_client
        )
        self.assertIsInstance(part, Hooks)
        found = self.successResultOf(run_pipe([part], MemoryBackend(Response(None))))
        self.assertEqual({}, found.data)

    def test_around(self) -> None:
        """With it the step is around what is below."""
        found = self.done(answer=response({"a": 1}), post="x = 1")
        self.assertEqual({"a": 1}, found.data)

    def test_refused_before(self) -> None:
        """Who fails in ``pre`` asks no backend."""
        backend = MemoryBackend()
        made = settings(pre="error('x')", post="y = 1")
        part = script_part(made, self.scope, self.scope.log, "lua", leave_to_client)
        self.failureResultOf(run_pipe([part], backend), ScriptError)
        self.assertEqual([], backend.requests)

    def test_backend_fails(self) -> None:
        """``post`` does not run then."""
        found = self.around(answer=PipeError("down"), post="error('x')")
        self.assertEqual("down", str(self.failureResultOf(found, PipeError).value))

    def test_backend_is_late(self) -> None:
        """``post`` runs when its answer is there, in the globals of ``pre``."""
        late: Deferred[Response] = Deferred()
        script = "response.load():data():set('n', n)"
        found = self.around(answer=late, pre="n = 1", post=script)
        self.assertNoResult(found)
        late.callback(response({}))
        self.assertEqual({"n": 1}, self.successResultOf(found).data)

    def test_paused(self) -> None:
        """Scripts that take turns are waited for, before and after."""
        loop = "for i = 1, 300000 do end"
        limits = {"turn_ms": 0.2, "cpu_ms": 60_000}
        self.assertEqual({}, self.done(pre=loop, post=loop, limits=limits).data)


class LeaveTests(LuaTestCase):
    """What ``pre`` leaves."""

    def test_url_of_an_endpoint(self) -> None:
        """It means nothing: the backends have theirs."""
        script = "local r = request.load() r:url('http://a/') r:params('Out', r:url())"
        for after in ("", "x = 1"):
            made = settings(pre=script, post=after)
            part = script_part(
                made, self.scope, self.scope.log, "lua", leave_to_backends
            )
            asked = request()
            asked.method = "no method"
            self.successResultOf(run_pipe([part], MemoryBackend({}), asked))
            self.assertEqual(("", "http://a/"), (asked.url, asked.params["Out"]))

    def test_late(self) -> None:
        """The same when scripts have paused."""
        script = "request.load():method('a b') for i = 1, 3e5 do end"
        found = self.around(pre=script)
        self.failureResultOf(found, Rejected)


class OpenTests(LuaTestCase):
    """What is told at start."""

    def test_missing(self) -> None:
        """A source that is not there is logged."""
        log = MemoryLog()
        open_scripts(settings(sources=["none.lua"]), "request", self.scope, log)
        self.assertEqual(
            [
                "ERROR [Lua] Opening the source file:"
                " open none.lua: no such file or directory"
            ],
            log.lines,
        )

    def test_doubts(self) -> None:
        """What cannot run is in doubt, at its place."""
        made = settings(pre="x x")
        (doubt,) = doubts_of(made)
        self.assertEqual(
            (made.where, "a script that fails: 'x': parse error (pre-script:L1)"), doubt
        )
        self.assertEqual([], doubts_of(settings(pre="error('x')")))
