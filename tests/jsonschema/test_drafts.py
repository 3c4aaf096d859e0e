"""Tests of ``krakendtw.jsonschema.drafts``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.drafts import (
    DRAFTS,
    LATEST,
    Dialect,
    Draft,
    draft_of,
)


def draft(version: int) -> Draft:
    """The draft of a version."""
    return next(draft for draft in DRAFTS if draft.version == version)


class DraftTests(SynchronousTestCase):
    """Drafts."""

    def test_by_url(self) -> None:
        """A draft is known by its URL, whatever the scheme, without a fragment."""
        for found in DRAFTS:
            self.assertIs(draft_of(found.url), found)
            self.assertIs(draft_of(found.url + "#"), found)
        self.assertIs(draft_of("https://json-schema.org/draft-07/schema"), draft(7))
        self.assertIs(draft_of("http://json-schema.org/schema"), LATEST)
        for url in ("http://x/draft-07/schema", LATEST.url + "#a", "draft-07"):
            self.assertIsNone(draft_of(url))

    def test_own_id(self) -> None:
        """A schema's name; up to draft 7 a reference makes it nameless."""
        self.assertEqual(draft(4).own_id({"id": "a#b"}), "a")
        self.assertEqual(draft(7).own_id({"$id": "a", "$ref": "b"}), "")
        self.assertEqual(LATEST.own_id({"$id": "a", "$ref": "b"}), "a")
        self.assertEqual(LATEST.own_id({"$id": 5, "id": "a"}), "")

    def test_schemas_in(self) -> None:
        """The schemas directly inside are found at their places."""
        schema = {
            "properties": {"a/b": {}},
            "items": [{}],
            "not": True,
            "$defs": {"c": {}},
            "enum": [{}],
        }
        self.assertEqual(
            sorted(place for place, _ in LATEST.schemas_in(schema, "/x")),
            ["/x/$defs/c", "/x/items", "/x/items/0", "/x/not", "/x/properties/a~1b"],
        )
        self.assertNotIn("/$defs/c", dict(draft(7).schemas_in(schema, "")))


class DialectTests(SynchronousTestCase):
    """Vocabularies."""

    def test_defaults(self) -> None:
        """Formats are asserted up to draft 7."""
        self.assertTrue(Dialect(draft(7)).asserts_formats())
        self.assertFalse(Dialect(draft(2019)).asserts_formats())
        self.assertFalse(Dialect().asserts_formats())
        self.assertTrue(Dialect().has("unevaluated"))

    def test_chosen(self) -> None:
        """Chosen vocabularies count alone, but for the core."""
        dialect = Dialect(LATEST, ("format-assertion",))
        self.assertTrue(dialect.asserts_formats())
        self.assertTrue(dialect.has("core"))
        self.assertFalse(dialect.has("validation"))
