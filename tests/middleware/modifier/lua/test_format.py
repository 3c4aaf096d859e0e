"""Tests of ``string.format``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier.lua._format import sprintf
from tests.middleware.modifier.lua.scripts import LuaTestCase


class SprintfTests(SynchronousTestCase):
    """Go's directives."""

    def check(self, *cases: tuple[str, list[Any], str]) -> None:
        """Each template with its values gives the text."""
        for template, values, text in cases:
            self.assertEqual(text, sprintf(template, values), template)

    def test_integers(self) -> None:
        """Width, sign, bases."""
        self.check(
            ("%d", [5], "5"),
            ("%5d|%-5d|%05d|%+d", [5, 5, 5, 5], "    5|5    |00005|+5"),
            ("%x %X %o %b", [255, 255, 8, 5], "ff FF 10 101"),
            ("%x", [-255], "-ff"),
            ("%c", [0x41], "A"),
        )

    def test_floats(self) -> None:
        """Precision, exponents."""
        self.check(
            ("%.2f", [2.125], "2.12"),
            ("%8.3f|%-8.1f|", [1.5, 1.5], "   1.500|1.5     |"),
            ("%e", [12345.678], "1.234568e+04"),
            ("%g", [0.00001], "1e-05"),
        )

    def test_text(self) -> None:
        """Strings, quoted ones, precision."""
        self.check(
            ("%s|%5s|%-5s|", ["a", "a", "a"], "a|    a|a    |"),
            ("%.2s", ["abc"], "ab"),
            ("%q", ['a"b'], '"a\\"b"'),
            ("100%%", [], "100%"),
        )

    def test_complaints(self) -> None:
        """What does not fit is said in the text, as Go does."""
        self.check(
            ("%d %x", ["x", "y"], "0 79"),
            ("%d %d", [1], "1 %!d(MISSING)"),
            ("%", [], "%!(NOVERB)"),
            ("%y", [1], "%!y(int64=1)"),
        )

    def test_width_is_bounded(self) -> None:
        """Widths beyond all reason are not carried out."""
        self.assertRaises(OverflowError, sprintf, "%999999d" * 10, [1] * 10)


class FormatTests(LuaTestCase):
    """The function in scripts."""

    def test_kinds(self) -> None:
        """Strings, numbers, booleans, and what else there is."""
        self.assertEqual(
            "x 3 1.5 true",
            self.open_value("string.format('%s %d %g %v', 'x', 3, 1.5, true)"),
        )

    def test_bytes(self) -> None:
        """Text is bytes."""
        self.assertEqual("é|4", self.open_value("string.format('é|%d', #'éé')"))
