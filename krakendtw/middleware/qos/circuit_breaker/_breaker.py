"""The state machine of both circuit breakers.

Closed it counts failures in a row, open it lets nothing through, half open one
call at a time.  What comes back from before the last change of state, or before
the last turn of the interval, is not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic_ns
from typing import TYPE_CHECKING, Any

from attrs import frozen

from krakendtw.errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from krakendtw.gojson.number import JSON

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half-open"

_SECOND = 1_000_000_000
_DEFAULT_TIMEOUT = 60
_UINT32 = 1 << 32
_LARGEST = 1 << 63


@frozen
class BreakerSettings:
    """The keys of a breaker.

    :ivar interval: seconds after which a closed breaker forgets what it has
        counted; 0 and less for never.
    :ivar timeout: seconds that it stays open; 0 and less for 60.
    :ivar max_errors: failures in a row that are borne; one more opens it.
    """

    interval: int = 0
    timeout: int = 0
    max_errors: int = 0
    name: str = ""
    log_status_change: bool = False


class Breaker:
    """One breaker.

    :param warn: takes a line at each change of state.
    :param now: nanoseconds of a clock that never goes back.
    :ivar state: one of the three, as it was when last looked at.
    """

    __slots__ = (
        "_excluded",
        "_expiry",
        "_failures",
        "_generation",
        "_interval",
        "_max_errors",
        "_name",
        "_now",
        "_requests",
        "_timeout",
        "_warn",
        "state",
    )

    def __init__(
        self,
        settings: BreakerSettings,
        warn: Callable[[str], None] | None = None,
        now: Callable[[], int] = monotonic_ns,
    ) -> None:
        self._interval = max(settings.interval, 0) * _SECOND
        timeout = settings.timeout if settings.timeout > 0 else _DEFAULT_TIMEOUT
        self._timeout = timeout * _SECOND
        self._max_errors = settings.max_errors % _UINT32
        self._name = settings.name
        self._warn = warn if settings.log_status_change else None
        self._now = now
        self.state = CLOSED
        self._generation = 0
        self._begin(now())

    def enter(self) -> int:
        """Ask for leave to make a call.

        :returns: what :meth:`succeeded` and its sisters want to be told.
        :raises Rejected: not now.
        """
        self._look()
        if self.state is OPEN:
            raise Rejected("circuit breaker is open")
        if self.state is HALF_OPEN and self._requests > self._excluded:
            raise Rejected("too many requests")
        self._requests += 1
        return self._generation

    def succeeded(self, generation: int) -> None:
        """A call went well."""
        if not self._counts(generation):
            return
        self._failures = 0
        if self.state is HALF_OPEN:
            self._become(CLOSED)

    def failed(self, generation: int) -> None:
        """A call failed."""
        if not self._counts(generation):
            return
        self._failures += 1
        if self.state is HALF_OPEN or self._failures > self._max_errors:
            self._become(OPEN)

    def left(self, generation: int) -> None:
        """A call was given up by whoever wanted it: it counts neither way."""
        if self._counts(generation):
            self._excluded += 1

    def _counts(self, generation: int) -> bool:
        """Whether the outcome of a call of this generation is of interest."""
        self._look()
        return generation == self._generation

    def _look(self) -> None:
        """Let time do its part."""
        if not self._expiry:
            return
        now = self._now()
        if now <= self._expiry:
            return
        if self.state is CLOSED:
            self._begin(now)
        else:
            self._become(HALF_OPEN)

    def _become(self, state: str) -> None:
        former, self.state = self.state, state
        self._begin(self._now())
        if self._warn is not None:
            self._warn(
                f"[CB] Circuit breaker named '{self._name}'"
                f" went from '{former}' to '{state}'"
            )

    def _begin(self, now: int) -> None:
        """A new generation, of which nothing is known."""
        self._generation += 1
        self._requests = self._excluded = self._failures = 0
        self._expiry = 0
        if self.state is OPEN:
            self._expiry = now + self._timeout
        elif self.state is CLOSED and self._interval:
            self._expiry = now + self._interval


def read_breaker(raw: Mapping[str, JSON]) -> BreakerSettings:
    """The keys, values of wrong types left out, as in the Community Edition."""
    name = raw.get("name")
    return BreakerSettings(
        interval=_whole(raw.get("interval")),
        timeout=_whole(raw.get("timeout")),
        max_errors=_whole(raw.get("max_errors")),
        name=name if isinstance(name, str) else "",
        log_status_change=raw.get("log_status_change") is True,
    )


def _whole(value: Any) -> int:
    """A number cut to a whole one, 0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if abs(value) < _LARGEST else -_LARGEST
