"""From Lua as KrakenD's scripts are written to what LuaJIT compiles."""

from __future__ import annotations

import sys

from attrs import frozen

from krakendtw.middleware.modifier.lua._lexer import (
    END,
    NAME,
    NUMBER,
    STRING,
    LuaSyntaxError,
    Token,
)
from krakendtw.middleware.modifier.lua._parser import (
    ARITHMETIC,
    BOUND,
    CAT,
    KEEP,
    LENGTH,
    NEGATIVE,
    ORDER,
    PAUSING,
    SET,
    STEP,
    Change,
    LuaCompileError,
    Parser,
    TextTooLongError,
    quote,
)

__all__ = [
    "LuaCompileError",
    "LuaSyntaxError",
    "TextTooLongError",
    "Translation",
    "translate",
]

_HIDDEN_NAMES = b",".join(
    (
        CAT,
        LENGTH,
        KEEP,
        SET,
        ORDER,
        PAUSING,
        BOUND,
        STEP,
        NEGATIVE,
        *ARITHMETIC.values(),
    )
)
_HEAD = b"local %b=... return function(...) " % _HIDDEN_NAMES
"""Begins a chunk: a function that makes the script's own one.

It is called with what the translated text calls, for every request anew, so
that no two requests share the environment that ``setfenv`` gives it."""

_TAIL = b"\nend"

_ORDER_WORDS = frozenset(
    (b"pairs", b"next", b"require", b"dofile", b"load", b"loadfile", b"loadstring")
)
"""Words without which nobody sees in which order a table has its keys."""


@frozen
class Translation:
    """What LuaJIT is given.

    :ivar code: the text of a chunk; lines are where they were.
    :ivar asks_order: whether somebody may see the order of a table's keys.
    """

    code: bytes
    asks_order: bool


def translate(
    source: bytes, *, tracks_order: bool = False, most_tokens: int = sys.maxsize
) -> Translation:
    """Translate a text.

    :param tracks_order: have its tables remember the order of their keys, as
        gopher-lua's do, at some cost in time.
    :param most_tokens: how many a text may have.
    :raises TextTooLongError: it has more.
    :raises LuaSyntaxError: the text is no Lua.
    :raises LuaCompileError: it is Lua by its grammar only.
    """
    parser = Parser(source, tracks_order=tracks_order, most_tokens=most_tokens)
    parser.parse()
    asks_order = any(
        token.kind in (NAME, STRING) and token.text in _ORDER_WORDS
        for token in parser.tokens
    )
    return Translation(_HEAD + _write(parser) + _TAIL, asks_order)


def _write(parser: Parser) -> bytes:
    """The tokens with their changes, each on its own line of the source."""
    pieces: list[bytes] = []
    changes, line = parser.changes, 1
    for index, token in enumerate(parser.tokens):
        if token.kind == END:
            break
        change = changes.get(index)
        if token.line > line and not (change is not None and change.glued):
            pieces.append(b"\n" * (token.line - line))
            line = token.line
        else:
            pieces.append(b" ")
        pieces.append(_text(token, change))
    return b"".join(pieces)


def _text(token: Token, change: Change | None) -> bytes:
    """A token as LuaJIT is to read it."""
    if token.kind == STRING:
        text = quote(token.text)
    elif token.kind == NUMBER:
        text = repr(token.value).encode() if token.value == token.value else b"(0/0)"
    elif token.kind == NAME:
        text = token.text
    else:
        text = token.kind
    if change is None:
        return text
    return change.before + (text if change.text is None else change.text) + change.after
