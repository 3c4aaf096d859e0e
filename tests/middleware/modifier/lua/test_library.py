"""Tests of the libraries of scripts."""

from __future__ import annotations

import os
import sys
from io import StringIO
from pathlib import Path

from hypothesis import given
from hypothesis.strategies import text
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier.lua._library import (
    LONGEST_TEXT,
    Library,
    compile_error,
)
from tests.middleware.modifier.lua.scripts import LuaTestCase

BASE = (
    "assert error ipairs pairs next pcall xpcall select tonumber tostring type unpack"
    " rawget rawset rawequal setmetatable getmetatable getfenv setfenv loadstring load"
    " loadfile dofile require module print collectgarbage newproxy table package _G"
    " _VERSION custom_error"
)


class BaseTests(LuaTestCase):
    """Functions that every script has."""

    def test_there(self) -> None:
        """The base functions, table and package; nothing of the others."""
        for name in BASE.split():
            self.assertNotEqual("nil", self.value(f"type({name})"), name)
        for name in ("string", "math", "os", "io", "debug", "coroutine", "channel"):
            self.assertEqual("nil", self.value(name), name)
            self.assertEqual("table", self.open_value(f"type({name})"), name)

    def test_tostring(self) -> None:
        """Numbers as Go prints them, tables by their metatables."""
        for expression, shown in (
            ("1e15", "1000000000000000"),
            ("1e21", "1e+21"),
            ("0.1", "0.1"),
            ("1/0", "+Inf"),
            ("-1/0", "-Inf"),
            ("0/0", "NaN"),
            ("nil", "nil"),
            ("setmetatable({}, {__tostring = function() return 'me' end})", "me"),
        ):
            self.assertEqual(shown, self.value(expression), expression)

    def test_tonumber(self) -> None:
        """By Go's rules."""
        for expression, shown in (
            ("tonumber('0x1f')", "31"),
            ("tonumber('ff', 16)", "255"),
            ("tonumber('1e3')", "nil"),
            ("tonumber('1.5e3')", "1500"),
            ("tonumber(' 7 ')", "7"),
            ("tonumber('x')", "nil"),
            ("tonumber({})", "nil"),
        ):
            self.assertEqual(shown, self.value(expression), expression)

    def test_errors_name_the_script(self) -> None:
        """Errors are at the script's line, in gopher-lua's words."""
        for script, message in (
            ("error('x')", "x"),
            ("assert(false)", "assertion failed!"),
            ("assert(nil, 'why')", "why"),
            (
                "local a = nil + 1",
                "cannot perform add operation between nil and number",
            ),
            (
                "local a = {} .. 'x'",
                "cannot perform concat operation between table and string",
            ),
            (
                "local a = nil; a.b = 1",
                "attempt to index a non-table object(nil) with key 'b'",
            ),
            ("none()", "attempt to call a non-function object"),
            ("local a = #nil", "__len undefined"),
            ("for i = '1', 2 do end", "for statement init must be a number"),
            ("ipairs()", "bad argument #1 to ipairs (table expected, got nil)"),
        ):
            error = self.error(f"local x = 1\n{script}")
            self.assertEqual(f"{message} (pre-script:L2)", str(error))

    def test_arithmetic(self) -> None:
        """Texts are numbers by Go's rules, and the rest of a division is exact."""
        for expression, shown in (
            ("'010' + 0", "8"),
            ("'1_000' * 1", "1000"),
            ("-'0x10'", "-16"),
            ("5 % (1 / 0)", "5"),
            ("-5 % 3", "1"),
            ("1e20 % 3", "1"),
            ("2 ^ '3'", "8"),
            ("#{1, nil, 3}", "3"),
            ("select('#', unpack({1, nil, 3}))", "3"),
            ("tostring(setmetatable({}, {__tostring = 1})):sub(1, 5)", "table"),
        ):
            self.assertEqual(shown, self.open_value(expression), expression)
        for script, message in (
            ("return -{}", "__unm undefined"),
            ("return {} / 1", "cannot perform div operation between table and number"),
            ("return 'x' % 2", "cannot perform mod operation between string and numb"),
        ):
            found = self.value(f"show(pcall(function() {script} end))")
            self.assertIn(message, found)

    def test_steps(self) -> None:
        """A step of nought goes down, and gets nowhere."""
        self.assertEqual(
            "0", self.value("local n = 0 for i = 1, 5, 0 do n = 1 end show(n)")
        )
        script = "local n = 0 for i = 5, 1, 0 do n = n + 1 if n > 9 then break end end"
        self.assertEqual("10", self.value(f"{script} show(n)"))

    def test_pcall(self) -> None:
        """Errors are caught with their places; anything may be thrown."""
        for script, shown in (
            ("show(pcall(error, 'x', 0))", "false x"),
            ("local a, e = pcall(error, {n = 7}) show(a, e.n)", "false 7"),
            ("show(pcall(function() return 1, 2 end))", "true 1 2"),
            ("show(pcall(7))", "false attempt to call a number value"),
            (
                "local function f() error('x', 0) end"
                " show(xpcall(f, function(e) return e .. '!' end))",
                "false x!",
            ),
        ):
            self.assertEqual(shown, self.value(script), script)

    def test_print(self) -> None:
        """To the standard output."""
        output = StringIO()
        self.patch(sys, "stdout", output)
        self.done(pre="print('é', 1, nil)")
        self.assertEqual("é\t1\tnil\n", output.getvalue())


