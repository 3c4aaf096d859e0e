"""Tests of ``krakendtw.jsonschema.scalars``."""

from __future__ import annotations

import json
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.reader import loads
from krakendtw.jsonschema.build import compile_schema
from krakendtw.jsonschema.problems import describe
from krakendtw.jsonschema.run import validate
from krakendtw.jsonschema.source import parse_document


def complaint(schema: Any, body: str) -> str:
    """What is wrong with a document, empty if nothing is."""
    compiled = compile_schema(loads(json.dumps(schema).encode()))
    problem = validate(compiled, parse_document(body.encode()))
    return "" if problem is None else describe(problem)


class TypeTests(SynchronousTestCase):
    """``type``, ``const`` and ``enum``: nothing else is said after them."""

    def test_type(self) -> None:
        """The types that are wanted are named in their own order."""
        schema = {"type": ["string", "null", "integer"], "minimum": 5}
        self.assertEqual(
            complaint(schema, "{}"),
            "- at '': got object, want null or integer or string",
        )
        self.assertEqual(complaint(schema, "7.0"), "")
        self.assertEqual(
            complaint(schema, "1.5"),
            "- at '': got number, want null or integer or string",
        )

    def test_const(self) -> None:
        """A constant is shown unless it is a container."""
        self.assertEqual(complaint({"const": "x"}, "1"), "- at '': value must be 'x'")
        self.assertEqual(complaint({"const": [1]}, "1"), "- at '': 'const' failed")
        self.assertEqual(complaint({"const": [1]}, "[1.0]"), "")

    def test_enum(self) -> None:
        """Values are listed unless one of them is a container."""
        schema = {"enum": ["a", 1.5, None, True]}
        self.assertEqual(
            complaint(schema, "2"),
            "- at '': value must be one of 'a', 1.5, <nil>, true",
        )
        self.assertEqual(complaint({"enum": [1]}, "2"), "- at '': value must be 1")
        self.assertEqual(complaint({"enum": [[], 1]}, "2"), "- at '': 'enum' failed")
        for body in ('"a"', "1.50", "null", "true"):
            self.assertEqual(complaint(schema, body), "")


class SizeTests(SynchronousTestCase):
    """Counts of characters, items and properties."""

    def test_counts(self) -> None:
        """Each is compared with its limit."""
        for schema, body, words in (
            ({"minLength": 1000}, '"\u00e9"', "minLength: got 1, want 1,000"),
            ({"maxLength": 1}, '"ab"', "maxLength: got 2, want 1"),
            ({"minItems": 1}, "[]", "minItems: got 0, want 1"),
            ({"maxItems": 1}, "[1, 2]", "maxItems: got 2, want 1"),
            ({"minProperties": 1}, "{}", "minProperties: got 0, want 1"),
            ({"maxProperties": 0}, '{"a": 1}', "maxProperties: got 1, want 0"),
            ({"uniqueItems": True}, "[1, 2, 1]", "items at 0 and 2 are equal"),
            ({"required": ["a"]}, "{}", "missing property 'a'"),
            ({"required": ["a", "b"]}, "{}", "missing properties 'a', 'b'"),
        ):
            self.assertEqual(complaint(schema, body), f"- at '': {words}")
            self.assertEqual(complaint(schema, "null"), "")


class RangeTests(SynchronousTestCase):
    """Numbers."""

    def test_limits(self) -> None:
        """Each limit has its say, in this order."""
        schema = {
            "minimum": 5,
            "maximum": 1,
            "exclusiveMinimum": 3,
            "exclusiveMaximum": 3,
            "multipleOf": 2,
        }
        self.assertEqual(
            complaint(schema, "3"),
            "- at '': minimum: got 3, want 5\n"
            "- at '': maximum: got 3, want 1\n"
            "- at '': exclusiveMinimum: got 3, want 3\n"
            "- at '': exclusiveMaximum: got 3, want 3\n"
            "- at '': multipleOf: got 3, want 2",
        )

    def test_exact(self) -> None:
        """Numbers are compared without rounding, whatever their size."""
        schema = {"maximum": 9007199254740992}
        self.assertEqual(complaint(schema, "9007199254740992"), "")
        self.assertIn("maximum", complaint(schema, "9007199254740993"))
        self.assertIn("got \u221e, want", complaint(schema, "1e999999999"))
        self.assertEqual(complaint({"multipleOf": 0.01}, "0.07"), "")


class TextTests(SynchronousTestCase):
    """``pattern`` and ``format``."""

    def test_pattern(self) -> None:
        """A pattern matches anywhere."""
        schema = {"pattern": "[0-9]"}
        self.assertEqual(complaint(schema, '"a1"'), "")
        self.assertEqual(
            complaint(schema, '"a"'), "- at '': 'a' does not match pattern '[0-9]'"
        )

    def test_format(self) -> None:
        """A format is judged for texts only."""
        schema = {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "format": "ipv4",
        }
        self.assertEqual(
            complaint(schema, '"x"'),
            "- at '': 'x' is not valid ipv4: expected four decimals",
        )
        self.assertEqual(complaint(schema, "1"), "")
