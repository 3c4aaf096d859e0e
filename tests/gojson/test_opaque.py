"""Tests of values that cannot be worked on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.opaque import Opaque


class OpaqueTests(SynchronousTestCase):
    """What the rest of the gateway sees of them."""

    def test_neither_map_nor_list(self) -> None:
        """They hold maps and lists, and are none."""
        for held in ({"a": 1}, [1]):
            self.assertNotIsInstance(Opaque(held), Mapping | Sequence)

    def test_equal(self) -> None:
        """They are equal by what they hold."""
        self.assertEqual(Opaque([1]), Opaque([1]))
        self.assertNotEqual(Opaque(None), Opaque(None, absent=[]))
