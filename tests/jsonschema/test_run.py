"""Tests of ``krakendtw.jsonschema.run``."""

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


class RunTests(SynchronousTestCase):
    """Frames."""

    def test_booleans(self) -> None:
        """``true`` lets everything pass, ``false`` nothing."""
        self.assertEqual(complaint(True, "1"), "")
        self.assertEqual(complaint(False, "1"), "- at '': false schema")
        self.assertEqual(complaint({}, "1"), "")

    def test_one_or_several(self) -> None:
        """Several reasons at one place stand beside each other."""
        schema = {"required": ["a"], "maxProperties": 0}
        self.assertEqual(
            complaint(schema, '{"b": 1}'),
            "- at '': maxProperties: got 1, want 0\n- at '': missing property 'a'",
        )

    def test_quick_parts(self) -> None:
        """A part that only needs tests of itself is judged all the same."""
        schema = {"items": {"type": "integer", "minimum": 1, "enum": [1, 2, 5]}}
        for body, words in (
            ("[1, 2.0]", ""),
            ('["a"]', "- at '/0': got string, want integer"),
            ("[3]", "- at '/0': value must be one of 1, 2, 5"),
        ):
            self.assertEqual(complaint(schema, body), words)

    def test_too_deep(self) -> None:
        """A document that is nested beyond measure is refused, not a crash."""
        schema = {"items": {"$ref": "#"}}
        body = "[" * 5000 + "]" * 5000
        self.assertEqual(complaint(schema, body), "- at '': nested too deeply")

    def test_dialects_inside(self) -> None:
        """A named schema inside another is judged by its own dialect's rules."""
        inner = {
            "$schema": "http://json-schema.org/draft-04/schema#",
            "id": "inner",
            "minimum": 1,
            "exclusiveMinimum": True,
        }
        outer = {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$id": "http://x/outer",
            "definitions": {"inner": {"$id": "inner2", **inner}},
            "minimum": 0,
        }
        self.assertEqual(complaint(outer, "0"), "")
