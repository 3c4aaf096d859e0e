"""Tests of scripts as they run: stages, errors, limits."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError

from krakendtw.middleware.modifier.lua._errors import ScriptError
from krakendtw.middleware.modifier.lua._scripts import Scripts
from krakendtw.middleware.modifier.lua._work import Work
from krakendtw.testing import request, response
from tests.middleware.modifier.lua.scripts import LuaTestCase, settings

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

SMALL = {"cpu_ms": 20, "memory_mb": 4}
"""Limits that are reached soon."""


class ScriptsTestCase(LuaTestCase):
    """Runs the scripts of a place."""

    def scripts(self, **config: Any) -> Scripts:
        """Scripts of a place."""
        return Scripts(settings(**config), "request", self.scope.client, self.clock)

    def late(self, scripts: Scripts, work: Work) -> Deferred[None]:
        """A run that has not come to its end."""
        waits = scripts.start(work)
        assert waits is not None
        return waits


class StageTests(ScriptsTestCase):
    """Sources, ``pre`` and ``post``."""

    def setUp(self) -> None:
        super().setUp()
        folder = Path(self.mktemp())
        folder.mkdir()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder)

    def test_in_turn(self) -> None:
        """All of them share the globals of a request."""
        Path("a.lua").write_text("function f(x) return x .. '!' end")
        asked = request()
        found = self.done(
            asked,
            sources=["a.lua"],
            pre="n = 1 request.load():params('Pre', f('a'))",
            post="n = n + 1 response.load():data():set('post', f('b' .. n))",
        )
        self.assertEqual("a!", asked.params["Pre"])
        self.assertEqual({"post": "b2!"}, found.data)

    def test_anew(self) -> None:
        """Each request begins with globals of its own."""
        scripts = self.scripts(pre="n = (n or 0) + 1 request.load():params('N', n)")
        for _ in range(2):
            asked = request()
            self.assertIsNone(scripts.start(Work(asked)))
            self.assertEqual("1", asked.params["N"])

    def test_live(self) -> None:
        """Live sources are as they are when the request comes."""
        pre = "request.load():params('N', n)"
        scripts = self.scripts(sources=["a.lua"], live=True, pre=pre)
        for value in ("1", "2"):
            Path("a.lua").write_text(f"n = {value}")
            asked = request()
            scripts.start(Work(asked))
            self.assertEqual(value, asked.params["N"])
        Path("a.lua").unlink()
        error = self.assertRaises(ScriptError, scripts.start, Work(request()))
        self.assertEqual("lua: unable to load required source a.lua", str(error))

    def test_missing_source(self) -> None:
        """Each request fails."""
        error = self.error("", sources=["none.lua"])
        self.assertEqual("lua: unable to load required source none.lua", str(error))

    def test_places(self) -> None:
        """Lines of ``pre`` are told as if it stood behind the sources."""
        Path("a.lua").write_text("function fail()\n error('a') end")
        error = self.error("fail()", sources=["a.lua"])
        self.assertEqual("a (a.lua:L2)", str(error))
        error = self.error("local x = 1\n\nerror('b')", sources=["a.lua"])
        self.assertEqual("b (pre-script:L1)", str(error))

    def test_syntax_error(self) -> None:
        """A text that is no Lua fails each request, not the start."""
        self.assertEqual("'x': parse error (pre-script:L1)", str(self.error("x x")))

    def test_custom_error(self) -> None:
        """A message, a status, a kind."""
        error = self.error("custom_error('no', 418, 'text/html')")
        self.assertEqual(
            ("no", 418, "text/html"), (str(error), error.status, error.encoding)
        )
        error = self.error("custom_error('no')")
        self.assertEqual(("no", 500), (str(error), error.status))
        error = self.error("custom_error()")
        self.assertEqual("need arguments (pre-script:L1)", str(error))

    def test_custom_error_can_be_caught(self) -> None:
        """It is an error like any other."""
        self.assertEqual("false", self.value("(pcall(custom_error, 'no', 418))"))

    def test_skip_next(self) -> None:
        """The backends are not asked."""
        found = self.done(answer={"b": 1}, pre="", post="", skip_next=True)
        self.assertEqual({}, found.data)


class LimitTests(ScriptsTestCase):
    """What takes too long, or too much."""

    def ended(self, script: str) -> str:
        """What a script without an end is ended with."""
        return str(self.error(script, limits=SMALL, allow_open_libs=True))

    def test_loops(self) -> None:
        """Endless loops of any kind, whatever is put around them."""
        loop = "function() while true do end end"
        for script in (
            "while true do end",
            "repeat until false",
            "for i = 1, 1e18 do end",
            "::a:: goto a",
            "local function f() return f() end f()",
            f"while true do pcall({loop}) end",
            f"while true do xpcall({loop}, function() end) end",
            "while true do pcall(error, 'x') end",
            f"local c = coroutine.wrap({loop}) while true do pcall(c) end",
            f"setmetatable(_G, {{__index = {loop}}}) local x = y",
            f"table.sort({{1, 2, 3}}, {loop})",
            f"string.gsub('x', 'x', {loop})",
            "loadstring('while true do end')()",
            "for k in function() return 1 end do end",
            f"tostring(setmetatable({{}}, {{__tostring = {loop}}}))",
        ):
            self.assertEqual(
                "instruction limit exceeded (pre-script:L1)", self.ended(script), script
            )

    def test_recursion(self) -> None:
        """Recursion without end is an error that a script may catch."""
        recursion = "local function f() return 1 + f() end"
        self.assertIn("stack overflow", str(self.error(f"{recursion} f()")))
        self.assertEqual("false", self.value(f"{recursion} show((pcall(f)))"))

    def test_memory(self) -> None:
        """Allocation without end, in Lua and in data."""
        for script in (
            "local t = {} while true do t[#t + 1] = {} end",
            "local s = 'x' while true do s = s .. s end",
            "local t = {} for i = 1, 1e9 do t[i] = string.rep('x', 1000) .. i end",
            "local s = string.rep('x', 1e12)",
            "local l = luaList.new() l:set(1e9, 1)",
            "local l, s = luaList.new(), ('x'):rep(1e5)"
            " for i = 0, 1e9 do l:set(i, s .. i) end",
            "local t = {} t.t = t luaTable.new():set('x', t)",
            "local f = function() end while true do local g = f f = function() g() end"
            " end",
        ):
            self.assertIn("limit exceeded (pre-script:L1)", self.ended(script), script)

    def test_patterns(self) -> None:
        """Patterns that try everything."""
        for script in (
            "local s = ('a'):rep(60) s:find(('a*'):rep(20) .. 'b')",
            "local s = ('a'):rep(30000) s:find('.-.-.-b')",
            "local s = ('a'):rep(30000) s:gsub('.-.-b', '')",
        ):
            self.assertEqual(
                "instruction limit exceeded (pre-script:L1)", self.ended(script), script
            )

    def test_long_texts(self) -> None:
        """What Python or LuaJIT do with long texts in one go."""
        for script in (
            "local s = ('a'):rep(1e6) s:find(s:sub(1, 5e5) .. 'b', 1, true)",
            "string.format('%q', ('x'):rep(1e6))",
            "string.format('%5s', ('x'):rep(4e6))",
            "string.format(('%5d'):rep(1e5), 1)",
            "string.format(('%d'):rep(1e5), 1)",
            "while true do ('\\255'):rep(1e5):upper() end",
            "string.find('1', '[' .. ('a-z'):rep(1e6) .. ']')",
            "string.find('1', ('a'):rep(1e6))",
            "os.date(('%Y'):rep(1e5))",
            "package.path = ('?;'):rep(1e5) require('a')",
            "request.load():query(('a=1&'):rep(1e6))",
            "request.load():url(('x'):rep(4e6))",
            "http_response.new('http://a/' .. ('x'):rep(4e6))",
            "local t = luaTable.new() for i = 1, 1e6 do t:set(i .. '', i) end",
            "while true do luaTable.new():set('x', {1}) end",
            "for i = 1, 1e9 do request.load():headers('a' .. i, ('x'):rep(1e3)) end",
            "for i = 1, 1e9 do request.load():params('a' .. i, ('x'):rep(1e3)) end",
        ):
            self.assertIn("limit exceeded (pre-script:L1)", self.ended(script), script)

    def test_long_numbers(self) -> None:
        """A text beyond all numbers is none."""
        for expression in (
            "tonumber(('1'):rep(1e6))",
            "tonumber(('z'):rep(1e6), 36)",
            "(pcall(function() return ('1_'):rep(1e6) + 1 end))",
        ):
            self.assertIn(self.open_value(expression), ("nil", "false"), expression)

    def test_messages(self) -> None:
        """Errors of a script's own making are not searched for LuaJIT's words."""
        text = '"bad argument #1 to \'" .. ("\' ("):rep(2e5)'
        self.assertEqual("false", self.open_value(f"(pcall(error, {text}, 0))"))
        message = str(self.error("error('attempt to call ' .. 'me')"))
        self.assertEqual("attempt to call me (pre-script:L1)", message)
        message = str(self.error("error(('x'):rep(2e6))", allow_open_libs=True))
        self.assertEqual("memory limit exceeded (pre-script:L1)", message)

    def test_what_is_thrown_runs_nothing(self) -> None:
        """How a table is printed is not asked when it is an error."""
        loop = "function() while true do end end"
        message = str(self.error(f"error(setmetatable({{}}, {{__tostring = {loop}}}))"))
        self.assertTrue(message.startswith("0x"), message)

    def test_coroutines_in_each_other(self) -> None:
        """So many, and no more."""
        script = (
            "local function f(n) if n > 0 then return coroutine.wrap(f)(n - 1) end"
            " return 'down' end show(f(199), pcall(f, 201))"
        )
        found = self.open_value(script)
        self.assertRegex(found, r"^down false .*C stack overflow$")

    def test_data_at_many_places(self) -> None:
        """Data that are endless only when they are written out."""
        script = (
            "local t = luaTable.new() t:set('s', ('x'):rep(100)) for i = 1, 40 do"
            " local n = luaTable.new() n:set('a', t) n:set('b', t) t = n end"
            " response.load():data():set('x', t)"
        )
        found = self.around(answer=response({}), post=script, allow_open_libs=True)
        error = self.failureResultOf(found, ScriptError).value
        self.assertEqual("memory limit exceeded", str(error))
        slow = f"for i = 1, 3e5 do end {script}"
        found = self.around(answer=response({}), post=slow, allow_open_libs=True)
        error = self.failureResultOf(found, ScriptError).value
        self.assertEqual("memory limit exceeded", str(error))

    def test_loading_much(self) -> None:
        """What a script loads is short."""
        self.assertEqual(
            "nil <string>: text too long to be loaded by a script",
            self.open_value("show(loadstring('return 1' .. (' + 1'):rep(2000)))"),
        )

    def test_others_are_not_harmed(self) -> None:
        """The next request finds all as it was."""
        scripts = self.scripts(
            pre="local r = request.load() if r:params('Bad') ~= '' then"
            " t = {} while true do t[#t + 1] = {} end end r:params('Out', 'fine')",
            limits=SMALL,
        )
        for _ in range(3):
            waits = self.late(scripts, Work(request(params={"Bad": "1"})))
            self.take_turns()
            self.failureResultOf(waits, ScriptError)
            asked = request()
            self.assertIsNone(scripts.start(Work(asked)))
            self.assertEqual("fine", asked.params["Out"])

    def test_turns(self) -> None:
        """A script that runs for long lets others run, and comes to its end."""
        asked = request()
        scripts = self.scripts(
            pre="local n = 0 for i = 1, 300000 do n = n + i end"
            " request.load():params('N', n)",
            limits={"turn_ms": 0.5, "cpu_ms": 60_000},
        )
        waits = self.late(scripts, Work(asked))
        self.assertNoResult(waits)
        self.take_turns()
        self.successResultOf(waits)
        self.assertEqual("45000150000", asked.params["N"])

    def test_client_leaves(self) -> None:
        """A script in between turns ends with its request."""
        waits = self.late(self.scripts(pre="while true do end"), Work(request()))
        waits.cancel()
        self.failureResultOf(waits, CancelledError)

    def test_after_the_backends(self) -> None:
        """The same in ``post``."""
        found = self.around(answer=response({}), post="while true do end", limits=SMALL)
        error = self.failureResultOf(found, ScriptError).value
        self.assertEqual("instruction limit exceeded (post-script:L1)", str(error))
