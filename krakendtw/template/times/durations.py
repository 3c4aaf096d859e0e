"""Durations, months and weekdays: whole numbers that print as words."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from krakendtw.go_time import format_duration
from krakendtw.template.convert import wrap64
from krakendtw.template.times.calendar import MONTHS, WEEKDAYS
from krakendtw.template.values import INTEGER_CLASSES, GoType, Int64, Stringer

SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE

_TOP: Final = (1 << 63) - 1


class Duration(Stringer, int):
    """A ``time.Duration``: nanoseconds."""

    __slots__ = ()

    go_type: ClassVar[GoType] = GoType("time.Duration", "int64")

    def go_string(self) -> str:
        """``1m30s``."""
        sign = "-" if self < 0 else ""
        return sign + format_duration(abs(int(self)))

    def to_json(self) -> Any:
        """The nanoseconds."""
        return int(self)

    def nanoseconds(self) -> Int64:
        """The nanoseconds."""
        return Int64(self)

    def microseconds(self) -> Int64:
        """The whole microseconds."""
        return _whole(self, 1_000)

    def milliseconds(self) -> Int64:
        """The whole milliseconds."""
        return _whole(self, 1_000_000)

    def seconds(self) -> float:
        """The seconds with their fraction."""
        return _parts(self, SECOND)

    def minutes(self) -> float:
        """The minutes with their fraction."""
        return _parts(self, MINUTE)

    def hours(self) -> float:
        """The hours with their fraction."""
        return _parts(self, HOUR)

    def truncate(self, unit: Duration) -> Duration:
        """The duration cut to a multiple of a unit."""
        return self if unit <= 0 else Duration(_whole(self, int(unit)) * int(unit))

    def round(self, unit: Duration) -> Duration:
        """The duration rounded to a multiple of a unit, halves away from zero."""
        if unit <= 0:
            return self
        size = (abs(int(self)) * 2 + int(unit)) // (2 * int(unit)) * int(unit)
        return Duration(max(min(-size if self < 0 else size, _TOP), -_TOP - 1))

    def absolute(self) -> Duration:
        """The duration without its sign."""
        return Duration(min(abs(int(self)), _TOP))


def _whole(value: int, unit: int) -> Int64:
    size = abs(int(value)) // unit
    return Int64(-size if value < 0 else size)


def _parts(value: int, unit: int) -> float:
    """A number of units: the whole ones and the rest, added as floats."""
    whole = int(_whole(value, unit))
    return float(whole) + float(int(value) - whole * unit) / unit


Duration.METHODS = {
    "Abs": Duration.absolute,
    "Hours": Duration.hours,
    "Microseconds": Duration.microseconds,
    "Milliseconds": Duration.milliseconds,
    "Minutes": Duration.minutes,
    "Nanoseconds": Duration.nanoseconds,
    "Round": Duration.round,
    "Seconds": Duration.seconds,
    "String": Duration.go_string,
    "Truncate": Duration.truncate,
}


class Month(Stringer, int):
    """A ``time.Month``, from 1 on."""

    __slots__ = ()

    go_type: ClassVar[GoType] = GoType("time.Month", "int")

    def go_string(self) -> str:
        """``January``."""
        return MONTHS[self - 1] if 1 <= self <= 12 else f"%!Month({int(self)})"

    def to_json(self) -> Any:
        """The number."""
        return int(self)


Month.METHODS = {"String": Month.go_string}


class Weekday(Stringer, int):
    """A ``time.Weekday``, Sunday being 0."""

    __slots__ = ()

    go_type: ClassVar[GoType] = GoType("time.Weekday", "int")

    def go_string(self) -> str:
        """``Sunday``."""
        return WEEKDAYS[self] if 0 <= self <= 6 else f"%!Weekday({int(self)})"

    def to_json(self) -> Any:
        """The number."""
        return int(self)


Weekday.METHODS = {"String": Weekday.go_string}

# A number that stands in a template does for them.
INTEGER_CLASSES.update({each.go_type: each for each in (Duration, Month, Weekday)})


def to_duration(nanoseconds: int) -> Duration:
    """A duration as it overflows in 64 bits."""
    return Duration(wrap64(nanoseconds))
