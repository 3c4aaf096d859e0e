"""Instants: Go's ``time.Time``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from krakendtw.template.failure import Failure
from krakendtw.template.times import zones
from krakendtw.template.times.calendar import MONTHS, day_of_year, days_of
from krakendtw.template.times.durations import (
    SECOND,
    Duration,
    Month,
    Weekday,
    to_duration,
)
from krakendtw.template.times.layouts import Moment, format_moment, moment
from krakendtw.template.times.marshalling import binary, strict_text
from krakendtw.template.times.quoting import quote
from krakendtw.template.times.zones import Location  # noqa: TC001 - read by declare
from krakendtw.template.values import (
    Address,
    Bytes,
    GoSyntax,
    GoType,
    Int64,
    Uint8,
    Uint64,
    to_bytes,
)

_ZERO: Final = -62_135_596_800
"""The seconds of the first of January of the year 1, Go's zero."""

_STARTED: Final = time.monotonic_ns()
_LIMIT: Final = (1 << 63) - 1


class _Place(Address):
    """The pointer to a time's place."""

    __slots__ = ()

    go_type: ClassVar[GoType] = GoType("*time.Location", "ptr")


class Time(GoSyntax):
    """An instant, and the place whose clocks show it.

    :param seconds: since 1970.
    :param nanos: the rest in nanoseconds.
    :param monotonic: nanoseconds since the start of the process, if it was read
        off a clock.
    """

    __slots__ = ("location", "monotonic", "nanos", "seconds")

    go_type: ClassVar[GoType] = GoType("time.Time", "struct")

    def __init__(
        self,
        seconds: int,
        nanos: int = 0,
        location: Location = zones.UTC,
        monotonic: int | None = None,
    ) -> None:
        self.seconds = seconds
        self.nanos = nanos
        self.location = location
        self.monotonic = monotonic

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Time)
            and self.equal(other)
            and self.location is other.location
            and self.monotonic == other.monotonic
        )

    def __hash__(self) -> int:
        return hash((self.seconds, self.nanos))

    def deep_equals(self, other: Any) -> bool:
        """Whether another time tells the same, at the same place or one like it."""
        place, other_place = self.location, other.location
        if place is not other_place:
            zone, other_zone = (
                place.lookup(self.seconds),
                other_place.lookup(self.seconds),
            )
            if (place.name, zone) != (other_place.name, other_zone):
                return False
        return bool(self == other.to(place))

    @property
    def shown(self) -> Moment:
        """What the clocks show."""
        return moment(self.seconds, self.nanos, self.location.lookup(self.seconds))

    def go_string(self) -> str:
        """Date, time, offset and zone; for a clock's time its reading, too."""
        text = self.format("2006-01-02 15:04:05.999999999 -0700 MST")
        if self.monotonic is None:
            return text
        whole, rest = divmod(self.monotonic, SECOND)
        return f"{text} m=+{whole}.{rest:09d}"

    def go_syntax(self) -> str:
        """The call that makes it."""
        at = self.shown
        place = {zones.UTC: "time.UTC", zones.LOCAL: "time.Local"}.get(
            self.location, f"time.Location({quote(self.location.name)})"
        )
        numbers = f"{at.day}, {at.hour}, {at.minute}, {at.second}, {at.nanos}"
        return f"time.Date({at.year}, time.{MONTHS[at.month - 1]}, {numbers}, {place})"

    def parts(self) -> Sequence[tuple[str, Any]]:
        """Nanoseconds, seconds since the year 1, and the place, none being UTC."""
        place = None if self.location is zones.UTC else self.location
        seconds = Int64(self.seconds - _ZERO)
        return (("wall", Uint64(self.nanos)), ("ext", seconds), ("loc", _Place(place)))

    def to_json(self) -> Any:
        """The time in the form of RFC 3339.

        :raises Failure: the year has no four digits.
        """
        try:
            return self._strict("Time.MarshalJSON")
        except Failure as failure:
            raise Failure(
                f"json: error calling MarshalJSON for type time.Time: {failure}"
            ) from None

    def _strict(self, caller: str) -> str:
        try:
            return strict_text(self.shown)
        except Failure as failure:
            raise Failure(f"{caller}: {failure}") from None

    def marshal_json(self) -> Bytes:
        """The time as the bytes of its JSON.

        :raises Failure: it has none.
        """
        text = self._strict("Time.MarshalJSON")
        return to_bytes(f'"{text}"')

    def marshal_text(self) -> Bytes:
        """The time as the bytes of its text.

        :raises Failure: it has none.
        """
        return to_bytes(self._strict("Time.MarshalText"))

    def append_text(self, before: Bytes) -> Bytes:
        """The same behind other bytes.

        :raises Failure: it has none.
        """
        return Bytes((*before, *to_bytes(self._strict("Time.AppendText"))))

    def marshal_binary(self) -> Bytes:
        """The time as bytes.

        :raises Failure: its offset does not fit.
        """
        is_utc = self.location is zones.UTC
        offset = None if is_utc else self.location.lookup(self.seconds).offset
        return Bytes(map(Uint8, binary(self.seconds - _ZERO, self.nanos, offset)))

    def append_binary(self, before: Bytes) -> Bytes:
        """The same behind other bytes.

        :raises Failure: its offset does not fit.
        """
        return Bytes((*before, *self.marshal_binary()))

    def append_format(self, before: Bytes, layout: str) -> Bytes:
        """The time in a layout as bytes behind others."""
        return Bytes((*before, *to_bytes(self.format(layout))))

    def format(self, layout: str) -> str:
        """The time in a layout."""
        return format_moment(layout, self.shown)

    def year(self) -> int:
        """The year."""
        return self.shown.year

    def month(self) -> Month:
        """The month."""
        return Month(self.shown.month)

    def day(self) -> int:
        """The day of the month."""
        return self.shown.day

    def weekday(self) -> Weekday:
        """The day of the week."""
        return Weekday(self.shown.weekday)

    def day_of_year(self) -> int:
        """The day of the year, from 1 on."""
        return day_of_year(*self.shown[:3])

    def hour(self) -> int:
        """The hour."""
        return self.shown.hour

    def minute(self) -> int:
        """The minute."""
        return self.shown.minute

    def second(self) -> int:
        """The second."""
        return self.shown.second

    def nanosecond(self) -> int:
        """The nanoseconds within the second."""
        return self.nanos

    def is_zero(self) -> bool:
        """Whether this is the zero of its type."""
        return self.seconds == _ZERO and not self.nanos

    def is_summer(self) -> bool:
        """Whether clocks are put forward."""
        return self.location.lookup(self.seconds).is_summer

    def unix(self) -> Int64:
        """Seconds since 1970."""
        return Int64(self.seconds)

    def unix_milliseconds(self) -> Int64:
        """Milliseconds since 1970."""
        return Int64(self._total // 1_000_000)

    def unix_microseconds(self) -> Int64:
        """Microseconds since 1970."""
        return Int64(self._total // 1_000)

    def unix_nanoseconds(self) -> Int64:
        """Nanoseconds since 1970."""
        return Int64(to_duration(self._total))

    @property
    def _total(self) -> int:
        return self.seconds * SECOND + self.nanos

    def equal(self, other: Time) -> bool:
        """Whether two instants are one."""
        return self._total == other._total

    def before(self, other: Time) -> bool:
        """Whether this instant is the earlier one."""
        return self._total < other._total

    def after(self, other: Time) -> bool:
        """Whether this instant is the later one."""
        return self._total > other._total

    def compare(self, other: Time) -> int:
        """-1, 0 or 1 for earlier, equal or later."""
        return self.after(other) - self.before(other)

    def add(self, duration: Duration) -> Time:
        """The instant a while later."""
        return self.at(self._total + int(duration), int(duration))

    def at(self, total: int, moved: int | None = None) -> Time:
        """The instant so many nanoseconds after 1970, at the same place.

        :param moved: how far that is from this one, if a clock was read.
        """
        clock = self.monotonic
        if clock is not None:
            clock = None if moved is None else clock + moved
        return Time(*divmod(total, SECOND), self.location, clock)

    def subtract(self, other: Time) -> Duration:
        """How much later this instant is, as far as 64 bits can tell."""
        return Duration(max(min(self._total - other._total, _LIMIT), -_LIMIT - 1))

    def add_date(self, years: int, months: int, days: int) -> Time:
        """The same time of day on another date."""
        at = self.shown
        return from_date(
            at.year + years,
            at.month + months,
            at.day + days,
            (at.hour * 60 + at.minute) * 60 + at.second,
            self.nanos,
            self.location,
        )

    def truncate(self, unit: Duration) -> Time:
        """The last multiple of a unit since the year 1."""
        rest = (self._total - _ZERO * SECOND) % unit if unit > 0 else 0
        return self.at(self._total - rest)

    def round(self, unit: Duration) -> Time:
        """The nearest multiple of a unit since the year 1."""
        rest = (self._total - _ZERO * SECOND) % unit if unit > 0 else 0
        return self.at(self._total - rest + (int(unit) if rest * 2 >= unit > 0 else 0))

    def to_utc(self) -> Time:
        """The instant in UTC."""
        return self.to(zones.UTC)

    def to_local(self) -> Time:
        """The instant where the process runs."""
        return self.to(zones.LOCAL)

    def to(self, location: Location) -> Time:
        """The instant at another place.

        :raises Failure: it is nil.
        """
        if location is None:
            raise Failure("time: missing Location in call to Time.In")
        return Time(self.seconds, self.nanos, location, self.monotonic)

    def place(self) -> Location:
        """The place."""
        return self.location


_SECOND: Final = (
    "invalid function signature for {}: second return value should be error; is {}"
)
Time.METHODS = {
    "Add": Time.add,
    "AddDate": Time.add_date,
    "After": Time.after,
    "AppendBinary": Time.append_binary,
    "AppendFormat": Time.append_format,
    "AppendText": Time.append_text,
    "Before": Time.before,
    "Clock": "function Clock has 3 return values; should be 1 or 2",
    "Compare": Time.compare,
    "Date": "function Date has 3 return values; should be 1 or 2",
    "Day": Time.day,
    "Equal": Time.equal,
    "Format": Time.format,
    "GoString": Time.go_syntax,
    "GobEncode": Time.marshal_binary,
    "Hour": Time.hour,
    "ISOWeek": _SECOND.format("ISOWeek", "int"),
    "In": Time.to,
    "IsDST": Time.is_summer,
    "IsZero": Time.is_zero,
    "Local": Time.to_local,
    "Location": Time.place,
    "MarshalBinary": Time.marshal_binary,
    "MarshalJSON": Time.marshal_json,
    "MarshalText": Time.marshal_text,
    "Minute": Time.minute,
    "Month": Time.month,
    "Nanosecond": Time.nanosecond,
    "Round": Time.round,
    "Second": Time.second,
    "String": Time.go_string,
    "Sub": Time.subtract,
    "Truncate": Time.truncate,
    "UTC": Time.to_utc,
    "Unix": Time.unix,
    "UnixMicro": Time.unix_microseconds,
    "UnixMilli": Time.unix_milliseconds,
    "UnixNano": Time.unix_nanoseconds,
    "Weekday": Time.weekday,
    "Year": Time.year,
    "YearDay": Time.day_of_year,
    "Zone": _SECOND.format("Zone", "int"),
    "ZoneBounds": _SECOND.format("ZoneBounds", "time.Time"),
}

ZERO: Final = Time(_ZERO)
"""What stands for no time."""


def now() -> Time:
    """The current instant where the process runs."""
    clock = time.monotonic_ns() - _STARTED
    return Time(*divmod(time.time_ns(), SECOND), zones.LOCAL, clock)


def from_date(
    year: int, month: int, day: int, seconds: int, nanos: int, location: Location
) -> Time:
    """The instant at which a place's clocks show a date and a time of day.

    :param seconds: since midnight.
    """
    shown = days_of(year, month, day) * 86_400 + seconds
    offset = location.lookup(shown).offset
    # The offset may change in between; then the one of the instant counts.
    offset = location.lookup(shown - offset).offset
    return Time(shown - offset, nanos, location)
