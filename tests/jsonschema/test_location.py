"""Tests of ``krakendtw.jsonschema.location``."""

from __future__ import annotations

import os

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.location import (
    Reference,
    SchemaError,
    append,
    file_url,
    join,
    look_up,
    split_fragment,
)


class ReferenceTests(SynchronousTestCase):
    """URLs and fragments."""

    def test_split(self) -> None:
        """A fragment is decoded; an escape must be one."""
        self.assertEqual(split_fragment("a#/b%25c"), Reference("a", "/b%c"))
        self.assertTrue(split_fragment("a").is_pointer)
        self.assertFalse(split_fragment("#name").is_pointer)
        for text in ("#%", "#%2", "#%zz"):
            self.assertRaises(SchemaError, split_fragment, text)

    def test_str(self) -> None:
        """It is printed with its fragment escaped anew."""
        self.assertEqual(str(Reference("a", "/$defs/b c")), "a#/$defs/b%20c")

    def test_join(self) -> None:
        """A reference is resolved against where it stands."""
        for base, reference, url in (
            ("file:///a/schema.json", "other.json", "file:///a/other.json"),
            ("file:///a/schema.json", "#/x", "file:///a/schema.json"),
            ("file:///a/schema.json", "../b.json", "file:///b.json"),
            ("http://x/a/b", "/c", "http://x/c"),
            ("http://x/a/b", "http://y/c", "http://y/c"),
            ("custom://x/a/b", "c", "custom://x/a/c"),
            ("urn:a:b", "#/x", "urn:a:b"),
            ("urn:a:b", "c", "urn:a:b"),
        ):
            self.assertEqual(join(base, reference).url, url)

    def test_file_url(self) -> None:
        """A file's name is one beside the working directory."""
        self.assertEqual(file_url("a.json"), f"file://{os.getcwd()}/a.json")


class PointerTests(SynchronousTestCase):
    """JSON pointers."""

    def test_look_up(self) -> None:
        """Keys and indexes lead to a value."""
        document = {"a/b": [{"~": 5}]}
        pointer = append("", "a/b", 0, "~")
        self.assertEqual(pointer, "/a~1b/0/~0")
        self.assertEqual(look_up(document, Reference("u", pointer)), 5)
        self.assertIs(look_up(document, Reference("u", "")), document)

    def test_nothing(self) -> None:
        """What leads nowhere is refused."""
        for pointer, words in (
            ("/a", 'json-pointer in "u#/a" not found'),
            ("/b/2", 'json-pointer in "u#/b/2" not found'),
            ("/b/-1", 'json-pointer in "u#/b/-1" not found'),
            ("/b/x", 'json-pointer in "u#/b/x" not found'),
            ("/~2", 'invalid json-pointer "u#/~2"'),
        ):
            error = self.assertRaises(
                SchemaError, look_up, {"b": [1, 2]}, Reference("u", pointer)
            )
            self.assertEqual(str(error), words)
