"""Tests of ranges."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import PipeError
from krakendtw.middleware.modifier.martian._ranges import parse_ranges


class RangeTests(SynchronousTestCase):
    """The field as Martian reads it."""

    def test_ranges(self) -> None:
        """Both ends, or the first one."""
        self.assertEqual(parse_ranges("bytes=2-4", 10), [(2, 4)])
        self.assertEqual(parse_ranges("Bytes=2-, 0-0", 10), [(2, 9), (0, 0)])

    def test_not_given(self) -> None:
        """What cannot be given."""
        for field in ("bytes=5-2", "bytes=1-2-3", "bytes=7"):
            self.assertIsNone(parse_ranges(field, 10))

    def test_no_numbers(self) -> None:
        """A suffix is an error, as any text is."""
        for field in ("bytes=-3", "bytes=a-b"):
            self.assertRaises(PipeError, parse_ranges, field, 10)

    def test_clipped(self) -> None:
        """The end is the end, if so wished."""
        self.assertEqual(parse_ranges("bytes=2-99", 10), [(2, 99)])
        self.assertEqual(parse_ranges("bytes=2-99", 10, clips=True), [(2, 9)])
        self.assertIsNone(parse_ranges("bytes=20-99", 10, clips=True))
