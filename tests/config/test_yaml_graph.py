"""Tests of what is refused of a YAML document before it becomes data."""

from __future__ import annotations

import yaml
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.yaml_graph import GraphError, check_graph


def check(text: str) -> None:
    """Look at the nodes of a text."""
    check_graph(yaml.compose(text, Loader=yaml.SafeLoader))


class GraphTests(SynchronousTestCase):
    """Nodes, and what they may be."""

    def message(self, text: str) -> str:
        """What is said of a text."""
        return str(self.assertRaises(GraphError, check, text))

    def test_plain(self) -> None:
        """Anchors and aliases may be used freely."""
        check("a: &a [x, y]\nb: *a\nc: [*a, *a]\nd: {<<: {a: 1}, a: 2}\n")

    def test_duplicates(self) -> None:
        """Every key that stands twice in a mapping is told, whatever its type."""
        self.assertEqual(
            "unmarshal errors:\n"
            '  line 2: mapping key "1" already defined at line 1 (column 1)\n'
            '  line 5: mapping key "a" already defined at line 4 (column 3)',
            self.message("1: x\n'1': y\nb:\n  a: 1\n  a: 2\n"),
        )

    def test_cycle(self) -> None:
        """An anchor's value must not hold itself."""
        self.assertEqual(
            "an anchor's value contains itself (line 1, column 4)",
            self.message("a: &a [*a]"),
        )

    def test_flood(self) -> None:
        """A few lines must not stand for millions."""
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        lines += [
            f"a{level}: &a{level} [" + ", ".join([f"*a{level - 1}"] * 9) + "]"
            for level in range(1, 9)
        ]
        self.assertEqual(
            "document contains excessive aliasing", self.message("\n".join(lines))
        )
