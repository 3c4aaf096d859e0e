"""Tests of ``krakendtw.middleware.validation._cel_numbers``."""

from __future__ import annotations

import math

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_numbers import (
    INT_ARITHMETIC,
    MAX_INT,
    MAX_UINT,
    MIN_INT,
    UINT_ARITHMETIC,
    Uint,
    compare_doubles,
    divide_double,
    divide_int,
    double_to_int,
    double_to_uint,
    modulo_int,
    same_number,
    text_to_double,
    text_to_int,
    text_to_uint,
)


class ArithmeticTests(SynchronousTestCase):
    """64 bits, and no more."""

    def test_int_overflow(self) -> None:
        """A sum, difference or product that does not fit fails."""
        for name, left, right in (
            ("_+_", MAX_INT, 1),
            ("_-_", MIN_INT, 1),
            ("_*_", MAX_INT, 2),
            ("_/_", MIN_INT, -1),
            ("_%_", MIN_INT, -1),
        ):
            self.assertRaises(CelError, INT_ARITHMETIC[name], left, right)

    def test_uint_overflow(self) -> None:
        """An unsigned number never gets negative."""
        self.assertRaises(CelError, UINT_ARITHMETIC["_-_"], Uint(1), Uint(2))
        self.assertRaises(CelError, UINT_ARITHMETIC["_+_"], Uint(MAX_UINT), Uint(1))
        self.assertIs(type(UINT_ARITHMETIC["_*_"](Uint(2), Uint(3))), Uint)

    def test_towards_zero(self) -> None:
        """Quotients are cut off; remainders have the sign of the dividend."""
        self.assertEqual((divide_int(-5, 3), modulo_int(-5, 3)), (-1, -2))
        self.assertEqual((divide_int(5, -3), modulo_int(5, -3)), (-1, 2))

    def test_by_zero(self) -> None:
        """Whole numbers cannot be divided by zero, doubles can."""
        for name in ("_/_", "_%_"):
            self.assertRaises(CelError, INT_ARITHMETIC[name], 1, 0)
            self.assertRaises(CelError, UINT_ARITHMETIC[name], Uint(1), Uint(0))
        self.assertEqual(divide_double(-1.0, 0.0), -math.inf)
        self.assertTrue(math.isnan(divide_double(0.0, 0.0)))

    def test_nan_has_no_order(self) -> None:
        """NaN cannot be compared."""
        self.assertRaises(CelError, compare_doubles, math.nan, 1.0)

    def test_same_number(self) -> None:
        """Numbers of different kinds are equal by value, rounded to a double."""
        self.assertTrue(same_number(1, 1.0))
        self.assertTrue(same_number(Uint(1), 1))
        self.assertTrue(same_number((1 << 53) + 1, float(1 << 53)))
        self.assertFalse(same_number(math.nan, math.nan))


class ConversionTests(SynchronousTestCase):
    """From doubles and texts."""

    def test_doubles(self) -> None:
        """The fraction goes; what does not fit fails."""
        self.assertEqual(double_to_int(-1.9), -1)
        self.assertEqual(double_to_uint(1.9), 1)
        for value in (math.nan, math.inf, 1e19, float(MAX_INT), float(MIN_INT)):
            self.assertRaises(CelError, double_to_int, value)
        self.assertRaises(CelError, double_to_uint, -0.5)

    def test_whole(self) -> None:
        """Decimal digits with a sign are a whole number."""
        self.assertEqual(text_to_int("+0012"), 12)
        self.assertEqual(text_to_uint(str(MAX_UINT)), MAX_UINT)
        for text in ("", "1_0", "0x10", "1.0", " 1", str(MAX_INT + 1), "9" * 5000):
            self.assertIsNone(text_to_int(text))
        self.assertIsNone(text_to_uint("+5"))

    def test_doubles_of_texts(self) -> None:
        """Texts are read as Go reads them."""
        for text, value in (
            ("1.", 1.0),
            (".5", 0.5),
            ("1_000", 1000.0),
            ("0x1p-2", 0.25),
            ("0x_1p0", 1.0),
            ("-Infinity", -math.inf),
            ("1e-400", 0.0),
        ):
            self.assertEqual(text_to_double(text), value)
        for text in ("", "_1", "1_", "1__0", "0x1", "1e400", "+nan", " 1", "1e", "x"):
            self.assertIsNone(text_to_double(text), text)
