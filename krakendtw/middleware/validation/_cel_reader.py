"""What reads the tokens of an expression one by one, and notes its mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from krakendtw.middleware.validation._cel_issues import CelSyntaxError, Issue
from krakendtw.middleware.validation._cel_lexer import Token, tokenize

if TYPE_CHECKING:
    from krakendtw.middleware.validation._cel_ast import Node

MAX_DEPTH: Final = 250
"""How deep expressions may be nested, and how deep their operators."""


class Reader:
    """Steps over the tokens of a text.

    :raises CelSyntaxError: the text has no tokens.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = tokenize(source)
        self._at = 0
        self._depth = 0
        self._issues: list[Issue] = []

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _take(self, kind: str) -> bool:
        """Step over a token if it is of this kind."""
        if self._tokens[self._at].kind != kind:
            return False
        self._at += 1
        return True

    def _want(self, kind: str, named: str = "") -> Token:
        token = self._next()
        if token.kind != kind:
            wanted = named or f"'{kind}'"
            self._syntax(token, f"mismatched input '{token.text}' expecting {wanted}")
        return token

    def _syntax(self, token: Token, message: str) -> NoReturn:
        """Stop here: nothing sure can be said of what follows."""
        self._issue(token.offset, f"Syntax error: {message}")
        raise CelSyntaxError(self._source, self._issues)

    def _issue(self, offset: int, message: str) -> None:
        self._issues.append(Issue(offset, message))

    def _optional(self, what: str, offset: int) -> None:
        """Refuse the syntax of optional values, which is an extension."""
        if self._take("?"):
            self._issue(offset, f"unsupported syntax '{what}?'")

    def _deeper(self, node: Node, *inner: Node) -> Node:
        """``node`` with its height, which is bounded."""
        node.height = 1 + max(child.height for child in inner)
        if node.height > MAX_DEPTH:
            issue = Issue(-1, "max recursion depth exceeded")
            raise CelSyntaxError(self._source, [*self._issues, issue])
        return node
