"""Dates as feeds write them: a few standards and many habits.

A date is understood if one of the layouts below fits it by Go's rules, the first one
that does; what is almost a date is none, as in KrakenD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import product
from typing import Final

from krakendtw.template.failure import Failure
from krakendtw.template.times import zones
from krakendtw.template.times.instants import Time
from krakendtw.template.times.layouts import split
from krakendtw.template.times.reading import read_time

# Of alternatives in braces each makes a layout.  A number without a leading zero
# takes one with it, too.
_LAYOUTS: Final = (
    # the standards: RFC 822, 850, 1123, 3339, and what C and Ruby print
    "2006-01-02T15:04:05Z07:00",
    "02 Jan 06 15:04 {MST|-0700}",
    "Monday, 02-Jan-06 15:04:05 MST",
    "Mon, 02 Jan 2006 15:04:05 {MST|-0700}",
    "Mon Jan _2 15:04:05 {MST |}2006",
    "Mon Jan 02 15:04:05 -0700 2006",
    # a weekday, a day, a month
    "Mon, 2 Jan 2006{| 15:04| 15:04 -0700|, 15:04 -0700| 3:04:05 PM -0700}",
    "Mon, 2 Jan 2006 15:04:05{| UT|-0700| -0700| -0700 MST}",
    "Mon, 02 Jan 2006 15:04:05 {MST-07:00|MST -0700|GMT-0700|-07:00|--0700|-07|00}",
    "Mon, 02 Jan 2006 {15:4:5 Z|15 -0700}",
    "Mon, 2 January 2006{| 15:04:05 -0700|, 15:04 -0700}",
    "Mon, {2 Jan 2006 15:4:5 -0700 GMT|2, Jan 2006 15:4|2 Jan 06 15:04:05 -0700}",
    "Mon,{2 Jan 2006|02 Jan 2006 15:04:05 -0700}",
    "Mon 02 Jan 2006 15:04:05 -0700",
    "Monday, 2 {January|Jan} 2006 15:04:05 -0700",
    "Monday, 02 January 2006 15:04:05",
    # a weekday, and something else than the day
    "Mon, {January 2 2006 15:04:05 -0700|Jan 2 2006 15:04:05 {-0700|-700}}",
    "Mon, 2006-01-02 15:04",
    "Mon Jan {2 15:04 2006|02, 2006 3:04 pm}",
    "Mon Jan 02 2006 15:04:05 {-0700|GMT-0700 (MST)}",
    "Monday, January 2, 2006{| 03:04 PM}",
    # no weekday
    "January 2, 2006{| 3:04 PM|, 3:04 p.m.| 15:04:05}",
    "January 02, 2006 15:04",
    "Jan {2, 2006|2, 2006 3:04:05 PM|02 2006 03:04:05PM}",
    "2 January 2006{| 15:04:05 -0700}",
    "2 Jan 2006{| 15:04:05 Z| 15:04:05 -0700}",
    "02 {Monday, Jan 2006 15:04|Jan 2006 15:04:05{| UT}}",
    # numbers, the year first
    "2006-1-2{| 15:04:05|T15:04:05Z}",
    "2006-01-02T15:04{Z|-07:00}",
    "2006-01-02T15:04:05{|:00|-0700|-07:00|:-0700| -0700|-07:00:00}",
    "2006-01-02 15:04{|:05Z|:05-0700|:05-07:00|:05 -0700}",
    "2006-01-02 {at 15:04:05|00:00:00.0 15:04:05.0 -0700}",
    "2006{/01/02| January 02}",
    # numbers, the day first; where that cannot be, the month
    "6{/1/|-1-}2 15:04",
    "2.1.2006 15:04:05",
    "2{/1/|-1-}2006",
    "15:04 02.01.2006 -0700",
    "1/2/2006{| 3:04:05 PM}",
    "06{/1/|-1-}2 15:04",
    "02.01.2006{ 15:04| -0700}",
    "02/01/2006{ - 15:04| 15:04:05}",
    "01/02/2006{ - 15:04| 3:04 PM}",
    "01-02-2006",
)

# Here the name of the zone counts, if there is a place of this name.
_ZONED: Final = (
    "Mon, January 02, 2006{|,} 15:04:05 MST",
    "Mon, Jan 2{,|} 2006 15:04 MST",
    "Mon, Jan {2, |02,}2006 15:04:05 MST",
    "Mon Jan 2 15:04:05 2006 MST",
    "Monday, {January 2, 2006|2 January 2006|2 Jan 2006} 15:04:05 MST",
    "Mon, 2 January 2006{ 15:04|, 15:04:05| 15:04:05} MST",
    "Mon, 2 Jan {2006 15:4:5 |2006 15:04 |2006 15:04:05|15:04:05 |06 15:04:05 }MST",
    "{Mon |mon,}2 Jan 2006 15:04:05 MST",
    "Mon, 02 Jan 2006{ 3:04:05 PM|, 15:04:05} MST",
    "Mon,02 {January 2006 14:04:05|Jan 2006 15:04} MST",
    "Mon , 02 Jan 2006 15:04:05 MST",
    "January 2, 2006 15:04:05 MST",
    "Jan 2, 2006 {3:04:05 PM|15:04:05} MST",
    "2 {January|Jan} 2006 15:04:05 MST",
    "2006-01-02 15:04:05 MST",
    "1/2/2006 {3:04:05 PM|15:04:05} MST",
    "02 Jan 2006 15:04 MST",
    "02/01/2006 15:04 MST",
    "02-01-2006 15:04:05 MST",
)

_RFC3339 = "2006-01-02T15:04:05.999999999Z07:00"

_braces = re.compile(r"\{([^{}]*)\}").search
_fraction = re.compile(r"(:\d{1,2})[.,]\d+")
_shapes = ((re.compile("[0-9]+"), "0"), (re.compile("[A-Za-z]+"), "a"))
_spaces = re.compile(" +")

_OF_ELEMENTS: Final = {
    **dict.fromkeys(("January", "Jan", "Monday", "Mon", "PM", "pm"), ("a",)),
    "MST": ("a", "a+0", "a-0", "+0", "-0"),
    "-0700": ("+0", "-0"),
    "-07": ("+0", "-0"),
    "-07:00": ("+0:0", "-0:0"),
    "-07:00:00": ("+0:0:0", "-0:0:0"),
    "Z07:00": ("a", "+0:0", "-0:0"),
    ".0": ("",),
}
"""What an element looks like once runs of digits are a zero, and letters an a."""

_LONGEST = 64
"""Longer texts are no dates."""


def _expanded(layout: str) -> Iterator[str]:
    """The layouts that one with braces stands for."""
    found = _braces(layout)
    if found is None:
        yield layout
        return
    before, after = layout[: found.start()], layout[found.end() :]
    for choice in found[1].split("|"):
        yield from _expanded(before + choice + after)


def _shape(text: str) -> str:
    """What a text looks like: the layouts that can fit it look the same."""
    text = _fraction.sub(r"\1", text)
    for runs, sign in _shapes:
        text = runs.sub(sign, text)
    return _spaces.sub(" ", text)


def _shapes_of(layout: str) -> set[str]:
    parts = [
        (element.text,) if element.is_literal else _OF_ELEMENTS.get(element.text, "0")
        for element in split(layout)
    ]
    return {_shape("".join(choice)) for choice in product(*parts)}


def _by_shape() -> dict[str, list[tuple[str, bool]]]:
    """The layouts by what they look like, with whether names of zones count."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for group, is_zoned in ((_LAYOUTS, False), (_ZONED, True)):
        for written in group:
            for layout in _expanded(written):
                for shape in _shapes_of(layout):
                    found.setdefault(shape, []).append((layout, is_zoned))
    return found


