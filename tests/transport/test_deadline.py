"""Tests of :mod:`krakendtw.transport.deadline`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.deadline import TICK_S, TimerWheel


class Entry:
    """Something with a deadline.

    :ivar at: the times of its expiries.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.at: list[float] = []

    def expire(self) -> None:
        """Note the time."""
        self.at.append(self._clock.seconds())


class TimerWheelTests(SynchronousTestCase):
    """``TimerWheel``: arm, disarm, expire."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.wheel = TimerWheel(self.clock)
        self.entry = Entry(self.clock)

    def run_for(self, seconds: float) -> None:
        """Let time go by in steps smaller than a tick."""
        self.clock.pump([TICK_S / 4] * round(seconds / TICK_S * 4))

    def test_expires(self) -> None:
        """An armed entry expires once, in time."""
        self.wheel.arm(self.wheel.ticks(0.1), self.entry)
        self.run_for(0.099)
        self.assertEqual([], self.entry.at)
        self.run_for(0.2)
        self.assertEqual(1, len(self.entry.at))
        self.assertLess(self.entry.at[0], 0.1 + 2.01 * TICK_S)

    def test_disarmed(self) -> None:
        """A discarded entry does not expire."""
        slot = self.wheel.arm(self.wheel.ticks(0.1), self.entry)
        slot.discard(self.entry)
        self.run_for(0.3)
        self.assertEqual([], self.entry.at)

    def test_rests(self) -> None:
        """The wheel stands still while nothing is armed, and starts again."""
        self.assertEqual([], self.clock.getDelayedCalls())
        self.wheel.arm(1, self.entry)
        self.run_for(0.1)
        self.assertEqual([], self.clock.getDelayedCalls())
        self.clock.advance(5)
        self.wheel.arm(self.wheel.ticks(0.05), self.entry)
        self.run_for(0.1)
        first, second = self.entry.at
        self.assertLess(first, 0.1)
        self.assertGreaterEqual(second, 5.15)

    def test_no_delay(self) -> None:
        """No delay at all is still later than now."""
        self.assertEqual(1, self.wheel.ticks(0))
        self.assertEqual(1, self.wheel.ticks(-1))
        self.wheel.call_later(0, self.entry.expire)
        self.assertEqual([], self.entry.at)
        self.run_for(0.03)
        self.assertEqual(1, len(self.entry.at))

    def test_neighbour_disarmed(self) -> None:
        """An expiry may disarm another one of the same slot."""
        other = Entry(self.clock)
        slot = self.wheel.arm(5, self.entry)
        slot.add(other)
        for entry, neighbour in ((self.entry, other), (other, self.entry)):
            note = entry.expire

            def expire(note=note, neighbour=neighbour) -> None:  # type: ignore[no-untyped-def]
                note()
                slot.discard(neighbour)

            entry.expire = expire  # type: ignore[method-assign]
        self.run_for(0.1)
        self.assertEqual(1, len(self.entry.at + other.at))

    def test_arms_again(self) -> None:
        """An expiry may arm the next."""

        def again() -> None:
            self.entry.expire()
            if len(self.entry.at) < 3:
                self.wheel.call_later(0.02, again)

        self.wheel.call_later(0.02, again)
        self.run_for(0.3)
        self.assertEqual(3, len(self.entry.at))

    def test_late_clock(self) -> None:
        """What became due while the reactor was busy expires at its next turn."""
        self.wheel.arm(3, self.entry)
        self.wheel.arm(7, self.entry)
        self.clock.advance(1)
        self.assertEqual([1.0, 1.0], self.entry.at)
        self.assertEqual(1.0, self.wheel.seconds)

    def test_faulty_entry(self) -> None:
        """An expiry that fails is logged and does not stop the others."""

        def fail() -> None:
            raise ValueError("faulty")

        self.wheel.call_later(0.02, fail)
        self.wheel.call_later(0.02, self.entry.expire)
        self.wheel.call_later(0.05, self.entry.expire)
        self.run_for(0.1)
        self.assertEqual(2, len(self.entry.at))
        self.assertEqual(1, len(self.flushLoggedErrors(ValueError)))

    @given(
        plans=st.lists(
            st.tuples(st.floats(0, 1, width=16), st.floats(0, 1, width=16)), max_size=20
        )
    )
    def test_in_time(self, plans: list[tuple[float, float]]) -> None:
        """However entries follow each other, none is early or three ticks late."""
        clock = Clock()
        wheel = TimerWheel(clock)
        armed = []

        def arm(delay: float) -> None:
            entry = Entry(clock)
            wheel.arm(wheel.ticks(delay), entry)
            armed.append((clock.seconds() + delay, entry))

        for start, delay in plans:
            clock.callLater(start, arm, delay)
        while clock.calls:
            clock.advance(max(0, clock.calls[0].getTime() - clock.seconds()))
        for due, entry in armed:
            self.assertEqual(1, len(entry.at))
            self.assertGreaterEqual(entry.at[0], due - 1e-9)
            self.assertLess(entry.at[0], due + 3 * TICK_S + 1e-9)


class TimerTests(SynchronousTestCase):
    """``TimerWheel.call_later``: one call."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.wheel = TimerWheel(self.clock)
        self.calls: list[tuple[int, ...]] = []

    def call(self, *arguments: int) -> None:
        """Keep the arguments."""
        self.calls.append(arguments)

    def test_called(self) -> None:
        """The call gets its arguments."""
        self.wheel.call_later(0.1, self.call, 1, 2)
        self.clock.pump([0.01] * 20)
        self.assertEqual([(1, 2)], self.calls)

    def test_cancelled(self) -> None:
        """A cancelled timer makes no call, and may be cancelled again."""
        timer = self.wheel.call_later(0.1, self.call)
        timer.cancel()
        timer.cancel()
        self.clock.pump([0.01] * 20)
        self.assertEqual([], self.calls)

    def test_cancelled_late(self) -> None:
        """To cancel a call that was made is harmless."""
        timer = self.wheel.call_later(0.01, self.call)
        self.clock.pump([0.01] * 5)
        timer.cancel()
        self.assertEqual([()], self.calls)
