"""One wheel for the deadlines of all requests.

A :class:`~twisted.internet.interfaces.IDelayedCall` a request costs more than
a whole router; here arming and disarming are one set operation each.  The
price is resolution: a deadline is met up to three ticks late, and early only by
as much as the reactor itself was late to turn the wheel.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from twisted.logger import Logger

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime

TICK_S = 0.01

_log = Logger()


class Expires(Protocol):
    """Something with a deadline."""

    def expire(self) -> None:
        """The time is over."""


Slot: TypeAlias = "set[Expires]"
"""What :meth:`TimerWheel.arm` returns: discard the entry to disarm it."""


class TimerWheel:
    """Deadlines in slots of one tick.

    It ticks only while something is armed.

    :param clock: the reactor, or a test's clock.
    :ivar seconds: the clock's time at the last tick; not after the present.
    """

    __slots__ = ("_clock", "_origin", "_running", "_slots", "_tick", "seconds")

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._slots: dict[int, set[Any]] = {}
        self._tick = 0
        self._running = False
        self._origin = self.seconds = clock.seconds()

    def ticks(self, delay_s: float) -> int:
        """How many ticks make sure that ``delay_s`` seconds have passed."""
        return max(1, ceil(delay_s / TICK_S) + 1)

    def arm(self, ticks: int, entry: Any) -> set[Any]:
        """Let ``entry`` expire in ``ticks`` ticks, unless it is discarded before.

        :returns: the slot; ``slot.discard(entry)`` disarms.
        """
        if not self._running:
            self._start()
        at = self._tick + ticks
        slot = self._slots.get(at)
        if slot is None:
            slot = self._slots[at] = set()
        slot.add(entry)
        return slot

    def call_later(
        self, delay_s: float, function: Callable[..., Any], *arguments: Any
    ) -> Timer:
        """A timer for one call, for places off the hot path."""
        timer = Timer(function, arguments)
        timer.slot = self.arm(self.ticks(delay_s), timer)
        return timer

    def _start(self) -> None:
        self._running = True
        self.seconds = self._clock.seconds()
        self._tick = max(self._tick, int((self.seconds - self._origin) / TICK_S))
        self._clock.callLater(TICK_S, self._turn)

    def _turn(self) -> None:
        self.seconds = now = self._clock.seconds()
        last, self._tick = (
            self._tick,
            max(self._tick + 1, int((now - self._origin) / TICK_S)),
        )
        slots = self._slots
        for tick in range(last + 1, self._tick + 1):
            slot = slots.pop(tick, None)
            if slot:
                while slot:  # an expiry may disarm its neighbours
                    try:
                        slot.pop().expire()
                    except Exception:  # one faulty entry must not stop the wheel
                        _log.failure("a deadline's handler failed")
            if not slots:
                break
        if slots:
            self._clock.callLater(TICK_S, self._turn)
        else:
            self._running = False


class Timer:
    """One armed call."""

    __slots__ = ("_arguments", "_function", "slot")

    def __init__(
        self, function: Callable[..., Any], arguments: tuple[Any, ...]
    ) -> None:
        self._function = function
        self._arguments = arguments
        self.slot: set[Any] = set()

    def expire(self) -> None:
        """Make the call."""
        self._function(*self._arguments)

    def cancel(self) -> None:
        """Do not make the call; harmless when it was made."""
        self.slot.discard(self)
