"""Tests of the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis.strategies import dates, integers
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.template.times.calendar import (
    MONTHS,
    WEEKDAYS,
    date_of,
    day_of_year,
    days_of,
    is_leap,
    month_length,
)

_EPOCH = date(1970, 1, 1)


class CalendarTests(SynchronousTestCase):
    """Days and dates."""

    @settings(derandomize=True, deadline=None)
    @given(dates())
    def test_days(self, day: date) -> None:
        """Days are counted from 1970 on, and back."""
        count = (day - _EPOCH).days
        self.assertEqual(days_of(day.year, day.month, day.day), count)
        self.assertEqual(date_of(count), (day.year, day.month, day.day))

    @settings(derandomize=True, deadline=None)
    @given(integers(-(10**9), 10**9))
    def test_far_days(self, count: int) -> None:
        """Years may have any number of digits and a sign."""
        self.assertEqual(days_of(*date_of(count)), count)

    def test_overflow(self) -> None:
        """Months and days beyond the end count on."""
        self.assertEqual(days_of(2020, 13, 1), days_of(2021, 1, 1))
        self.assertEqual(days_of(2020, 0, 1), days_of(2019, 12, 1))
        self.assertEqual(days_of(2020, 3, 0), days_of(2020, 2, 29))
        self.assertEqual(days_of(2020, 1, 400), days_of(2021, 2, 3))

    def test_leap_years(self) -> None:
        """Every fourth year is one, but few of the hundredth."""
        leap = [year for year in (1900, 2000, 2019, 2020, 2100) if is_leap(year)]
        self.assertEqual(leap, [2000, 2020])
        self.assertEqual(month_length(2020, 2), 29)
        self.assertEqual(month_length(2019, 2), 28)
        self.assertEqual(
            [month_length(2019, month) for month in (1, 4, 12)], [31, 30, 31]
        )

    def test_days_of_years(self) -> None:
        """The first day of a year is 1, the last one 365 or 366."""
        self.assertEqual(day_of_year(2020, 1, 1), 1)
        self.assertEqual(day_of_year(2020, 12, 31), 366)
        self.assertEqual(day_of_year(2019, 12, 31), 365)

    def test_names(self) -> None:
        """Months and weekdays have English names, the week beginning on Sunday."""
        sunday = datetime(2023, 1, 1, tzinfo=UTC)
        for place, name in enumerate(WEEKDAYS):
            self.assertEqual(name, f"{sunday + timedelta(place):%A}")
        for place, name in enumerate(MONTHS, 1):
            self.assertEqual(name, f"{sunday.replace(month=place):%B}")
