"""Local time and durations as Go's ``time`` package writes them.

A layout spells the reference time ``Mon Jan 2 15:04:05 MST 2006`` the way the
result is to look: ``2006/01/02 - 15:04:05.000``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from attrs import frozen

_MICROSECOND = 1_000
_MILLISECOND = 1_000_000
_SECOND = 1_000_000_000

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_ELEMENT = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST"
    r"|002|0[1-6]|15|1|2006|2|__2|_2(?!006)|3|4|5|PM|pm"
    r"|[-Z](?:07:00:00|070000|07:00|0700|07)"
    r"|[.,](?:0+|9+)(?![0-9])"
)


@frozen
class Fraction:
    """The part of a layout that changes within a second: ``.000``, ``.999``.

    :ivar mark: the point or comma before it.
    :ivar is_fixed: whether zeros at its end stay.
    """

    mark: str
    digits: int
    is_fixed: bool

    def render(self, microseconds: int) -> str:
        """The fraction, cut off and not rounded."""
        text = f"{microseconds:06d}"[: self.digits].ljust(self.digits, "0")
        if not self.is_fixed:
            text = text.rstrip("0")
        return self.mark + text if text else ""


def _offset(now: time.struct_time, element: str) -> str:
    """The zone's distance from UTC: ``+02:00``; ``Z`` where ``Z…`` allows it."""
    seconds = now.tm_gmtoff
    if element[0] == "Z" and not seconds:
        return "Z"
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    fields = [f"{hours:02d}", f"{rest // 60:02d}", f"{rest % 60:02d}"]
    colon = ":" if ":" in element else ""
    count = len(element.replace(":", "")) // 2
    return sign + colon.join(fields[:count])


_RENDER: dict[str, Callable[[time.struct_time], str]] = {
    "January": lambda now: _MONTHS[now.tm_mon - 1],
    "Jan": lambda now: _MONTHS[now.tm_mon - 1][:3],
    "01": lambda now: f"{now.tm_mon:02d}",
    "1": lambda now: str(now.tm_mon),
    "Monday": lambda now: _DAYS[now.tm_wday],
    "Mon": lambda now: _DAYS[now.tm_wday][:3],
    "02": lambda now: f"{now.tm_mday:02d}",
    "_2": lambda now: f"{now.tm_mday:2d}",
    "2": lambda now: str(now.tm_mday),
    "002": lambda now: f"{now.tm_yday:03d}",
    "__2": lambda now: f"{now.tm_yday:3d}",
    "15": lambda now: f"{now.tm_hour:02d}",
    "03": lambda now: f"{now.tm_hour % 12 or 12:02d}",
    "3": lambda now: str(now.tm_hour % 12 or 12),
    "04": lambda now: f"{now.tm_min:02d}",
    "4": lambda now: str(now.tm_min),
    "05": lambda now: f"{now.tm_sec:02d}",
    "5": lambda now: str(now.tm_sec),
    "2006": lambda now: f"{now.tm_year:04d}",
    "06": lambda now: f"{now.tm_year % 100:02d}",
    "PM": lambda now: "PM" if now.tm_hour >= 12 else "AM",
    "pm": lambda now: "pm" if now.tm_hour >= 12 else "am",
    "MST": lambda now: now.tm_zone,
}


def _split(layout: str) -> list[tuple[str, bool]]:
    """The layout's parts, each with whether it stands for something."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for found in _ELEMENT.finditer(layout):
        parts.append((layout[end : found.start()], False))
        parts.append((found[0], True))
        end = found.end()
    parts.append((layout[end:], False))
    return [part for part in parts if part[0]]


def _pieces(parts: Sequence[tuple[str, bool]], second: int) -> list[str | Fraction]:
    """What all times within ``second`` have in common."""
    now = time.localtime(second)
    pieces: list[str | Fraction] = []
    for text, is_element in parts:
        if not is_element:
            pieces.append(text)
        elif text[0] in ".,":
            pieces.append(Fraction(text[0], len(text) - 1, text[1] == "0"))
        elif text[0] in "-Z":
            pieces.append(_offset(now, text))
        else:
            pieces.append(_RENDER[text](now))
    return pieces


def compile_layout(layout: str) -> Callable[[float], str]:
    """A function from seconds since the epoch to local time in ``layout``.

    All but the fraction is made once a second.
    """
    parts = _split(layout)
    current = -1
    pieces: list[str | Fraction] = []

    def render(seconds: float) -> str:
        nonlocal current, pieces
        second = int(seconds // 1)
        if second != current:
            pieces = _pieces(parts, second)
            current = second
        # A float of today tells microseconds apart, and nothing below.
        microseconds = min(round((seconds - second) * 1e6), 999_999)
        return "".join(
            piece if isinstance(piece, str) else piece.render(microseconds)
            for piece in pieces
        )

    return render


def format_duration(nanoseconds: int) -> str:
    """Nanoseconds, not negative, as Go prints them: ``1.77ms``, ``2m3.5s``."""
    if nanoseconds < _SECOND:
        if nanoseconds >= _MILLISECOND:
            return f"{_decimal(nanoseconds, _MILLISECOND)}ms"
        if nanoseconds >= _MICROSECOND:
            return f"{_decimal(nanoseconds, _MICROSECOND)}µs"
        return f"{nanoseconds}ns" if nanoseconds else "0s"
    minutes, rest = divmod(nanoseconds, 60 * _SECOND)
    text = f"{_decimal(rest, _SECOND)}s"
    if not minutes:
        return text
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes}m{text}"
    return f"{hours}h{text}" if hours else text


def _decimal(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    if not rest:
        return str(whole)
    digits = str(unit + rest)[1:]  # with the zeros in front
    return f"{whole}.{digits.rstrip('0')}"
