"""Tests of :mod:`krakendtw.proxy.turns`."""

from __future__ import annotations

import mmap
import os

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.proxy import turns
from krakendtw.proxy.turns import BOARD_BYTES, MOST, SharedTurns, shuffle


class SharedTurnsTests(SynchronousTestCase):
    """Counters in memory that workers share."""

    def setUp(self) -> None:
        self.board = os.memfd_create("board")
        self.addCleanup(os.close, self.board)
        os.ftruncate(self.board, BOARD_BYTES)

    def test_together(self) -> None:
        """Workers count on together, each counter for itself."""
        workers = [SharedTurns(self.board) for _ in range(2)]
        one, two = [worker.new() for worker in workers]
        other = workers[1].new()
        self.assertEqual([0, 1, 2, 3], [one(), two(), two(), one()])
        self.assertEqual(0, other())

    def test_anywhere(self) -> None:
        """They begin anywhere; who is alive stands in another part."""
        os.pwrite(self.board, b"\1\1", 0)
        shuffle(self.board)
        self.assertEqual(b"\1\1\0", os.pread(self.board, 3, 0))
        worker = SharedTurns(self.board)
        starts = {worker.new()() for _ in range(100)}
        self.assertGreater(len(starts), 10)
        self.assertLess(max(starts), 1 << 16)

    def test_long(self) -> None:
        """After the largest number it goes on with the least."""
        most = (1 << 63) - 1
        os.pwrite(self.board, most.to_bytes(8, "little"), mmap.PAGESIZE)
        turn = SharedTurns(self.board).new()
        self.assertEqual([most, 0], [turn(), turn()])

    def test_too_many(self) -> None:
        """Beyond what there is room for a worker counts alone."""
        self.patch(turns, "own_turns", lambda: "alone")
        worker = SharedTurns(self.board)
        made = [worker.new() for _ in range(MOST + 1)]
        self.assertEqual("alone", made[-1])
        self.assertNotIn("alone", made[:-1])
