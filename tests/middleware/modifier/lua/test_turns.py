"""Tests of the turns of scripts that run for long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier.lua._turns import Turns, turns_of


class Rounds:
    """A reactor that does in a round what was asked for before it."""

    def __init__(self) -> None:
        self._calls: list[Callable[[], Any]] = []

    def callLater(self, _delay: float, call: Callable[[], Any]) -> None:
        """Do it in the next round."""
        self._calls.append(call)

    def go_round(self) -> int:
        """Do what is to be done; how much it was."""
        calls, self._calls = self._calls, []
        for call in calls:
            call()
        return len(calls)


class TurnsTests(SynchronousTestCase):
    """One script at a time."""

    def setUp(self) -> None:
        self.rounds = Rounds()
        clock: Any = self.rounds
        self.turns = Turns(clock)

    def test_one_each_round(self) -> None:
        """In each round one of them has its turn, in the order they came."""
        waits = [self.turns.wait() for _ in range(3)]
        for count in range(3):
            self.assertEqual(1, self.rounds.go_round())
            self.assertEqual(
                [index <= count for index in range(3)], [w.called for w in waits]
            )
        self.assertEqual(0, self.rounds.go_round())

    def test_again(self) -> None:
        """Who waits again has its turn behind the others."""
        order = []

        def again(_: None) -> None:
            order.append("first")
            self.turns.wait().addCallback(lambda _: order.append("first again"))

        self.turns.wait().addCallback(again)
        self.turns.wait().addCallback(lambda _: order.append("second"))
        for _ in range(3):
            self.rounds.go_round()
        self.assertEqual(["first", "second", "first again"], order)

    def test_cancelled(self) -> None:
        """Who has left takes no turn."""
        left, stays = self.turns.wait(), self.turns.wait()
        left.cancel()
        self.failureResultOf(left, CancelledError)
        self.rounds.go_round()
        self.assertIsNone(self.successResultOf(stays))

    def test_all_cancelled(self) -> None:
        """With nobody left there is no more to do."""
        left = self.turns.wait()
        left.cancel()
        self.failureResultOf(left, CancelledError)
        self.rounds.go_round()
        self.assertEqual(0, self.rounds.go_round())

    def test_shared(self) -> None:
        """All scripts on one reactor share the turns."""
        clock = Clock()
        self.assertIs(turns_of(clock), turns_of(clock))
        self.assertIsNot(turns_of(clock), turns_of(Clock()))
