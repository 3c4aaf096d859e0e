"""Tests of markup in Atom."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._html import inner_of_sole_div


class InnerOfSoleDivTests(SynchronousTestCase):
    """The ``div`` around XHTML."""

    def test_sole_div(self) -> None:
        """What is in it is written as HTML."""
        for markup, inner in (
            ("<div/>", ""),
            (" <div xmlns='x'>a<P>b</P></div> ", "a<p>b</p>"),
            ("<div><br/><img src='u'></img><i/></div>", '<br/><img src="u"/><i></i>'),
            ("<div>&lt;&amp;\"'</div>", "&lt;&amp;&#34;&#39;"),
            ("<div><a title='\"&amp;'/></div>", '<a title="&#34;&amp;"></a>'),
            ("<div><div>x</div></div>", "<div>x</div>"),
            ("<div><x:y/></div>", "<x:y></x:y>"),
        ):
            self.assertEqual(inner, inner_of_sole_div(markup))

    def test_anything_else(self) -> None:
        """Without it, or with something beside it, the markup stays."""
        for markup in ("", "text", "<p>x</p>", "<div/><div/>", "<div/><p/>", "<div>"):
            self.assertEqual(markup, inner_of_sole_div(markup))
