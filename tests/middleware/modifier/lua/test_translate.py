"""Tests of the translation to what LuaJIT reads."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier.lua._lexer import LuaSyntaxError
from krakendtw.middleware.modifier.lua._translate import translate
from tests.middleware.modifier.lua.scripts import LuaTestCase


class TranslationTests(SynchronousTestCase):
    """The text."""

    def test_lines_stay(self) -> None:
        """Every token is on the line where it was."""
        source = b"local a = 1\n\n-- note\nlocal b = [[\nx\n]]\nreturn a"
        lines = translate(source).code.split(b"\n")
        self.assertIn(b"local a", lines[0])
        self.assertIn(b"local b", lines[3])
        self.assertIn(b"return a", lines[6])

    def test_no_lua(self) -> None:
        """An error is the parser's."""
        self.assertRaises(LuaSyntaxError, translate, b"x x")

    def test_order_asked_for(self) -> None:
        """Words that show the order of a table's keys, as names or strings."""
        for source, asks in (
            (b"for k in pairs(t) do end", True),
            (b"return _G['next']", True),
            (b"require('x')", True),
            (b"for k in ipairs(t) do end", False),
            (b"-- pairs", False),
        ):
            self.assertEqual(asks, translate(source).asks_order, source)

    def test_names_cannot_be_told(self) -> None:
        """No text can use the names that the translation adds."""
        self.assertRaises(LuaSyntaxError, translate, b"local \xffc = 1")


class MeaningTests(LuaTestCase):
    """What gopher-lua does otherwise than LuaJIT."""

    def test_concatenation(self) -> None:
        """Numbers become text the Go way, from right to left."""
        self.assertEqual("1.2345675e+06x3", self.value("1234567.5 .. 'x' .. 3"))

    def test_empty_statements(self) -> None:
        """Semicolons may stand where Lua 5.1 wants none."""
        self.assertEqual("1", self.value("; ; local a = 1; ; show(a)"))

    def test_arguments_on_the_next_line(self) -> None:
        """A call may go on there."""
        self.assertEqual("x", self.value("local a = tostring\n('x') show(a)"))

    def test_goto(self) -> None:
        """Labels work as in Lua 5.2."""
        script = "local i = 0 ::again:: i = i + 1 if i < 3 then goto again end show(i)"
        self.assertEqual("3", self.value(script))

    def test_tail_calls_keep_the_caller(self) -> None:
        """A function that returns a call is still there for errors."""
        script = "local function f()\nerror('x', 2) end\nlocal function g()\nreturn f() end g()"  # noqa: E501
        self.assertEqual("x (pre-script:L2)", str(self.error(script)))

    def test_self_recursion(self) -> None:
        """A function that ends in a call of itself may do so for long."""
        script = "local function f(n) if n == 0 then return 'end' end return f(n - 1) end show(f(1e5))"  # noqa: E501
        self.assertEqual("end", self.value(script))

    def test_keys_in_their_order(self) -> None:
        """Tables remember the order in which strings became keys."""
        script = (
            "local t = {z = 1, y = 2} t.x = 3 t.a = 4 t.y = nil t.y = 5 local s = '' "
            "for k, v in pairs(t) do s = s .. k .. v end show(s)"
        )
        self.assertEqual("z1y5x3a4", self.value(script))

    def test_methods_of_tables(self) -> None:
        """``self`` is the table."""
        script = "local t = {n = 2} function t:m(a) return self.n + a end show(t:m(3))"
        self.assertEqual("5", self.value(script))
