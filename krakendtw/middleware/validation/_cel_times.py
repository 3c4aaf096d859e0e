"""CEL's timestamps and durations, in nanoseconds, with Go's rules for text."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from attrs import frozen

from krakendtw.config.duration import parse_nanoseconds
from krakendtw.go_quote import quote
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_numbers import fits_int

_SECOND = 1_000_000_000
_MIN_SECONDS = -62_135_596_800
_MAX_SECONDS = 253_402_300_799
_EPOCH_DAY = date(1970, 1, 1).toordinal()

_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})"
    r"(?:[.,]([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))\Z"
)
_ATOI = re.compile(r"[+-]?[0-9]{1,18}\Z")


@frozen(order=True)
class Duration:
    """A length of time.

    :ivar nanoseconds: 64 bits, signed.
    """

    nanoseconds: int

    def __str__(self) -> str:
        """The seconds, without an exponent: ``3661.5s``."""
        whole, rest = divmod(abs(self.nanoseconds), _SECOND)
        sign = "-" if self.nanoseconds < 0 else ""
        fraction = f".{rest:09d}".rstrip("0") if rest else ""
        return f"{sign}{whole}{fraction}s"


@frozen(eq=False)
class Timestamp:
    """A moment.

    :ivar nanoseconds: since the epoch.
    :ivar offset: seconds east of UTC, for the text only.
    """

    nanoseconds: int
    offset: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timestamp) and self.nanoseconds == other.nanoseconds

    def __hash__(self) -> int:
        return hash(self.nanoseconds)

    def __str__(self) -> str:
        """RFC 3339, with as many decimals as it takes."""
        seconds, rest = divmod(self.nanoseconds, _SECOND)
        now = time.gmtime(seconds + self.offset)
        fraction = f".{rest:09d}".rstrip("0") if rest else ""
        return (
            f"{now.tm_year:04d}-{now.tm_mon:02d}-{now.tm_mday:02d}"
            f"T{now.tm_hour:02d}:{now.tm_min:02d}:{now.tm_sec:02d}"
            f"{fraction}{_zone(self.offset)}"
        )


def _zone(offset: int) -> str:
    if not offset:
        return "Z"
    hours, rest = divmod(abs(offset), 3600)
    return f"{'-' if offset < 0 else '+'}{hours:02d}:{rest // 60:02d}"


def timestamp_in_range(moment: Timestamp) -> Timestamp:
    """``moment``, which is one that protobuf can hold: the years 1 to 9999.

    :raises CelError: it is not.
    """
    if _MIN_SECONDS <= moment.nanoseconds // _SECOND <= _MAX_SECONDS:
        return moment
    raise CelError("timestamp overflow")


def timestamp_of_seconds(seconds: int) -> Timestamp:
    """The moment so many seconds after the epoch.

    :raises CelError: out of range.
    """
    return timestamp_in_range(Timestamp(seconds * _SECOND))


def parse_timestamp(text: str) -> Timestamp | None:
    """The moment that Go's ``time.Parse`` reads by RFC 3339; ``None`` if none.

    :raises CelError: out of range.
    """
    found = _RFC3339.match(text)
    if found is None:
        return None
    day, hour, minute, second, fraction, sign, zone_hour, zone_minute = found.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        return None
    offset = 0
    if sign:
        if int(zone_hour) > 24 or int(zone_minute) > 60:
            return None
        offset = int(zone_hour) * 3600 + int(zone_minute) * 60
        offset = -offset if sign == "-" else offset
    if day.startswith("0000-"):
        raise CelError("timestamp overflow")
    try:
        days = date.fromisoformat(day).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    seconds = days * 86_400 + int(hour) * 3600 + int(minute) * 60 + int(second) - offset
    nanoseconds = int((fraction or "0")[:9].ljust(9, "0"))
    return timestamp_in_range(Timestamp(seconds * _SECOND + nanoseconds, offset))


def parse_duration(text: str) -> Duration | None:
    """The length that Go's ``time.ParseDuration`` reads; ``None`` if it refuses."""
    try:
        return Duration(parse_nanoseconds(text))
    except ValueError:
        return None


