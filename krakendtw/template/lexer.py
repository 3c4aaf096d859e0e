"""A template's text cut into tokens.

Outside of actions there is one kind of token, the text; inside there are words,
literals and the few characters that mean something.  Tokens are made when they
are asked for, so that what is wrong further on is found only if nothing else was
wrong before it.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from krakendtw.go_quote import quote

LEFT = "{{"
RIGHT = "}}"

_SPACES = " \t\r\n"


class Kind(Enum):
    """What a token is."""

    ERROR = auto()
    """Something that is no token; the value says what is wrong."""
    BOOL = auto()
    CHAR = auto()
    """A printing character with no meaning of its own, but for the comma."""
    CHAR_CONSTANT = auto()
    COMPLEX = auto()
    ASSIGN = auto()
    DECLARE = auto()
    END = auto()
    """The end of the text."""
    FIELD = auto()
    IDENTIFIER = auto()
    LEFT_DELIM = auto()
    LEFT_PAREN = auto()
    NUMBER = auto()
    PIPE = auto()
    RAW_STRING = auto()
    RIGHT_DELIM = auto()
    RIGHT_PAREN = auto()
    SPACE = auto()
    STRING = auto()
    TEXT = auto()
    VARIABLE = auto()
    DOT = auto()
    KEYWORD = auto()


KEYWORDS = frozenset(
    (
        "block",
        "break",
        "continue",
        "define",
        "else",
        "end",
        "if",
        "nil",
        "range",
        "template",
        "with",
    )
)


class Token(NamedTuple):
    """A piece of the text.

    :ivar position: its index in the text.
    :ivar line: the line in which it begins, counted from 1.
    """

    kind: Kind
    value: str
    position: int
    line: int

    def is_keyword(self, word: str) -> bool:
        """Whether this is the keyword ``word``."""
        return self.kind is Kind.KEYWORD and self.value == word

    def __str__(self) -> str:
        """The token as error messages show it."""
        if self.kind is Kind.END:
            return "EOF"
        if self.kind is Kind.ERROR:
            return self.value
        if self.kind in (Kind.KEYWORD, Kind.DOT):
            return f"<{self.value}>"
        if len(self.value.encode("utf-8", "surrogateescape")) > 10:
            return f"{quote(self.value[:10])}..."
        return quote(self.value)


# All of these match the empty text, too.
_WORD = re.compile(r"\w*")
_SPACE_RUN = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(
    r"[+-]?(?:"
    r"0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?"
    r"|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?"
    r")i?"
)
_QUOTED = {
    '"': (re.compile(r'"(?:[^"\\\n]|\\[^\n])*"'), Kind.STRING, "quoted string"),
    "'": (
        re.compile(r"'(?:[^'\\\n]|\\[^\n])*'"),
        Kind.CHAR_CONSTANT,
        "character constant",
    ),
    "`": (re.compile(r"`[^`]*`"), Kind.RAW_STRING, "raw quoted string"),
}
_SINGLE = {"=": Kind.ASSIGN, "|": Kind.PIPE}

# Most tokens of actions; what it does not match is looked at character by character.
# Of spaces before a trimming end the last one belongs to that.
_COMMON = re.compile(
    r"""
    (?P<SPACE> [ \t\r\n]+ (?!-\}\}) )
    | (?P<FIELD> \.[A-Za-z_][A-Za-z0-9_]* (?= [.,|:)(\ \t\r\n] | \}\} | \Z) )
    | (?P<IDENTIFIER> [A-Za-z_][A-Za-z0-9_]* (?= [.,|:)(\ \t\r\n] | \}\} | \Z) )
    | (?P<VARIABLE> \$[A-Za-z0-9_]* (?= [.,|:)(\ \t\r\n] | \}\} | \Z) )
    | (?P<STRING> "(?:[^"\\\n]|\\[^\n])*" )
    | (?P<PIPE> \| )
    | (?P<DOT> \. (?= [.,|:)(\ \t\r\n] | \}\}) )
    """,
    re.VERBOSE,
).match
_COMMON_KINDS = {kind.name: kind for kind in Kind}
_WORD_KINDS = {
    **dict.fromkeys(KEYWORDS, Kind.KEYWORD),
    "true": Kind.BOOL,
    "false": Kind.BOOL,
}
_AFTER_WORD = frozenset(".,|:)( \t\r\n")


class Lexer:
    """The tokens of one text.

    :ivar last: the token that was made last.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._line = 1
        self._counted = 0
        self._is_inside = False
        self._parens = 0
        self.last = Token(Kind.END, "EOF", 0, 0)

    def next(self) -> Token:
        """The next token; after the end, and after an error, the end again."""
        self.last = self._inside() if self._is_inside else self._outside()
        return self.last

    def _make(self, kind: Kind, end: int) -> Token:
        """A token from the current position to ``end``, which becomes current."""
        start, self._position = self._position, end
        return Token(kind, self._text[start:end], start, self._line_at(start))

    def _line_at(self, position: int) -> int:
        self._line += self._text.count("\n", self._counted, position)
        self._counted = position
        return self._line

    def _error(self, message: str, start: int | None = None) -> Token:
        """An error, after which nothing follows."""
        start = self._position if start is None else start
        token = Token(Kind.ERROR, message, start, self._line_at(start))
        self._text, self._position, self._counted = "", 0, 0
        self._is_inside = False
        return token

    def _outside(self) -> Token:
        """Text, or what an action begins with; comments are skipped."""
        while True:
            start, text = self._position, self._text
            delim = text.find(LEFT, start)
            if delim < 0:
                kind = Kind.TEXT if start < len(text) else Kind.END
                token = self._make(kind, len(text))
                return token if kind is Kind.TEXT else token._replace(value="EOF")
            after = delim + len(LEFT)
            trims = text[after : after + 1] == "-" and _is_space(text, after + 1)
            end = delim
            if trims:
                end = start + len(text[start:delim].rstrip(_SPACES))
            if end > start:
                token = self._make(Kind.TEXT, end)
                self._position = delim
                return token
            self._position = delim
            inner = after + 2 if trims else after
            if not text.startswith("/*", inner):
                token = self._make(Kind.LEFT_DELIM, after)
                self._position = inner
                self._is_inside = True
                self._parens = 0
                return token
            error = self._skip_comment(inner)
            if error is not None:
                return error

    def _skip_comment(self, start: int) -> Token | None:
        """Go behind a comment and its action."""
        end = self._text.find("*/", start + 2)
        if end < 0:
            return self._error("unclosed comment", start)
        delim = self._right_delim(end + 2)
        if delim is None:
            return self._error("comment ends before closing delimiter", start)
        self._position = delim[1]
        return None

    def _right_delim(self, position: int) -> tuple[int, int] | None:
        """Where an action's end and what it trims end, if it stands here."""
        text = self._text
        if text.startswith(RIGHT, position):
            end = position + len(RIGHT)
            return end, end
        if _is_space(text, position) and text.startswith(f"-{RIGHT}", position + 1):
            end = position + 2 + len(RIGHT)
            return end, _match_end(_SPACE_RUN, text, end)
        return None

    def _close(self, delim: tuple[int, int]) -> Token:
        """The end of an action."""
        end, behind = delim
        self._position = end - len(RIGHT)
        token = self._make(Kind.RIGHT_DELIM, end)
        self._position = behind
        self._is_inside = False
        return token

    def _inside(self) -> Token:
        """A token of an action."""
        start, text = self._position, self._text
        match = _COMMON(text, start)
        if match is not None:
            kind = _COMMON_KINDS[match.lastgroup or ""]
            value = match[0]
            if kind is Kind.IDENTIFIER:
                kind = _WORD_KINDS.get(value, kind)
            self._position = match.end()
            return Token(kind, value, start, self._line_at(start))
        delim = self._right_delim(start)
        if delim is not None:
            return (
                self._error("unclosed left paren")
                if self._parens
                else self._close(delim)
            )
        if start >= len(text):
            return self._error("unclosed action")
        char = text[start]
        if char in _SPACES:
            return self._space()
        if char in _SINGLE:
            return self._make(_SINGLE[char], start + 1)
        if char == ":":
            if text.startswith("=", start + 1):
                return self._make(Kind.DECLARE, start + 2)
            return self._error("expected :=")
        if char in _QUOTED:
            return self._quoted(char)
        if char in "()":
            return self._paren(char)
        return self._word_or_number(char)

    def _paren(self, char: str) -> Token:
        if char == "(":
            self._parens += 1
            return self._make(Kind.LEFT_PAREN, self._position + 1)
        self._parens -= 1
        if self._parens < 0:
            return self._error("unexpected right paren")
        return self._make(Kind.RIGHT_PAREN, self._position + 1)

    def _word_or_number(self, char: str) -> Token:
        start, text = self._position, self._text
        if char == "$":
            return self._name(Kind.VARIABLE)
        # A dot that ends the text is the beginning of a number to Go.
        following = text[start + 1 : start + 2]
        if char == "." and following and following not in "0123456789":
            return self._name(Kind.FIELD)
        if char in ".+-0123456789":
            return self._number()
        if _is_word(char):
            return self._identifier()
        if char.isascii() and char.isprintable():
            return self._make(Kind.CHAR, start + 1)
        return self._error(f"unrecognized character in action: {code_point(char)}")

    def _space(self) -> Token:
        """A run of spaces but for the one that belongs to a trimming end."""
        start = self._position
        end = _match_end(_SPACE_RUN, self._text, start)
        if self._right_delim(end - 1) is not None:
            end -= 1
        return self._make(Kind.SPACE, end)

    def _quoted(self, char: str) -> Token:
        pattern, kind, name = _QUOTED[char]
        match = pattern.match(self._text, self._position)
        if match is None:
            return self._error(f"unterminated {name}")
        return self._make(kind, match.end())

    def _identifier(self) -> Token:
        end = _word_end(self._text, self._position)
        word = self._text[self._position : end]
        if not self._ends_word(end):
            return self._error(f"bad character {code_point(self._text[end])}")
        if word in KEYWORDS:
            return self._make(Kind.KEYWORD, end)
        kind = Kind.BOOL if word in ("true", "false") else Kind.IDENTIFIER
        return self._make(kind, end)

    def _name(self, kind: Kind) -> Token:
        """A field or a variable, or the dot or the dollar alone."""
        end = self._position + 1
        if self._ends_word(end):
            return self._make(Kind.DOT if kind is Kind.FIELD else kind, end)
        end = _word_end(self._text, end)
        if not self._ends_word(end):
            return self._error(f"bad character {code_point(self._text[end])}")
        return self._make(kind, end)

    def _ends_word(self, position: int) -> bool:
        """Whether a word may end here."""
        char = self._text[position : position + 1]
        return not char or char in _AFTER_WORD or self._text.startswith(RIGHT, position)

    def _number(self) -> Token:
        text, start = self._text, self._position
        end = _match_end(_NUMBER, text, start)
        if _is_word(text[end : end + 1]):
            return self._bad_number(end + 1)
        if text[end : end + 1] not in ("+", "-"):
            return self._make(Kind.NUMBER, end)
        end = _match_end(_NUMBER, text, end)
        if _is_word(text[end : end + 1]):
            return self._bad_number(end + 1)
        if text[end - 1] != "i":
            return self._bad_number(end)
        return self._make(Kind.COMPLEX, end)

    def _bad_number(self, end: int) -> Token:
        return self._error(
            f"bad number syntax: {quote(self._text[self._position : end])}"
        )


def code_point(char: str) -> str:
    """A character as ``%#U`` prints it: ``U+0021 '!'``."""
    shown = f" '{char}'" if char.isprintable() else ""
    return f"U+{ord(char):04X}{shown}"


def _is_space(text: str, position: int) -> bool:
    char = text[position : position + 1]
    return bool(char) and char in _SPACES


def _is_word(char: str) -> bool:
    """Whether a character can be part of a word."""
    return char.isalpha() or char.isdecimal() or char == "_"


def _word_end(text: str, start: int) -> int:
    """Where the word that begins at ``start`` ends."""
    end = _match_end(_WORD, text, start)
    word = text[start:end]
    if not word.isascii():
        # Python counts numerals of other kinds among the word characters.
        for place, char in enumerate(word, start):
            if not _is_word(char):
                return place
    return end


def _match_end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    assert match is not None  # the patterns may be empty
    return match.end()
