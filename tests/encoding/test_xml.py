"""Tests of encoding xml."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding.xml import (
    MAX_DEPTH,
    decode,
    decode_collection,
    encoding,
    render,
)
from krakendtw.errors import DecodeError
from krakendtw.proxy.message import Response

DOCUMENTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("<a/>", {"a": ""}),
    ("<a>text</a>", {"a": "text"}),
    ("<a> \t\n</a>", {"a": ""}),
    ("<a>\n  padded </a>", {"a": "padded"}),
    ("<a x='1'/>", {"a": {"-x": "1"}}),
    ("<a x='1'>t</a>", {"a": {"-x": "1", "#text": "t"}}),
    ("<a><b>1</b><c/><b>2</b><b/></a>", {"a": {"b": ["1", "2", ""], "c": ""}}),
    ("<a>before<b>x</b></a>", {"a": {"#text": "before", "b": "x"}}),
    ("<a><b>x</b>after</a>", {"a": {"b": "x", "#text": "after"}}),
    ("<a>1<b/>2<b/>3</a>", {"a": {"b": ["", ""], "#text": "1"}}),
    ("<a>one<![CDATA[two]]>three</a>", {"a": "three"}),
    (
        "<s:E xmlns:s='u' xmlns='d' s:k='v'/>",
        {"E": {"-s": "u", "-xmlns": "d", "-k": "v"}},
    ),
    ("stray<a>1</a><b>2</b><", {"a": "1"}),
    ("<!DOCTYPE a><a t='true'>007</a>", {"a": {"-t": "true", "#text": "007"}}),
)


def refusal(body: bytes) -> str:
    """Why a document is refused, or nothing."""
    try:
        decode(body)
    except DecodeError as error:
        return str(error)
    return ""


class DecodeTests(SynchronousTestCase):
    """Backends."""

    def test_documents(self) -> None:
        """Attributes, texts and lists are where KrakenD puts them."""
        self.assertEqual(
            [data for _, data in DOCUMENTS],
            [decode(text.encode()) for text, _ in DOCUMENTS],
        )

    def test_collection(self) -> None:
        """A collection is the same one level below."""
        self.assertEqual({"collection": {"a": "1"}}, decode_collection(b"<a>1</a>"))

    def test_encoding(self) -> None:
        """Other encodings are read as declared."""
        body = b"<?xml version='1.0' encoding='iso-8859-1'?><r>caf\xe9</r>"
        self.assertEqual({"r": "café"}, decode(body))

    def test_no_document(self) -> None:
        """Without an element the end of file is the error."""
        for body in (b"", b' {"a":1}', b"<?xml version='1.0'?>"):
            self.assertEqual("EOF", refusal(body))

    def test_broken(self) -> None:
        """A broken document is refused in Go's words."""
        prefix = "xml.Decoder.Token() - "
        for body, message in (
            (b"<a></b>", "XML syntax error on line 1: element <a> closed by </b>"),
            (b"<a>", "XML syntax error on line 1: unexpected EOF"),
        ):
            self.assertEqual(prefix + message, refusal(body))

    def test_line_after_other_encoding(self) -> None:
        """In another encoding than UTF-8 the document has a line more."""
        body = b"<?xml encoding='latin1'?><a>"
        self.assertIn("line 2: unexpected EOF", refusal(body))

    def test_depth(self) -> None:
        """Depth is limited, but far away."""
        self.assertEqual("", refusal(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH))
        self.assertIn("exceeded max depth", refusal(b"<a>" * (MAX_DEPTH + 1)))


class RenderTests(SynchronousTestCase):
    """Answers."""

    def test_data(self) -> None:
        """Data is a document, no data an empty one."""
        for data, body in (
            ({"a": "1"}, b"<a>1</a>"),
            ({}, b"<doc/>"),
            (None, b"<doc/>"),
        ):
            self.assertEqual((b"application/xml", body), render(Response(data), None))

    def test_nothing(self) -> None:
        """No response is an empty body, with a charset."""
        self.assertEqual((b"application/xml; charset=utf-8", b""), render(None, None))

    def test_unwritable(self) -> None:
        """What cannot be written is an empty body."""
        response = Response({"a": {"-b": {}}})
        self.assertEqual((b"application/xml", b""), render(response, None))

    def test_round_trip(self) -> None:
        """A document comes back as it went, sorted."""
        body = b'<user type="admin"><name>E</name><tag>1</tag><tag>2</tag></user>'
        self.assertEqual(body, render(Response(decode(body)), None)[1])


class EncodingTests(SynchronousTestCase):
    """The plugin object."""

    def test_parts(self) -> None:
        """It reads both kinds and writes."""
        self.assertIs(decode, encoding.decoder(False))
        self.assertIs(decode_collection, encoding.decoder(True))
        self.assertIs(render, encoding.renderer())
