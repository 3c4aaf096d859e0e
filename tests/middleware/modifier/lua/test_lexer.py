"""Tests of the scanner."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis.strategies import binary
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier.lua._lexer import (
    AT_END,
    END,
    NAME,
    NUMBER,
    STRING,
    Lexer,
    LuaSyntaxError,
    Token,
)


def scan(source: bytes) -> list[Token]:
    """All tokens of a text but the end."""
    lexer = Lexer(source)
    tokens = []
    while (token := lexer.next()).kind != END:
        tokens.append(token)
    return tokens


def only(source: bytes) -> Token:
    """The only token of a text."""
    (token,) = scan(source)
    return token


class LexerTests(SynchronousTestCase):
    """Tokens."""

    def error(self, source: bytes) -> str:
        """What is said of a text."""
        error = self.assertRaises(LuaSyntaxError, scan, source)
        return error.describe(b"<string>").decode()

    def test_kinds(self) -> None:
        """Names, keywords, operators, numbers and strings."""
        kinds = [token.kind for token in scan(b"local x_1 = 'a' .. 2 ~= nil")]
        self.assertEqual(
            [b"local", NAME, b"=", STRING, b"..", NUMBER, b"~=", b"nil"], kinds
        )

    def test_lines(self) -> None:
        """Line breaks of any kind count once; a string ends on its last line."""
        tokens = scan(b"a\r\nb\rc\n\rd [[\n\n]] e")
        self.assertEqual([1, 2, 3, 4, 4, 6], [token.line for token in tokens])
        self.assertEqual(6, tokens[4].end_line)

    def test_comments(self) -> None:
        """Short and long ones are nothing."""
        names = [t.text for t in scan(b"a -- b\nc --[[ d\n ]] e --[==[ ]] ]==] f")]
        self.assertEqual([b"a", b"c", b"e", b"f"], names)

    def test_numbers(self) -> None:
        """Go's ideas of them, an octal among these."""
        for text, value in (
            (b"3", 3.0),
            (b"3.5e2", 350.0),
            (b".5", 0.5),
            (b"0xff", 255.0),
            (b"010", 10.0),
        ):
            self.assertEqual(value, only(text).value, text)

    def test_no_number(self) -> None:
        """What a number swallows without being one is none in value."""
        self.assertTrue(math.isnan(only(b"1e").value))

    def test_escapes(self) -> None:
        """Letters, decimal codes, line breaks; anything else stands for itself."""
        self.assertEqual(b'\a\n\t\\"A\xff', only(rb'"\a\n\t\\\"\65\255"').text)
        self.assertEqual(b"x\ny", only(b"'x\\\r\ny'").text)
        self.assertEqual(b"xq", only(rb"'\x\q'").text)

    def test_long_strings(self) -> None:
        """The first line break is left out; the others become line feeds."""
        self.assertEqual(b"a\nb", only(b"[==[\r\na\r\nb]==]").text)
        self.assertEqual(b"]]", only(b"[=[]]]=]").text)

    def test_columns(self) -> None:
        """A column is where a token ends."""
        self.assertEqual([2, 5], [token.column for token in scan(b"ab cd")])

    def test_errors(self) -> None:
        """Errors in gopher-lua's words and at its places."""
        for source, words in (
            (b"a ~ b", "line:1(column:3) near '~':   Invalid '~' token\n"),
            (b"a\n $", "line:2(column:2) near '$':   Invalid token\n"),
            (b"'abc", "at EOF:   unterminated string\n"),
            (b"'abc\nd", "line:2(column:0) near 'abc':   unterminated string\n"),
            (b"[[abc", "at EOF:   unterminated multiline string\n"),
            (b"[=x", "line:1(column:3) near 'x':   invalid multiline string\n"),
            (b"--[=x", "line:1(column:5) near 'x':   invalid multiline comment\n"),
            (b"0x g", "line:1(column:2) near '0x':   illegal hexadecimal number\n"),
        ):
            self.assertEqual(f"<string> {words}", self.error(source), source)

    def test_end(self) -> None:
        """An error at the end has no line."""
        error = self.assertRaises(LuaSyntaxError, scan, b'"abc')
        self.assertEqual(AT_END, error.line)

    @given(binary(max_size=40))
    def test_anything(self, source: bytes) -> None:
        """Any bytes are tokens or a syntax error."""
        try:
            scan(source)
        except LuaSyntaxError as error:
            error.describe(b"<string>")
