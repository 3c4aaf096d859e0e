"""One errand for all who wait for its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

T = TypeVar("T")


class Flight(Generic[T]):
    """Starts an errand when somebody asks, unless it is under way already.

    Who stops waiting leaves the others, and the errand itself, alone.

    :param start: starts the errand; what it raises is its result.
    """

    def __init__(self, start: Callable[[], Deferred[T]]) -> None:
        self._start = start
        self._waiting: list[Deferred[T]] = []
        self._is_under_way = False

    def join(self) -> Deferred[T]:
        """The result of the errand that is under way, or of a new one."""
        waiter: Deferred[T] = Deferred(self._leave)
        self._waiting.append(waiter)
        if not self._is_under_way:
            self._is_under_way = True
            try:
                errand = self._start()
            except Exception:
                self._failed(Failure())
            else:
                errand.addCallbacks(self._arrived, self._failed)
        return waiter

    def _leave(self, waiter: Deferred[T]) -> None:
        if waiter in self._waiting:
            self._waiting.remove(waiter)

    def _land(self) -> list[Deferred[T]]:
        waiting, self._waiting = self._waiting, []
        self._is_under_way = False
        return waiting

    def _arrived(self, result: Any) -> None:
        for waiter in self._land():
            waiter.callback(result)

    def _failed(self, failure: Failure) -> None:
        for waiter in self._land():
            waiter.errback(failure)
