"""CEL's tokens: the lexical part of its grammar, always the longest match."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from krakendtw.middleware.validation._cel_issues import CelSyntaxError, Issue

MAX_CODE_POINTS: Final = 100_000
"""How long an expression may be."""

_ESCAPE = (
    r"\\(?:[abfnrtv\"'\\?`]"
    r"|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
)
_TEXT = "|".join(
    (
        rf'"""(?:{_ESCAPE}|[^\\])*?"""',
        rf"'''(?:{_ESCAPE}|[^\\])*?'''",
        rf'"(?:{_ESCAPE}|[^\\"\n\r])*"',
        rf"'(?:{_ESCAPE}|[^\\'\n\r])*'",
        r'[rR](?:"""[\s\S]*?"""|"[^"\n\r]*")',
        r"[rR](?:'''[\s\S]*?'''|'[^'\n\r]*')",
    )
)
_EXPONENT = r"[eE][+-]?[0-9]+"
_TOKEN = re.compile(
    rf"""
    (?P<skip>[\t\ \r\n\f]+|//[^\n]*)
    |(?P<bytes>[bB](?:{_TEXT.replace(" ", "[ ]")}))
    |(?P<text>{_TEXT.replace(" ", "[ ]")})
    |(?P<float>[0-9]+\.[0-9]+(?:{_EXPONENT})?|[0-9]+{_EXPONENT}|\.[0-9]+(?:{_EXPONENT})?)
    |(?P<uint>(?:0x[0-9a-fA-F]+|[0-9]+)[uU])
    |(?P<int>0x[0-9a-fA-F]+|[0-9]+)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<quoted>`[A-Za-z0-9_.\-/\ ]+`)
    |(?P<mark>==|!=|<=|>=|&&|\|\||[<>\[\]{{}}().,\-!?:+*/%])
    """,
    re.VERBOSE,
)

KEYWORDS: Final = frozenset({"in", "true", "false", "null"})


@frozen
class Token:
    """A piece of an expression.

    :ivar kind: ``int``, ``uint``, ``float``, ``text``, ``bytes``, ``word``,
        ``quoted``, ``end``; keywords and marks are kinds of their own.
    :ivar text: as written.
    :ivar offset: the code point it begins at.
    """

    kind: str
    text: str
    offset: int


def tokenize(source: str) -> list[Token]:
    """The tokens of an expression, an ``end`` last.

    :raises CelSyntaxError: something is no token, or the text is too long.
    """
    if len(source) > MAX_CODE_POINTS:
        message = (
            "expression code point size exceeds limit: "
            f"size: {len(source)}, limit {MAX_CODE_POINTS}"
        )
        raise CelSyntaxError(source, [Issue(-1, message)])
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None:
            message = f"Syntax error: token recognition error at: '{source[at]}'"
            raise CelSyntaxError(source, [Issue(at, message)])
        kind = found.lastgroup
        text = found[0]
        if kind == "mark" or (kind == "word" and text in KEYWORDS):
            tokens.append(Token(text, text, at))
        elif kind is not None and kind != "skip":
            tokens.append(Token(kind, text, at))
        at = found.end()
    tokens.append(Token("end", "<EOF>", at))
    return tokens
