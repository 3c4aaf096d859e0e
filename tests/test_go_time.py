"""Tests of Go's way to write times and durations."""

from __future__ import annotations

import calendar
import os
import time

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.go_time import compile_layout, format_duration

MOMENT = float(calendar.timegm((2026, 1, 2, 15, 4, 5)))
"""The second that the tests are about: a Friday, as UTC has it."""


class LayoutTests(SynchronousTestCase):
    """Times in layouts."""

    def setUp(self) -> None:
        self._zone("UTC")

    def _zone(self, name: str) -> None:
        before = os.environ.get("TZ")

        def restore() -> None:
            if before is None:
                os.environ.pop("TZ", None)
            else:
                os.environ["TZ"] = before
            time.tzset()

        os.environ["TZ"] = name
        time.tzset()
        self.addCleanup(restore)

    def _check(self, expected: str, layout: str, seconds: float = MOMENT) -> None:
        self.assertEqual(expected, compile_layout(layout)(seconds))

    def test_krakend(self) -> None:
        """The layouts of KrakenD's own lines."""
        self._check("2026/01/02 15:04:05", "2006/01/02 15:04:05")
        self._check(
            "2026/01/02 - 15:04:05.250", "2006/01/02 - 15:04:05.000", MOMENT + 0.25
        )
        self._check("2026-01-02T15:04:05.000+00:00", "2006-01-02T15:04:05.000+00:00")

    def test_names(self) -> None:
        """Months and days by name, long and short."""
        self._check("January Jan Friday Fri", "January Jan Monday Mon")

    def test_words_that_only_look_like_names(self) -> None:
        """A name within a word is no name."""
        self._check("Janet Monk", "Janet Monk")

    def test_widths(self) -> None:
        """Numbers with a zero, with a blank, and as short as they are."""
        self._check("01 1 02  2 2 26", "01 1 02 _2 2 06")
        self._check("002   2", "002 __2")

    def test_year_behind_an_underscore(self) -> None:
        """An underscore before a year is just that."""
        self._check("_2026", "_2006")

    def test_twelve_hours(self) -> None:
        """Hours of the half day, with its name."""
        self._check("03 3 PM pm 04 4 05 5", "03 3 PM pm 04 4 05 5")
        midnight = MOMENT - 15 * 3600
        self._check("12 12 AM am", "03 3 PM pm", midnight)

    def test_fractions(self) -> None:
        """Zeros keep their places, nines drop what is zero at the end."""
        moment = MOMENT + 0.25
        self._check(".250000|.25|,2", ".000000|.999|,0", moment)
        self._check(".25|.250000000", ".999999999|.000000000", moment)
        self._check("5", "5.999", MOMENT)

    def test_fraction_is_cut_off(self) -> None:
        """A fraction is never rounded up into the next second."""
        self._check("05.999", "05.000", MOMENT + 0.9999)
        self._check("05.999999", "05.000000", MOMENT + 0.9999998)

    def test_zones(self) -> None:
        """The zone by name and by its distance."""
        self._check("UTC Z Z +0000 +00:00 +00", "MST Z07:00 Z0700 -0700 -07:00 -07")
        self._zone("XYZ-05:30")
        self._check(
            "XYZ +05:30 +0530 +05 +05:30:00 +053000",
            "MST Z07:00 -0700 -07 -07:00:00 -070000",
        )
        self._zone("ABC+03")
        self._check("-03:00", "-07:00")

    def test_next_second(self) -> None:
        """What is kept of one second is not used for the next one."""
        clock = compile_layout("15:04:05.0")
        self.assertEqual(
            ["15:04:05.0", "15:04:05.5", "15:04:06.0", "15:04:05.0"],
            [clock(MOMENT + more) for more in (0, 0.5, 1, 0)],
        )


class DurationTests(SynchronousTestCase):
    """Durations."""

    def test_units(self) -> None:
        """The unit fits the size, and zeros at the end are dropped."""
        for nanoseconds, expected in (
            (0, "0s"),
            (1, "1ns"),
            (999, "999ns"),
            (1_000, "1µs"),
            (2_063, "2.063µs"),
            (477_491, "477.491µs"),
            (1_770_000, "1.77ms"),
            (10_000_000, "10ms"),
            (1_000_000_000, "1s"),
            (1_050_000_000, "1.05s"),
            (60_000_000_000, "1m0s"),
            (123_500_000_000, "2m3.5s"),
            (3_600_000_000_000, "1h0m0s"),
            (5_025_000_000_001, "1h23m45.000000001s"),
        ):
            self.assertEqual(expected, format_duration(nanoseconds))

    @given(st.integers(0, 10**9 - 1))
    def test_no_digit_is_lost(self, nanoseconds: int) -> None:
        """A duration below a second can be read back to the nanosecond."""
        text = format_duration(nanoseconds)
        for unit, size in (("ns", 1), ("µs", 10**3), ("ms", 10**6), ("s", 10**9)):
            if text.endswith(unit):
                self.assertEqual(
                    nanoseconds, round(float(text.removesuffix(unit)) * size)
                )
                return
