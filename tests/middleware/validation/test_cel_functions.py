"""Tests of ``krakendtw.middleware.validation._cel_functions``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_functions import (
    BINARY,
    UNARY,
    value_type,
)
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_numbers import Uint
from krakendtw.middleware.validation._cel_times import Duration, Timestamp


class BinaryTests(SynchronousTestCase):
    """Functions of two values whose types are not known before."""

    def test_order(self) -> None:
        """Numbers of all kinds have one order, other things with their types."""
        less = BINARY["_<_"]
        for left, right in (
            (1, 1.5),
            (Uint(1), 2),
            (False, True),
            ("a", "b"),
            (b"a", b"b"),
            (Duration(1), Duration(2)),
            (Timestamp(1, 60), Timestamp(2)),
        ):
            self.assertTrue(less(left, right))
            self.assertFalse(less(right, left))

    def test_no_order(self) -> None:
        """Things of different types cannot be compared, nor lists."""
        pairs: list[tuple[Any, Any]] = [
            (1, "a"),
            (True, 1),
            ((1,), (2,)),
            (None, None),
            (Duration(1), Timestamp(1)),
        ]
        for left, right in pairs:
            self.assertRaises(CelError, BINARY["_>=_"], left, right)

    def test_arithmetic(self) -> None:
        """Both must be of one type; times go together."""
        self.assertEqual(BINARY["_+_"](1, 2), 3)
        self.assertEqual(BINARY["_+_"](Duration(1), Timestamp(2)), Timestamp(3))
        self.assertEqual(BINARY["_-_"](Timestamp(3), Duration(1)), Timestamp(2))
        self.assertEqual(BINARY["_-_"](Timestamp(3), Timestamp(1)), Duration(2))
        for left, right in ((1, 1.0), (1, Uint(1)), (True, True), ("a", 1), (1.5, 2)):
            self.assertRaises(CelError, BINARY["_+_"], left, right)
        self.assertRaises(CelError, BINARY["_%_"], 1.5, 1.5)

    def test_strings(self) -> None:
        """Functions of strings want strings."""
        self.assertTrue(BINARY["contains"]("abc", "b"))
        self.assertRaises(CelError, BINARY["startsWith"], "abc", 1)
        self.assertRaises(CelError, BINARY["matches"], "abc", "(")


class UnaryTests(SynchronousTestCase):
    """Functions of one value."""

    def test_signs(self) -> None:
        """What has a sign can be negated, bools inverted."""
        self.assertEqual(UNARY["-_"](1), -1)
        self.assertEqual(UNARY["-_"](Duration(1)), Duration(-1))
        self.assertIs(UNARY["!_"](False), True)
        for name, value in (("-_", True), ("-_", "a"), ("!_", 1), ("-_", Uint(1))):
            self.assertRaises(CelError, UNARY[name], value)

    def test_size(self) -> None:
        """Characters, bytes, items and keys are counted."""
        for value in ("é", b"a", [1], (1,), {"a": 1}):
            self.assertEqual(UNARY["size"](value), 1)
        self.assertRaises(CelError, UNARY["size"], None)

    def test_conversions(self) -> None:
        """A value of any type that can be converted is."""
        for name, value, result in (
            ("int", "12", 12),
            ("int", Timestamp(1_999_999_999), 1),
            ("int", Duration(5), 5),
            ("uint", 1.9, 1),
            ("double", Uint(2), 2.0),
            ("string", Timestamp(0), "1970-01-01T00:00:00Z"),
            ("string", True, "true"),
            ("bool", "F", False),
            ("bytes", "é", b"\xc3\xa9"),
            ("duration", "1s", Duration(1_000_000_000)),
            ("timestamp", 0, Timestamp(0)),
            ("dyn", "a", "a"),
        ):
            self.assertEqual(UNARY[name](value), result)

    def test_no_conversions(self) -> None:
        """What cannot be converted says so."""
        for name, value, words in (
            ("int", "x", "type conversion error from 'string' to 'int'"),
            (
                "duration",
                "1d",
                "type conversion error from 'string' to 'google.protobuf.Duration'",
            ),
            (
                "duration",
                5,
                "type conversion error from 'int' to 'google.protobuf.Duration'",
            ),
            ("bool", 1, "no such overload: bool(int)"),
            (
                "string",
                b"\xff",
                "invalid UTF-8 in bytes, cannot convert to string",
            ),
            ("getHours", "a", "no such overload: getHours(string)"),
        ):
            error = self.assertRaises(CelError, UNARY[name], value)
            self.assertEqual(str(error), words)

    def test_types(self) -> None:
        """Every value has a type, and that is a value too."""
        self.assertEqual(str(value_type(1)), "int")
        self.assertEqual(str(value_type(value_type(1))), "type")
        self.assertRaises(CelError, value_type, object())
