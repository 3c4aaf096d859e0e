"""Tests of YAML documents; the wanted data is that of Go's yaml.v3."""

from __future__ import annotations

import math
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.moment import Moment
from krakendtw.config.where import ConfigPath
from krakendtw.config.yaml_source import parse_yaml, read_yaml, resolve_scalar
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

    def test_first_document(self) -> None:
        """What stands behind the first document is not even read."""
        self.assertEqual({"a": 1}, read("a: 1\n---\na: [\n"))
        self.assertEqual({"a": 1}, read("a: 1\n...\nwhatever\n"))

    def test_tags(self) -> None:
        """Known types are converted, others are as if they were not there."""
        self.assertEqual(
            {
                "unknown": "bar",
                "python": "os.system",
                "number": "3",
                "list": [1],
                "map": {"a": 1},
                "binary": "hi",
                "set": {"a": None, "b": None},
                "omap": [{"a": 1}],
                "float": 3.0,
                "int": 3,
                "nothing": None,
            },
            read(
                "unknown: !foo bar\npython: !!python/name:os.system os.system\n"
                "number: !foo 3\nlist: !foo [1]\nmap: !foo {a: 1}\n"
                "binary: !!binary aGk=\nset: !!set {a, b}\nomap: !!omap [a: 1]\n"
                "float: !!float 3\nint: !!int '3'\nnothing: !!null ''\n"
            ),
        )

    def test_dates_are_no_texts(self) -> None:
        """A date is told from a text that looks like one."""
        data = read("a: 2001-01-01\nb: '2001-01-01'\nc: !!timestamp 2001-01-01\n")
        self.assertEqual([Moment, str, Moment], [type(it) for it in data.values()])

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
            'yaml: unmarshal errors:\n  line 2: mapping key "a" already defined at '
            "line 1 (column 1)",
            self.message("a: 1\na: 2\n"),
        )

    def test_unknown_anchor(self) -> None:
        """An alias of nothing is named."""
        self.assertEqual(
            "yaml: line 2: unknown anchor 'x' referenced (column 4)",
            self.message("a: 1\nb: *x\n"),
        )

    def test_root(self) -> None:
        """A document is a mapping, or nothing at all."""
        for text, found in {
            "- 1": "!!seq",
            "x": "!!str `x`",
            "'3'": "!!str `3`",
            "3": "!!int `3`",
            "1.5": "!!float `1.5`",
            "true": "!!bool `true`",
            "2001-01-01": "!!timestamp `2001-01-01`",
        }.items():
            self.assertEqual(
                f"yaml: unmarshal errors:\n  line 1: cannot unmarshal {found} into "
                "map[string]interface {}",
                self.message(text),
            )

    def test_any_root(self) -> None:
        """Who asks for no mapping gets what there is."""
        self.assertEqual([1], read_yaml(b"- 1", WHERE))
        self.assertEqual("x", read_yaml(b"x", WHERE))
        self.assertIsNone(read_yaml(b"", WHERE))

    def test_keys(self) -> None:
        """A mapping or a list is no key."""
        self.assertEqual(
            "yaml: line 2: invalid map key (column 3)", self.message("a:\n  [1]: 2\n")
        )

    def test_types(self) -> None:
        """A value is of the type that it says."""
        self.assertEqual(
            "yaml: line 1: cannot decode !!str `yes` as a !!bool (column 4)",
            self.message("a: !!bool yes"),
        )

    def test_depth(self) -> None:
        """What is nested without end is refused."""
        message = self.message("a: " + "[" * 5000 + "]" * 5000)
        self.assertTrue(message.startswith("yaml: "), message)

    def test_no_text(self) -> None:
        """Bytes that are no text are refused, with their place."""
        for content, message in {
            b"a: 1\nb: \xff\n": "invalid leading UTF-8 octet (line 2, column 4)",
            b"a: 1\nb: \x01\n": "control characters are not allowed (line 2, column 4)",
        }.items():
            error: ConfigError = self.assertRaises(
                ConfigError, parse_yaml, content, WHERE
            )
            self.assertEqual(f"yaml: {message}", error.message)
