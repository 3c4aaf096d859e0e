"""Tests of ``krakendtw.jsonschema.keywords``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.build import compile_schema
from krakendtw.jsonschema.drafts import DRAFTS
from krakendtw.jsonschema.problems import describe
from krakendtw.jsonschema.run import validate


def fits(schema: Any, value: Any, version: int = 2020) -> bool:
    """Whether a value fits a schema of a draft."""
    draft = next(draft for draft in DRAFTS if draft.version == version)
    compiled = compile_schema({"$schema": draft.url, **schema})
    return validate(compiled, value) is None


class DraftTests(SynchronousTestCase):
    """Keywords by draft."""

    def assert_since(self, version: int, schema: Any, value: Any) -> None:
        """A keyword refuses a value from this draft on, and not before."""
        for draft in DRAFTS:
            self.assertEqual(
                fits(schema, value, draft.version),
                draft.version < version,
                (draft.version, schema),
            )

    def test_since(self) -> None:
        """Keywords of newer drafts are unknown to older ones."""
        self.assert_since(6, {"const": 1}, 2)
        self.assert_since(6, {"contains": {"type": "null"}}, [1])
        self.assert_since(6, {"propertyNames": {"maxLength": 1}}, {"ab": 1})
        self.assert_since(7, {"if": {}, "then": {"type": "null"}}, 1)
        self.assert_since(2019, {"dependentRequired": {"a": ["b"]}}, {"a": 1})
        self.assert_since(2019, {"unevaluatedProperties": {"type": "null"}}, {"a": 1})
        self.assert_since(2020, {"prefixItems": [{"type": "null"}]}, [1])

    def test_formats(self) -> None:
        """Formats refuse up to draft 7."""
        for draft in DRAFTS:
            self.assertEqual(
                fits({"format": "ipv4"}, "x", draft.version), draft.version >= 2019
            )
            self.assertTrue(fits({"format": "unheard-of"}, "x", draft.version))

    def test_exclusive_limits(self) -> None:
        """In draft 4 a limit is made exclusive by a truth value."""
        schema = {"minimum": 5, "exclusiveMinimum": True}
        self.assertFalse(fits(schema, 5, 4))
        self.assertTrue(fits({"minimum": 5, "exclusiveMinimum": False}, 5, 4))
        self.assertFalse(fits({"exclusiveMaximum": 5}, 5))

    def test_counts_of_contains(self) -> None:
        """``minContains`` is there from 2019-09 on."""
        schema = {"contains": {"type": "integer"}, "minContains": 2}
        self.assertTrue(fits(schema, [1], 7))
        self.assertFalse(fits(schema, [1], 2019))


class OrderTests(SynchronousTestCase):
    """Which check speaks first."""

    def test_first(self) -> None:
        """Behind type, const, enum and format nothing else is said."""
        schema = compile_schema(
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "minLength": 9,
                "format": "ipv4",
                "enum": ["a", "b"],
                "const": "b",
                "type": "string",
            }
        )
        for value, words in (
            (1, "got number, want string"),
            ("a", "value must be 'b'"),
            ("b", "'b' is not valid ipv4: expected four decimals"),
        ):
            problem = validate(schema, value)
            assert problem is not None
            self.assertEqual(describe(problem), f"- at '': {words}")

    def test_others(self) -> None:
        """The value's own checks, then references, then combinations."""
        schema = compile_schema(
            {
                "if": True,
                "then": {"maxProperties": 5},
                "not": {},
                "dependentRequired": {"a": ["b"]},
                "propertyNames": {"maxLength": 0},
                "additionalProperties": False,
                "required": ["b"],
                "minProperties": 2,
            }
        )
        problem = validate(schema, {"a": 1})
        assert problem is not None
        self.assertEqual(
            [line for line in describe(problem).splitlines() if line[0] == "-"],
            [
                "- at '': minProperties: got 1, want 2",
                "- at '': missing property 'b'",
                "- at '': additional properties 'a' not allowed",
                "- at '': invalid propertyName 'a'",
                "- at '': properties 'b' required, if 'a' exists",
                "- at '': 'not' failed",
            ],
        )


class QuickTests(SynchronousTestCase):
    """What needs no frame."""

    def test_types(self) -> None:
        """Only types of which nothing but tests is asked are quick."""
        schema = compile_schema({"type": ["string", "array"], "minLength": 2})
        self.assertEqual(set(schema.quick), {str, list})
        self.assertEqual((len(schema.quick[str]), schema.quick[list]), (1, ()))

    def test_none(self) -> None:
        """A schema that combines others is never quick."""
        self.assertEqual(compile_schema({"not": {}}).quick, {})
        self.assertNotIn(dict, compile_schema({"properties": {"a": {}}}).quick)
