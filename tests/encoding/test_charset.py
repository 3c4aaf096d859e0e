"""Tests of text encodings by name."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._charset import UnknownCharset, decode_labelled


class DecodeLabelledTests(SynchronousTestCase):
    """Bytes in a named encoding."""

    def test_latin(self) -> None:
        """Latin-1 and ASCII are windows-1252, as in browsers."""
        for label in ("iso-8859-1", "ISO-8859-1", " latin1 ", "us-ascii"):
            self.assertEqual("é€", decode_labelled(b"\xe9\x80", label))

    def test_others(self) -> None:
        """Other code pages and the encodings of East Asia are known."""
        for label, codec in (
            ("windows-1251", "cp1251"),
            ("koi8-r", "koi8-r"),
            ("windows-31j", "cp932"),
            ("gb2312", "gb18030"),
            ("euc-kr", "cp949"),
            ("utf-16be", "utf-16-be"),
            ("utf8", "utf-8"),
        ):
            text = "Ж" if label[:2] in ("wi", "ko") and codec != "cp932" else "一"
            self.assertEqual(text, decode_labelled(text.encode(codec), label))

    def test_broken(self) -> None:
        """What cannot be read is U+FFFD."""
        self.assertEqual("\ufffd", decode_labelled(b"\x81", "windows-1252"))

    def test_unknown(self) -> None:
        """Other names are nobody's, even where Python knows them."""
        for label in ("klingon", "rot13", "base64", "iso -8859-1", "u8", "utf-7", ""):
            self.assertRaises(UnknownCharset, decode_labelled, b"", label)
