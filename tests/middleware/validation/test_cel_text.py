"""Tests of ``krakendtw.middleware.validation._cel_text``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_text import unquote_bytes, unquote_text


class UnquoteTextTests(SynchronousTestCase):
    """String literals."""

    def test_escapes(self) -> None:
        """Escapes stand for characters."""
        self.assertEqual(
            unquote_text(r"""'\a\n\\\'\"\`\?\x41\u00e9\U0001F600\101'"""),
            "\a\n\\'\"`?Aé\U0001f600A",
        )

    def test_raw(self) -> None:
        """In raw strings a backslash is one."""
        self.assertEqual(unquote_text(r"r'\n'"), r"\n")

    def test_three_quotes(self) -> None:
        """Three quotes hold others, and lines that end in one way."""
        self.assertEqual(unquote_text("'''a'b\r\nc\rd'''"), "a'b\nc\nd")

    def test_no_character(self) -> None:
        """Halves of surrogate pairs and too large numbers stand for nothing."""
        for literal in (r"'\ud800'", r"'\U00110000'"):
            error = self.assertRaises(ValueError, unquote_text, literal)
            self.assertEqual(str(error), "invalid unicode code point")


class UnquoteBytesTests(SynchronousTestCase):
    """Bytes literals."""

    def test_bytes(self) -> None:
        """Characters are UTF-8; numeric escapes are bytes."""
        self.assertEqual(unquote_bytes(r"b'é\xff\377a'"), b"\xc3\xa9\xff\xffa")

    def test_raw(self) -> None:
        """In raw literals a backslash is one."""
        self.assertEqual(unquote_bytes(r"br'\xff'"), rb"\xff")

    def test_no_characters(self) -> None:
        """An escape for a character is refused."""
        self.assertRaises(ValueError, unquote_bytes, r"b'\u0041'")
