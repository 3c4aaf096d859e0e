"""Tests of ``krakendtw.middleware.validation._cel_issues``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_issues import CelCheckError, Issue


class CelSourceErrorTests(SynchronousTestCase):
    """Mistakes are shown with their place."""

    def test_one_line(self) -> None:
        """The line is shown, and a mark below the place."""
        error = CelCheckError("1 == 'a'", [Issue(2, "no")])
        self.assertEqual(str(error), "ERROR: <input>:1:3: no\n | 1 == 'a'\n | ..^")

    def test_several_lines(self) -> None:
        """Only the line of the place is shown; tabs are blanks."""
        error = CelCheckError("true &&\n\tx", [Issue(9, "no")])
        self.assertEqual(str(error), "ERROR: <input>:2:2: no\n |  x\n | .^")

    def test_wide_characters(self) -> None:
        """Below a character that is no ASCII stands a wide mark."""
        error = CelCheckError("é+ü", [Issue(2, "no")])
        self.assertEqual(str(error).splitlines()[2], " | \uff0e.\uff3e")

    def test_order(self) -> None:
        """Mistakes are in the order of their places."""
        error = CelCheckError("a+b", [Issue(2, "b"), Issue(0, "a")])
        self.assertEqual(error.summary, "a; b")

    def test_no_place(self) -> None:
        """A mistake of the whole has no line."""
        error = CelCheckError("a", [Issue(-1, "too long")])
        self.assertEqual(str(error), "ERROR: <input>:-1:0: too long")

    def test_many(self) -> None:
        """After a hundred mistakes the rest is counted."""
        error = CelCheckError("a", [Issue(0, "no")] * 103)
        self.assertEqual(str(error).splitlines()[-1], "3 more errors were truncated")
