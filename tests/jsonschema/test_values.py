"""Tests of ``krakendtw.jsonschema.values``."""

from __future__ import annotations

from decimal import Decimal

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.number import Float, Number
from krakendtw.jsonschema.values import (
    as_float,
    as_read_by_go,
    exact,
    first_repeated,
    is_multiple,
    is_whole,
    same,
    type_name,
)


class NumberTests(SynchronousTestCase):
    """Exact numbers, however large."""

    def test_whole(self) -> None:
        """What has no fraction is whole."""
        for text in ("1.0", "10e-1", "1e400", "1e999999999", "-0", "0.0"):
            self.assertTrue(is_whole(Number(text)), text)
        for text in ("1.5", "1e-1", "1e-999999999", "0.10"):
            self.assertFalse(is_whole(Number(text)), text)

    def test_beyond_all_bounds(self) -> None:
        """An exponent that cannot be held is no number, and not whole."""
        self.assertFalse(is_whole(Number("1e99999999999999999999999")))

    def test_multiples(self) -> None:
        """Multiples are exact, and found without writing the numbers out."""
        for value, step, result in (
            ("0.07", "0.01", True),
            ("1.005", "0.01", False),
            ("1e400", "0.3", False),
            ("3e400", "0.3", True),
            ("1e999999999", "7", False),
            ("7e999999999", "7", True),
            ("1e-400", "0.01", False),
            ("0", "0.01", True),
            ("-4.5", "1.5", True),
            ("0." + "1" * 5000, "0.3", False),
        ):
            self.assertEqual(is_multiple(Decimal(value), Decimal(step)), result, value)
        self.assertTrue(is_multiple(6, 3))
        self.assertFalse(is_multiple(7, Decimal("1.5")))

    def test_as_float(self) -> None:
        """The nearest float may be an infinity."""
        self.assertEqual(as_float(Decimal("1e400")), float("inf"))
        self.assertEqual(as_float(-(10**400)), float("-inf"))
        self.assertEqual(as_float(exact(Number("1.5"))), 1.5)


class EqualityTests(SynchronousTestCase):
    """Equal values."""

    def test_numbers(self) -> None:
        """Numbers are equal by value; bools are no numbers."""
        self.assertTrue(same(1, Number("1.0")))
        self.assertTrue(same(Number("1e2"), 100))
        self.assertTrue(same(Float(1.5), Number("1.50")))
        self.assertFalse(same(True, 1))
        self.assertFalse(same(1, True))

    def test_number_in_text(self) -> None:
        """As in KrakenD's library a number equals its text, but not the reverse."""
        self.assertTrue(same(1, "1.0"))
        self.assertFalse(same("1.0", 1))
        self.assertFalse(same(1, "one"))

    def test_containers(self) -> None:
        """Containers are equal by what they hold."""
        self.assertTrue(same({"a": [1], "b": None}, {"b": None, "a": [Number("1.0")]}))
        self.assertFalse(same([1, 2], [2, 1]))
        self.assertFalse(same({"a": 1}, {"b": 1}))

    def test_repeated(self) -> None:
        """The first item that was there before is found, with its like."""
        for values, places in (
            ([1, 2, Number("1.0")], (0, 2)),
            ([{"a": 1, "b": 2}, {"b": 2, "a": 1}], (0, 1)),
            ([True, 1, 0, False, None, "a"], None),
            (["1", 1], (0, 1)),
            ([1, "1"], None),
            ([*range(30), 7], (7, 30)),
            ([*map(str, range(30)), 7], None),
            ([], None),
        ):
            self.assertEqual(first_repeated(values), places)


class ConversionTests(SynchronousTestCase):
    """Values of the configuration."""

    def test_as_read_by_go(self) -> None:
        """Numbers are float64, written by Go and read again."""
        written = {"a": [1.5, 1e3, 12345678901234567890, 1e21, True, None, "x"]}
        read = as_read_by_go(written)["a"]
        self.assertEqual(
            read,
            [
                Number("1.5"),
                1000,
                12345678901234567000,
                Number("1e+21"),
                True,
                None,
                "x",
            ],
        )
        self.assertEqual([type(v) for v in read[:4]], [Number, int, int, Number])

    def test_type_names(self) -> None:
        """Every value has a JSON type."""
        values = [{}, [], "", 1, Number("1"), Float(1), True, None]
        self.assertEqual(
            [type_name(value) for value in values],
            ["object", "array", "string", *["number"] * 3, "boolean", "null"],
        )
