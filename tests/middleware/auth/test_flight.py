"""Tests of one errand for all who wait."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._flight import Flight


class FlightTests(SynchronousTestCase):
    """Tests of :class:`Flight`."""

    def setUp(self) -> None:
        self.errands: list[Deferred[Any]] = []

        def start() -> Deferred[Any]:
            self.errands.append(Deferred())
            return self.errands[-1]

        self.flight: Flight[Any] = Flight(start)

    def test_shared(self) -> None:
        """All who ask while an errand is under way get its result."""
        waiting = [self.flight.join() for _ in range(3)]
        self.assertEqual(len(self.errands), 1)
        self.errands[0].callback("done")
        self.assertEqual([self.successResultOf(each) for each in waiting], ["done"] * 3)

    def test_next_one(self) -> None:
        """Who asks afterwards starts another errand."""
        self.flight.join()
        self.errands[0].callback("done")
        self.flight.join()
        self.assertEqual(len(self.errands), 2)

    def test_failure(self) -> None:
        """A failure is everybody's, and the next one tries again."""
        waiting = [self.flight.join() for _ in range(2)]
        self.errands[0].errback(KeyError("x"))
        for each in waiting:
            self.failureResultOf(each, KeyError)
        self.flight.join()
        self.assertEqual(len(self.errands), 2)

    def test_leaving(self) -> None:
        """Who stops waiting leaves the errand and the others alone."""
        first, second = self.flight.join(), self.flight.join()
        first.cancel()
        self.failureResultOf(first, CancelledError)
        self.errands[0].callback("done")
        self.assertEqual(self.successResultOf(second), "done")

    def test_all_leave(self) -> None:
        """An errand that nobody waits for is finished all the same."""
        waiter = self.flight.join()
        waiter.cancel()
        self.failureResultOf(waiter, CancelledError)
        again = self.flight.join()
        self.assertEqual(len(self.errands), 1)
        self.errands[0].callback("done")
        self.assertEqual(self.successResultOf(again), "done")

    def test_result_at_once(self) -> None:
        """An errand may be done when it has hardly begun."""
        flight: Flight[str] = Flight(lambda: succeed("done"))
        self.assertEqual(self.successResultOf(flight.join()), "done")
        self.assertEqual(self.successResultOf(flight.join()), "done")

    def test_start_that_raises(self) -> None:
        """What the start raises is the result."""

        def start() -> Deferred[Any]:
            raise KeyError("x")

        self.failureResultOf(Flight(start).join(), KeyError)
