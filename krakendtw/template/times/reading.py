"""Times read from text by Go's layouts."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final, NoReturn

from krakendtw.gojson.text import encode_raw
from krakendtw.template.failure import Failure
from krakendtw.template.times import zones
from krakendtw.template.times.calendar import (
    MONTHS,
    WEEKDAYS,
    day_of_year,
    is_leap,
    month_length,
)
from krakendtw.template.times.instants import Time, from_date
from krakendtw.template.times.layouts import Element, split
from krakendtw.template.times.quoting import quote

_FRACTION = re.compile(r"[.,]([0-9]+)", re.ASCII)
_SIGNED = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FIXED = re.compile(r"[0-9]{2}", re.ASCII)
_SHORT_YEAR = re.compile(r"[-+0-9][0-9]", re.ASCII)
_LOOSE = re.compile(r"[0-9]{1,2}", re.ASCII)
_YEAR_DAY = {"002": re.compile("[0-9]{3}"), "__2": re.compile(" {0,2}([0-9]{1,3})")}
_ZONE = re.compile(
    r"ChST|MeST|GMT([-+][0-9]+)?|[-+][0-9]+"
    r"|(?:[A-Z]{4}T|[A-Z]{3}T|WITA|[A-Z]{3})(?![A-Z])"
)
_OFFSETS: Final = {
    "07": re.compile(r"(.)(..)", re.DOTALL),
    "0700": re.compile(r"(.)(..)(..)", re.DOTALL),
    "07:00": re.compile(r"(.)(..):(..)", re.DOTALL),
    "070000": re.compile(r"(.)(..)(..)(..)", re.DOTALL),
    "07:00:00": re.compile(r"(.)(..):(..):(..)", re.DOTALL),
}


def read_time(layout: str, value: str, location: zones.Location) -> Time:
    """The instant that a text tells.

    :param location: where its clock hangs, unless the text says so.
    :raises Failure: with Go's words.
    """
    # Bytes as characters, as which Go reads and cuts them.
    return _Reader(layout, encode_raw(value).decode("latin-1"), location).read()


class _Bad(Exception):
    """The text doesn't go with the layout."""


