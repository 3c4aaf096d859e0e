"""Tests of ``krakendtw.middleware.validation._cel_reader``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_ast import Ident
from krakendtw.middleware.validation._cel_issues import CelSyntaxError
from krakendtw.middleware.validation._cel_reader import MAX_DEPTH, Reader


class ReaderTests(SynchronousTestCase):
    """Tokens one by one."""

    def test_steps(self) -> None:
        """A token is taken if it is what is looked for."""
        reader = Reader("a.b")
        self.assertFalse(reader._take("."))
        self.assertEqual(reader._next().text, "a")
        self.assertTrue(reader._take("."))
        self.assertEqual(reader._want("word").text, "b")

    def test_wrong(self) -> None:
        """What has to be there is asked for by name."""
        for named, words in (("", "')'"), ("A NAME", "A NAME")):
            error = self.assertRaises(CelSyntaxError, Reader("a")._want, ")", named)
            self.assertEqual(
                error.summary, f"Syntax error: mismatched input 'a' expecting {words}"
            )

    def test_height(self) -> None:
        """A tree has a height, which is bounded."""
        low, high = Ident(0, "a"), Ident(0, "b")
        high.height = MAX_DEPTH - 1
        node = Reader("a")._deeper(Ident(0, "c"), low, high)
        self.assertEqual(node.height, MAX_DEPTH)
        self.assertRaises(CelSyntaxError, Reader("a")._deeper, Ident(0, "d"), node)
