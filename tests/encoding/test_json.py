"""Tests of encoding json."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.encoding.json import decode, decode_collection, encoding, render
from krakendtw.errors import DecodeError
from krakendtw.gojson.number import Float, Number
from krakendtw.interfaces import IEncodingPlugin
from krakendtw.proxy.message import Response

CONTENT_TYPE = b"application/json; charset=utf-8"


def mismatch(found: str, wanted: str) -> str:
    """What Go says of a root of the wrong kind."""
    return f"json: cannot unmarshal {found} into Go value of type {wanted}"


class DecodeTests(SynchronousTestCase):
    """Objects."""

    def test_object(self) -> None:
        """An object is the data."""
        self.assertEqual({"a": Number("1.0")}, decode(b'{"a":1.0} trailing'))

    def test_null(self) -> None:
        """``null`` is no data, and no error."""
        self.assertIsNone(decode(b"null"))

    def test_other_kinds(self) -> None:
        """Anything else is refused in Go's words."""
        wanted = "map[string]interface {}"
        for body, found in (
            (b"[1]", "array"),
            (b'"x"', "string"),
            (b"1", "number"),
            (b"1.5", "number"),
            (b"true", "bool"),
        ):
            error = self.assertRaises(DecodeError, decode, body)
            self.assertEqual(mismatch(found, wanted), str(error))

    def test_broken(self) -> None:
        """A body that is no JSON is refused in Go's words."""
        for body, message in (
            (b"", "EOF"),
            (b'{"a":', "unexpected EOF"),
            (b"<", "invalid character '<' looking for beginning of value"),
        ):
            self.assertEqual(message, str(self.assertRaises(DecodeError, decode, body)))


class DecodeCollectionTests(SynchronousTestCase):
    """Lists."""

    def test_list(self) -> None:
        """A list is found under ``collection``."""
        self.assertEqual({"collection": [1, {}]}, decode_collection(b"[1,{}]"))

    def test_null(self) -> None:
        """So is ``null``."""
        self.assertEqual({"collection": None}, decode_collection(b"null"))

    def test_object(self) -> None:
        """An object is refused in Go's words."""
        error = self.assertRaises(DecodeError, decode_collection, b"{}")
        self.assertEqual(mismatch("object", "[]interface {}"), str(error))

    def test_broken(self) -> None:
        """A body that is no JSON is refused."""
        error = self.assertRaises(DecodeError, decode_collection, b"")
        self.assertEqual("EOF", str(error))


class RenderTests(SynchronousTestCase):
    """Answers."""

    def test_data(self) -> None:
        """Data is written as Go writes it."""
        response = Response({"b": "<", "a": Number("1.0")})
        self.assertEqual(
            (CONTENT_TYPE, rb'{"a":1.0,"b":"\u003c"}'), render(response, None)
        )

    def test_nothing(self) -> None:
        """No response is an empty object, no data is ``null``."""
        self.assertEqual((CONTENT_TYPE, b"{}"), render(None, None))
        self.assertEqual((CONTENT_TYPE, b"null"), render(Response(None), None))
        self.assertEqual((CONTENT_TYPE, b"{}"), render(Response({}), None))

    def test_unwritable(self) -> None:
        """Data with NaN is an empty body."""
        response = Response({"a": Float("nan")})
        self.assertEqual((CONTENT_TYPE, b""), render(response, None))


class EncodingTests(SynchronousTestCase):
    """The plugin object."""

    def test_parts(self) -> None:
        """It reads both kinds and writes."""
        verifyObject(IEncodingPlugin, encoding)
        self.assertIs(decode, encoding.decoder(False))
        self.assertIs(decode_collection, encoding.decoder(True))
        self.assertIs(render, encoding.renderer())
