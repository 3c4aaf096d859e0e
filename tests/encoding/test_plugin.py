"""Tests of the encodings' plugin object."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.encoding._plugin import Encoding
from krakendtw.interfaces import IEncodingPlugin


def decode(body: bytes) -> dict[str, object]:
    """A decoder."""
    return {}


def decode_list(body: bytes) -> dict[str, object]:
    """Another one."""
    return {}


class EncodingTests(SynchronousTestCase):
    """Plain functions as a plugin."""

    def test_provides_interface(self) -> None:
        """It is what the gateway looks for."""
        verifyObject(IEncodingPlugin, Encoding("x"))

    def test_collections(self) -> None:
        """Collections have a decoder of their own, or the only one."""
        self.assertIs(decode_list, Encoding("x", decode, decode_list).decoder(True))
        self.assertIs(decode, Encoding("x", decode, decode_list).decoder(False))
        self.assertIs(decode, Encoding("x", decode).decoder(True))

    def test_nothing(self) -> None:
        """What an encoding cannot do is not there."""
        self.assertIsNone(Encoding("x").decoder(True))
        self.assertIsNone(Encoding("x").renderer())
