"""Tests of ``krakendtw.middleware.validation._cel_folds``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_folds import FOLDS
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_values import raw


def fold(kind: str, values: Any, test: Any = None, result: Any = None) -> Any:
    """What a macro gives over ``values``; the variable is at 1 of the frame."""
    return FOLDS[kind](lambda frame: values, 1, test, result, raw)([None, None])


def item(frame: list[Any]) -> Any:
    """The variable; an item ``"!"`` fails."""
    if frame[1] == "!":
        raise CelError("failed")
    return frame[1]


class QuantifierTests(SynchronousTestCase):
    """``all`` and ``exists``."""

    def test_decided(self) -> None:
        """One item decides, also after a failure."""
        self.assertIs(fold("all", [True, "!", False], item), False)
        self.assertIs(fold("exists", [False, "!", True], item), True)

    def test_undecided(self) -> None:
        """Without a decision a failure counts, or a condition that is no bool."""
        for kind, value in (("all", True), ("exists", False)):
            self.assertRaises(CelError, fold, kind, [value, "!"], item)
            self.assertRaises(CelError, fold, kind, [value, 1], item)

    def test_empty(self) -> None:
        """Of nothing all is true, and nothing exists."""
        self.assertIs(fold("all", [], item), True)
        self.assertIs(fold("exists", {}, item), False)


class CountingTests(SynchronousTestCase):
    """``exists_one``, ``map`` and ``filter``, which fail with any item."""

    def test_exists_one(self) -> None:
        """Exactly one counts."""
        self.assertIs(fold("exists_one", [True, False], item), True)
        self.assertIs(fold("exists_one", [True, True], item), False)
        self.assertRaises(CelError, fold, "exists_one", [True, "!"], item)

    def test_map_and_filter(self) -> None:
        """Both make a list."""
        self.assertEqual(fold("map", [1, 2], None, lambda frame: -frame[1]), (-1, -2))
        self.assertEqual(fold("filter", [True, False], item), (True,))
        self.assertEqual(fold("map", {"a": 1}, None, item), ("a",))
        self.assertRaises(CelError, fold, "filter", [1], item)

    def test_over_nothing_iterable(self) -> None:
        """Only lists and maps can be gone through."""
        self.assertRaises(CelError, fold, "map", "abc", None, item)
