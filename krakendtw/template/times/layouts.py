"""Go's layouts: how the reference time ``Mon Jan 2 15:04:05 MST 2006`` looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from krakendtw.template.times.calendar import MONTHS, WEEKDAYS, date_of, day_of_year

if TYPE_CHECKING:
    from krakendtw.template.times.zones import Zone

_ELEMENT = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST"
    r"|0[1-6]|002|15|1|2006|2|_(?=2006)|_2|__2|3|4|5|PM|pm"
    r"|[-Z](?:070000|07:00:00|0700|07:00|07)"
    r"|[.,](?:0+|9+)(?![0-9])"
)


class Element(NamedTuple):
    """A part of a layout.

    :ivar text: as it stands there.
    :ivar is_literal: whether it means nothing but itself.
    """

    text: str
    is_literal: bool


@lru_cache(maxsize=128)
def split(layout: str) -> tuple[Element, ...]:
    """The parts of a layout."""
    return tuple(_parts(layout))


def _parts(layout: str) -> Iterator[Element]:
    end = 0
    literal = ""
    for match in _ELEMENT.finditer(layout):
        literal += layout[end : match.start()]
        end = match.end()
        if match[0] == "_":  # and a year, which is an element of its own
            literal += "_"
            continue
        if literal:
            yield Element(literal, True)
            literal = ""
        yield Element(match[0], False)
    literal += layout[end:]
    if literal:
        yield Element(literal, True)


class Moment(NamedTuple):
    """What a clock and a calendar show.

    :ivar weekday: 0 for Sunday.
    """

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanos: int
    weekday: int
    zone: Zone


def moment(seconds: int, nanos: int, zone: Zone) -> Moment:
    """What is shown so many seconds after 1970 in a zone."""
    days, rest = divmod(seconds + zone.offset, 86_400)
    minutes, second = divmod(rest, 60)
    hour, minute = divmod(minutes, 60)
    weekday = (days + 4) % 7
    return Moment(*date_of(days), hour, minute, second, nanos, weekday, zone)


def format_moment(layout: str, shown: Moment) -> str:
    """A time in a layout."""
    return "".join(
        text if is_literal else _format(text, shown)
        for text, is_literal in split(layout)
    )


def _format(element: str, shown: Moment) -> str:
    if element[0] in ".,":
        return _fraction(element, shown.nanos)
    if element[0] in "-Z":
        return _offset(element, shown.zone.offset)
    match element:
        case "2006":
            return _number(shown.year, 4)
        case "06":
            return f"{abs(shown.year) % 100:02d}"
        case "January":
            return MONTHS[shown.month - 1]
        case "Jan":
            return MONTHS[shown.month - 1][:3]
        case "01" | "1":
            return _padded(element, shown.month)
        case "Monday":
            return WEEKDAYS[shown.weekday]
        case "Mon":
            return WEEKDAYS[shown.weekday][:3]
        case "02" | "_2" | "2":
            return _padded(element, shown.day)
        case "002" | "__2":
            return _padded(element, day_of_year(shown.year, shown.month, shown.day))
        case "15":
            return f"{shown.hour:02d}"
        case "03" | "3":
            return _padded(element, shown.hour % 12 or 12)
        case "04" | "4":
            return _padded(element, shown.minute)
        case "05" | "5":
            return _padded(element, shown.second)
        case "PM":
            return "PM" if shown.hour >= 12 else "AM"
        case "pm":
            return "pm" if shown.hour >= 12 else "am"
        case _:  # MST
            return shown.zone.name or _offset("-0700", shown.zone.offset)


def _number(value: int, width: int) -> str:
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value):0{width}d}"


def _padded(element: str, value: int) -> str:
    """A number as wide as its element, with zeros or spaces."""
    return str(value).rjust(len(element), "0" if element[0] == "0" else " ")


def _fraction(element: str, nanos: int) -> str:
    digits = f"{nanos:09d}"[: len(element) - 1].ljust(len(element) - 1, "0")
    if element[1] == "9":
        digits = digits.rstrip("0")
        return element[0] + digits if digits else ""
    return element[0] + digits


def _offset(element: str, offset: int) -> str:
    if element[0] == "Z" and not offset:
        return "Z"
    # The sign is that of the whole minutes.
    minutes = int(offset / 60)
    sign = "-" if minutes < 0 else "+"
    fields = [f"{abs(minutes) // 60:02d}", f"{abs(minutes) % 60:02d}"]
    fields.append(f"{(abs(offset) if minutes < 0 else offset) % 60:02d}")
    digits = len(element.replace(":", "")) - 1
    return sign + (":" if ":" in element else "").join(fields[: digits // 2])
