"""Tests of findings and their places."""

from __future__ import annotations

import json

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.finding import Finding, as_json, place

TEXT = '{\n  "port": "x",\n  "endpoints": [{"backends": 1}]\n}'


class FindingTests(SynchronousTestCase):
    """Findings are told of with file, line, column, path and a hint."""

    def test_line(self) -> None:
        """A finding is one line; without a hint it ends with the message."""
        known = Finding(("endpoints", 0, "backends"), "unknown key", 'did you "x"?')
        self.assertEqual(
            ['k.json:3:18: $.endpoints[0].backends: unknown key; did you "x"?'],
            [str(each) for each in place([known], TEXT, "k.json", ".json")],
        )
        [placed] = place([Finding(("port",), "no")], TEXT, "k.json", ".json")
        self.assertEqual("k.json:2:3: $.port: no", str(placed))

    def test_order(self) -> None:
        """They stand in the order of the text, each once."""
        one, two = Finding(("endpoints",), "b"), Finding(("port",), "a")
        placed = place([one, two, one], TEXT, "k", ".json")
        self.assertEqual(["a", "b"], [each.message for each in placed])

    def test_nowhere(self) -> None:
        """In a text that cannot be read there is no line."""
        [placed] = place([Finding(("a",), "no")], "a: [", "k.yml", ".yml")
        self.assertEqual("k.yml: $.a: no", str(placed))
        self.assertIsNone(placed.record()["line"])

    def test_json(self) -> None:
        """For programs a finding is an object on a line."""
        placed = place([Finding(("port",), "no", "é")], TEXT, "k", ".json")
        [line] = as_json(placed)
        self.assertEqual(
            {
                "file": "k",
                "line": 2,
                "column": 3,
                "path": "$.port",
                "message": "no",
                "hint": "é",
            },
            json.loads(line),
        )
