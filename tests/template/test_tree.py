"""Tests of trees as text."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.template import tree
from krakendtw.template.parser import parse


def _body(text: str) -> tree.Body:
    """What a template is parsed to."""
    return parse("t", text, frozenset(("f", "g")))["t"].body


class TreeTests(SynchronousTestCase):
    """What messages show of a template."""

    def test_actions(self) -> None:
        """An action shows as it was written, but for the spaces."""
        for text, shown in (
            ("{{.}}", "{{.}}"),
            ("{{  f   .a.b  $   $.c }}", "{{f .a.b $ $.c}}"),
            ("{{ f|g  1 -}}", "{{f | g 1}}"),
            ('{{ f  "a" `b` 1e3 0x1F true nil}}', '{{f "a" `b` 1e3 0x1F true nil}}'),
            ("{{ (f .x).y.z }}", "{{(f .x).y.z}}"),
            ("{{ f (g . | f) }}", "{{f (g . | f)}}"),
            ("{{ $x  :=  f }}", "{{$x := f}}"),
            ("{{ $x := 1 }}{{ $x  =  f }}", "{{$x := 1}}{{$x = f}}"),
        ):
            self.assertEqual("".join(map(str, _body(text))), shown)

    def test_calls(self) -> None:
        """A call shows its name in Go's quotes."""
        first, second = _body('{{ template `a"` }}{{ template "b" . }}')
        self.assertEqual(str(first), '{{template "a\\""}}')
        self.assertEqual(str(second), '{{template "b" .}}')

    def test_words(self) -> None:
        """Words that divide bodies show as such."""
        self.assertEqual(str(tree.End(0)), "{{end}}")
        self.assertEqual(str(tree.Else(0)), "{{else}}")

    def test_emptiness(self) -> None:
        """A body of nothing but white space is empty; an action is not."""
        self.assertTrue(tree.is_empty(_body(" \n\t")))
        self.assertTrue(tree.is_empty(_body("{{/* no */}} ")))
        self.assertTrue(tree.is_empty([]))
        self.assertFalse(tree.is_empty(_body("{{ $x := 1 }}")))
        self.assertFalse(tree.is_empty(_body(" a ")))
