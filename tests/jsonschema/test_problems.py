"""Tests of ``krakendtw.jsonschema.problems``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.number import Number
from krakendtw.jsonschema.problems import (
    Problem,
    count,
    decimal,
    describe,
    pointer,
    quote,
    quote_all,
    show,
)

A = (None, "a")


def problem(words: str, *causes: Problem, is_group: bool = False) -> Problem:
    """A problem at ``/a``."""
    return Problem(A, lambda: words, causes, is_group=is_group)


class DescribeTests(SynchronousTestCase):
    """Trees of problems as text."""

    def test_causes_are_indented(self) -> None:
        """A line for each problem, its causes below it."""
        tree = problem("one", problem("two", problem("three")), problem("four"))
        self.assertEqual(
            describe(tree),
            "- at '/a': one\n  - at '/a': two\n    - at '/a': three\n  - at '/a': four",
        )

    def test_outermost_group(self) -> None:
        """The outermost group is not shown itself, others are."""
        inner = problem("both", problem("b"), problem("c"), is_group=True)
        tree = problem("all", problem("a"), inner, is_group=True)
        self.assertEqual(
            describe(tree),
            "- at '/a': a\n- at '/a': both\n  - at '/a': b\n  - at '/a': c",
        )

    def test_pointer(self) -> None:
        """A place is a JSON pointer."""
        self.assertEqual(pointer(None), "")
        self.assertEqual(pointer(((None, "a/b"), "~")), "/a~1b/~0")


class WordsTests(SynchronousTestCase):
    """Values in texts."""

    def test_quote(self) -> None:
        """Single quotes, escapes as in Go; a last backslash loses its twin."""
        self.assertEqual(quote("a'b\"c\n"), "'a\\'b\"c\\n'")
        self.assertEqual(quote("a\\b"), "'a\\\\b'")
        self.assertEqual(quote("a\\"), "'a\\'")
        self.assertEqual(quote_all(["a", "b"]), "'a', 'b'")

    def test_show(self) -> None:
        """Values as Go prints them."""
        for value, shown in (
            (None, "<nil>"),
            (True, "true"),
            (1, "1"),
            (Number("1.50"), "1.50"),
            ("a", "'a'"),
            ([1], "value"),
        ):
            self.assertEqual(show(value), shown)

    def test_numbers(self) -> None:
        """Groups of three digits; from a million on a power of ten."""
        self.assertEqual(count(1234567), "1,234,567")
        for value, shown in (
            (-0.0, "0"),
            (0.0, "0"),
            (12345.0, "12,345"),
            (-12345.678, "-12,345.678"),
            (0.0001, "0.0001"),
            (1e6, "1\u00d710\u2070\u2076"),
            (1234567.5, "1.2345675\u00d710\u2070\u2076"),
            (1.5e-5, "1.5\u00d710\u207b\u2070\u2075"),
            (float("inf"), "\u221e"),
            (float("-inf"), "-\u221e"),
        ):
            self.assertEqual(decimal(value), shown)
