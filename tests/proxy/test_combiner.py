"""Tests of the merge of two answers."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.proxy.combiner import combine
from krakendtw.proxy.message import Metadata, Response


class CombineTests(SynchronousTestCase):
    """lura's default combiner."""

    def test_shallow(self) -> None:
        """Top-level keys of the second one win, whole."""
        merged = combine(
            Response({"a": {"x": 1}, "b": 1}, True), Response({"a": {"y": 2}}, True)
        )
        self.assertEqual({"a": {"y": 2}, "b": 1}, merged.data)
        self.assertTrue(merged.is_complete)

    def test_incomplete(self) -> None:
        """One incomplete part makes the whole incomplete."""
        for first, second in ((True, False), (False, True)):
            merged = combine(Response({}, first), Response({}, second))
            self.assertFalse(merged.is_complete)

    def test_no_data(self) -> None:
        """A part without data makes the whole incomplete, but loses nothing."""
        for first, second, data in (
            (None, {"a": 1}, {"a": 1}),
            ({"a": 1}, None, {"a": 1}),
            (None, None, {}),
        ):
            merged = combine(Response(first, True), Response(second, True))
            self.assertEqual(data, merged.data)
            self.assertFalse(merged.is_complete)

    def test_rest_is_left_behind(self) -> None:
        """Status, header fields and bodies of the parts are no part of the whole."""
        merged = combine(
            Response({"a": 1}, True, Metadata(201, {"X": ["1"]}), b"io"),
            Response({}, True, Metadata(201, {"Y": ["2"]}), b"io"),
        )
        self.assertEqual(Metadata(), merged.metadata)
        self.assertIsNone(merged.io)

    def test_first_sees_the_merge(self) -> None:
        """The first part's data is the merged data, its other fields stay."""
        first = Response({"a": 1}, True, Metadata(200), b"io")
        merged = combine(first, Response({"b": 2}, True))
        self.assertIs(first.data, merged.data)
        self.assertEqual((b"io", 200), (first.io, first.metadata.status))
