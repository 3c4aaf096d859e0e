"""What the tests of traffic components share."""

from __future__ import annotations

from typing import Any

SECOND = 1_000_000_000


class Time:
    """A clock in nanoseconds that goes on when it is told."""

    def __init__(self) -> None:
        self.now = 1_000 * SECOND

    def __call__(self) -> int:
        """The time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let seconds pass."""
        self.now += round(seconds * SECOND)


def count(take: Any, attempts: int) -> int:
    """How many of some attempts are granted."""
    return sum(1 for _ in range(attempts) if take())
