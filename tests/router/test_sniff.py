"""Tests of :mod:`krakendtw.router.sniff`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.sniff import sniff

TEXT = b"text/plain; charset=utf-8"
HTML = b"text/html; charset=utf-8"
BINARY = b"application/octet-stream"


class SniffTests(SynchronousTestCase):
    """``sniff``: a type by the first bytes."""

    def assert_kinds(self, *cases: tuple[bytes, bytes]) -> None:
        """Each body has its type."""
        for body, kind in cases:
            self.assertEqual(kind, sniff(body), body)

    def test_text(self) -> None:
        """What has no binary byte is text, JSON and nothing included."""
        self.assert_kinds(
            (b"", TEXT),
            (b'{"a": 1}', TEXT),
            (b"\x1b[0m", TEXT),
            (b"caf\xc3\xa9 \xff", TEXT),
        )

    def test_binary(self) -> None:
        """What has one is not."""
        self.assert_kinds(
            (b"a\x00", BINARY),
            (b"\x0b", BINARY),
            (b"a\x1f", BINARY),
            (b"\x0e", BINARY),
        )

    def test_html(self) -> None:
        """A tag at the beginning is HTML, in any case, if it ends there."""
        self.assert_kinds(
            (b"<html>", HTML),
            (b" \t\r\n\x0c<!doctype HTML >", HTML),
            (b"<Script x", HTML),
            (b"<!--x", HTML),
            (b"<p>", HTML),
            (b"<b ", HTML),
            (b"<htmlx>", TEXT),
            (b"<p", TEXT),
            (b"x<html>", TEXT),
            (b"<a href", HTML),
            (b"<abbr>", TEXT),
        )

    def test_xml(self) -> None:
        """XML by its declaration, blanks before it allowed, by case."""
        xml = b"text/xml; charset=utf-8"
        self.assert_kinds((b"<?xml x", xml), (b"\n<?xml", xml), (b"<?XML", TEXT))

    def test_marks(self) -> None:
        """Known formats by their first bytes."""
        self.assert_kinds(
            (b"%PDF-1.4", b"application/pdf"),
            (b"%!PS-Adobe-", b"application/postscript"),
            (b"\xfe\xff\x00a", b"text/plain; charset=utf-16be"),
            (b"\xff\xfea\x00", b"text/plain; charset=utf-16le"),
            (b"\xef\xbb\xbfa", TEXT),
            (b"GIF89a", b"image/gif"),
            (b"\x89PNG\r\n\x1a\n", b"image/png"),
            (b"\xff\xd8\xff\xe0", b"image/jpeg"),
            (b"RIFF\x01\x02\x03\x04WEBPVP", b"image/webp"),
            (b"RIFF\x01\x02\x03\x04WAVE", b"audio/wave"),
            (b"RIFF\x01\x02\x03\x04AVI ", b"video/avi"),
            (b"RIFF\x01\x02\x03\x04xxxx", BINARY),
            (b"FORM\x01\x02\x03\x04AIFF", b"audio/aiff"),
            (b"FORM\x01\x02\x03\x04xxxx", BINARY),
            (b"PK\x03\x04", b"application/zip"),
            (b"\x1f\x8b\x08", b"application/x-gzip"),
            (b"\x00asm", b"application/wasm"),
            (b"wOF2", b"font/woff2"),
            (b"\x00" * 34 + b"LP", b"application/vnd.ms-fontobject"),
        )

    def test_mp4(self) -> None:
        """mp4 by one of its brands, but not by its version."""
        kind = b"video/mp4"
        self.assert_kinds(
            (b"\x00\x00\x00\x0cftypmp4\x00", kind),
            (b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00mp41", kind),
            (b"\x00\x00\x00\x10ftypisommp41", BINARY),
            (b"\x00\x00\x00\x0dftypmp4\x00\x00", BINARY),
            (b"\x00\x00\x00\x40ftypmp4\x00", BINARY),
            (b"\x00\x00\x00\x0cftypisom", BINARY),
            (b"\x00\x00\x00\x0c", BINARY),
        )

    def test_first_bytes(self) -> None:
        """Only the first 512 bytes count."""
        self.assert_kinds((b"a" * 512 + b"\x00", TEXT), (b"a" * 511 + b"\x00", BINARY))
