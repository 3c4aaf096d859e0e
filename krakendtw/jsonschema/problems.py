"""What is wrong with a document by its schema, in the words that KrakenD uses.

A :class:`Problem` is a tree; its text is made when it is shown, for most
branches that fail are forgotten because another one fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from attrs import define, field

from krakendtw.go_quote import quote as go_quote
from krakendtw.gojson.format import format_g
from krakendtw.gojson.number import Number

At: TypeAlias = "tuple[At, str] | None"
"""A place in a document: the place of what it is in, and its key or index."""

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@define(eq=False)
class Problem:
    """One thing that is wrong.

    :ivar at: where.
    :ivar words: what, as a function; ``None`` where only the causes are shown.
    :ivar causes: why.
    :ivar is_group: whether it only holds several causes of one schema together.
    """

    at: At
    words: Callable[[], str] | None
    causes: Sequence[Problem] = ()
    is_group: bool = field(default=False, kw_only=True)

    def lines(self, indent: int = 0) -> Iterator[str]:
        """The text, a line for each thing, its causes indented below it."""
        if self.words is not None:
            yield f"{'  ' * indent}- at {quote(pointer(self.at))}: {self.words()}"
            indent += 1
        for cause in self.causes:
            yield from cause.lines(indent)


def describe(problem: Problem) -> str:
    """The whole text of what is wrong with a document."""
    causes = problem.causes if problem.is_group else (problem,)
    return "\n".join(line for cause in causes for line in cause.lines())


def pointer(at: At) -> str:
    """A place as a JSON pointer (RFC 6901)."""
    tokens: list[str] = []
    while at is not None:
        at, token = at
        tokens.append(escape_token(token))
    return "".join(f"/{token}" for token in reversed(tokens))


def escape_token(token: str) -> str:
    """A key as a part of a JSON pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def quote(text: str) -> str:
    """``text`` between single quotes, what does not print escaped as in Go.

    KrakenD's library makes it of Go's double quotes, the closing one included:
    of two backslashes before it one is lost.
    """
    quoted = go_quote(text).replace('\\"', '"').replace("'", "\\'")
    return f"'{quoted[1:-1]}'"


def quote_all(texts: Sequence[str]) -> str:
    """Texts between single quotes, with commas."""
    return ", ".join(map(quote, texts))


def show(value: Any) -> str:
    """A value of a schema or a document, unless it is a container."""
    if value is None:
        return "<nil>"
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is Number:
        return str.__str__(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, dict | list):
        return "value"
    return format_g(value) if isinstance(value, float) else str(value)


def count(number: int) -> str:
    """A whole number, in groups of three digits."""
    return f"{number:,}"


def decimal(number: float) -> str:
    """A number: in groups of three digits, or as 1.5 times ten to the 6."""
    text = format_g(number + 0.0)  # a fraction has no negative zero
    if "Inf" in text:
        return text.replace("+Inf", "∞").replace("-Inf", "-∞")
    mantissa, mark, exponent = text.partition("e")
    if mark:
        power = exponent.removeprefix("+").translate(_SUPERSCRIPT)
        return f"{mantissa}\u00d710{power}"
    whole, point, fraction = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{fraction}"
