"""Turns of scripts that run for long: one of them at a time, between requests."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime

_by_clock: WeakKeyDictionary[IReactorTime, Turns] = WeakKeyDictionary()


class Turns:
    """Scripts that wait for their next turn.

    In each round of the reactor one of them has it, whatever their number, so
    that all together hold up the other requests no longer than one does.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._waiting: deque[Deferred[None]] = deque()

    def wait(self) -> Deferred[None]:
        """Fires when it is the caller's turn."""
        turn: Deferred[None] = Deferred()
        if not self._waiting:
            self._clock.callLater(0, self._give)
        self._waiting.append(turn)
        return turn

    def _give(self) -> None:
        waiting = self._waiting
        while waiting:
            turn = waiting.popleft()
            if not turn.called:  # else it was cancelled
                break
        else:
            return
        if waiting:
            self._clock.callLater(0, self._give)
        turn.callback(None)


def turns_of(clock: IReactorTime) -> Turns:
    """The turns that all scripts on one reactor share."""
    found = _by_clock.get(clock)
    if found is None:
        found = _by_clock[clock] = Turns(clock)
    return found
