"""Tests of :mod:`krakendtw.transport.server.http2_budget`."""

from __future__ import annotations

from hyperframe.frame import (
    DataFrame,
    Frame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
)
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.server.http2 import PREFACE
from krakendtw.transport.server.http2_budget import (
    BURST,
    RATE,
    RESET_COST,
    SETTINGS_COST,
    SMALL_DATA,
    Budget,
    Flood,
    MeteredFrames,
)


class BudgetTests(SynchronousTestCase):
    """What may be spent."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.budget = Budget(self.clock.seconds)

    def left(self) -> int:
        """What can be spent now, in ones."""
        count = 0
        try:
            while True:
                self.budget.spend(1)
                count += 1
        except Flood:
            return count

    def assert_left(self, expected: float) -> None:
        """So much is left, give or take what the asking costs."""
        self.assertLessEqual(abs(self.left() - expected), 2)

    def test_burst(self) -> None:
        """At first a burst, and no more."""
        self.assertEqual(BURST, self.left())

    def test_time(self) -> None:
        """Time fills it up again, to the burst."""
        self.left()
        self.clock.advance(1.5)
        self.assert_left(1.5 * RATE)
        self.clock.advance(3600)
        self.assert_left(BURST)

    def test_time_counts_once(self) -> None:
        """A time that has been paid out is over."""
        self.clock.advance(10)
        self.assert_left(2 * BURST)
        self.assertEqual(0, self.left())

    def test_credit(self) -> None:
        """What we send earns something, up to the burst."""
        self.budget.spend(100)
        self.budget.earn(50)
        self.assertEqual(BURST - 50, self.left())
        self.budget = Budget(self.clock.seconds)
        self.budget.earn(50)
        self.assertEqual(BURST, self.left())


class MeteredFramesTests(SynchronousTestCase):
    """What frames cost."""

    def cost(self, *frames: Frame) -> float:
        """The cost of some frames."""
        spent: list[float] = []

        class Purse(Budget):
            """Keeps what is spent."""

            def spend(self, cost: float) -> None:
                """Keep it."""
                spent.append(cost)

        buffer = MeteredFrames(Purse())
        buffer.max_frame_size = 1 << 14
        raw = b"".join(frame.serialize() for frame in frames)
        buffer.add_data(PREFACE + raw)
        self.assertEqual(len(frames), len(list(buffer)))
        return sum(spent)

    def test_costs(self) -> None:
        """Requests and bodies are free, the rest is not."""
        head = HeadersFrame(1, b"x", flags=["END_HEADERS"])
        for frame, expected in (
            (head, 0),
            (DataFrame(1, b"x" * SMALL_DATA), 0),
            (DataFrame(1, b"", flags=["END_STREAM"]), 0),
            (DataFrame(1, b"x"), 1),
            (DataFrame(1), 1),
            (PingFrame(0, b"12345678"), 1),
            (SettingsFrame(0), SETTINGS_COST),
            (RstStreamFrame(1), RESET_COST),
        ):
            self.assertEqual(expected, self.cost(frame), frame)

    def test_each_once(self) -> None:
        """Every frame is paid for once."""
        self.assertEqual(3, self.cost(*[PingFrame(0, b"12345678")] * 3))
