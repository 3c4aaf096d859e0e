"""Tests of ``krakendtw.middleware.validation._cel_logic``."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_logic import (
    compile_all_of,
    compile_any_of,
    compile_choice,
)

FAILS = object()


def term(value: Any) -> Callable[[list[Any]], Any]:
    """A term that gives a value, or fails."""

    def evaluate(frame: list[Any]) -> Any:
        if value is FAILS:
            raise CelError("failed")
        return value

    return evaluate


def outcome(evaluate: Callable[[list[Any]], Any]) -> Any:
    """What comes of an evaluation."""
    try:
        return evaluate([])
    except CelError as error:
        return str(error)


class LogicTests(SynchronousTestCase):
    """Three outcomes: true, false, failure."""

    def expected(self, values: tuple[Any, ...], decisive: bool) -> Any:
        """What decides wins, else the first failure, else the other value."""
        if decisive in [value for value in values if isinstance(value, bool)]:
            return decisive
        for value in values:
            if value is FAILS:
                return "failed"
            if value == "text":
                return "no such overload"
        return not decisive

    def test_all_combinations(self) -> None:
        """Two and three terms give what the rule says, whatever they are."""
        for count in (2, 3):
            for values in product((True, False, FAILS, "text"), repeat=count):
                terms = [term(value) for value in values]
                self.assertEqual(
                    outcome(compile_all_of(terms)), self.expected(values, False)
                )
                self.assertEqual(
                    outcome(compile_any_of(terms)), self.expected(values, True)
                )

    def test_stops_when_decided(self) -> None:
        """What stands behind the decision is not evaluated."""
        seen: list[str] = []

        def spy(frame: list[Any]) -> bool:
            seen.append("x")
            return True

        compile_any_of([term(True), spy])([])
        compile_all_of([term(True), term(False), spy])([])
        self.assertEqual(seen, [])


class ChoiceTests(SynchronousTestCase):
    """``condition ? chosen : other``."""

    def test_one_side(self) -> None:
        """Only the side that is chosen is evaluated."""
        self.assertEqual(compile_choice([term(True), term(1), term(FAILS)])([]), 1)
        self.assertEqual(compile_choice([term(False), term(FAILS), term(2)])([]), 2)

    def test_no_bool(self) -> None:
        """The condition must be a bool."""
        choice = compile_choice([term(1), term(1), term(2)])
        self.assertEqual(outcome(choice), "no such overload")
