"""Tests of text that ought to be UTF-8."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.text import (
    decode_raw,
    decode_utf8,
    encode_raw,
    replace_surrogates,
)

reproducible = settings(deadline=None, derandomize=True)


class DecodeTests(SynchronousTestCase):
    """From bytes to text."""

    def test_plain(self) -> None:
        """UTF-8 is read as such."""
        self.assertEqual("é☕😀", decode_utf8("é☕😀".encode()))

    def test_one_for_each_byte(self) -> None:
        """Each byte outside of a sequence is one U+FFFD, as for Go."""
        for raw, text in (
            (b"\xff", "\ufffd"),
            (b"\xe2\x82", "\ufffd\ufffd"),
            (b"\xf0\x9f\x98", "\ufffd\ufffd\ufffd"),
            (b"\xc0\x80", "\ufffd\ufffd"),
            (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
            (b"a\xc3(", "a\ufffd("),
        ):
            self.assertEqual(text, decode_utf8(raw))


class RawTests(SynchronousTestCase):
    """There and back."""

    @reproducible
    @given(st.binary())
    def test_round_trip(self, raw: bytes) -> None:
        """Any bytes come out as they went in."""
        self.assertEqual(raw, encode_raw(decode_raw(raw)))

    @reproducible
    @given(st.text(st.characters()))
    def test_any_text(self, text: str) -> None:
        """Any text at all can be written."""
        self.assertIsInstance(encode_raw(text), bytes)

    def test_foreign_surrogates(self) -> None:
        """A surrogate that stands for no byte is U+FFFD."""
        self.assertEqual("\ufffd".encode() + b"\xff", encode_raw("\ud800\udcff"))

    def test_replace(self) -> None:
        """Surrogates can be replaced all at once."""
        self.assertEqual("a\ufffd\ufffdb", replace_surrogates("a\ud800\udcffb"))