class TableTests(LuaTestCase):
    """The library ``table``."""

    def test_functions(self) -> None:
        """Insert, remove, concat, sort, maxn."""
        for script, shown in (
            (
                "local t = {1, 3} table.insert(t, 2, 2) table.insert(t, 4)"
                " show(table.concat(t, ','))",
                "1,2,3,4",
            ),
            (
                "local t = {1, 2, 3} show(table.remove(t, 1), table.remove(t), #t)",
                "1 3 1",
            ),
            ("local t = {3, 1, 2} table.sort(t) show(table.concat(t, ' '))", "1 2 3"),
            (
                "local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end)"
                " show(t[1])",
                "3",
            ),
            ("show(table.maxn({1, 2}))", "2"),
            ("show(table.concat({1.5, 'a'}, '-'))", "1.5-a"),
        ):
            self.assertEqual(shown, self.value(script), script)


class StringTests(LuaTestCase):
    """The library ``string``."""

    def test_functions(self) -> None:
        """What every script with strings uses."""
        for expression, shown in (
            ("('abc'):upper()", "ABC"),
            ("('É'):lower()", "é"),
            ("('abc'):sub(2)", "bc"),
            ("('abc'):sub(-2, -2)", "b"),
            ("('abc'):rep(2)", "abcabc"),
            ("('abc'):reverse()", "cba"),
            ("('abc'):byte(2)", "98"),
            ("string.char(65, 66)", "AB"),
            ("('abc'):len()", "3"),
        ):
            self.assertEqual(shown, self.open_value(expression), expression)

    def test_patterns(self) -> None:
        """The functions that take patterns."""
        for script, shown in (
            ("show(('a.b'):find('.', 1, true))", "2 2"),
            ("show(('key = value'):match('(%w+)%s*=%s*(%w+)'))", "key value"),
            (
                "local s = '' for w in ('a b c'):gmatch('%a') do s = w .. s end"
                " show(s)",
                "cba",
            ),
            ("show(('hello'):gsub('l', 'L'))", "heLLo 2"),
            ("show((pcall((('a'):gmatch('.')))))", "false"),
            ("show(('%s-%d%%'):format('a', 5), ('%s'):format(1.5))", "a-5% 1.5"),
            ("show((('a'):rep(2e3) .. 'b'):find(('a'):rep(1e4), 1, true))", "nil"),
            ("show(('ab'):rep(4e3):find(('ab'):rep(2e3) .. 'a', 2, true))", "3 4003"),
            ("show(('hello'):gsub('l', {l = 'x'}, 1))", "hexlo 1"),
            ("show(('a(b(c))d'):match('%b()'))", "(b(c))"),
            ("show(('THE (quick) fox'):find('%((%a+)%)'))", "5 11 quick"),
        ):
            self.assertEqual(shown, self.open_value(script), script)

    @given(text(alphabet="AzÉéß\u0130\u0131\u01c5\u03a3\u03c3\u03c2\u0149\ufb01"))
    def test_case(self, word: str) -> None:
        """Case is mapped letter by letter, as Go does."""
        library = Library(tracks_order=False)
        upper = library.upper(word.encode().decode("latin-1")).decode()
        self.assertEqual(len(word), len(upper))


class LoadingTests(LuaTestCase):
    """Text that scripts load."""

    def setUp(self) -> None:
        super().setUp()
        folder = Path(self.mktemp())
        folder.mkdir()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder)

    def test_loadstring(self) -> None:
        """A function, or nil and what is wrong."""
        self.assertEqual("3", self.value("loadstring('return 1 + 2')()"))
        self.assertIn("parse error", self.value("show(loadstring('x x'))"))

    def test_loads_with_the_globals_of_the_request(self) -> None:
        """What is loaded sees the script's globals."""
        self.assertEqual("7", self.value("x = 7 show(loadstring('return x')())"))

    def test_require(self) -> None:
        """A file of Lua beside the configuration, once for each request."""
        Path("lib.lua").write_text("n = (n or 0) + 1 return {n = n}")
        script = "local a, b = require('lib'), require('lib') show(a.n, b.n, a == b)"
        for _ in range(2):
            self.assertEqual("1 1 true", self.value(script))

    def test_require_nothing(self) -> None:
        """A module that is not there, with the places that were looked at."""
        message = str(self.error("require('none')"))
        self.assertIn("module none not found:", message)
        self.assertIn("stat ./none.lua: no such file or directory", message)

    def test_dofile(self) -> None:
        """A file runs and brings its values."""
        Path("a.lua").write_text("return 1, 2")
        self.assertEqual("1 2", self.value("show(dofile('a.lua'))"))

    def test_long_text(self) -> None:
        """A script's text must not be too long: nobody else runs meanwhile."""
        library = Library(tracks_order=False)
        found = library.translate("x=1 " * LONGEST_TEXT, "s", False)
        self.assertEqual((None, "s: text too long to be loaded by a script"), found)


