"""Tests of ``krakendtw.jsonschema.reading``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.build import Builder
from krakendtw.jsonschema.location import SchemaError
from krakendtw.jsonschema.reading import Reading

URL = "file:///a.json"


def reading(value: Any) -> Reading:
    """The keywords of a schema that stands alone."""
    builder = Builder()
    builder.documents.add(URL, value)
    return Reading(builder, builder.documents.get(URL), "", value)


class ReadingTests(SynchronousTestCase):
    """Keywords as they are written."""

    def test_values(self) -> None:
        """A value of another type is none."""
        made = reading({"x": "a", "y": ["b", 1]})
        self.assertEqual(made.of(str, "x"), "a")
        self.assertIsNone(made.of(list, "x"))
        self.assertEqual(made.texts(made.of(list, "y")), ["b"])

    def test_schemas(self) -> None:
        """Schemas are known by their places."""
        made = reading(
            {
                "not": {},
                "allOf": [{}, {}],
                "properties": {"a/b": {}},
                "additionalProperties": False,
            }
        )
        single = made.single("not")
        assert single is not None
        self.assertEqual(single.location, f"{URL}#/not")
        self.assertIsNone(made.single("if"))
        self.assertEqual(
            [it.location for it in made.several("allOf")],
            [f"{URL}#/allOf/0", f"{URL}#/allOf/1"],
        )
        self.assertEqual(
            {name: it.location for name, it in made.named("properties").items()},
            {"a/b": f"{URL}#/properties/a~1b"},
        )
        self.assertIs(made.additional("additionalProperties"), False)
        self.assertIsNone(made.additional("additionalItems"))

    def test_reference(self) -> None:
        """A reference is the schema it leads to."""
        made = reading({"$ref": "#/$defs/a", "$defs": {"a": {}}})
        self.assertIs(made.reference("$ref"), made.schema("$defs", "a"))
        self.assertIsNone(made.reference("$dynamicRef"))

    def test_regex(self) -> None:
        """A pattern must be one of RE2."""
        made = reading({})
        self.assertTrue(made.regex("pattern", "a$")("ba"))
        error = self.assertRaises(SchemaError, made.regex, "pattern", "(?!x)")
        self.assertIn(f'invalid regex "(?!x)" at "{URL}#/pattern": ', str(error))

    def test_dialect(self) -> None:
        """The draft says which vocabularies there are, and what a format is."""
        url = "http://json-schema.org/draft-07/schema#"
        self.assertEqual(reading({"$schema": url}).draft, 7)
        self.assertTrue(reading({"$schema": url}).asserts_formats)
        self.assertFalse(reading({}).asserts_formats)
        self.assertTrue(reading({}).has("applicator"))
