"""Tests of quotes around times."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.template.times.quoting import quote


class QuotingTests(SynchronousTestCase):
    """Texts in the quotes of Go's time package."""

    def test_plain(self) -> None:
        """What prints stays as it is."""
        self.assertEqual(quote("2006-01-02 \x7f"), '"2006-01-02 \x7f"')

    def test_escapes(self) -> None:
        """Quotes and backslashes get one before them."""
        self.assertEqual(quote('a"b\\'), '"a\\"b\\\\"')

    def test_bytes(self) -> None:
        """All else is told byte by byte."""
        self.assertEqual(quote("é\n"), '"\\xc3\\xa9\\x0a"')
        self.assertEqual(quote("\udcff"), '"\\xff"')
