"""Tests of weak decoding; the wanted results are those of mapstructure."""

from __future__ import annotations

import math
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config import weak
from krakendtw.config.moment import Moment
from krakendtw.config.where import ConfigPath

ROOT = ConfigPath()


class WeakTestCase(SynchronousTestCase):
    """Asks decoders."""

    def assert_decodes(
        self, decode: weak.Decoder, cases: list[tuple[Any, Any]]
    ) -> None:
        """``decode`` makes of each first value the second."""
        for value, wanted in cases:
            errors: weak.Errors = []
            made = decode(value, ROOT, errors)
            self.assertEqual((wanted, type(wanted)), (made, type(made)), value)
            self.assertEqual([], errors)

    def assert_refuses(self, decode: weak.Decoder, value: Any, message: str) -> None:
        """``decode`` cannot make anything of a value."""
        error = self.assertRaises(weak.Mismatch, decode, value, ROOT, [])
        self.assertEqual(message, str(error))


class ScalarTests(WeakTestCase):
    """Texts, numbers, truth values, durations."""

    def test_text(self) -> None:
        """Numbers are printed and truth values are digits."""
        self.assert_decodes(
            weak.text,
            [("x", "x"), (8080, "8080"), (1.5, "1.5"), (True, "1"), (False, "0")],
        )
        self.assert_refuses(
            weak.text,
            {},
            "expected type 'string', got unconvertible type 'map[string]interface {}'",
        )

    def test_integer(self) -> None:
        """Texts are read, fractions cut, truth values are 0 and 1."""
        self.assert_decodes(
            weak.integer,
            [(3, 3), ("3", 3), ("0x10", 16), ("", 0), (2.9, 2), (-2.9, -2), (True, 1)],
        )
        self.assert_refuses(
            weak.integer,
            "http",
            "cannot parse value as 'int': strconv.ParseInt: invalid syntax "
            '(found "http")',
        )
        self.assert_refuses(
            weak.integer,
            [],
            "expected type 'int', got unconvertible type '[]interface {}'",
        )

    def test_uint16(self) -> None:
        """Numbers are cut to 16 bits, texts must fit."""
        self.assert_decodes(
            weak.uint16, [(65537, 1), (-1, 65535), ("0x1301", 4865), (29.0, 29)]
        )
        for text, reason in (
            ("65536", "value out of range"),
            ("-1", "invalid syntax"),
        ):
            self.assert_refuses(
                weak.uint16,
                text,
                f"cannot parse value as 'uint16': strconv.ParseUint: {reason} "
                f'(found "{text}")',
            )

    def test_number(self) -> None:
        """Everything becomes a float."""
        self.assert_decodes(
            weak.number, [(1, 1.0), ("1.5", 1.5), ("", 0.0), (True, 1.0), (2.5, 2.5)]
        )
        self.assert_refuses(
            weak.number,
            "fast",
            "cannot parse value as 'float64': strconv.ParseFloat: invalid syntax "
            '(found "fast")',
        )

    def test_boolean(self) -> None:
        """Numbers are true unless 0, texts are read, an empty one is false."""
        self.assert_decodes(
            weak.boolean,
            [(True, True), (2, True), (0.0, False), ("1", True), ("", False)],
        )
        self.assert_refuses(
            weak.boolean,
            "yes",
            "cannot parse value as 'bool': strconv.ParseBool: invalid syntax "
            '(found "yes")',
        )

    def test_out_of_range(self) -> None:
        """A number that 64 bits do not hold is the lowest that they do."""
        for found in (1e30, -1e30, 1 << 63, math.inf, math.nan):
            self.assert_decodes(weak.integer, [(found, -(1 << 63))])
        self.assert_decodes(weak.duration, [(1e30, -(2**63) / 1e9)])

    def test_moments(self) -> None:
        """A date is of no other type."""
        for decode, kind in (
            (weak.text, "string"),
            (weak.integer, "int"),
            (weak.uint16, "uint16"),
            (weak.number, "float64"),
            (weak.boolean, "bool"),
            (weak.duration, "time.Duration"),
        ):
            self.assert_refuses(
                decode,
                Moment.of("2001-01-01T00:00:00Z"),
                f"expected type '{kind}', got unconvertible type 'time.Time'",
            )

    def test_duration(self) -> None:
        """A text has units, a number counts nanoseconds."""
        self.assert_decodes(
            weak.duration, [("1.5s", 1.5), (10, 1e-8), (True, 1e-9), (2.9e9, 2.9)]
        )
        self.assert_refuses(weak.duration, "10", 'time: missing unit in duration "10"')
        self.assert_refuses(weak.duration, "", 'time: invalid duration ""')
        self.assert_refuses(
            weak.duration,
            {"a": 1},
            "expected type 'time.Duration', got unconvertible type "
            "'map[string]interface {}'",
        )


class ListTests(WeakTestCase):
    """Lists of what a decoder makes."""

    decode = staticmethod(weak.list_of(weak.text, str))

    def test_lists(self) -> None:
        """Elements are decoded, null is an empty one."""
        self.assert_decodes(self.decode, [(["a", 1, None], ("a", "1", "")), ([], ())])

    def test_single_values(self) -> None:
        """One value is a list of one, an empty object an empty list."""
        self.assert_decodes(
            self.decode, [("a", ("a",)), ("", ("",)), (5, ("5",)), ({}, ())]
        )

    def test_errors_have_indexes(self) -> None:
        """Each bad element is told with its index, and the good ones stay."""
        errors: weak.Errors = []
        made = self.decode(["a", {}, []], ROOT / "host", errors)
        self.assertEqual(("a",), made)
        self.assertEqual(
            ["$.host[1]", "$.host[2]"], [str(error.where) for error in errors]
        )

    def test_null_without_an_empty_one(self) -> None:
        """Where nothing stands for null, it is an error."""
        errors: weak.Errors = []
        weak.list_of(weak.text)([None], ROOT, errors)
        self.assertEqual(["null, an object is wanted"], [it.message for it in errors])


class MapTests(WeakTestCase):
    """Maps of what a decoder makes."""

    decode = staticmethod(weak.map_of(weak.text, "map[string]string", str))

    def test_maps(self) -> None:
        """Values are decoded, null is an empty one, a list of maps is merged."""
        self.assert_decodes(
            self.decode,
            [
                ({"a": 1, "b": None}, {"a": "1", "b": ""}),
                ([], {}),
                ([{"a": 1, "b": 2}, None, {"b": 3}], {"a": "1", "b": "3"}),
            ],
        )

    def test_errors_have_keys(self) -> None:
        """Each bad value is told with its key."""
        errors: weak.Errors = []
        self.assertEqual(
            {"b": "1"}, self.decode({"a": [], "b": 1}, ROOT / "mapping", errors)
        )
        self.assertEqual(["$.mapping.a"], [str(error.where) for error in errors])

    def test_no_map(self) -> None:
        """A scalar is no map, alone or in a list."""
        message = "expected type 'map[string]string', got unconvertible type 'string'"
        self.assert_refuses(self.decode, "x", message)
        errors: weak.Errors = []
        self.assertEqual({}, self.decode(["x"], ROOT, errors))
        self.assertEqual([message], [error.message for error in errors])


class KindTests(SynchronousTestCase):
    """Go's kinds of values."""

    def test_kinds(self) -> None:
        """Each kind of plain data has its name."""
        self.assertEqual(
            ["map", "slice", "string", "bool", "float64"],
            [weak.kind_of(value) for value in ({}, [], "x", True, 1)],
        )
