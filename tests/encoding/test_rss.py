"""Tests of encoding rss."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding.rss import decode, encoding
from krakendtw.errors import DecodeError
from krakendtw.gojson.writer import dumps


def refusal(body: bytes) -> str:
    """Why a body is refused, or nothing."""
    try:
        decode(body)
    except DecodeError as error:
        return str(error)
    return ""


class DecodeTests(SynchronousTestCase):
    """Feeds of all kinds."""

    def test_kinds(self) -> None:
        """The format is found out from the document."""
        for body, kind in (
            (b"<rss><channel/></rss>", "rss"),
            (b"\n<?xml version='1.0'?><r:RDF xmlns:r='u'/>", "rss"),
            (b"<feed/>", "atom"),
            (b"\xef\xbb\xbf <Feed/>", "atom"),
            (b' {"version": "1"} ', "json"),
        ):
            self.assertEqual(kind, decode(body)["type"])

    def test_answer(self) -> None:
        """Items are written in the order of their fields."""
        body = (
            b"<rss><channel><item><link>l</link><title>t</title></item></channel></rss>"
        )
        self.assertIn(
            b'"items":[{"title":"t","link":"l","links":["l"]}]', dumps(decode(body))
        )

    def test_no_feed(self) -> None:
        """Anything else is refused."""
        for body in (
            *(b"", b"text", b"<doc/>", b"<html>", b"<<", b"[1]"),
            *(b'{"a":1', b"{} x", b'{"a":NaN}'),
        ):
            self.assertEqual("Failed to detect feed type", refusal(body))

    def test_broken(self) -> None:
        """A feed that breaks off is refused in Go's words."""
        self.assertEqual(
            "XML syntax error on line 1: unexpected EOF", refusal(b"<rss><channel>")
        )

    def test_nothing_is_expanded(self) -> None:
        """Entities that a feed declares do not exist."""
        declaration = b"<!DOCTYPE rss [<!ENTITY x 'y'>]>"
        body = declaration + b"<rss><channel><title>&x;</title></channel></rss>"
        self.assertEqual("&x;", decode(body)["title"])


class EncodingTests(SynchronousTestCase):
    """The plugin object."""

    def test_is_for_backends(self) -> None:
        """``is_collection`` changes nothing, and answers are not written by it."""
        self.assertIs(decode, encoding.decoder(True))
        self.assertIs(decode, encoding.decoder(False))
        self.assertIsNone(encoding.renderer())
