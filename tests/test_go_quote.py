"""Tests of quoting as Go does it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.go_quote import quote


class QuoteTests(SynchronousTestCase):
    """What ends up between the quotes."""

    def test_plain(self) -> None:
        """Plain text is only put in quotes."""
        self.assertEqual('"/user/1?x=1"', quote("/user/1?x=1"))

    def test_quotes_and_backslashes(self) -> None:
        """Quotes and backslashes are escaped."""
        self.assertEqual(r'"a\"b\\c"', quote('a"b\\c'))

    def test_control_characters(self) -> None:
        """Control characters have short names, or two hexadecimal digits."""
        self.assertEqual(
            r'"\a\b\f\n\r\t\v\x00\x1b\x7f"', quote("\a\b\f\n\r\t\v\0\x1b\x7f")
        )

    def test_other_scripts(self) -> None:
        """Letters and signs of all scripts stay."""
        self.assertEqual('"äλ界▶🙂"', quote("äλ界▶🙂"))

    def test_unprintable(self) -> None:
        """Spaces other than the plain one and unassigned points are numbers."""
        self.assertEqual(r'"\u00a0\u2028\ufeff"', quote("\xa0\u2028\ufeff"))
        self.assertEqual(r'"\U000e0001"', quote("\U000e0001"))

    def test_bytes_that_are_no_text(self) -> None:
        """A byte that is no UTF-8 is escaped as that byte."""
        self.assertEqual(r'"\xff"', quote(b"\xff".decode("utf-8", "surrogateescape")))

    @given(st.text())
    def test_always_one_line(self, text: str) -> None:
        """A quoted text never breaks out of its quotes or its line."""
        inner = quote(text)[1:-1]
        self.assertTrue(inner.isprintable())
        self.assertNotIn('"', inner.replace(r"\\", "").replace(r"\"", ""))
