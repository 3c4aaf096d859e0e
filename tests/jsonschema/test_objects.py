"""Tests of ``krakendtw.jsonschema.objects``."""

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


class PropertiesTests(SynchronousTestCase):
    """Properties by name, by pattern, and others."""

    def test_places(self) -> None:
        """A problem is shown at its property."""
        schema = {"properties": {"a/b": {"properties": {"c": {"type": "string"}}}}}
        self.assertEqual(
            complaint(schema, '{"a/b": {"c": 1}}'),
            "- at '/a~1b/c': got number, want string",
        )

    def test_patterns(self) -> None:
        """Patterns and names can both apply."""
        schema = {
            "properties": {"ab": {"type": "integer"}},
            "patternProperties": {"^a": {"minimum": 5}},
        }
        self.assertEqual(
            complaint(schema, '{"ab": 1}'), "- at '/ab': minimum: got 1, want 5"
        )

    def test_additional(self) -> None:
        """Others are refused together, or each by a schema."""
        schema: Any = {"properties": {"a": True}, "additionalProperties": False}
        self.assertEqual(
            complaint(schema, '{"a": 1, "b": 2, "c": 3}'),
            "- at '': additional properties 'b', 'c' not allowed",
        )
        schema = {"additionalProperties": {"type": "string"}}
        self.assertEqual(
            complaint(schema, '{"b": 1}'), "- at '/b': got number, want string"
        )

    def test_names(self) -> None:
        """A name's problems have no place."""
        schema = {"properties": {"o": {"propertyNames": {"maxLength": 1}}}}
        self.assertEqual(
            complaint(schema, '{"o": {"ab": 1}}'),
            "- at '': invalid propertyName 'ab'\n  - at '': maxLength: got 2, want 1",
        )


class DependencyTests(SynchronousTestCase):
    """What one property asks of others."""

    def test_names(self) -> None:
        """Names that must be there too."""
        for keyword in ("dependentRequired", "dependencies"):
            schema = {keyword: {"a": ["b", "c"]}}
            self.assertEqual(
                complaint(schema, '{"a": 1, "b": 1}'),
                "- at '': properties 'c' required, if 'a' exists",
            )
            self.assertEqual(complaint(schema, "{}"), "")

    def test_schemas(self) -> None:
        """A schema for the whole object."""
        for keyword in ("dependentSchemas", "dependencies"):
            schema = {keyword: {"a": {"required": ["b"]}}}
            self.assertEqual(
                complaint(schema, '{"a": 1}'), "- at '': missing property 'b'"
            )
            self.assertEqual(complaint(schema, '{"b": 1}'), "")


class UnevaluatedTests(SynchronousTestCase):
    """``unevaluatedProperties``."""

    def test_what_fits_counts(self) -> None:
        """What a schema that fits has looked at is evaluated."""
        schema = {
            "properties": {"a": True},
            "anyOf": [
                {"properties": {"b": True}, "required": ["b"]},
                {"properties": {"c": True}, "required": ["c"]},
            ],
            "unevaluatedProperties": False,
        }
        self.assertEqual(complaint(schema, '{"a": 1, "b": 1, "c": 1}'), "")
        self.assertEqual(
            complaint(schema, '{"b": 1, "d": 1}'), "- at '/d': false schema"
        )

    def test_schema(self) -> None:
        """What is left is judged by a schema."""
        schema = {"unevaluatedProperties": {"type": "string"}}
        self.assertEqual(
            complaint(schema, '{"a": 1}'), "- at '/a': got number, want string"
        )
