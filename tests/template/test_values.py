"""Tests of Go's types and values."""

from __future__ import annotations

import math
from collections import OrderedDict

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.number import Number
from krakendtw.template import values
from krakendtw.template.times.durations import Duration
from krakendtw.template.values import (
    INVALID,
    Int64,
    NilList,
    NilMap,
    NilStrings,
    StringMap,
    Strings,
    Uint8,
    deep_equal,
    is_empty,
    is_nil,
    kind_of,
    to_bytes,
    type_of,
)
from krakendtw.template.versions import Version


class TypeTests(SynchronousTestCase):
    """Types of values."""

    def test_names(self) -> None:
        """Each class of values has the name that Go has for it."""
        for value, name in (
            (True, "bool"),
            (1, "int"),
            (Int64(1), "int64"),
            (Uint8(1), "uint8"),
            (1.5, "float64"),
            (1j, "complex128"),
            ("a", "string"),
            (Number("1"), "json.Number"),
            ([], "[]interface {}"),
            (Strings(), "[]string"),
            ({}, "map[string]interface {}"),
            (StringMap(), "map[string]string"),
            (Duration(1), "time.Duration"),
            (Version((1, 0, 0)), "*semver.Version"),
        ):
            self.assertEqual(str(type_of(value)), name)

    def test_newcomers(self) -> None:
        """A class that is seen for the first time is taken for what it is like."""

        class Text(str):
            """A text."""

            __slots__ = ()

        self.assertIs(type_of(OrderedDict()), values.MAP)
        self.assertIs(type_of(Text("a")), values.STRING)
        self.assertIs(type_of(range(3)), values.LIST)
        self.assertEqual(kind_of(object()), "struct")

    def test_kinds(self) -> None:
        """Named types have the kind of what they are; nothing has none."""
        self.assertEqual(kind_of(Duration(1)), "int64")
        self.assertEqual(kind_of(Version((1, 0, 0))), "ptr")
        self.assertEqual(kind_of(None), "invalid")
        self.assertEqual(kind_of(INVALID), "invalid")

    def test_members(self) -> None:
        """Lists and maps know the type of what they hold."""
        self.assertIs(type_of(Strings()).element, values.STRING)
        self.assertIs(type_of({}).element, values.INTERFACE)
        self.assertIsNone(type_of("a").element)


class NothingTests(SynchronousTestCase):
    """Nil, nothing, and what is empty."""

    def test_nil(self) -> None:
        """Lists and maps may be nil; empty ones are not."""
        for value in (None, INVALID, NilList(), NilStrings(), NilMap()):
            self.assertTrue(is_nil(value))
        for value in ([], {}, "", 0, False, Strings()):
            self.assertFalse(is_nil(value))

    def test_empty(self) -> None:
        """Zeros and what holds nothing are empty; NaN and versions are not."""
        for value in (None, INVALID, "", 0, 0.0, -0.0, False, [], {}, NilMap()):
            self.assertTrue(is_empty(value))
        for value in (" ", -1, math.nan, True, [None], Version((0, 0, 0))):
            self.assertFalse(is_empty(value))

    def test_invalid(self) -> None:
        """What is no value is false and says so."""
        self.assertFalse(INVALID)
        self.assertEqual(repr(INVALID), "INVALID")


class DeepEqualTests(SynchronousTestCase):
    """Equality of type and content."""

    def test_types(self) -> None:
        """Values of different types differ, whatever they hold."""
        self.assertFalse(deep_equal(1, 1.0))
        self.assertFalse(deep_equal(1, Int64(1)))
        self.assertFalse(deep_equal(True, 1))
        self.assertFalse(deep_equal(["a"], Strings(["a"])))
        self.assertTrue(deep_equal(Int64(1), Int64(1)))

    def test_contents(self) -> None:
        """Lists and maps are compared member by member."""
        self.assertTrue(deep_equal([1, {"a": [2.0]}], [1, {"a": [2.0]}]))
        self.assertFalse(deep_equal([1, {"a": [2.0]}], [1, {"a": [2]}]))
        self.assertFalse(deep_equal([1], [1, 2]))
        self.assertFalse(deep_equal({"a": 1}, {"b": 1}))

    def test_nil(self) -> None:
        """Nil equals nil alone, not what is empty."""
        self.assertTrue(deep_equal(None, None))
        self.assertFalse(deep_equal(None, []))
        self.assertFalse(deep_equal([], NilList()))
        self.assertTrue(deep_equal(NilMap(), NilMap()))
        self.assertFalse(deep_equal({}, NilMap()))


class BytesTests(SynchronousTestCase):
    """Lists of bytes."""

    def test_bytes(self) -> None:
        """A text is a list of its bytes, each of them a number of its own type."""
        made = to_bytes("é\udcff")
        self.assertEqual(made, [0xC3, 0xA9, 0xFF])
        self.assertEqual({str(type_of(byte)) for byte in made}, {"uint8"})
        self.assertEqual(str(type_of(made)), "[]uint8")


class NamedTests(SynchronousTestCase):
    """Values of named types."""

    def test_parts(self) -> None:
        """A value's fields are those that templates see, unless it says otherwise."""

        class Pair(values.Named):
            """Two values."""

            __slots__ = ("one", "two")

            go_type = values.GoType("x.Pair", "struct")
            FIELDS = {"One": "one", "Two": "two"}  # noqa: RUF012

            def __init__(self) -> None:
                self.one, self.two = 1, "b"

        pair = Pair()
        self.assertEqual(pair.parts(), [("One", 1), ("Two", "b")])
        self.assertEqual(pair.to_json(), {"One": 1, "Two": "b"})
        self.assertIs(pair.deep_copy(), pair)
        self.assertEqual(
            [name for name, _ in Version((1, 2, 3)).parts()],
            ["major", "minor", "patch", "pre", "metadata", "original"],
        )
