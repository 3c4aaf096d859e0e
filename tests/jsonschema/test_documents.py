"""Tests of ``krakendtw.jsonschema.documents``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.documents import Document, Documents
from krakendtw.jsonschema.location import Reference, SchemaError

URL = "file:///schema.json"


class DocumentsTests(SynchronousTestCase):
    """Where schemas come from, and what is named in them."""

    def setUp(self) -> None:
        self.validated: list[str] = []
        self.documents = Documents(
            lambda document, value, pointer: self.validated.append(pointer)
        )

    def get(self, value: Any) -> Document:
        """A document of this value."""
        self.documents.add(URL, value)
        return self.documents.get(URL)

    def test_names(self) -> None:
        """Identifiers and anchors lead to places."""
        document = self.get(
            {
                "$id": "http://x/a",
                "$defs": {"b": {"$id": "b", "$defs": {"c": {"$anchor": "name"}}}},
            }
        )
        for url, fragment, place in (
            (URL, "/$defs/b", "/$defs/b"),
            ("http://x/a", "", ""),
            ("http://x/b", "name", "/$defs/b/$defs/c"),
            ("http://x/b", "/$defs/c", "/$defs/b/$defs/c"),
        ):
            self.assertEqual(document.find(Reference(url, fragment)), place)
        self.assertIsNone(document.find(Reference("http://x/other", "")))
        self.assertRaises(SchemaError, document.find, Reference(URL, "name"))

    def test_old_names(self) -> None:
        """Up to draft 7 an anchor is an identifier's fragment."""
        draft = "http://json-schema.org/draft-07/schema#"
        document = self.get({"$schema": draft, "definitions": {"a": {"$id": "#name"}}})
        self.assertEqual(document.find(Reference(URL, "name")), "/definitions/a")

    def test_resource_of_place(self) -> None:
        """A place belongs to the nearest named schema around it."""
        document = self.get({"$defs": {"b": {"$id": "b", "not": {}}}})
        self.assertEqual(document.resource("/$defs/b/not").id, "file:///b")
        self.assertEqual(document.resource("/$defs").id, URL)

    def test_twice(self) -> None:
        """Two places cannot have one name."""
        for value in (
            {"$defs": {"a": {"$id": "x"}, "b": {"$id": "x"}}},
            {"$defs": {"a": {"$anchor": "x"}, "b": {"$anchor": "x"}}},
        ):
            self.documents.add(URL, value)
            error = self.assertRaises(SchemaError, self.documents.get, URL)
            self.assertIn("duplicate", str(error))

    def test_validated_once(self) -> None:
        """A document is asked once, and again where no keyword leads."""
        document = self.get({"x": {"y": {}}})
        self.documents.get(URL)
        self.documents.ensure(document, "/x/y")
        self.documents.ensure(document, "/x/y")
        self.assertEqual(self.validated, ["", "/x/y"])
        self.assertRaises(SchemaError, self.documents.ensure, document, "/z")

    def test_metaschemas(self) -> None:
        """The published metaschemas are there, and need not be asked."""
        for url in (
            "http://json-schema.org/draft-04/schema",
            "https://json-schema.org/draft-07/schema",
            "https://json-schema.org/draft/2020-12/meta/core",
            "http://json-schema.org/schema",
        ):
            self.assertIn("$schema", self.documents.get(url).value)
        self.assertEqual(self.validated, [])

    def test_amended(self) -> None:
        """Up to draft 7 a list of values must not be empty, as in KrakenD."""
        meta = self.documents.get("http://json-schema.org/draft-07/schema").value
        self.assertEqual(meta["properties"]["enum"]["minItems"], 1)

    def test_files(self) -> None:
        """Files are read; nothing is fetched."""
        path = Path(self.mktemp()).absolute()
        path.write_text('{"type": "string"} ')
        self.assertEqual(self.documents.get(f"file://{path}").value, {"type": "string"})
        path.write_text("{} {}")
        for url, words in (
            (
                "http://x/a.json",
                'failing loading "http://x/a.json": invalid file url: http://x/a.json',
            ),
            (
                "file:///no/such",
                'failing loading "file:///no/such": '
                "open /no/such: no such file or directory",
            ),
        ):
            error = self.assertRaises(SchemaError, self.documents.get, url)
            self.assertEqual(str(error), words)
        other = Documents(lambda document, value, pointer: None)
        self.assertRaises(SchemaError, other.get, f"file://{path}")


class DialectTests(SynchronousTestCase):
    """Metaschemas of one's own."""

    def dialect(self, meta: Any) -> Any:
        """The dialect of a schema that names a metaschema of this value."""
        documents = Documents(lambda document, value, pointer: None)
        documents.add("file:///meta", meta)
        documents.add(URL, {"$schema": "file:///meta"})
        return documents.get(URL).resource("").dialect

    def test_vocabularies(self) -> None:
        """It says which vocabularies are in force."""
        prefix = "https://json-schema.org/draft/2020-12/vocab/"
        dialect = self.dialect(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$vocabulary": {
                    f"{prefix}format-assertion": True,
                    f"{prefix}content": False,
                },
            }
        )
        self.assertEqual(dialect.vocabularies, ("core", "format-assertion"))

    def test_unknown_vocabulary(self) -> None:
        """One that is required must be known."""
        self.assertRaises(SchemaError, self.dialect, {"$vocabulary": {"x": True}})

    def test_chain(self) -> None:
        """The draft is that of the last metaschema of the chain."""
        draft = "http://json-schema.org/draft-06/schema"
        self.assertEqual(self.dialect({"$schema": draft}).draft.version, 6)
        self.assertEqual(self.dialect({}).draft.version, 2020)
        self.assertRaises(SchemaError, self.dialect, {"$schema": "file:///meta"})
