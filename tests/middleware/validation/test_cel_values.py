"""Tests of ``krakendtw.middleware.validation._cel_values``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.number import Float, Number
from krakendtw.gojson.opaque import Opaque
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_numbers import Uint
from krakendtw.middleware.validation._cel_values import (
    Map,
    TypeValue,
    contains,
    element,
    equals,
    has,
    items,
    lift_claims,
    lift_data,
    raw,
    show,
    type_name,
)


class LiftTests(SynchronousTestCase):
    """What pieces of data mean to CEL."""

    def test_data(self) -> None:
        """A decoded number is its text, one of the gateway's a double."""
        self.assertEqual(lift_data(12), "12")
        self.assertIs(type(lift_data(Number("1.50"))), str)
        self.assertIs(type(lift_data(Float(1.5))), float)
        self.assertIs(lift_data(True), True)
        self.assertEqual(lift_data(Opaque("x")), "x")

    def test_claims(self) -> None:
        """Every number of a token is a double."""
        self.assertIs(type(lift_claims(3)), float)
        self.assertEqual(lift_claims(Number("1.5")), 1.5)
        self.assertIs(lift_claims(False), False)


class EqualsTests(SynchronousTestCase):
    """Equality."""

    def test_scalars(self) -> None:
        """Numbers are equal by value, other things with their types."""
        self.assertTrue(equals(1, Uint(1), raw))
        self.assertTrue(equals(1, 1.0, raw))
        self.assertFalse(equals(True, 1, raw))
        self.assertFalse(equals("1", 1, raw))
        self.assertTrue(equals(None, None, raw))

    def test_containers(self) -> None:
        """Data is lifted before it is compared, values are not."""
        self.assertTrue(equals([1, [2]], ("1", ("2",)), lift_data))
        self.assertFalse(equals([1], (1,), lift_data))
        self.assertTrue(equals({"a": 1}, Map.of([("a", "1")]), lift_data))
        self.assertFalse(equals({"a": 1}, Map.of([("b", "1")]), lift_data))
        self.assertFalse(equals([1], [1, 2], raw))

    def test_bools_in_containers(self) -> None:
        """True is no 1, however deep inside."""
        self.assertFalse(equals((True,), (1,), raw))


class MapTests(SynchronousTestCase):
    """Maps that an expression makes."""

    def test_keys_of_all_types(self) -> None:
        """Keys that Python takes for equal are told apart."""
        made = Map.of([(True, "t"), (1, "i"), ((1,), "l")])
        self.assertEqual(element(made, True, raw), "t")
        self.assertEqual(element(made, 1.0, raw), "i")
        self.assertEqual(made.names(), [True, 1, (1,)])

    def test_no_bytes(self) -> None:
        """Bytes cannot be keys, as in cel-go."""
        self.assertRaises(CelError, Map.of, [(b"a", 1)])


class ElementTests(SynchronousTestCase):
    """Reaching into containers."""

    def test_lists(self) -> None:
        """Any whole number is an index."""
        for key in (1, 1.0, Uint(1)):
            self.assertEqual(element(["a", 7], key, lift_data), "7")
        self.assertEqual(element((5, 7), 1, lift_data), 7)

    def test_failures(self) -> None:
        """What is not there fails, each in its own words."""
        for container, key, words in (
            ([1], 1, "index out of bounds: 1"),
            ([1], -1, "index out of bounds: -1"),
            ([1], 0.5, "unsupported index value 0.5 in list"),
            ([1], "a", "unsupported index type 'string' in list"),
            ({"a": 1}, "b", "no such key: b"),
            ({"1": 1}, 1, "no such key: 1"),
            ("text", 0, "no such key: 0"),
            ({}, None, "invalid qualifier type: null_type"),
        ):
            error = self.assertRaises(CelError, element, container, key, raw)
            self.assertEqual(str(error), words)

    def test_has(self) -> None:
        """Only maps have fields; a list cannot be asked."""
        self.assertTrue(has({"a": None}, "a"))
        self.assertFalse(has(Map.of([("a", 1)]), "b"))
        self.assertFalse(has("text", "a"))
        self.assertRaises(CelError, has, [], "a")

    def test_contains(self) -> None:
        """A list contains equal items, a map keys."""
        self.assertTrue(contains([1, None], "1", lift_data))
        self.assertTrue(contains([1, None], None, lift_data))
        self.assertTrue(contains({"a": 1}, "a", raw))
        self.assertFalse(contains({"a": 1}, 1, raw))
        self.assertRaises(CelError, contains, "abc", "a", raw)

    def test_items(self) -> None:
        """Macros go through items and keys, and through nothing else."""
        self.assertEqual(list(items([1, "a"], lift_data)), ["1", "a"])
        self.assertEqual(list(items({"a": 1}, lift_data)), ["a"])
        self.assertEqual(list(items(Map.of([(True, 1)]), raw)), [True])
        error = self.assertRaises(CelError, items, "abc", raw)
        self.assertEqual(str(error), "got 'types.String', expected iterable type")


class WordsTests(SynchronousTestCase):
    """Values and types in the log."""

    def test_show(self) -> None:
        """Values look as cel-go prints them."""
        for value, shown in (
            (1000000.0, "1e+06"),
            (True, "true"),
            ((1, "a"), "[1, a]"),
            (Map.of([("a", 1)]), "{a: 1}"),
            ({"a": [1]}, "{a: [1]}"),
            (["a", None], "[a, <nil>]"),
            (b"a", "[97]"),
            (TypeValue("list"), "list(dyn)"),
        ):
            self.assertEqual(show(value), shown)

    def test_type_name(self) -> None:
        """Data and values of one kind have one name."""
        self.assertEqual(type_name([]), type_name(()))
        self.assertEqual(type_name({}), type_name(Map()))