class SystemTests(LuaTestCase):
    """The libraries of ``allow_open_libs``."""

    def test_math(self) -> None:
        """Numbers; texts are read as Go reads them."""
        for expression, shown in (
            ("math.floor(1.7)", "1"),
            ("math.floor('010')", "8"),
            ("math.max(1, '3', 2)", "3"),
            ("math.huge", "1.7976931348623157e+308"),
            ("math.mod(-1, 3)", "2"),
        ):
            self.assertEqual(shown, self.open_value(expression), expression)

    def test_dates(self) -> None:
        """``os.date`` and ``os.time``."""
        self.assertEqual("1970-01-01", self.open_value("os.date('!%Y-%m-%d', 0)"))
        script = "local d = os.date('!*t', 0) show(d.year, d.wday)"
        self.assertEqual("1970 5", self.open_value(script))
        self.assertEqual("number", self.open_value("type(os.time())"))

    def test_environment(self) -> None:
        """``os.setenv`` and ``os.getenv``."""
        self.addCleanup(os.environ.pop, "KTW_LUA", None)
        script = "os.setenv('KTW_LUA', 'x') show(os.getenv('KTW_LUA'))"
        self.assertEqual("x", self.open_value(script))

    def test_exit(self) -> None:
        """No script ends the gateway."""
        error = self.error("os.exit()", allow_open_libs=True)
        self.assertIn("os.exit would end the gateway", str(error))

    def test_channels(self) -> None:
        """There is nothing that they could join."""
        error = self.error("channel.make()", allow_open_libs=True)
        self.assertIn("channels are not supported", str(error))

    def test_times(self) -> None:
        """What a table leaves out is before the year nought, as in gopher-lua."""
        for expression, shown in (
            ("os.date('!%Y-%m-%d', os.time({year = 2020, month = 13}))", "2020-12-3"),
            ("os.time({year = 2020, month = 1, day = '08'}) % 60", "0"),
            ("os.time({}) < -62000000000", "true"),
            ("os.time({year = 1e18}) < 0", "true"),
        ):
            self.assertTrue(self.open_value(expression).startswith(shown), expression)

    def test_files(self) -> None:
        """Files, with the words of Go."""
        name = self.mktemp()
        script = (
            f"local f = io.open('{name}', 'w') f:write(0.1 + 0.2, 1e15) f:close()"
            f" local f = io.open('{name}') local s = f:read('*a') f:close()"
            f" show(s, os.rename('{name}', '{name}2'), os.remove('{name}2'))"
        )
        self.assertEqual(
            "0.300000000000000041000000000000000 true true", self.open_value(script)
        )
        for expression, shown in (
            ("(select(2, io.open('/none')))", "open /none: no such file or directory"),
            ("(select(2, os.remove('/none')))", "remove /none: no such file or"),
            ("(select(2, os.rename('/none', '/x')))", "rename /none /x: no such file"),
            ("(select(2, pcall(io.open, '/', 'zz')))", "(invalid option: zz (must be"),
        ):
            self.assertIn(shown, self.open_value(expression), expression)

    def test_coroutines(self) -> None:
        """Scripts have their own."""
        script = (
            "local co = coroutine.create(function(a) local b = coroutine.yield(a + 1)"
            " return b * 2 end) local _, x = coroutine.resume(co, 1)"
            " local _, y = coroutine.resume(co, 5) show(x, y, coroutine.status(co))"
        )
        self.assertEqual("2 10 dead", self.open_value(script))


class CompileErrorTests(SynchronousTestCase):
    """What LuaJIT says of a translated text."""

    def test_words(self) -> None:
        """In gopher-lua's words."""
        for message, line, words in (
            (
                "s:3: undefined label 'x'",
                3,
                "no visible label 'x' for <goto> at line 3",
            ),
            ("s:2: something", 2, "something"),
            ("nothing known", 0, "nothing known"),
        ):
            error = compile_error(message)
            self.assertEqual((line, words), (error.line, error.message))