def add_to_timestamp(moment: Timestamp, length: int) -> Timestamp:
    """A moment so many nanoseconds later.

    :raises CelError: out of range.
    """
    return timestamp_in_range(Timestamp(moment.nanoseconds + length, moment.offset))


def add_durations(left: Duration, right: Duration) -> Duration:
    """Both lengths together.

    :raises CelError: overflow.
    """
    return Duration(fits_int(left.nanoseconds + right.nanoseconds))


def subtract_durations(left: Duration, right: Duration) -> Duration:
    """``left`` without ``right``.

    :raises CelError: overflow.
    """
    return Duration(fits_int(left.nanoseconds - right.nanoseconds))


def between(left: Timestamp, right: Timestamp) -> Duration:
    """The time from ``right`` to ``left``.

    :raises CelError: overflow.
    """
    return Duration(fits_int(left.nanoseconds - right.nanoseconds))


def _offset(moment: Timestamp, zone: str) -> int:
    """The seconds east of UTC that a zone has at a moment.

    :param zone: a name of the time zone database, or ``+02:00``.
    :raises CelError: there is no such zone.
    """
    hours, colon, minutes = zone.partition(":")
    if colon:
        east = _atoi(hours) * 60
        east += -_atoi(minutes) if zone[0] == "-" else _atoi(minutes)
        return east * 60
    seconds = moment.nanoseconds // _SECOND
    if zone in ("", "UTC"):
        return 0
    if zone == "Local":
        return time.localtime(seconds).tm_gmtoff
    if ".." in zone or zone[0] in "/\\":
        raise CelError("time: invalid location name")
    try:
        there = datetime.fromtimestamp(seconds, ZoneInfo(zone)).utcoffset()
    except (ValueError, OSError, OverflowError, LookupError):
        # ZoneInfoNotFoundError is a LookupError; a folder's name an OSError.
        raise CelError(f"unknown time zone {zone}") from None
    return int(there.total_seconds()) if there else 0


def _atoi(text: str) -> int:
    if not _ATOI.match(text):
        raise CelError(f"strconv.Atoi: parsing {quote(text)}: invalid syntax")
    return int(text)


_FIELDS: dict[str, Callable[[time.struct_time], int]] = {
    "getFullYear": lambda now: now.tm_year,
    "getMonth": lambda now: now.tm_mon - 1,
    "getDayOfYear": lambda now: now.tm_yday - 1,
    "getDayOfMonth": lambda now: now.tm_mday - 1,
    "getDate": lambda now: now.tm_mday,
    "getDayOfWeek": lambda now: (now.tm_wday + 1) % 7,
    "getHours": lambda now: now.tm_hour,
    "getMinutes": lambda now: now.tm_min,
    "getSeconds": lambda now: now.tm_sec,
}

_UNITS = {
    "getHours": 3600 * _SECOND,
    "getMinutes": 60 * _SECOND,
    "getSeconds": _SECOND,
    "getMilliseconds": 1_000_000,
}


def _field(read: Callable[[time.struct_time], int]) -> Callable[[Timestamp, str], int]:
    def get(moment: Timestamp, zone: str) -> int:
        seconds = moment.nanoseconds // _SECOND
        return read(time.gmtime(seconds + _offset(moment, zone)))

    return get


def _milliseconds(moment: Timestamp, zone: str) -> int:
    _offset(moment, zone)  # a zone that does not exist is a mistake here too
    return moment.nanoseconds % _SECOND // 1_000_000


def _unit(size: int) -> Callable[[Duration], int]:
    def get(length: Duration) -> int:
        count = abs(length.nanoseconds) // size
        return -count if length.nanoseconds < 0 else count

    return get


TIMESTAMP_FIELDS: Final[Mapping[str, Callable[[Timestamp, str], int]]] = (
    MappingProxyType(
        {name: _field(read) for name, read in _FIELDS.items()}
        | {"getMilliseconds": _milliseconds}
    )
)
"""The parts of a moment in a time zone, by the name of the method."""

DURATION_FIELDS: Final[Mapping[str, Callable[[Duration], int]]] = MappingProxyType(
    {name: _unit(size) for name, size in _UNITS.items()}
)
"""A whole length in a unit, by the name of the method."""
