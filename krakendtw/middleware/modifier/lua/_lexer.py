"""Lua source text as tokens, by the rules of gopher-lua's scanner.

They differ from C Lua's in what escapes mean, in how numbers are read and in
what is said of a text that is no Lua, which clients see in error messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import nan
from typing import TypeAlias, cast

from krakendtw.middleware.modifier.lua._numbers import parse_number

AT_END = -1
"""The line of an error at the end of the text."""

NAME = b"<name>"
NUMBER = b"<number>"
STRING = b"<string>"
END = b"<eof>"

KEYWORDS = frozenset(
    b"and break do else elseif end false for function goto if in local nil not or "
    b"return repeat then true until while".split()
)

_Match: TypeAlias = Callable[[bytes, int], "re.Match[bytes]"]
_blank = cast("_Match", re.compile(rb"[ \t]*").match)
_space = cast("_Match", re.compile(rb"[ \t\r\n]*").match)
_line = cast("_Match", re.compile(rb"[^\r\n]*").match)
_digits = cast("_Match", re.compile(rb"[0-9]*").match)
_word = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*").match
_hexadecimal = re.compile(rb"0[xX]([0-9A-Fa-f]*)").match
_break = re.compile(rb"\r\n|\n\r|\r|\n")

_OPERATORS = (
    *(b"...", b"..", b"==", b"~=", b"<=", b">=", b"::"),
    *(bytes((byte,)) for byte in b"=<>+-*/%^#(){}[];:,."),
)
_operator = re.compile(b"|".join(map(re.escape, _OPERATORS))).match
_ESCAPES = dict(zip(b"abfnrtv", b"\a\b\f\n\r\t\v", strict=True))


class LuaSyntaxError(Exception):
    """A text that is no Lua.

    :ivar line: where it was noticed; :data:`AT_END` at the end of the text.
    :ivar near: the token at that place.
    """

    def __init__(self, line: int, near: bytes, message: str, column: int = 0) -> None:
        super().__init__(line, near, message, column)
        self.line = line
        self.near = near
        self.message = message
        self.column = column

    def describe(self, source: bytes) -> bytes:
        """The words of gopher-lua.

        :param source: the name of the text.
        """
        if self.line == AT_END:
            return b"%b at EOF:   %b\n" % (source, self.message.encode())
        return b"%b line:%d(column:%d) near '%b':   %b\n" % (
            source,
            self.line,
            self.column,
            self.near,
            self.message.encode(),
        )


class Token:
    """A word of the text.

    :ivar kind: a keyword, an operator, or one of :data:`NAME`, :data:`NUMBER`,
        :data:`STRING` and :data:`END`.
    :ivar text: what stands there; of a string its value.
    :ivar line: where it begins.
    :ivar end_line: where it ends.
    :ivar column: of its end, for error messages.
    :ivar value: of a number.
    """

    __slots__ = ("column", "end_line", "kind", "line", "text", "value")

    def __init__(self, kind: bytes, text: bytes, line: int) -> None:
        self.kind = kind
        self.text = text
        self.line = self.end_line = line
        self.column = 0
        self.value = 0.0


class Lexer:
    """Reads tokens from a text, one at a time."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._at = 0
        self._line = 1
        self._line_start = 0

    def next(self) -> Token:
        """The next token; at the end, again and again, one of kind ``END``.

        :raises LuaSyntaxError: there is none.
        """
        source = self._source
        self._skip()
        start, line = self._at, self._line
        if start == len(source):
            return Token(END, b"", AT_END)
        word = _word(source, start)
        if word is not None:
            text = word[0]
            self._at = word.end()
            token = Token(text if text in KEYWORDS else NAME, text, line)
        elif self._begins_number(start):
            token = Token(NUMBER, self._number(start), line)
            token.value = _value(token.text)
        elif source[start] in b"\"'":
            token = Token(STRING, self._string(source[start]), line)
        elif source[start] == ord("[") and source[start + 1 : start + 2] in (
            b"[",
            b"=",
        ):
            self._at += 1
            token = Token(STRING, self._long(), line)
        else:
            token = self._punctuation(start, line)
        token.end_line = self._line
        token.column = self._at - self._line_start
        return token

    # --- between tokens

    def _skip(self) -> None:
        """Go behind blanks and comments."""
        source = self._source
        while True:
            self._advance(_space(source, self._at).end())
            if source[self._at : self._at + 2] != b"--":
                return
            self._at += 2
            opening = source[self._at : self._at + 2]
            if opening in (b"[[", b"[="):
                self._at += 1
                try:
                    self._long()
                except LuaSyntaxError as error:
                    error.message = "invalid multiline comment"
                    raise
            else:
                self._at = _line(source, self._at).end()

    def _advance(self, end: int) -> None:
        """Go on to ``end`` and count the lines on the way."""
        for found in _break.finditer(self._source, self._at, end):
            self._line += 1
            self._line_start = found.end()
        self._at = end

    def _error(self, near: bytes, message: str) -> LuaSyntaxError:
        if self._at >= len(self._source):
            return LuaSyntaxError(AT_END, near, message)
        return LuaSyntaxError(self._line, near, message, self._at - self._line_start)

    # --- tokens

    def _punctuation(self, start: int, line: int) -> Token:
        source = self._source
        found = _operator(source, start)
        if found is None:
            self._at += 1
            char = source[start : start + 1]
            if char == b"~":
                raise LuaSyntaxError(
                    line, char, "Invalid '~' token", self._at - self._line_start
                )
            raise LuaSyntaxError(
                line, char, "Invalid token", self._at - self._line_start
            )
        self._at = found.end()
        text = found[0]
        # gopher-lua forgets the text of a single dot.
        return Token(text, b"" if text == b"." else text, line)

    def _begins_number(self, start: int) -> bool:
        source = self._source
        if source[start : start + 1] == b".":
            start += 1
        return source[start : start + 1].isdigit()

    def _number(self, start: int) -> bytes:
        source = self._source
        found = _hexadecimal(source, start)
        if found is not None:
            self._at = found.end()
            if not found[1]:
                raise self._at_line(found[0], "illegal hexadecimal number")
            return found[0]
        if (
            source[start : start + 1] == b"0"
            and source[start + 1 : start + 2].isdigit()
        ):
            start += 1
        at = _digits(source, start).end()
        if source[at : at + 1] == b".":
            at = _digits(source, at + 1).end()
        if source[at : at + 1] in (b"e", b"E"):
            at += 1
            if source[at : at + 1] in (b"-", b"+"):
                at += 1
            # One character belongs to the number here whatever it is.
            at = _digits(source, min(at + 1, len(source))).end()
        self._at = at
        return source[start:at]

    def _at_line(self, near: bytes, message: str) -> LuaSyntaxError:
        """An error of a token that is read to its end."""
        return LuaSyntaxError(self._line, near, message, self._at - self._line_start)

    def _string(self, quote: int) -> bytes:
        source = self._source
        value = bytearray()
        self._at += 1
        while True:
            if self._at >= len(source):
                raise self._error(bytes(value), "unterminated string")
            byte = source[self._at]
            if byte in b"\r\n":
                self._newline()
                # What follows does not matter: the error is on the next line.
                raise self._at_line(bytes(value), "unterminated string")
            self._at += 1
            if byte == quote:
                return bytes(value)
            if byte == ord("\\"):
                self._escape(value)
            else:
                value.append(byte)

    def _escape(self, value: bytearray) -> None:
        """Read what follows a backslash."""
        source = self._source
        if self._at >= len(source):
            value.append(0xFF)
            return
        byte = source[self._at]
        if byte in b"\r\n":
            self._newline()
            value += b"\n"
        elif 0x30 <= byte <= 0x39:
            end = _digits(source, self._at).end()
            end = min(end, self._at + 3)
            value.append(int(source[self._at : end]) & 0xFF)
            self._at = end
        else:
            self._at += 1
            value.append(_ESCAPES.get(byte, byte))

    def _newline(self) -> None:
        """Go behind one line break."""
        found = cast("re.Match[bytes]", _break.match(self._source, self._at))
        self._advance(found.end())

    def _long(self) -> bytes:
        """A long string or comment, from behind its first bracket on."""
        source = self._source
        level = 0
        while source[self._at : self._at + 1] == b"=":
            level += 1
            self._at += 1
        if source[self._at : self._at + 1] != b"[":
            char = source[self._at : self._at + 1]
            if not char:
                raise self._error(b"\xef\xbf\xbd", "invalid multiline string")
            self._at += 1
            raise self._at_line(char, "invalid multiline string")
        self._at += 1
        if source[self._at : self._at + 1] in (b"\r", b"\n"):
            self._newline()
        close = b"]" + b"=" * level + b"]"
        end = source.find(close, self._at)
        if end < 0:
            text = source[self._at :]
            self._advance(len(source))
            raise self._error(_unix(text), "unterminated multiline string")
        text = source[self._at : end]
        self._advance(end + len(close))
        return _unix(text)


def _unix(text: bytes) -> bytes:
    """``text`` with line breaks of any kind as one line feed each."""
    return _break.sub(b"\n", text) if b"\r" in text else text


def _value(text: bytes) -> float:
    """The value of a number's token; NaN for what is none, as in gopher-lua."""
    value = parse_number(text)
    return nan if value is None else value
