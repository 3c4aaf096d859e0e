"""CEL's macros over lists and maps: all, exists, exists_one, map, filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from krakendtw.middleware.validation._cel_functions import NO_OVERLOAD
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_values import Lift, items

Evaluate: TypeAlias = Callable[[list[Any]], Any]
Compile: TypeAlias = Callable[
    [Evaluate, int, Evaluate | None, Evaluate | None, Lift], Evaluate
]
"""From the range, the variable's place in the frame, the condition and the result."""


def _quantifier(*, decisive: bool) -> Compile:
    """``all``, which one false decides, or ``exists``, which one true decides.

    A failure for one item does not count if another one decides.
    """
    neutral = not decisive

    def compile_(
        over: Evaluate,
        slot: int,
        test: Evaluate | None,
        result: Evaluate | None,
        lift: Lift,
    ) -> Evaluate:
        assert test is not None  # the parser sees to it

        def evaluate(frame: list[Any]) -> Any:
            failure: CelError | None = None
            for item in items(over(frame), lift):
                frame[slot] = item
                try:
                    value = test(frame)
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

    return compile_


def _holds(value: Any) -> bool:
    """What a condition says.

    :raises CelError: it is no bool.
    """
    if value is True:
        return True
    if value is False:
        return False
    raise CelError(NO_OVERLOAD)


def _compile_exists_one(
    over: Evaluate,
    slot: int,
    test: Evaluate | None,
    result: Evaluate | None,
    lift: Lift,
) -> Evaluate:
    assert test is not None  # the parser sees to it

    def evaluate(frame: list[Any]) -> bool:
        count = 0
        for item in items(over(frame), lift):
            frame[slot] = item
            count += _holds(test(frame))
        return count == 1

    return evaluate


def _compile_list(
    over: Evaluate,
    slot: int,
    test: Evaluate | None,
    result: Evaluate | None,
    lift: Lift,
) -> Evaluate:
    """``map`` and ``filter``: without a result the item itself is taken."""

    def evaluate(frame: list[Any]) -> tuple[Any, ...]:
        made: list[Any] = []
        for item in items(over(frame), lift):
            frame[slot] = item
            if test is None or _holds(test(frame)):
                made.append(item if result is None else result(frame))
        return tuple(made)

    return evaluate


FOLDS: Final[Mapping[str, Compile]] = MappingProxyType(
    {
        "all": _quantifier(decisive=False),
        "exists": _quantifier(decisive=True),
        "exists_one": _compile_exists_one,
        "filter": _compile_list,
        "map": _compile_list,
    }
)
"""The macros by name."""
