"""Tests of ``krakendtw.middleware.validation._cel_closures``."""

from __future__ import annotations

import operator
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_ast import Ident, Literal
from krakendtw.middleware.validation._cel_closures import (
    applied,
    applied_to_both,
    compared,
    constant,
    failing,
    matcher,
)
from krakendtw.middleware.validation._cel_issues import CelError


def first(frame: list[Any]) -> Any:
    """What the frame begins with."""
    return frame[0]


class ClosureTests(SynchronousTestCase):
    """Functions of a frame."""

    def test_plain(self) -> None:
        """Values, mistakes and calls."""
        self.assertEqual(constant(5)([]), 5)
        self.assertRaises(CelError, failing("no"), [])
        self.assertEqual(applied(len, first)(["abc"]), 3)
        self.assertEqual(applied_to_both(operator.add, first, constant(2))([1]), 3)

    def test_compared(self) -> None:
        """With a constant or with anything."""
        for node in (Literal(0, 2), Ident(0, "b")):
            for compare, results in (
                (operator.eq, [False, True, False]),
                (operator.lt, [True, False, False]),
            ):
                closure = compared(compare, node, first, constant(2))
                self.assertEqual([closure([n]) for n in (1, 2, 3)], results)

    def test_matcher(self) -> None:
        """A pattern that is known is compiled once; what is no text fails."""
        for kind in ("string", "dyn"):
            closure = matcher(first, kind, "^a+$")
            self.assertEqual([closure([text]) for text in ("aa", "ab")], [True, False])
        self.assertRaises(CelError, matcher(first, "dyn", "a"), [1])

    def test_no_pattern(self) -> None:
        """A wrong pattern fails when it is asked, not before."""
        self.assertRaises(CelError, matcher(first, "string", "("), ["a"])
