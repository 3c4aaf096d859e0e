"""Tests of ``krakendtw.middleware.validation._cel_ast``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_ast import names_in
from krakendtw.middleware.validation._cel_parser import parse


class NamesInTests(SynchronousTestCase):
    """The names in a tree."""

    def test_everywhere(self) -> None:
        """They are found in every kind of node."""
        tree = parse(
            "has(a.x) && b.y(c)[d] || [e, f ? 1 : g].all(i, i in {h: -j})"
            " && .k == Foo{l: m}"
        )
        self.assertEqual("".join(sorted(set(names_in(tree)))), "abcdefghijkm")

    def test_fields_are_no_names(self) -> None:
        """What stands behind a dot, or calls a function, is no variable."""
        self.assertEqual(list(names_in(parse("a.now.now(size(1))"))), ["a"])
