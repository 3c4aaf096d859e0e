"""Tests of numbers in text; the wanted results are those of Go's strconv."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.number import (
    format_number,
    parse_bool,
    parse_float,
    parse_integer,
)


class IntegerTests(SynchronousTestCase):
    """Whole numbers."""

    def test_bases(self) -> None:
        """The prefix says the base, a leading zero is octal."""
        for text, wanted in {
            "9000": 9000,
            "-1": -1,
            "0x1F": 31,
            "0B11": 3,
            "0o17": 15,
            "017": 15,
            "1_000": 1000,
            "0_7": 7,
            "0": 0,
        }.items():
            self.assertEqual(wanted, parse_integer(text))

    def test_syntax(self) -> None:
        """All else is no number."""
        for text in ("", " 1", "1.5", "08", "1__0", "_1", "http", "0x", "\u0663"):
            with self.assertRaisesRegex(ValueError, "^invalid syntax$"):
                parse_integer(text)

    def test_range(self) -> None:
        """A number has as many bits as are wanted."""
        self.assertEqual((1 << 63) - 1, parse_integer("9223372036854775807"))
        self.assertEqual(1 << 63, parse_integer("9223372036854775808", unsigned=True))
        for text in ("9223372036854775808", "-9223372036854775809"):
            with self.assertRaisesRegex(ValueError, "^value out of range$"):
                parse_integer(text)

    @given(st.integers(-(1 << 63), (1 << 63) - 1))
    def test_decimal(self, number: int) -> None:
        """Every number of 64 bits is read."""
        self.assertEqual(number, parse_integer(str(number)))


class FloatTests(SynchronousTestCase):
    """Numbers with fractions."""

    def test_forms(self) -> None:
        """Fractions and exponents."""
        for text, wanted in {"1.5": 1.5, "-.5e1": -5.0, "2.": 2.0, "7": 7.0}.items():
            self.assertEqual(wanted, parse_float(text))

    def test_faults(self) -> None:
        """What is none, and what is too large."""
        for text in ("", "1_0", " 1", "x", "1e"):
            with self.assertRaisesRegex(ValueError, "^invalid syntax$"):
                parse_float(text)
        with self.assertRaisesRegex(ValueError, "^value out of range$"):
            parse_float("1e400")


class BoolTests(SynchronousTestCase):
    """Truth values."""

    def test_spellings(self) -> None:
        """Go's spellings and no others."""
        for text in ("1", "t", "T", "TRUE", "true", "True"):
            self.assertIs(True, parse_bool(text))
        for text in ("0", "f", "F", "FALSE", "false", "False"):
            self.assertIs(False, parse_bool(text))
        for text in ("yes", "tRue", ""):
            self.assertRaises(ValueError, parse_bool, text)


class FormatTests(SynchronousTestCase):
    """Numbers printed."""

    def test_no_exponent(self) -> None:
        """Few digits, and never an exponent."""
        for number, wanted in (
            (3, "3"),
            (2.0, "2"),
            (1.5, "1.5"),
            (1e21, "1000000000000000000000"),
            (1e-7, "0.0000001"),
            (float("-inf"), "-Inf"),
            (float("inf"), "+Inf"),
            (float("nan"), "NaN"),
        ):
            self.assertEqual(wanted, format_number(number))
