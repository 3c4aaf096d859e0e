"""Token buckets with KrakenD's arithmetic.

A bucket is looked after only once it is empty: then it gets a token for every
whole interval since it was made or last filled.  If that is more than it holds
it is full again, and the request that found it empty costs nothing.  A bucket
that was left alone therefore serves its capacity twice, and one more.
"""

from __future__ import annotations

from collections.abc import Callable

SLOWEST = 1e-9
"""The least rate, in tokens a second."""

NEVER = 1 << 63
"""An interval in ns that nobody lives to see the end of."""

EMPTY = -1
"""What :func:`refill` says of a bucket without a token."""

Now = Callable[[], int]
"""Nanoseconds of a clock that never goes back."""


def fill_interval(rate: float) -> int:
    """Nanoseconds between two tokens.

    0 for rates above one a nanosecond: such a bucket is never found empty, where
    KrakenD would divide by zero.
    """
    if rate != rate:
        return NEVER
    return int(1e9 / max(rate, SLOWEST))


def refill(elapsed_ns: int, interval_ns: int, capacity: int) -> tuple[int, int]:
    """What an empty bucket holds after one request has had its token.

    :returns: tokens left, or :data:`EMPTY`, and the nanoseconds accounted for.
    """
    if not interval_ns:
        return capacity, elapsed_ns
    gathered = elapsed_ns // interval_ns
    if gathered <= 0:
        return EMPTY, 0
    left = capacity if gathered > capacity else gathered - 1
    return left, gathered * interval_ns


def compile_bucket(rate: float, capacity: int, now: Now) -> Callable[[], bool]:
    """A bucket, full at first: a function that takes a token if there is one.

    :param rate: tokens a second.
    :param capacity: what it holds; at least 1.
    """
    interval = fill_interval(rate)
    capacity = max(capacity, 1)
    tokens = capacity
    filled = now()

    def take() -> bool:
        nonlocal tokens, filled
        if tokens:
            tokens -= 1
            return True
        left, accounted = refill(now() - filled, interval, capacity)
        if left == EMPTY:
            return False
        tokens = left
        filled += accounted
        return True

    return take