_LAYOUTS_BY_SHAPE: Final = _by_shape()


_SEASONS: Final = (1_136_073_600, 1_151_712_000)
"""A winter's and a summer's day in the north: the first of January and July 2006."""


def _placed(time: Time) -> Time:
    """A time whose zone's name is the name of a place, too: there and by its clocks."""
    name = time.location.name
    place = zones.find(name)
    if place is None or place is zones.UTC:
        return time
    # What was in effect then comes first; a name out of season means what it says.
    for seconds in (time.seconds, *_SEASONS):
        zone = place.lookup(seconds)
        if zone.name == name:
            return Time(time.seconds - zone.offset, time.nanos, place)
    return time


_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_OFFSET: Final = r"(?P<sign>[+-])(?P<hours>0[0-9]|1[0-4]){0}(?P<minutes>[0-5][0-9])"
_usual = (
    re.compile(
        r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?P<day>[0-9]{2}) "
        rf"(?P<month>{'|'.join(_MONTHS)}) (?P<year>[0-9]{{4}}) "
        r"(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})(?P<fraction>) "
        rf"(?:GMT|UTC|{_OFFSET.format('')})"
    ).fullmatch,
    re.compile(
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
        r"T(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})(?P<fraction>\.[0-9]{1,9})?"
        rf"(?:Z|{_OFFSET.format(':')})"
    ).fullmatch,
)
"""The two that most feeds have, RFC 1123 and RFC 3339."""


@lru_cache(maxsize=4096)
def parse_date(text: str, *, in_utc: bool = False) -> str | None:
    """A date as RFC 3339 has it, or ``None`` if ``text`` is none.

    :param in_utc: whether to give up the offset that it is written with.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    found = read_quickly(text, in_utc=in_utc)
    return read_slowly(text, in_utc=in_utc) if found is None else found


def read_quickly(text: str, *, in_utc: bool) -> str | None:
    """The same for the usual forms; ``None`` for others, and for what is doubtful."""
    for form in _usual:
        match = form(text)
        if match is None:
            continue
        year, month, day, clock, fraction, sign, hours, minutes = match.group(
            *("year", "month", "day", "clock", "fraction"),
            *("sign", "hours", "minutes"),
        )
        if month in _MONTHS:
            month = f"{_MONTHS.index(month) + 1:02d}"
        zone = f"{sign}{hours}:{minutes}" if sign else "+00:00"
        try:
            moment = datetime.fromisoformat(f"{year}-{month}-{day}T{clock}{zone}")
            if in_utc:
                moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        shown = moment.isoformat()
        digits = (fraction or "").rstrip("0").rstrip(".")
        zone = "Z" if shown[19:] == "+00:00" else shown[19:]
        return f"{shown[:19]}{digits}{zone}"
    return None


def read_slowly(text: str, *, in_utc: bool) -> str | None:
    """The same by the layouts."""
    for layout, is_zoned in _LAYOUTS_BY_SHAPE.get(_shape(text), ()):
        try:
            time = read_time(layout, text, zones.UTC)
        except Failure:
            continue
        if is_zoned:
            time = _placed(time)
        if in_utc:
            time = Time(time.seconds, time.nanos, zones.UTC)
        return time.format(_RFC3339) if 0 <= time.year() <= 9999 else None
    return None
