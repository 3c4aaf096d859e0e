"""Tests of encoding safejson."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding.safejson import decode, encoding
from krakendtw.errors import DecodeError


class DecodeTests(SynchronousTestCase):
    """Any JSON."""

    def test_kinds(self) -> None:
        """Objects stay, lists are a collection, the rest is content."""
        for body, data in (
            (b'{"a":1}', {"a": 1}),
            (b"[1]", {"collection": [1]}),
            (b"12345678901234567890", {"content": 12345678901234567890}),
            (b'"x"', {"content": "x"}),
            (b"false", {"content": False}),
            (b"null", {"content": None}),
        ):
            self.assertEqual(data, decode(body))

    def test_broken(self) -> None:
        """A body that is no JSON is refused in Go's words."""
        self.assertEqual("EOF", str(self.assertRaises(DecodeError, decode, b"")))


class EncodingTests(SynchronousTestCase):
    """The plugin object."""

    def test_flag(self) -> None:
        """``is_collection`` changes nothing, and there is no renderer."""
        self.assertIs(decode, encoding.decoder(True))
        self.assertIs(decode, encoding.decoder(False))
        self.assertIsNone(encoding.renderer())
