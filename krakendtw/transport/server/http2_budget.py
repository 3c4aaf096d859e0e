"""What a client may cost in frames that carry no request and no body.

Pings, settings, priorities, window updates, empty frames and resets are all
legal and all cost their receiver; floods of them are known attacks
(CVE-2019-9511 to 9518, CVE-2023-44487).  One allowance, refilled with time and
with what we send, holds them all.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from h2.errors import ErrorCodes
from h2.exceptions import ProtocolError
from h2.frame_buffer import FrameBuffer
from hyperframe.frame import (
    DataFrame,
    HeadersFrame,
    RstStreamFrame,
    SettingsFrame,
)

if TYPE_CHECKING:
    from hyperframe.frame import Frame

BURST = 2000.0
"""What a client may spend at once."""

RATE = 1000.0
"""What it may spend a second, for ever."""

RESET_COST = 10.0
"""A stream begun in vain, by either side's doing."""

SETTINGS_COST = 5.0
"""Settings may change every stream."""

SENT_CREDIT = 8.0
"""What a data frame of ours earns, since it may be answered by window updates."""

SMALL_DATA = 64
"""A data frame with fewer bytes counts as a frame that carries nothing."""


class Flood(ProtocolError):
    """The client has used up its allowance."""

    error_code = ErrorCodes.ENHANCE_YOUR_CALM


class Budget:
    """One connection's allowance.

    :param seconds: a monotonic clock.
    """

    __slots__ = ("_at", "_left", "_seconds")

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._left = BURST
        self._at = seconds()

    def spend(self, cost: float) -> None:
        """Take ``cost``.

        :raises Flood: there is not so much left.
        """
        self._left -= cost
        if self._left < 0:
            now = self._seconds()
            self._left += min(BURST, (now - self._at) * RATE)
            self._at = now
            if self._left < 0:
                raise Flood("too many frames without a request or a body")

    def earn(self, credit: float) -> None:
        """Give ``credit``, up to the most that can be saved."""
        self._left = min(BURST, self._left + credit)


class MeteredFrames(FrameBuffer):
    """The frames that arrive on a server's connection, each paid for.

    :param budget: pays.
    """

    def __init__(self, budget: Budget) -> None:
        super().__init__(server=True)
        self._budget = budget

    def __next__(self) -> Frame:
        frame = super().__next__()
        cost = _cost(frame)
        if cost:
            self._budget.spend(cost)
        return frame


def _cost(frame: Frame) -> float:
    """What a frame costs; heads are paid for by the number of open streams."""
    if isinstance(frame, HeadersFrame):
        return 0.0
    if isinstance(frame, DataFrame):
        ends = "END_STREAM" in frame.flags
        return 0.0 if ends or len(frame.data) >= SMALL_DATA else 1.0
    if isinstance(frame, RstStreamFrame):
        return RESET_COST
    return SETTINGS_COST if isinstance(frame, SettingsFrame) else 1.0
