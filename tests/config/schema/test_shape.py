"""Tests of what a schema says of a place."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.schema.shape import shape_of

SCHEMA: dict[str, Any] = {
    "properties": {
        "a": {"$ref": "#/$defs/x~1y", "description": "Of its own."},
        "list": {"items": {"properties": {"b": {"type": "string"}}}},
        "pair": {"items": [{"type": "string"}, {"type": "number"}]},
        "loop": {"$ref": "#"},
        "far": {"$ref": "https://example.org/schema"},
        "map": {"additionalProperties": {"enum": ["x"]}},
    },
    "patternProperties": {"^@": True},
    "additionalProperties": False,
    "$defs": {
        "x/y": {
            "description": "Of the reference.",
            "anyOf": [{"properties": {"c": True}}, {"properties": {"d": {}}}],
        }
    },
}


class ShapeTests(SynchronousTestCase):
    """A shape holds all schemas of a place."""

    def test_members(self) -> None:
        """The keys are those of references and of alternatives, too."""
        self.assertEqual({"c": {}, "d": {}}, shape_of(SCHEMA).at(("a",)).members())

    def test_items(self) -> None:
        """Items have one schema, or one each."""
        root = shape_of(SCHEMA)
        self.assertEqual(["string"], root.at(("list", 3, "b")).values("type"))
        self.assertEqual(["number"], root.at(("pair", 1)).values("type"))

    def test_additional(self) -> None:
        """Other keys have the schema of all others."""
        self.assertEqual([["x"]], shape_of(SCHEMA).at(("map", "k")).values("enum"))

    def test_loops_end(self) -> None:
        """A schema may refer to itself."""
        root = shape_of(SCHEMA)
        self.assertIn("a", root.at(("loop", "loop")).members())

    def test_elsewhere(self) -> None:
        """Of another document nothing is known."""
        self.assertEqual({}, shape_of(SCHEMA).at(("far",)).members())

    def test_takes(self) -> None:
        """An object takes its properties, patterns, and all if it is open."""
        root = shape_of(SCHEMA)
        self.assertTrue(root.takes("a"))
        self.assertTrue(root.takes("@x"))
        self.assertFalse(root.takes("x"))
        self.assertTrue(root.at(("map",)).takes("x"))

    def test_description(self) -> None:
        """The first sentence is the place's own."""
        root = shape_of(SCHEMA)
        self.assertEqual("Of its own.", root.at(("a",)).description())
        self.assertEqual("", root.at(("list",)).description())

    def test_nonsense(self) -> None:
        """A stranger's schema may be none."""
        root = shape_of(
            {"properties": 1, "patternProperties": {"(": True}, "anyOf": {}, "$ref": 1}
        )
        self.assertEqual({}, root.members())
        self.assertEqual([], root.at(("x",)).values("type"))
