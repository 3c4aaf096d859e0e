"""Turns that all workers of a gateway count on together, in memory they share."""

from __future__ import annotations

import mmap
import os
from typing import TYPE_CHECKING

from krakendtw.scope import own_turns

if TYPE_CHECKING:
    from krakendtw.scope import Turns

MOST = 8192
"""How many counters there are; who comes too late counts alone."""

BOARD_BYTES = mmap.PAGESIZE + 8 * MOST
"""The memory of a gateway's workers: a page that tells who is alive, then these."""

_MASK = (1 << 63) - 1


def shuffle(board: int) -> None:
    """Let each counter begin anywhere.

    :param board: the descriptor of the memory.
    """
    starts = (b"%b\0\0\0\0\0\0" % os.urandom(2) for _ in range(MOST))
    os.pwrite(board, b"".join(starts), mmap.PAGESIZE)


class SharedTurns:
    """The counters of one worker; all workers make the same in the same order.

    Two that count at the very same moment may get the same turn: then one host is
    asked once more often.

    :param board: the descriptor of the memory.
    """

    def __init__(self, board: int) -> None:
        memory = mmap.mmap(board, BOARD_BYTES)
        self._counters = memoryview(memory)[mmap.PAGESIZE :].cast("Q")
        self._used = 0

    def new(self) -> Turns:
        """Another counter."""
        counters, place = self._counters, self._used
        if place == MOST:
            return own_turns()
        self._used += 1

        def turn() -> int:
            value = counters[place]
            counters[place] = (value + 1) & _MASK
            return value

        return turn
