"""CEL's ``&&``, ``||`` and ``?:``.

The first two do not mind a failure on one side if the other side decides; what
decides is looked for from left to right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from krakendtw.middleware.validation._cel_functions import NO_OVERLOAD
from krakendtw.middleware.validation._cel_issues import CelError

Evaluate: TypeAlias = Callable[[list[Any]], Any]


def compile_all_of(terms: Sequence[Evaluate]) -> Evaluate:
    """``a && b && …``."""
    return _compile(terms, decisive=False)


def compile_any_of(terms: Sequence[Evaluate]) -> Evaluate:
    """``a || b || …``."""
    return _compile(terms, decisive=True)


def _compile(terms: Sequence[Evaluate], *, decisive: bool) -> Evaluate:
    neutral = not decisive
    if len(terms) == 2:
        return _pair(terms[0], terms[1], decisive=decisive)
    several = tuple(terms)

    def evaluate(frame: list[Any]) -> Any:
        failure: CelError | None = None
        for term in several:
            try:
                value = term(frame)
            except CelError as error:
                failure = failure or error
                continue
            if value is decisive:
                return decisive
            if value is not neutral:
                failure = failure or CelError(NO_OVERLOAD)
        if failure is not None:
            raise failure
        return neutral

    return evaluate


def _pair(left: Evaluate, right: Evaluate, *, decisive: bool) -> Evaluate:
    """Two terms, the usual case."""
    neutral = not decisive

    def evaluate(frame: list[Any]) -> Any:
        try:
            value = left(frame)
        except CelError as error:
            failure = error
        else:
            if value is decisive:
                return decisive
            if value is neutral:
                value = right(frame)
                if value is decisive or value is neutral:
                    return value
                raise CelError(NO_OVERLOAD)
            failure = CelError(NO_OVERLOAD)
        try:
            if right(frame) is decisive:
                return decisive
        except CelError:
            raise failure from None
        raise failure

    return evaluate


def compile_choice(terms: Sequence[Evaluate]) -> Evaluate:
    """``condition ? chosen : other``."""
    condition, chosen, other = terms

    def evaluate(frame: list[Any]) -> Any:
        value = condition(frame)
        if value is True:
            return chosen(frame)
        if value is False:
            return other(frame)
        raise CelError(NO_OVERLOAD)

    return evaluate
