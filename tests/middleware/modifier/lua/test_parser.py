"""Tests of the grammar."""

from __future__ import annotations

from hypothesis import given
from hypothesis.strategies import lists, sampled_from
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier.lua._lexer import LuaSyntaxError
from krakendtw.middleware.modifier.lua._parser import (
    LuaCompileError,
    Parser,
    quote,
)

WORDS = (
    "a b = == ( ) { } [ ] , ; : . .. ... + - # not and or 1 'x' nil true function end "
    "if then else elseif while do for in repeat until return break local goto :: ::l:: "
)


def parse(source: str) -> Parser:
    """A text that is read to its end."""
    parser = Parser(source.encode())
    parser.parse()
    return parser


class GrammarTests(SynchronousTestCase):
    """What is Lua."""

    def syntax(self, source: str) -> str:
        """What is said of a text that is no Lua."""
        error = self.assertRaises(LuaSyntaxError, parse, source)
        return error.describe(b"s").decode().strip()

    def compile(self, source: str) -> str:
        """What is said of a text that is Lua by its grammar only."""
        error = self.assertRaises(LuaCompileError, parse, source)
        return error.describe(b"s").decode()

    def test_accepted(self) -> None:
        """Every statement and every expression."""
        for source in (
            "",
            "local a, b = 1, 'x'",
            "a.b['c'].d = #e .. -f ^ 2",
            "f 'x' {1, 2; x = 3, [4] = 5,}:m(...)",
            "for i = 1, 2, 3 do break end",
            "for k, v in pairs(t) do end",
            "while a do repeat until b end",
            "if a then elseif b then else end",
            "function a.b:c(d, ...) return ... end",
            "local function f() return end",
            "do goto l end ::l::",
            "return function() end, not a and b or c",
            "return;",
            ";a = 1",
            "a = {1;;2}",
        ):
            parse(source)

    def test_refused(self) -> None:
        """Errors name the line, the column and the token."""
        for source, words in (
            ("a b", "s line:1(column:3) near 'b':   parse error"),
            ("x = ", "s at EOF:   syntax error"),
            ("if a then", "s at EOF:   syntax error"),
            ("\n\nend", "s line:3(column:3) near 'end':   syntax error"),
            ("f() = 1", "s line:1(column:5) near '=':   syntax error"),
            ("return 1 a", "s line:1(column:10) near 'a':   syntax error"),
        ):
            self.assertEqual(words, self.syntax(source), source)

    def test_not_compiled(self) -> None:
        """A break outside of loops, labels that are not there or twice."""
        for source, words in (
            ("break", "no loop to break"),
            ("function f() break end", "no loop to break"),
            ("::l:: ::l::", "label 'l' already defined on line 1"),
            (
                "function f() return ... end",
                "cannot use '...' outside a vararg function",
            ),
        ):
            self.assertIn(words, self.compile(source), source)

    def test_grammar_goes_first(self) -> None:
        """What cannot be compiled is not told of a text that is no Lua."""
        self.assertIn("syntax error", self.syntax("break x y"))

    @given(lists(sampled_from(WORDS.split()), max_size=12))
    def test_anything(self, words: list[str]) -> None:
        """Any words are a text or an error."""
        try:
            parse(" ".join(words))
        except (LuaSyntaxError, LuaCompileError) as error:
            error.describe(b"s")


class ChangeTests(SynchronousTestCase):
    """What is noted for LuaJIT."""

    def test_nothing_to_change(self) -> None:
        """Most tokens stay as they are."""
        self.assertEqual({}, parse("local a, b = c, 1 + 2").changes)

    def test_strays(self) -> None:
        """A semicolon behind nothing is left out."""
        (change,) = parse(";").changes.values()
        self.assertEqual(b"", change.text)

    def test_quote(self) -> None:
        """A string literal holds printable ASCII only."""
        self.assertEqual(b'"a\\034\\092\\010\\255"', quote(b'a"\\\n\xff'))
