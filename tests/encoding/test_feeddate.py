"""Tests of dates in feeds."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._feeddate import parse_date, read_quickly, read_slowly

DATES = {
    "Mon, 06 Sep 2021 16:45:00 +0000": "2021-09-06T16:45:00Z",
    "Mon, 6 Sep 2021 16:45 GMT": "2021-09-06T16:45:00Z",
    "Mon, 06 Sep 2021 16:45:00 -0700": "2021-09-06T16:45:00-07:00",
    "Mon, 06 Sep 2021 16:45:00 -0700 PDT": "2021-09-06T16:45:00-07:00",
    "Mon, 06 Sep 2021 16:45:00 PDT": "2021-09-06T16:45:00Z",
    "mon,06 sep 2021 16:45:00 +0200": "2021-09-06T16:45:00+02:00",
    "Monday, 06-Sep-21 16:45:00 UTC": "2021-09-06T16:45:00Z",
    "Mon Sep  6 16:45:00 2021": "2021-09-06T16:45:00Z",
    "Mon Sep 06 16:45:00 -0700 2021": "2021-09-06T16:45:00-07:00",
    "6 Sep 2021": "2021-09-06T00:00:00Z",
    "September 6, 2021 4:45 PM": "2021-09-06T16:45:00Z",
    "September 6, 2021 12:45 AM": "2021-09-06T00:45:00Z",
    "02 Jan 69 15:04 MST": "1969-01-02T15:04:00Z",
    "02 Jan 68 15:04 MST": "2068-01-02T15:04:00Z",
    "2021-09-06": "2021-09-06T00:00:00Z",
    "2021-09-06T16:45:00Z": "2021-09-06T16:45:00Z",
    "2021-09-06T16:45:00.1230+02:00": "2021-09-06T16:45:00.123+02:00",
    "2021-09-06 at 16:45:00": "2021-09-06T16:45:00Z",
    "06.09.2021 16:45": "2021-09-06T16:45:00Z",
    "06/09/2021": "2021-09-06T00:00:00Z",
    "09/16/2021": "2021-09-16T00:00:00Z",
    "9/6/2021 4:45:00 PM": "2021-09-06T16:45:00Z",
    # The day first, unless there is no such month, or a clock of twice twelve hours.
    "1/2/2006": "2006-02-01T00:00:00Z",
    "1/2/2006 15:04:05 PST": "2006-01-02T15:04:05Z",
    "02/01/2006 15:04:05": "2006-01-02T15:04:05Z",
    # A clock's fraction, and digits that are left out.
    "Mon, 02 Jan 2006 15:04:05.5 GMT": "2006-01-02T15:04:05.5Z",
    "2006-1-2T5:04:05Z": "2006-01-02T05:04:05Z",
    # Zones by name: only where the name of a place may follow is it one.
    "Mon, 02 Jan 2006 15:04:05 EST": "2006-01-02T15:04:05Z",
    "2 Jan 2006 15:04:05 EST": "2006-01-02T15:04:05-05:00",
    "2006-07-02 15:04:05 EET": "2006-07-02T16:04:05+03:00",
    "2006-01-02 15:04:05 PST": "2006-01-02T15:04:05Z",
    "Mon, 02 Jan 2006 15:04:05 GMT+3": "2006-01-02T18:04:05+03:00",  # as Go has it
    "Mon, 2 Jan 15:04:05 PST": "0000-01-02T15:04:05Z",
}


class ParseDateTests(SynchronousTestCase):
    """Dates as feeds write them."""

    def test_dates(self) -> None:
        """All are understood, their offsets kept."""
        self.assertEqual(DATES, {text: parse_date(text) for text in DATES})

    def test_in_utc(self) -> None:
        """The offset can be given up."""
        for text, moment in (
            ("Mon, 06 Sep 2021 16:45:00 -0700", "2021-09-06T23:45:00Z"),
            ("2021-01-01T00:30:00.5+01:00", "2020-12-31T23:30:00.5Z"),
        ):
            self.assertEqual(moment, parse_date(text, in_utc=True))

    def test_quickly(self) -> None:
        """The usual ones come to the same by the quick way and by the layouts."""
        for text in (
            "Mon, 06 Sep 2021 16:45:00 GMT",
            "Mon, 06 Sep 2021 16:45:00 -0730",
            "2021-09-06T16:45:00Z",
            "2021-09-06T16:45:00.120+02:00",
            "2021-09-06T16:45:00.000Z",
            "2021-09-06T00:45:00+01:00",
        ):
            for in_utc in (False, True):
                quick = read_quickly(text, in_utc=in_utc)
                self.assertIsNotNone(quick, text)
                self.assertEqual(read_slowly(text, in_utc=in_utc), quick)
        for text in ("2021-02-30T00:00:00Z", "0001-01-01T00:00:00+01:00", "x"):
            self.assertIsNone(read_quickly(text, in_utc=True))

    def test_others(self) -> None:
        """What is no date is none."""
        for text in (
            *("", "not a date", "20210906", "1630946700", "Sept 6, 2021"),
            *("Mon, 31 Sep 2021 16:45:00 +0200", "2021-09-06T25:00:00Z"),
            *("Mon, 2 Jan 06 15:04 GMT", "01/02/2006 15:04", "Jan 2 2006"),
            *("Wed,01 Jan 2020 00:00:00 GMT", "wed, 1 jan 2020 0:00:00 gmt"),
            *("2 January 2006 3:04 PM", "Mon, 2 Jan 2006 3:04 PM", "2006-01-02T"),
            *("Mon, 2 Jan 2006 15:04:05 Z", "2006-01-02 15:04:05 +02:00"),
            *("Mon, 06 Sep 2021 13:45:00 PM", "lundi 6 septembre 2021"),
            "Mon" + " " * 100_000,
        ):
            self.assertIsNone(parse_date(text))

    def test_end_of_time(self) -> None:
        """A moment in a year that JSON does not have is none."""
        for text in ("0000-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"):
            self.assertIsNotNone(parse_date(text))
            self.assertIsNone(parse_date(text, in_utc=True))
