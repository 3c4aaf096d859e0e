"""Tests of numbers in Lua's text."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis.strategies import floats
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier.lua._numbers import (
    format_number,
    parse_based,
    parse_float,
    parse_integer,
    parse_number,
)


class NumberTests(SynchronousTestCase):
    """Go reads and prints them."""

    def test_integers(self) -> None:
        """Go's prefixes, underscores and octal zeros."""
        for text, value in (
            (b"12", 12),
            (b"-12", -12),
            (b"0x1F", 31),
            (b"0b101", 5),
            (b"0o17", 15),
            (b"017", 15),
            (b"1_000", 1000),
        ):
            self.assertEqual(value, parse_integer(text), text)

    def test_no_integers(self) -> None:
        """What Go refuses, and what does not fit 64 bits."""
        for text in (b"", b"1__0", b"1_", b"0x", b"1.5", b"9223372036854775808", b"08"):
            self.assertIsNone(parse_integer(text), text)

    def test_floats(self) -> None:
        """Decimal, hexadecimal with an exponent, and the special ones."""
        self.assertEqual(1.5, parse_float(b"1.5"))
        self.assertEqual(0.5, parse_float(b".5"))
        self.assertEqual(1000.0, parse_float(b"1e3"))
        self.assertEqual(24.0, parse_float(b"0x1.8p4"))
        self.assertEqual(math.inf, parse_float(b"+Inf"))
        found = parse_float(b"nan")
        self.assertTrue(found is not None and math.isnan(found))

    def test_no_floats(self) -> None:
        """What Go refuses or finds too big."""
        for text in (b"", b"1e", b"1e999", b"0x1.8", b"0x1p9999", b"1.5x"):
            self.assertIsNone(parse_float(text), text)

    def test_number(self) -> None:
        """First as an integer, then as a float; blanks around do not matter."""
        self.assertEqual(8.0, parse_number(b" 010\n"))
        self.assertEqual(10.5, parse_number(b"\t010.5"))
        self.assertIsNone(parse_number(b"ten"))

    def test_based(self) -> None:
        """A base of 2 to 36, without any prefix."""
        self.assertEqual(255.0, parse_based(b"ff", 16))
        self.assertEqual(35.0, parse_based(b"Z", 36))
        for text, base in (
            (b"0xff", 16),
            (b"1_0", 10),
            (b" 1", 10),
            (b"9", 8),
            (b"1", 37),
        ):
            self.assertIsNone(parse_based(text, base), text)

    def test_format(self) -> None:
        """Whole numbers whole, others with Go's ``%v``."""
        for value, text in (
            (3.0, "3"),
            (-0.0, "0"),
            (1.5, "1.5"),
            (1e15, "1000000000000000"),
            (1e21, "1e+21"),
            (1e-5, "1e-05"),
            (1234567.5, "1.2345675e+06"),
            (math.inf, "+Inf"),
            (math.nan, "NaN"),
        ):
            self.assertEqual(text, format_number(value))

    @given(floats(allow_nan=False, allow_infinity=False))
    def test_format_keeps_the_value(self, value: float) -> None:
        """What is printed is read as the same number."""
        self.assertEqual(value, float(format_number(value)))