class _Reader:
    """Reads one text.

    :ivar rest: what is still to be read.
    :ivar range_error: what is out of its range; empty if nothing is.
    """

    def __init__(self, layout: str, value: str, location: zones.Location) -> None:
        self.layout = layout
        self.value = value
        self.rest = value
        self.location = location
        self.range_error = ""
        self.year = 0
        self.month: int | None = None
        self.day: int | None = None
        self.year_day: int | None = None
        self.hour = self.minute = self.second = self.nanos = 0
        self.is_morning = self.is_afternoon = False
        self.is_utc = False
        self.offset: int | None = None
        self.zone = ""

    def read(self) -> Time:
        elements = split(self.layout)
        for place, element in enumerate(elements):
            hold = self.rest
            try:
                if element.is_literal:
                    self.skip(element.text)
                else:
                    following = elements[place + 1 : place + 2]
                    self.take(element.text, following[0] if following else None)
            except _Bad:
                if self.range_error:
                    self.fail(f": {self.range_error} out of range")
                held = self.rest if element.is_literal else hold
                self.fail("", element.text, held)
            if self.range_error:
                self.fail(f": {self.range_error} out of range")
        if self.rest:
            self.fail(f": extra text: {quote(_raw(self.rest))}")
        return self.result()

    def fail(self, message: str, element: str = "", held: str = "") -> NoReturn:
        if not message:
            message = (
                f" as {quote(self.layout)}: cannot parse {quote(_raw(held))} "
                f"as {quote(element)}"
            )
        raise Failure(f"parsing time {quote(_raw(self.value))}{message}")

    # What the text consists of

    def skip(self, literal: str) -> None:
        """Read what stands for itself; spaces go with any number of them."""
        prefix = encode_raw(literal).decode("latin-1")
        while prefix:
            if prefix[0] == " ":
                if self.rest and self.rest[0] != " ":
                    raise _Bad
                prefix, self.rest = prefix.lstrip(" "), self.rest.lstrip(" ")
            elif self.rest[:1] == prefix[0]:
                prefix, self.rest = prefix[1:], self.rest[1:]
            else:
                raise _Bad

    def take(self, element: str, following: Element | None) -> None:
        """Read what an element stands for."""
        if element[0] in ".,":
            self.take_fraction(element)
            return
        if element[0] in "-Z":
            self.take_offset(element)
            return
        match element:
            case "2006":
                self.year = int(self.match(re.compile("[0-9]{4}")))
            case "06":
                year = int(self.match(_SHORT_YEAR))
                self.year = year + (1900 if year >= 69 else 2000)
            case "January":
                self.month = self.name(MONTHS) + 1
            case "Jan":
                self.month = self.name([name[:3] for name in MONTHS]) + 1
            case "01" | "1":
                self.month = self.number("month", element == "01", 1, 12)
            case "Monday":
                self.name(WEEKDAYS)
            case "Mon":
                self.name([name[:3] for name in WEEKDAYS])
            case "02" | "_2" | "2":
                self.take_day(element)
            case "002" | "__2":
                self.year_day = int(self.match(_YEAR_DAY[element]))
            case "15":
                self.hour = self.number("hour", False, 0, 23)
            case "03" | "3":
                self.hour = self.number("hour", element == "03", 0, 12)
            case "04" | "4":
                self.minute = self.number("minute", element == "04", 0, 59)
            case "05" | "5":
                self.second = self.number("second", element == "05", 0, 59)
                self.take_loose_fraction(following)
            case "PM" | "pm":
                self.take_half(element)
            case _:
                self.take_zone()

    def match(self, pattern: re.Pattern[str]) -> str:
        """Read what a pattern matches; its group, if it has one."""
        found = pattern.match(self.rest)
        if found is None:
            raise _Bad
        self.rest = self.rest[found.end() :]
        return found[pattern.groups]

    def number(self, name: str, is_fixed: bool, low: int, high: int) -> int:
        number = int(self.match(_FIXED if is_fixed else _LOOSE))
        if not low <= number <= high:
            self.range_error = name
        return number

    def name(self, names: tuple[str, ...] | list[str]) -> int:
        """Read a name; which one it is."""
        for place, name in enumerate(names):
            if self.rest[: len(name)].lower() == name.lower():
                self.rest = self.rest[len(name) :]
                return place
        raise _Bad

    def take_day(self, element: str) -> None:
        if element == "_2" and self.rest.startswith(" "):
            self.rest = self.rest[1:]
        self.day = int(self.match(_FIXED if element == "02" else _LOOSE))

    def take_half(self, element: str) -> None:
        half = self.rest[:2]
        if half not in (element, "A" + element[1] if element == "PM" else "am"):
            raise _Bad
        if half[0] in "Pp":
            self.is_afternoon = True
        else:
            self.is_morning = True
        self.rest = self.rest[2:]

    def take_fraction(self, element: str) -> None:
        if element[1] == "9":
            found = _FRACTION.match(self.rest)
            if found is not None:
                self.keep_fraction(found[1])
            return
        size = len(element) - 1
        digits, fits = self.rest[1 : size + 1], len(self.rest) > size
        if not fits or self.rest[0] not in ".," or not _SIGNED.fullmatch(digits[:9]):
            raise _Bad
        if int(digits[:9]) < 0:
            self.range_error = "fractional second"
            return
        self.keep_fraction(digits)

    def take_loose_fraction(self, following: Element | None) -> None:
        """Read a fraction that the layout doesn't tell of."""
        found = _FRACTION.match(self.rest)
        if found is None or self.range_error:
            return
        if following and not following.is_literal and following.text[0] in ".,":
            return
        self.keep_fraction(found[1])

    def keep_fraction(self, digits: str) -> None:
        self.nanos = int(digits[:9]) * 10 ** max(9 - len(digits), 0)
        self.rest = self.rest[1 + len(digits) :]

    def take_offset(self, element: str) -> None:
        if element[0] == "Z" and self.rest.startswith("Z"):
            self.rest, self.is_utc = self.rest[1:], True
            return
        found = _OFFSETS[element[1:]].match(self.rest)
        if found is None:
            raise _Bad
        sign, *fields = found.groups()
        # What comes before a field that is no number is checked all the same.
        good = list(takewhile(_FIXED.fullmatch, fields))
        hours, minutes, seconds = (*map(int, good), 0, 0, 0)[:3]
        for value, limit, name in (
            (hours, 24, "hour"),
            (minutes, 60, "minute"),
            (seconds, 60, "second"),
        ):
            if value > limit:
                self.range_error = f"time zone offset {name}"
        if len(good) < len(fields):
            raise _Bad
        self.rest = self.rest[found.end() :]
        offset = (hours * 60 + minutes) * 60 + seconds
        if sign not in "+-":
            raise _Bad
        self.offset = -offset if sign == "-" else offset

    def take_zone(self) -> None:
        """Read the abbreviation of a zone, or what may be one."""
        if self.rest.startswith("UTC"):
            self.rest, self.is_utc = self.rest[3:], True
            return
        found = _ZONE.match(self.rest)
        if found is None:
            raise _Bad
        name = found[0]
        digits = name.lstrip("GMT")
        if digits[:1] in ("+", "-") and int(digits[1:]) > 23:
            if not name.startswith("GMT"):
                raise _Bad
            name = "GMT"
        self.zone, self.rest = name, self.rest[len(name) :]

    # What comes of it

    def result(self) -> Time:
        if self.is_afternoon and self.hour < 12:
            self.hour += 12
        elif self.is_morning and self.hour == 12:
            self.hour = 0
        if self.year_day is not None:
            self.use_year_day(self.year_day)
        month, day = self.month or 1, 1 if self.day is None else self.day
        if not 1 <= day <= month_length(self.year, month):
            self.fail(": day out of range")
        if self.is_utc:
            return self.at(month, day, zones.UTC)
        if self.offset is not None:
            return self.with_offset(self.at(month, day, zones.UTC), self.offset)
        if self.zone:
            return self.with_zone(self.at(month, day, zones.UTC))
        return self.at(month, day, self.location)

    def at(self, month: int, day: int, location: zones.Location) -> Time:
        seconds = (self.hour * 60 + self.minute) * 60 + self.second
        return from_date(self.year, month, day, seconds, self.nanos, location)

    def use_year_day(self, year_day: int) -> None:
        """Set month and day by the day of the year."""
        if not 1 <= year_day <= 365 + is_leap(self.year):
            self.fail(": day-of-year out of range")
        month = max(
            month
            for month in range(1, 13)
            if day_of_year(self.year, month, 1) <= year_day
        )
        day = year_day - day_of_year(self.year, month, 1) + 1
        if self.month not in (None, month):
            self.fail(": day-of-year does not match month")
        if self.day not in (None, day):
            self.fail(": day-of-year does not match day")
        self.month, self.day = month, day

    def with_offset(self, shown: Time, offset: int) -> Time:
        """The instant of a place with an offset."""
        seconds = shown.seconds - offset
        zone = self.location.lookup(seconds)
        if zone.offset == offset and self.zone in ("", zone.name):
            return Time(seconds, shown.nanos, self.location)
        return Time(seconds, shown.nanos, zones.fixed(self.zone, offset))

    def with_zone(self, shown: Time) -> Time:
        """The instant of a place with a zone's abbreviation."""
        offset = self.location.by_name(self.zone)
        if offset is not None:
            return Time(shown.seconds - offset, shown.nanos, self.location)
        offset = 0
        if self.zone.startswith("GMT") and len(self.zone) > 3:
            offset = int(self.zone[3:]) * 3600
        return Time(shown.seconds, shown.nanos, zones.fixed(self.zone, offset))


def _raw(text: str) -> str:
    """Characters that stand for bytes as the text that those are."""
    return text.encode("latin-1").decode("utf-8", "surrogateescape")
