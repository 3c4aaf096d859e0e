"""Tests of ``krakendtw.jsonschema.build``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.build import compile_at, compile_schema, metaschema
from krakendtw.jsonschema.drafts import DRAFTS, LATEST, Dialect
from krakendtw.jsonschema.location import SchemaError
from krakendtw.jsonschema.problems import describe
from krakendtw.jsonschema.run import validate


class CompileTests(SynchronousTestCase):
    """Schemas of the configuration."""

    def setUp(self) -> None:
        self.here = f"file://{os.getcwd()}/schema.json"

    def complaint(self, schema: Any) -> str:
        """Why a schema cannot be compiled."""
        return str(self.assertRaises(SchemaError, compile_schema, schema))

    def test_location(self) -> None:
        """A schema stands in a file beside the working directory."""
        self.assertEqual(compile_schema({}).location, f"{self.here}#")

    def test_metaschemas_fit_themselves(self) -> None:
        """The metaschema of each draft can be compiled, and fits."""
        for draft in DRAFTS:
            compile_schema({"$ref": draft.url})

    def test_against_metaschema(self) -> None:
        """A schema must fit its draft's metaschema."""
        self.assertEqual(
            self.complaint({"properties": {"a": {"minLength": -1}}}),
            f'"{self.here}#" is not valid against metaschema: '
            "jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'\n"
            "- at '': 'allOf' failed\n"
            "  - at '/properties/a': 'allOf' failed\n"
            "    - at '/properties/a/minLength': minimum: got -1, want 0",
        )
        for schema in (5, "x", None, [], {"type": "nope"}, {"pattern": "(?!x)"}):
            self.assertIn("is not valid against metaschema", self.complaint(schema))

    def test_references(self) -> None:
        """A reference must lead somewhere."""
        for reference, words in (
            ("#/$defs/none", f'json-pointer in "{self.here}#/$defs/none" not found'),
            (
                "#name",
                f'anchor in "{self.here}#name" not found in schema "{self.here}"',
            ),
        ):
            self.assertEqual(self.complaint({"$ref": reference}), words)
        self.assertIn("failing loading", self.complaint({"$ref": "http://x/a.json"}))

    def test_place_that_is_no_schema(self) -> None:
        """What a reference leads to must be a schema, wherever it stands."""
        compile_schema({"x": {"type": "string"}, "$ref": "#/x"})
        self.assertIn(
            f'"{self.here}#/x" is not valid',
            self.complaint({"x": {"type": "nope"}, "$ref": "#/x"}),
        )

    def test_file(self) -> None:
        """A reference may lead into another file."""
        folder = Path(self.mktemp())
        folder.mkdir()
        (folder / "other.json").write_text('{"$defs": {"a": {"type": "string"}}}')
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder)
        schema = compile_schema({"$ref": "other.json#/$defs/a"})
        problem = validate(schema, 12)
        assert problem is not None
        self.assertEqual(describe(problem), "- at '': got number, want string")

    def test_each_place_once(self) -> None:
        """Schemas that are referred to from many places are built once."""
        compile_schema(
            {
                "$defs": {
                    str(n): {"anyOf": [{"$ref": f"#/$defs/{n + 1}"}] * 3}
                    for n in range(50)
                }
                | {"50": {}},
                "$ref": "#/$defs/0",
            }
        )


class MetaschemaTests(SynchronousTestCase):
    """What schemas must fit."""

    def test_chosen_vocabularies(self) -> None:
        """Only the keywords of the chosen vocabularies are judged."""
        meta = metaschema(Dialect(LATEST, ("core", "applicator")))
        self.assertIsNone(validate(meta, {"minLength": "x"}))
        self.assertIsNotNone(validate(meta, {"properties": 5}))
        self.assertIsNotNone(validate(metaschema(Dialect()), {"minLength": "x"}))


class CompileAtTests(SynchronousTestCase):
    """``compile_at`` takes a schema from where it lies."""

    def test_network(self) -> None:
        """What is on the network is fetched, and what it refers to."""
        pages = {
            "http://h/a": b'{"$ref": "b#/$defs/c"}',
            "http://h/b": b'{"$defs": {"c": {"type": "string"}}}',
        }
        schema = compile_at("http://h/a", pages.__getitem__)
        self.assertEqual("http://h/a#", schema.location)
        self.assertIsNone(validate(schema, "x"))
        self.assertIsNotNone(validate(schema, 1))

    def test_failure(self) -> None:
        """Why something cannot be had is told of, and no other scheme is known."""

        def fetch(url: str) -> bytes:
            raise OSError("gone")

        error = self.assertRaises(SchemaError, compile_at, "http://h/a", fetch)
        self.assertEqual('failing loading "http://h/a": gone', str(error))
        error = self.assertRaises(SchemaError, compile_at, "ftp://h/a", fetch)
        self.assertIn("no URLLoader registered", str(error))

    def test_place(self) -> None:
        """A fragment is the place of the schema in its document."""
        content = b'{"$defs": {"c": {"$anchor": "d", "type": "string"}}}'
        for fragment in ("/$defs/c", "d"):
            schema = compile_at(f"http://h/a#{fragment}", lambda url: content)
            self.assertIsNotNone(validate(schema, 1))


class KnownTests(SynchronousTestCase):
    """A schema that is known to be one is not looked at again."""

    def test_known(self) -> None:
        """It need not fit its metaschema, and works."""
        schema = compile_schema({"type": "string", "title": 1}, is_known=True)
        self.assertIsNotNone(validate(schema, 1))
        self.assertRaises(SchemaError, compile_schema, {"title": 1})
