"""Tests of the token bucket."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.qos.ratelimit._bucket import (
    EMPTY,
    NEVER,
    compile_bucket,
    fill_interval,
    refill,
)
from tests.middleware.qos.doubles import SECOND, Time, count


class BucketTests(SynchronousTestCase):
    """The arithmetic over time."""

    def setUp(self) -> None:
        self.time = Time()

    def test_full_at_first(self) -> None:
        """A new bucket serves what it holds, and no more."""
        take = compile_bucket(1, 3, self.time)
        self.assertEqual(3, count(take, 10))

    def test_capacity_is_at_least_one(self) -> None:
        """A bucket that is to hold nothing holds one."""
        self.assertEqual(1, count(compile_bucket(1, 0, self.time), 5))

    def test_one_for_each_interval(self) -> None:
        """An empty bucket gets a token for each whole interval."""
        take = compile_bucket(2, 10, self.time)
        count(take, 10)
        self.time.advance(1.4)
        self.assertEqual(2, count(take, 10))

    def test_part_of_an_interval_is_kept(self) -> None:
        """What is short of a token counts towards the next one."""
        take = compile_bucket(1, 5, self.time)
        count(take, 5)
        self.time.advance(1.6)
        self.assertEqual(1, count(take, 5))
        self.time.advance(0.5)
        self.assertEqual(1, count(take, 5))

    def test_time_counts_from_the_beginning(self) -> None:
        """An idle bucket serves its capacity, one for free, and its capacity again."""
        take = compile_bucket(1, 2, self.time)
        self.time.advance(10)
        self.assertEqual(5, count(take, 10))

    def test_exactly_full(self) -> None:
        """As many tokens as it holds are no more than it holds: none is free."""
        take = compile_bucket(1, 3, self.time)
        self.time.advance(3)
        self.assertEqual(6, count(take, 10))

    def test_last_refill_is_what_counts(self) -> None:
        """After a refill the time starts there, not at the last request."""
        take = compile_bucket(1, 1, self.time)
        self.time.advance(2)
        self.assertEqual(3, count(take, 4))
        self.time.advance(0.999)
        self.assertFalse(take())
        self.time.advance(0.001)
        self.assertTrue(take())

    def test_infinite_rate(self) -> None:
        """A rate above one a nanosecond is no limit, even with a clock that stands."""
        take = compile_bucket(float("inf"), 1, self.time)
        self.assertEqual(10, count(take, 10))

    def test_rate_that_is_no_number(self) -> None:
        """0 times infinity serves the capacity once, and never again."""
        take = compile_bucket(float("nan"), 1, self.time)
        self.time.advance(10_000_000)
        self.assertEqual(1, count(take, 5))


class IntervalTests(SynchronousTestCase):
    """From rates to intervals."""

    def test_cut_to_nanoseconds(self) -> None:
        """A third of a second is 333333333 ns."""
        self.assertEqual(333_333_333, fill_interval(3))

    def test_slowest(self) -> None:
        """Rates below a token in 31 years are raised to it."""
        self.assertEqual(fill_interval(1e-9), fill_interval(0))

    def test_no_number(self) -> None:
        """No number means never."""
        self.assertEqual(NEVER, fill_interval(float("nan")))


class RefillTests(SynchronousTestCase):
    """One step."""

    def test_too_early(self) -> None:
        """Before the interval is over the bucket is empty."""
        self.assertEqual((EMPTY, 0), refill(SECOND - 1, SECOND, 5))

    @given(st.integers(0, 10**15), st.integers(1, 10**10), st.integers(1, 1000))
    def test_never_more_than_it_holds(
        self, elapsed: int, interval: int, capacity: int
    ) -> None:
        """No refill leaves more than the capacity, and none accounts for the future."""
        left, accounted = refill(elapsed, interval, capacity)
        self.assertLessEqual(left, capacity)
        self.assertLessEqual(accounted, elapsed)
        self.assertGreater(interval, elapsed - accounted)
