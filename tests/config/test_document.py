"""Tests of the document's types."""

from __future__ import annotations

import attrs
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config import document
from krakendtw.config.document import BackendDocument, ServiceDocument

KINDS = [kind for kind in vars(document).values() if attrs.has(kind)]


class DocumentTests(SynchronousTestCase):
    """The types as a whole."""

    def test_everything_may_be_absent(self) -> None:
        """Every type can be made of nothing, and holds nothing then."""
        for kind in KINDS:
            for value in attrs.astuple(kind(), recurse=False):
                self.assertFalse(value and not attrs.has(type(value)), kind)

    def test_keys_are_distinct(self) -> None:
        """No two keys of a type differ in capitals only."""
        for kind in KINDS:
            keys = [it.metadata["key"].lower() for it in attrs.fields(kind)]
            self.assertEqual(sorted(set(keys)), sorted(keys), kind)

    def test_keys_are_named_as_fields(self) -> None:
        """A field has its key's name, but for lura's three without a tag."""
        odd = [
            it.metadata["key"]
            for kind in KINDS
            for it in attrs.fields(kind)
            if it.name != it.metadata["key"]
        ]
        self.assertEqual(["URLKeys", "ConcurrentCalls", "Timeout"], odd)

    def test_root_and_leaf(self) -> None:
        """A root without endpoints and a backend without anything are legal."""
        self.assertEqual((), ServiceDocument().endpoints)
        self.assertEqual("", BackendDocument().url_pattern)
