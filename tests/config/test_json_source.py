"""Tests of JSON documents."""

from __future__ import annotations

import math
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.json_source import parse_json
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError

WHERE = ConfigPath(file="k.json")


def read(text: str) -> Any:
    """The data of a document."""
    return parse_json(b'{"it": %b}' % text.encode(), WHERE)["it"]


class ParseTests(SynchronousTestCase):
    """What a JSON document's data is."""

    def test_plain_data(self) -> None:
        """Objects, lists and scalars become Python's."""
        self.assertEqual(
            {"a": [1, 1.5, "x", True, None]}, read('{"a":[1,1.5,"x",true,null]}')
        )

    def test_last_key_counts(self) -> None:
        """Of two equal keys the last one counts."""
        self.assertEqual({"version": 3}, read('{"version":2,"version":3}'))

    def test_numbers_are_float64(self) -> None:
        """A whole number stays whole as long as a float64 holds it exactly."""
        self.assertIs(int, type(read("9007199254740992")))
        self.assertIs(float, type(read("9007199254740993")))
        self.assertEqual(1e25, read("10000000000000000000000000"))
        self.assertEqual(-1.0, math.copysign(1, read("-0")))

    def test_invalid_utf8_is_replaced(self) -> None:
        """Bytes that are no UTF-8 become U+FFFD."""
        self.assertEqual("a\ufffd", parse_json(b'{"it": "a\xff"}', WHERE)["it"])

    def test_half_a_surrogate_is_replaced(self) -> None:
        """So do halves of surrogate pairs, in keys too."""
        self.assertEqual(
            {"\ufffd": ["\ufffdx", "\U0001f600"]},
            read(r'{"\ud800":["\udc00x","\ud83d\ude00"]}'),
        )


class ErrorTests(SynchronousTestCase):
    """What is no JSON."""

    def message(self, text: str) -> str:
        """What is said of ``text``."""
        error: ConfigError = self.assertRaises(ConfigError, read, text)
        self.assertEqual("k.json", error.where.file if error.where else None)
        return error.message

    def test_line_and_column(self) -> None:
        """A fault is told with its line and column, both from 1."""
        self.assertEqual(
            "invalid character '}' looking for beginning of object key string "
            "(line 3, column 1)",
            self.message('{\n"version":3,\n}'),
        )

    def test_not_a_number(self) -> None:
        """What Python would read besides JSON is refused."""
        self.assertIn("invalid character 'N'", self.message("[NaN]"))
        self.assertIn("invalid character 'I'", self.message("[-Infinity]"))

    def test_too_large_number(self) -> None:
        """A number above float64 is refused, in either form."""
        for text in ("1e999", "1" * 400):
            self.assertIn("cannot unmarshal number", self.message(text))

    def test_too_deep(self) -> None:
        """A document that is nested beyond reason is refused."""
        self.assertIn("recursion", self.message("[" * 100_000 + "]" * 100_000))
