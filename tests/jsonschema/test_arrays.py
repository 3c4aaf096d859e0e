"""Tests of ``krakendtw.jsonschema.arrays``."""

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


class ItemsTests(SynchronousTestCase):
    """Schemas of items."""

    def test_all(self) -> None:
        """One schema for all."""
        self.assertEqual(
            complaint({"items": {"type": "string"}}, '["a", 1]'),
            "- at '/1': got number, want string",
        )

    def test_front(self) -> None:
        """A schema for each at the front; the rest is counted from there."""
        schema = {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}
        self.assertEqual(complaint(schema, '["a", 1]'), "")
        self.assertEqual(complaint(schema, "[1]"), "- at '/0': got number, want string")
        self.assertEqual(
            complaint(schema, '["a", 1, "b"]'), "- at '/1': got string, want integer"
        )

    def test_front_of_old(self) -> None:
        """Up to draft 2019-09 it is a list under ``items``."""
        schema: Any = {"$schema": D7, "items": [True], "additionalItems": False}
        self.assertEqual(
            complaint(schema, "[1, 2, 3]"),
            "- at '': last 2 additionalItem(s) not allowed",
        )
        schema["additionalItems"] = {"type": "string"}
        self.assertEqual(
            complaint(schema, "[1, 2]"), "- at '/0': got number, want string"
        )


class ContainsTests(SynchronousTestCase):
    """``contains``."""

    def test_none(self) -> None:
        """Without a limit one item must fit; each is told of."""
        self.assertEqual(
            complaint({"contains": {"const": 1}}, "[2, 3]"),
            "- at '': no items match contains schema\n"
            "  - at '/0': value must be 1\n"
            "  - at '/1': value must be 1",
        )

    def test_limits(self) -> None:
        """How many fit, and where, is said."""
        schema = {"contains": {"const": 1}, "minContains": 2, "maxContains": 2}
        self.assertEqual(
            complaint(schema, "[]"),
            "- at '': min 2 items required to match contains schema, but none matched",
        )
        self.assertEqual(
            complaint(schema, "[2, 1]"),
            "- at '': min 2 items required to match contains schema, "
            "but matched 1 items at 1\n"
            "  - at '/0': value must be 1",
        )
        self.assertEqual(
            complaint(schema, "[1, 1, 1]"),
            "- at '': max 2 items required to match contains schema, "
            "but matched 3 items at 0 1 2",
        )
        self.assertEqual(complaint({"contains": False, "minContains": 0}, "[1]"), "")


class UnevaluatedTests(SynchronousTestCase):
    """``unevaluatedItems``."""

    def test_contains_counts(self) -> None:
        """From 2020-12 on what is contained is evaluated."""
        schema: Any = {"contains": {"const": 1}, "unevaluatedItems": False}
        self.assertEqual(complaint(schema, "[1, 1]"), "")
        self.assertEqual(complaint(schema, "[1, 2]"), "- at '/1': false schema")
        schema["$schema"] = D2019
        self.assertEqual(complaint(schema, "[1]"), "- at '/0': false schema")

    def test_front_counts(self) -> None:
        """So is what stands at the front."""
        schema = {"prefixItems": [True], "unevaluatedItems": {"type": "string"}}
        self.assertEqual(complaint(schema, '[1, "a"]'), "")
        self.assertEqual(
            complaint(schema, "[1, 2]"), "- at '/1': got number, want string"
        )
