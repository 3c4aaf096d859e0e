"""Tests of the breakers' state machine."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import Rejected
from krakendtw.middleware.qos.circuit_breaker._breaker import (
    CLOSED,
    HALF_OPEN,
    OPEN,
    Breaker,
    BreakerSettings,
    read_breaker,
)
from tests.middleware.qos.doubles import Time


class BreakerTests(SynchronousTestCase):
    """States and counts over time."""

    def setUp(self) -> None:
        self.time = Time()
        self.lines: list[str] = []

    def breaker(self, **keys: Any) -> Breaker:
        """A breaker of a 10 s timeout."""
        settings = BreakerSettings(**{"timeout": 10, **keys})
        return Breaker(settings, self.lines.append, self.time)

    def fail_times(self, breaker: Breaker, times: int) -> None:
        """Let calls fail."""
        for _ in range(times):
            breaker.failed(breaker.enter())

    def test_one_more_than_borne(self) -> None:
        """It opens at the failure after ``max_errors``."""
        breaker = self.breaker(max_errors=2)
        self.fail_times(breaker, 2)
        self.assertEqual(CLOSED, breaker.state)
        self.fail_times(breaker, 1)
        self.assertEqual(OPEN, breaker.state)
        error = self.assertRaises(Rejected, breaker.enter)
        self.assertEqual("circuit breaker is open", str(error))

    def test_success_resets(self) -> None:
        """Only failures in a row count."""
        breaker = self.breaker(max_errors=1)
        for _ in range(5):
            self.fail_times(breaker, 1)
            breaker.succeeded(breaker.enter())
        self.assertEqual(CLOSED, breaker.state)

    def test_half_open_one_call(self) -> None:
        """After the timeout one call is let through, others are told so."""
        breaker = self.breaker()
        self.fail_times(breaker, 1)
        self.time.advance(10)
        self.assertRaises(Rejected, breaker.enter)
        self.time.advance(0.001)
        breaker.enter()
        self.assertEqual(HALF_OPEN, breaker.state)
        error = self.assertRaises(Rejected, breaker.enter)
        self.assertEqual("too many requests", str(error))

    def half_open(self, **keys: Any) -> tuple[Breaker, int]:
        """A breaker whose one call is under way."""
        breaker = self.breaker(**keys)
        self.fail_times(breaker, 1 + keys.get("max_errors", 0))
        self.time.advance(11)
        return breaker, breaker.enter()

    def test_half_open_success(self) -> None:
        """If that goes well the breaker closes, and has forgotten the failures."""
        breaker, call = self.half_open(max_errors=1)
        breaker.succeeded(call)
        self.fail_times(breaker, 1)
        self.assertEqual(CLOSED, breaker.state)

    def test_half_open_failure(self) -> None:
        """If it fails the breaker opens for another timeout."""
        breaker, call = self.half_open(max_errors=1)
        breaker.failed(call)
        self.assertEqual(OPEN, breaker.state)
        self.time.advance(9)
        self.assertRaises(Rejected, breaker.enter)

    def test_half_open_left(self) -> None:
        """If it is given up the next one may try."""
        breaker, call = self.half_open()
        breaker.left(call)
        breaker.succeeded(breaker.enter())
        self.assertEqual(CLOSED, breaker.state)

    def test_left_counts_neither_way(self) -> None:
        """Who gives up neither breaks nor mends."""
        breaker = self.breaker(max_errors=1)
        self.fail_times(breaker, 1)
        breaker.left(breaker.enter())
        self.fail_times(breaker, 1)
        self.assertEqual(OPEN, breaker.state)

    def test_outcomes_of_before(self) -> None:
        """What began before a change of state says nothing about the state after."""
        breaker = self.breaker()
        early = [breaker.enter() for _ in range(3)]
        breaker.failed(early[0])
        self.time.advance(11)
        late = breaker.enter()
        breaker.succeeded(early[1])
        breaker.failed(early[2])
        self.assertEqual(HALF_OPEN, breaker.state)
        breaker.succeeded(late)
        self.assertEqual(CLOSED, breaker.state)

    def test_interval(self) -> None:
        """A closed breaker forgets at each interval."""
        breaker = self.breaker(max_errors=2, interval=5)
        self.fail_times(breaker, 2)
        self.time.advance(5.1)
        self.fail_times(breaker, 2)
        self.assertEqual(CLOSED, breaker.state)
        self.fail_times(breaker, 1)
        self.assertEqual(OPEN, breaker.state)

    def test_no_interval(self) -> None:
        """Without one it never forgets."""
        breaker = self.breaker(max_errors=2)
        self.fail_times(breaker, 2)
        self.time.advance(100_000)
        self.fail_times(breaker, 1)
        self.assertEqual(OPEN, breaker.state)

    def test_default_timeout(self) -> None:
        """Without a timeout it stays open for a minute."""
        breaker = self.breaker(timeout=0, max_errors=0)
        self.fail_times(breaker, 1)
        self.time.advance(60)
        self.assertRaises(Rejected, breaker.enter)
        self.time.advance(0.1)
        breaker.enter()

    def test_negative_errors(self) -> None:
        """A negative number of errors is a huge one, as in Go."""
        breaker = self.breaker(max_errors=-1)
        self.fail_times(breaker, 1000)
        self.assertEqual(CLOSED, breaker.state)

    def test_log(self) -> None:
        """Changes of state are told in KrakenD's words, where that is asked for."""
        breaker = self.breaker(name="x", log_status_change=True)
        self.fail_times(breaker, 1)
        self.time.advance(11)
        breaker.succeeded(breaker.enter())
        start = "[CB] Circuit breaker named 'x' went from"
        self.assertEqual(
            [
                f"{start} 'closed' to 'open'",
                f"{start} 'open' to 'half-open'",
                f"{start} 'half-open' to 'closed'",
            ],
            self.lines,
        )

    def test_silent(self) -> None:
        """By default nothing is told."""
        self.fail_times(self.breaker(), 1)
        self.assertEqual([], self.lines)


class ReadTests(SynchronousTestCase):
    """As KrakenD reads the keys."""

    def test_keys(self) -> None:
        """Numbers are cut to whole ones."""
        raw: Any = {"interval": 1.9, "timeout": 2, "max_errors": 3, "name": "x"}
        self.assertEqual(BreakerSettings(1, 2, 3, "x"), read_breaker(raw))

    def test_wrong_types(self) -> None:
        """Values of other types are left out."""
        raw: Any = {"interval": "1", "timeout": True, "name": 5, "log_status_change": 1}
        self.assertEqual(BreakerSettings(), read_breaker(raw))

    def test_out_of_range(self) -> None:
        """What is no number of Go's is the least one."""
        raw: Any = {"interval": float("inf"), "timeout": float("nan")}
        settings = read_breaker(raw)
        self.assertEqual((-(1 << 63),) * 2, (settings.interval, settings.timeout))
