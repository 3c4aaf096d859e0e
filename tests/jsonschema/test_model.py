"""Tests of ``krakendtw.jsonschema.model``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.model import Schema
from krakendtw.jsonschema.run import validate


class SchemaTests(SynchronousTestCase):
    """Schemas before they have keywords."""

    def test_empty(self) -> None:
        """A schema without checks lets everything pass."""
        for value in ({}, [], "a", 1, None, True):
            self.assertIsNone(validate(Schema("u#"), value))

    def test_identity(self) -> None:
        """Schemas are themselves, whatever they hold, for they may be circles."""
        schema = Schema("u#")
        schema.resource = schema
        self.assertNotEqual(schema, Schema("u#"))
        self.assertIn("u#", repr(schema))
