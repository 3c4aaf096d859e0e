"""Tests of ``krakendtw.jsonschema.source``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.exact import GoJSONError
from krakendtw.gojson.number import Number
from krakendtw.jsonschema.source import parse_document


class ParseDocumentTests(SynchronousTestCase):
    """One value and nothing else."""

    def test_values(self) -> None:
        """Numbers keep their digits; of equal keys the last one counts."""
        self.assertEqual(parse_document(b' {"a": 1, "a": 1.50}\n'), {"a": "1.50"})
        self.assertIs(type(parse_document(b"1.50")), Number)

    def test_patiently(self) -> None:
        """What the quick parser does not take is read all the same."""
        for body, value in (
            (b"-0", 0),
            (b'"\\ud800"', "\ufffd"),
            (b'"\xff"', "\ufffd"),
            (b' ["\xff"] \n', ["\ufffd"]),
        ):
            self.assertEqual(parse_document(body), value)

    def test_deep(self) -> None:
        """Deep nesting is no matter, up to Go's limit."""
        value = parse_document(b"[" * 5000 + b'"]"' + b"]" * 5000)
        self.assertEqual(len(value), 1)
        self.assertRaises(GoJSONError, parse_document, b"[" * 20_000)

    def test_more(self) -> None:
        """Whatever stands behind the value is too much."""
        deep = b'[{"a\\"]":' * 3000 + b"1" + b"}]" * 3000
        for body in (b'{"a":1} x', b"1 2", b"-0 1", b"[1]]", b"{}{}", deep + b" ]"):
            error = self.assertRaises(GoJSONError, parse_document, body)
            self.assertEqual(str(error), "invalid character after top-level value")
        self.assertEqual(len(parse_document(deep + b" \n")), 1)

    def test_broken(self) -> None:
        """What is no JSON is refused in Go's words."""
        for body, words in (
            (b"", "EOF"),
            (b"  ", "EOF"),
            (b'{"a":', "unexpected EOF"),
            (b"a=1", "invalid character 'a' looking for beginning of value"),
        ):
            error = self.assertRaises(GoJSONError, parse_document, body)
            self.assertEqual(str(error), words)
