"""Tests of YAML documents; the wanted data is that of Go's yaml.v3."""

from __future__ import annotations

import math
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.config.yaml_source import parse_yaml, resolve_scalar
from krakendtw.errors import ConfigError

WHERE = ConfigPath(file="k.yaml")


def read(text: str) -> Any:
    """The data of a document."""
    return parse_yaml(text.encode(), WHERE)


class ScalarTests(SynchronousTestCase):
    """What a plain scalar stands for."""

    def test_words(self) -> None:
        """True, false and null in three spellings; no yes and no."""
        for text, wanted in {
            "true": True,
            "FALSE": False,
            "~": None,
            "Null": None,
            "yes": "yes",
            "on": "on",
            "tRue": "tRue",
        }.items():
            self.assertIs(type(wanted), type(resolve_scalar(text)))
            self.assertEqual(wanted, resolve_scalar(text))

    def test_integers(self) -> None:
        """Whole numbers in any base, with underscores."""
        for text, wanted in {
            "12345678901": 12345678901,
            "-3": -3,
            "+3": 3,
            "0x1F": 31,
            "0o17": 15,
            "017": 15,
            "0b11": 3,
            "1_000": 1000,
            "18446744073709551615": 18446744073709551615,
        }.items():
            self.assertEqual(wanted, resolve_scalar(text))

    def test_floats(self) -> None:
        """Fractions, exponents, and the words for what is no number."""
        for text, wanted in {
            "1.5": 1.5,
            ".5": 0.5,
            "1e3": 1000.0,
            "-.inf": -math.inf,
            "99999999999999999999": 1e20,
        }.items():
            self.assertEqual(wanted, resolve_scalar(text))
        self.assertTrue(math.isnan(resolve_scalar(".NaN")))

    def test_texts(self) -> None:
        """All else is text, numbers to base 60 too."""
        for text in ("1500ms", "12:30", "1.2.3", "-", "0x", "08x", "1e", "/user"):
            self.assertEqual(text, resolve_scalar(text))

    def test_dates(self) -> None:
        """Dates become what JSON prints of them."""
        for text, wanted in {
            "2020-01-01": "2020-01-01T00:00:00Z",
            "2020-1-2": "2020-01-02T00:00:00Z",
            "2001-12-14T21:59:43.10-05:00": "2001-12-14T21:59:43.1-05:00",
            "2001-12-14T21:59:43Z": "2001-12-14T21:59:43Z",
            "2001-12-14 21:59:43": "2001-12-14T21:59:43Z",
            "2001-12-14 21:59:43Z": "2001-12-14 21:59:43Z",
            "2001-12-14T21:59:43": "2001-12-14T21:59:43",
            "2020-13-01": "2020-13-01",
        }.items():
            self.assertEqual(wanted, resolve_scalar(text))


class DocumentTests(SynchronousTestCase):
    """What a document's data is."""

    def test_quoted_is_text(self) -> None:
        """Quotes and blocks make texts of everything."""
        self.assertEqual(
            {"a": "3", "b": "true", "c": "folded text\n"},
            read("a: \"3\"\nb: 'true'\nc: >\n  folded\n  text\n"),
        )

    def test_keys_are_texts(self) -> None:
        """Keys of any type become texts, at any depth."""
        self.assertEqual(
            {"405": [{"true": {"1.5": 1, "<nil>": 2}}]},
            read("405:\n- true: {1.5: 1, ~: 2}\n"),
        )

    def test_anchors_and_merges(self) -> None:
        """Anchors are put in, and a mapping's own keys stand above merged ones."""
        self.assertEqual(
            {"base": {"a": 1, "b": 2}, "more": {"a": 3, "b": 2}},
            read("base: &base {a: 1, b: 2}\nmore:\n  <<: *base\n  a: 3\n"),
        )

    def test_merge_of_a_merge(self) -> None:
        """What has been merged before does not count as standing twice."""
        data = read(
            "z: {deep: {<<: &mid {<<: &low {a: 1}, a: 2}}}\ntop: {<<: *mid}\nlow: *low"
        )
        self.assertEqual({"a": 2}, data["top"])

    def test_json_is_yaml(self) -> None:
        """A JSON document is read all the same."""
        self.assertEqual({"version": 3}, read('{"version": 3}'))

    def test_empty(self) -> None:
        """An empty document is null."""
        self.assertIsNone(read("# nothing\n"))


class ErrorTests(SynchronousTestCase):
    """What is no YAML."""

    def message(self, text: str) -> str:
        """What is said of ``text``."""
        error: ConfigError = self.assertRaises(ConfigError, read, text)
        return error.message

    def test_line_and_column(self) -> None:
        """A fault is told with its line and column, both from 1."""
        message = self.message("version: 3\n\tname: x\n")
        self.assertTrue(message.startswith("yaml: line 2: found"), message)
        self.assertIn("(column ", message)

    def test_duplicate_key(self) -> None:
        """A key must not stand twice."""
        self.assertEqual(
            'yaml: line 2: mapping key "a" already defined (column 1)',
            self.message("a: 1\na: 2\n"),
        )

    def test_several_documents(self) -> None:
        """There is one document in a file."""
        self.assertIn("yaml: line 2", self.message("a: 1\n---\nb: 2\n"))

    def test_unknown_tag(self) -> None:
        """Tags of Python or of nobody are refused."""
        self.assertIn(
            "!!python",
            self.message("a: !!python/name:os.system x").replace(
                "tag:yaml.org,2002:", "!!"
            ),
        )

    def test_no_text(self) -> None:
        """Bytes that are no text are refused."""
        self.assertRaises(ConfigError, parse_yaml, b"\xff\x00\x01", WHERE)
