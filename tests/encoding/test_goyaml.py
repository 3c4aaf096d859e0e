"""Tests of YAML in goccy's style."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._goyaml import dumps
from krakendtw.gojson.number import Float, Number
from krakendtw.gojson.opaque import Opaque
from krakendtw.gojson.text import decode_raw


class DumpsTests(SynchronousTestCase):
    """What the library prints."""

    def assert_written(self, expected: str, value: object) -> None:
        """``value`` is written as expected, line by line."""
        self.assertEqual(expected.splitlines(), dumps(value).decode().splitlines())

    def test_scalars(self) -> None:
        """Decoded numbers are quoted, constants and made numbers are not."""
        self.assert_written(
            'b: true\nf: "1.50"\nm: 42.0\n"n": "12"\nname: x\n"null": null',
            {
                "name": "x",
                "n": 12,
                "f": Number("1.50"),
                "b": True,
                "null": None,
                "m": Float(42),
            },
        )

    def test_exponents_escape_quotes(self) -> None:
        """A number in words that is none to YAML 1.2 stays plain."""
        self.assert_written("e: 1E5", {"e": Number("1E5")})

    def test_floats(self) -> None:
        """Numbers made inside show that they are fractions."""
        for value, text in (
            (1.5, "1.5"),
            (1e6, "1e+06"),
            (-0.0, "-0.0"),
            (float("nan"), ".nan"),
            (float("inf"), ".inf"),
            (float("-inf"), "-.inf"),
        ):
            self.assert_written(f"f: {text}", {"f": value})

    def test_nesting(self) -> None:
        """Maps are indented, dashes are not."""
        self.assert_written(
            "data:\n  items:\n"
            "  - a:\n      b: x\n    id: z\n  - - - u\n  - []\n"
            "  o: {}",
            {
                "data": {
                    "o": {},
                    "items": [{"id": "z", "a": {"b": "x"}}, [["u"]], ()],
                }
            },
        )

    def test_blocks(self) -> None:
        """Text of several lines is a literal block that keeps its end."""
        self.assert_written(
            "a: |-\n  x\n  y\nb: |\n  x\nc: |+\n  x\n\nd:\n- |-\n  p\n  q",
            {"a": "x\ny", "b": "x\n", "c": "x\n\n", "d": ["p\nq"]},
        )

    def test_line_breaks(self) -> None:
        """Lines may end otherwise."""
        self.assertEqual(b"a: |-\r\n  x\r\n  y\n", dumps({"a": "x\r\ny"}))
        self.assertEqual(b"a: |-\r  x\r  y\n", dumps({"a": "x\ry"}))

    def test_quotes(self) -> None:
        """Quoted strings are escaped as in Go."""
        self.assert_written(
            r'a: "\"\\\t: é\u2028\xff"',
            {"a": decode_raw('"\\\t: é\u2028'.encode() + b"\xff")},
        )

    def test_empty(self) -> None:
        """An empty map is a document."""
        self.assert_written("{}", {})

    def test_opaque(self) -> None:
        """Structs keep their order, times are bare, nil slices are empty lists."""
        item = {
            "title": "t",
            "at": Opaque("2021-09-06T16:45:00Z"),
            "author": {"b": "x", "a": "z"},
        }
        self.assert_written(
            "categories: []\n"
            "items:\n"
            "- title: t\n"
            "  at: 2021-09-06T16:45:00Z\n"
            "  author:\n    b: x\n    a: z\n"
            "none: null",
            {
                "items": Opaque([item]),
                "categories": Opaque(None, absent=[]),
                "none": Opaque(None),
            },
        )

    def test_unknown_kinds(self) -> None:
        """A value that YAML does not have is refused."""
        self.assertRaises(TypeError, dumps, {"a": object()})


class ReadableTests(SynchronousTestCase):
    """The documents and another reader."""

    @settings(deadline=None, derandomize=True)
    @given(
        st.lists(st.sampled_from(["x", "1", "no", "a: b", "- ", "é", "#", "~", "1.5"]))
    )
    def test_strings(self, values: list[str]) -> None:
        """Strings that look like something else are read back as strings."""
        document: Any = yaml.safe_load(dumps({"k": values}))
        self.assertEqual({"k": values}, document)
