"""Sprig's functions for dates and durations."""

from __future__ import annotations

from typing import Any, Final

from krakendtw.config.duration import parse_nanoseconds
from krakendtw.template.convert import read_decimal
from krakendtw.template.failure import Failure
from krakendtw.template.signature import Function, declare_all
from krakendtw.template.times import zones
from krakendtw.template.times.durations import HOUR, MINUTE, SECOND, Duration
from krakendtw.template.times.instants import ZERO, Time, now
from krakendtw.template.times.reading import read_time
from krakendtw.template.values import INT, INT32, INT64, type_of

_DATE: Final = "2006-01-02"
_UNITS: Final = (
    ("y", 365 * 24 * HOUR),
    ("mo", 30 * 24 * HOUR),
    ("d", 24 * HOUR),
    ("h", HOUR),
    ("m", MINUTE),
    ("s", SECOND),
)


def current() -> Time:
    """The current time."""
    return now()


def date(layout: str, value: Any) -> str:
    """A time in a layout, where the process runs."""
    return date_in_zone(layout, value, "Local")


def date_in_zone(layout: str, value: Any, zone: str) -> str:
    """A time in a layout at a place; in UTC where the place is unknown."""
    return _time(value).to(zones.find(zone) or zones.UTC).format(layout)


def html_date(value: Any) -> str:
    """A date for HTML's input field."""
    return date(_DATE, value)


def html_date_in_zone(value: Any, zone: str) -> str:
    """The same at a place."""
    return date_in_zone(_DATE, value, zone)


def _time(value: Any) -> Time:
    """A time, or whole seconds since 1970; now for all else."""
    if isinstance(value, Time):
        return value
    if value is not None and type_of(value) in (INT, INT32, INT64):
        return Time(int(value), 0, zones.LOCAL)
    return now()


def modify(duration: str, time: Time) -> Time:
    """The time a while later; the same one if the duration is none."""
    try:
        return must_modify(duration, time)
    except Failure:
        return time


def must_modify(duration: str, time: Time) -> Time:
    """The time a while later.

    :raises Failure: the duration is none.
    """
    return time.add(_duration(duration))


def _duration(text: str) -> Duration:
    try:
        return Duration(parse_nanoseconds(text))
    except ValueError as error:
        raise Failure(str(error)) from None


def ago(value: Any) -> str:
    """How long ago a time was, in whole seconds."""
    return now().subtract(_time(value)).round(Duration(SECOND)).go_string()


def duration(seconds: Any) -> str:
    """Seconds as a duration: ``1m30s``."""
    count = 0
    if isinstance(seconds, str):
        count = read_decimal(seconds)
    elif seconds is not None and type_of(seconds) is INT64:
        count = int(seconds)
    wrapped = (count * SECOND + (1 << 63)) % (1 << 64) - (1 << 63)
    return Duration(wrapped).go_string()


def round_duration(value: Any) -> str:
    """A duration in its largest unit: ``2h``, ``3mo``."""
    length = 0
    if isinstance(value, str):
        try:
            length = int(_duration(value))
        except Failure:
            length = 0
    elif isinstance(value, Time):
        length = int(now().subtract(value))
    elif value is not None and type_of(value) is INT64:
        length = int(value)
    for name, unit in _UNITS:
        if abs(length) > unit:
            return f"{abs(length) // unit}{name}"
    return "0s"


def to_date(layout: str, text: str) -> Time:
    """The time that a text tells; the zero of times if it tells none."""
    try:
        return must_to_date(layout, text)
    except Failure:
        return ZERO


def must_to_date(layout: str, text: str) -> Time:
    """The time that a text tells.

    :raises Failure: it tells none.
    """
    return read_time(layout, text, zones.LOCAL)


def unix_epoch(time: Time) -> str:
    """Seconds since 1970."""
    return str(time.seconds)


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "ago": ago,
        "date": date,
        "date_in_zone": date_in_zone,
        "date_modify": modify,
        "dateInZone": date_in_zone,
        "dateModify": modify,
        "duration": duration,
        "durationRound": round_duration,
        "htmlDate": html_date,
        "htmlDateInZone": html_date_in_zone,
        "must_date_modify": must_modify,
        "mustDateModify": must_modify,
        "mustToDate": must_to_date,
        "now": current,
        "toDate": to_date,
        "unixEpoch": unix_epoch,
    }
)
"""The functions by name."""
