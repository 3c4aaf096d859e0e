"""Tests of ``krakendtw.middleware.validation._cel_times``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_times import (
    DURATION_FIELDS,
    TIMESTAMP_FIELDS,
    Duration,
    Timestamp,
    add_durations,
    add_to_timestamp,
    between,
    parse_duration,
    parse_timestamp,
    timestamp_of_seconds,
)

SECOND = 1_000_000_000


class ParseTimestampTests(SynchronousTestCase):
    """Moments from text."""

    def test_back_and_forth(self) -> None:
        """A moment keeps its zone and its decimals in its text."""
        for text in (
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00.5+02:00",
            "9999-12-31T23:59:59.999999999Z",
            "0001-01-01T00:00:00Z",
        ):
            self.assertEqual(str(parse_timestamp(text)), text)

    def test_lenient(self) -> None:
        """Like Go it takes an hour of one digit and a comma."""
        self.assertEqual(
            parse_timestamp("2020-01-01T0:00:00,5Z"),
            parse_timestamp("2020-01-01T00:00:00.5Z"),
        )

    def test_refused(self) -> None:
        """Whatever is no moment is none."""
        for text in (
            "2020-01-01",
            "2020-01-01t00:00:00z",
            "2020-02-30T00:00:00Z",
            "2020-01-01T24:00:00Z",
            "2020-01-01T23:59:60Z",
            "2020-01-01T00:00:00+25:00",
            "2020-01-01T00:00:00-0:00",
        ):
            self.assertIsNone(parse_timestamp(text))

    def test_range(self) -> None:
        """The years are 1 to 9999."""
        self.assertRaises(CelError, parse_timestamp, "0000-01-01T00:00:00Z")
        self.assertRaises(CelError, timestamp_of_seconds, 253_402_300_800)

    def test_equal_wherever(self) -> None:
        """Moments are equal whatever their zones."""
        self.assertEqual(
            parse_timestamp("2020-01-01T02:00:00+02:00"),
            parse_timestamp("2020-01-01T00:00:00Z"),
        )
        self.assertNotEqual(Timestamp(0), 0)


class ArithmeticTests(SynchronousTestCase):
    """Moments and lengths."""

    def test_sums(self) -> None:
        """Lengths lead from moment to moment."""
        start = timestamp_of_seconds(10)
        later = add_to_timestamp(start, 5 * SECOND)
        self.assertEqual(between(later, start), Duration(5 * SECOND))
        self.assertEqual(add_durations(Duration(1), Duration(2)), Duration(3))

    def test_overflow(self) -> None:
        """What cannot be held fails."""
        most = Duration((1 << 63) - 1)
        self.assertRaises(CelError, add_durations, most, Duration(1))
        first, last = timestamp_of_seconds(-62_135_596_800), timestamp_of_seconds(0)
        self.assertRaises(CelError, between, last, first)

    def test_duration_text(self) -> None:
        """A length's text is its seconds."""
        for text, shown in (
            ("1h1m1.5s", "3661.5s"),
            ("1ns", "0.000000001s"),
            ("-1500ms", "-1.5s"),
        ):
            self.assertEqual(str(parse_duration(text)), shown)
        self.assertIsNone(parse_duration("1d"))


class FieldTests(SynchronousTestCase):
    """Parts of moments and lengths."""

    def setUp(self) -> None:
        found = parse_timestamp("2020-06-01T05:06:07.089Z")
        assert found is not None
        self.moment = found

    def get(self, name: str, zone: str = "UTC") -> int:
        """A part of the moment."""
        return TIMESTAMP_FIELDS[name](self.moment, zone)

    def test_counts(self) -> None:
        """Months, days of the month and of the year begin at 0, a date at 1."""
        names = ("getFullYear", "getMonth", "getDayOfMonth", "getDate", "getDayOfYear")
        self.assertEqual([self.get(n) for n in names], [2020, 5, 0, 1, 152])
        names = ("getDayOfWeek", "getHours", "getMinutes", "getSeconds")
        self.assertEqual([self.get(n) for n in names], [1, 5, 6, 7])
        self.assertEqual(self.get("getMilliseconds"), 89)

    def test_zones(self) -> None:
        """A zone is a name, or hours and minutes."""
        for zone, hour in (
            ("Europe/Paris", 7),
            ("+02:00", 7),
            ("02:00", 7),
            ("-02:30", 2),
            ("", 5),
        ):
            self.assertEqual(self.get("getHours", zone), hour)

    def test_no_zones(self) -> None:
        """A zone that does not exist fails, also where it makes no difference."""
        for zone in ("Nowhere/X", "../etc", "/etc/passwd", "a:b", "Europe"):
            self.assertRaises(CelError, self.get, "getMilliseconds", zone)

    def test_lengths(self) -> None:
        """A length has whole hours, and all of it in minutes."""
        length = Duration(-90 * 60 * SECOND)
        self.assertEqual(DURATION_FIELDS["getHours"](length), -1)
        self.assertEqual(DURATION_FIELDS["getMinutes"](length), -90)
