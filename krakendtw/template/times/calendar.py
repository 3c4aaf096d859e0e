"""Days of the Gregorian calendar, for all years there are."""

from __future__ import annotations

from typing import Final

MONTHS: Final = (
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
WEEKDAYS: Final = (
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
)
_ERA: Final = 146_097
"""Days of 400 years, after which the calendar repeats."""

_EPOCH: Final = 719_468
"""Days from the first of March of the year 0 to the first of January 1970."""

_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_of(year: int, month: int, day: int) -> int:
    """Days since 1970 of a date; months and days may be too large or small."""
    years, month = divmod(month - 1, 12)
    # A year that begins in March has its odd day at its end.
    year += years - (month < 2)
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 10) % 12) + 2) // 5 + day - 1
    leap_days = year_of_era // 4 - year_of_era // 100
    return era * _ERA + year_of_era * 365 + leap_days + day_of_year - _EPOCH


def date_of(days: int) -> tuple[int, int, int]:
    """Year, month and day of days since 1970."""
    era, day_of_era = divmod(days + _EPOCH, _ERA)
    leap_days = day_of_era // 1460 - day_of_era // 36_524 + day_of_era // 146_096
    year_of_era = (day_of_era - leap_days) // 365
    first = year_of_era * 365 + year_of_era // 4 - year_of_era // 100
    day_of_year = day_of_era - first
    shifted = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted + 2) // 5 + 1
    month = (shifted + 2) % 12 + 1
    return year_of_era + era * 400 + (month < 3), month, day


def is_leap(year: int) -> bool:
    """Whether a year has a 29th of February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """The days of a month."""
    return _LENGTHS[month - 1] + (month == 2 and is_leap(year))


def day_of_year(year: int, month: int, day: int) -> int:
    """Which day of its year a date is, from 1 on."""
    return days_of(year, month, day) - days_of(year, 1, 1) + 1
