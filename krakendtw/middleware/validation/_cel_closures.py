"""The plain closures of a compiled expression: what calls something with operands.

A closure takes the frame of one evaluation, see :mod:`._cel_compile`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from krakendtw.middleware.validation._cel_ast import Literal, Node
from krakendtw.middleware.validation._cel_functions import NO_OVERLOAD
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.regex import RegexError, compile_regex

Frame: TypeAlias = "list[Any]"
Evaluate: TypeAlias = Callable[[Frame], Any]


def constant(value: Any) -> Evaluate:
    """Always the same value."""
    return lambda frame: value


def failing(message: str) -> Evaluate:
    """Always the same mistake."""

    def fail(frame: Frame) -> Any:
        raise CelError(message)

    return fail


def applied(function: Callable[[Any], Any], arg: Evaluate) -> Evaluate:
    """A function's value."""
    return lambda frame: function(arg(frame))


def applied_to_both(
    function: Callable[[Any, Any], Any], left: Evaluate, right: Evaluate
) -> Evaluate:
    """The value of a function of two operands."""
    return lambda frame: function(left(frame), right(frame))


def compared(
    compare: Callable[[Any, Any], Any], node: Node, left: Evaluate, right: Evaluate
) -> Evaluate:
    """Two operands of one plain type; quicker if the second is a constant."""
    if isinstance(node, Literal):
        known = node.value
        if compare is operator.eq:
            return lambda frame: left(frame) == known
        return lambda frame: compare(left(frame), known)
    return lambda frame: compare(left(frame), right(frame))


def matcher(text: Evaluate, kind: str, pattern: Any) -> Evaluate:
    """``text.matches(pattern)`` with a pattern that is known already."""
    try:
        matches = compile_regex(pattern)
    except RegexError as error:
        # A mistake of every evaluation, not of the expression, as in cel-go.
        return failing(str(error))
    if kind == "string":
        return lambda frame: matches(text(frame))

    def match(frame: Frame) -> bool:
        value = text(frame)
        if type(value) is str:
            return matches(value)
        raise CelError(NO_OVERLOAD)

    return match
