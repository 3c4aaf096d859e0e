"""The values of CEL's literals, which are bounded as numbers are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from krakendtw.middleware.validation._cel_numbers import MAX_INT, MAX_UINT, Uint
from krakendtw.middleware.validation._cel_text import unquote_bytes, unquote_text

if TYPE_CHECKING:
    from krakendtw.middleware.validation._cel_lexer import Token

Text = TypeVar("Text", str, bytes)

LITERALS: Final = frozenset(
    ("int", "float", "uint", "text", "bytes", "true", "false", "null")
)
"""The kinds of tokens that have a value."""

_WORDS = {"true": True, "false": False, "null": None}


class Literals:
    """Makes values of tokens.

    :param issue: is told of a mistake: its offset and what it is.
    """

    def __init__(self, issue: Callable[[int, str], None]) -> None:
        self._issue = issue
        self._kinds: dict[str, Callable[[Token, str], object]] = {
            "int": self._integer,
            "float": self._double,
            "uint": self._unsigned,
            "text": self._text,
            "bytes": self._bytes,
        }

    def value(self, token: Token, sign: str = "") -> object:
        """The value of a token whose kind is one of :data:`LITERALS`.

        :param sign: the minus that belongs to a number.
        """
        if token.kind in _WORDS:
            return _WORDS[token.kind]
        return self._kinds[token.kind](token, sign)

    def _integer(self, token: Token, sign: str) -> int:
        value = int(sign + token.text, 16 if token.text.startswith("0x") else 10)
        if not -MAX_INT - 1 <= value <= MAX_INT:
            self._issue(token.offset - len(sign), "invalid int literal")
        return value

    def _unsigned(self, token: Token, sign: str) -> Uint:
        text = token.text[:-1]
        value = int(text, 16 if text.startswith("0x") else 10)
        if value > MAX_UINT:
            self._issue(token.offset, "invalid uint literal")
        return Uint(value)

    def _double(self, token: Token, sign: str) -> float:
        value = float(sign + token.text)
        if value in (float("inf"), float("-inf")):
            self._issue(token.offset - len(sign), "invalid double literal")
        return value

    def _text(self, token: Token, sign: str) -> str:
        return self._unquoted(token, unquote_text, "")

    def _bytes(self, token: Token, sign: str) -> bytes:
        return self._unquoted(token, unquote_bytes, b"")

    def _unquoted(
        self, token: Token, unquote: Callable[[str], Text], wrong: Text
    ) -> Text:
        try:
            return unquote(token.text)
        except ValueError as error:
            self._issue(token.offset, str(error))
            return wrong
