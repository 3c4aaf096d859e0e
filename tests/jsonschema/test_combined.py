"""Tests of ``krakendtw.jsonschema.combined``."""

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


D7 = "http://json-schema.org/draft-07/schema#"
D2019 = "https://json-schema.org/draft/2019-09/schema"


class CombinationTests(SynchronousTestCase):
    """All, any, one, not, if."""

    def test_all(self) -> None:
        """The reasons of each schema that does not fit; several make a group."""
        schema = {
            "allOf": [
                {"type": "object"},
                {"required": ["a"], "properties": {"b": {"type": "string"}}},
            ]
        }
        self.assertEqual(
            complaint(schema, '{"b": 1}'),
            "- at '': 'allOf' failed\n"
            "  - at '': validation failed\n"
            "    - at '': missing property 'a'\n"
            "    - at '/b': got number, want string",
        )

    def test_any(self) -> None:
        """One that fits is enough."""
        schema = {"anyOf": [{"type": "string"}, {"minimum": 5}]}
        self.assertEqual(complaint(schema, "5"), "")
        self.assertEqual(
            complaint(schema, "4"),
            "- at '': 'anyOf' failed\n"
            "  - at '': got number, want string\n"
            "  - at '': minimum: got 4, want 5",
        )

    def test_one(self) -> None:
        """Two that fit are one too many."""
        schema = {"oneOf": [{"type": "integer"}, {"minimum": 5}, {"minimum": 6}]}
        self.assertEqual(
            complaint(schema, "7"), "- at '': 'oneOf' failed, subschemas 0, 1 matched"
        )
        self.assertEqual(complaint(schema, "4"), "")
        self.assertTrue(
            complaint(schema, "4.5").startswith(
                "- at '': 'oneOf' failed, none matched\n  - at '': got number"
            )
        )

    def test_not(self) -> None:
        """What must not fit."""
        schema = {"not": {"type": "string"}}
        self.assertEqual(complaint(schema, '"a"'), "- at '': 'not' failed")
        self.assertEqual(complaint(schema, "1"), "")

    def test_if(self) -> None:
        """A condition chooses what counts."""
        schema = {
            "if": {"type": "string"},
            "then": {"minLength": 2},
            "else": {"minimum": 2},
        }
        self.assertEqual(complaint(schema, '"a"'), "- at '': minLength: got 1, want 2")
        self.assertEqual(complaint(schema, "1"), "- at '': minimum: got 1, want 2")
        self.assertEqual(complaint({"if": False, "then": False}, "1"), "")


class ReferenceTests(SynchronousTestCase):
    """References."""

    def test_single_reason(self) -> None:
        """A single reason speaks for itself, several are grouped."""
        schema: Any = {
            "$ref": "#/$defs/d",
            "$defs": {"d": {"required": ["a"], "minProperties": 1}},
        }
        self.assertEqual(complaint(schema, '{"b": 1}'), "- at '': missing property 'a'")
        self.assertEqual(
            complaint(schema, "{}"),
            "- at '': validation failed\n"
            "  - at '': minProperties: got 0, want 1\n"
            "  - at '': missing property 'a'",
        )

    def test_beside_others(self) -> None:
        """From 2019-09 on a reference is one keyword among others."""
        schema: Any = {
            "$ref": "#/definitions/d",
            "minimum": 5,
            "definitions": {"d": {}},
        }
        self.assertEqual(complaint(schema, "1"), "- at '': minimum: got 1, want 5")
        schema["$schema"] = D7
        self.assertEqual(complaint(schema, "1"), "")

    def test_const_beside_old_reference(self) -> None:
        """Up to draft 7 only ``const`` counts beside one, as in KrakenD's library."""
        schema = {
            "$schema": D7,
            "$ref": "#/definitions/d",
            "const": 1,
            "definitions": {"d": {}},
        }
        self.assertEqual(complaint(schema, "2"), "- at '': value must be 1")

    def test_circles(self) -> None:
        """A reference may lead back for a part, but not for the same value."""
        schema = {"properties": {"next": {"$ref": "#"}}, "required": ["v"]}
        self.assertEqual(
            complaint(schema, '{"v": 1, "next": {}}'),
            "- at '/next': missing property 'v'",
        )
        found = complaint({"anyOf": [{"$ref": "#"}]}, "1")
        self.assertIn("both /anyOf/0/$ref and  resolve to", found)
        self.assertTrue(found.endswith("causing reference cycle"))

    def test_recursive(self) -> None:
        """``$recursiveRef`` leads to the outermost schema that allows it."""
        schema = {
            "$schema": D2019,
            "$id": "http://x/tree",
            "$recursiveAnchor": True,
            "$ref": "node",
            "required": ["v"],
            "$defs": {
                "node": {
                    "$id": "node",
                    "$recursiveAnchor": True,
                    "properties": {"child": {"$recursiveRef": "#"}},
                }
            },
        }
        self.assertEqual(
            complaint(schema, '{"v": 1, "child": {}}'),
            "- at '/child': missing property 'v'",
        )

    def test_dynamic(self) -> None:
        """``$dynamicRef`` leads to the outermost anchor of its name."""
        schema = {
            "$id": "http://x/list",
            "$ref": "base",
            "$defs": {
                "item": {"$dynamicAnchor": "item", "type": "string"},
                "base": {
                    "$id": "base",
                    "items": {"$dynamicRef": "#item"},
                    "$defs": {"any": {"$dynamicAnchor": "item"}},
                },
            },
        }
        self.assertEqual(complaint(schema, '["a"]'), "")
        self.assertEqual(complaint(schema, "[1]"), "- at '/0': got number, want string")
