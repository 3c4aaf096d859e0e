"""Tests of dates in feeds."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._feeddate import parse_date

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

    def test_others(self) -> None:
        """What is no date is none."""
        for text in (
            *("", "not a date", "20210906", "1630946700", "Sept 6, 2021"),
            *("Mon, 31 Sep 2021 16:45:00 +0200", "2021-09-06T25:00:00Z"),
            *("Mon, 06 Sep 2021 13:45:00 PM", "lundi 6 septembre 2021"),
            "Mon" + " " * 100_000,
        ):
            self.assertIsNone(parse_date(text))

    def test_end_of_time(self) -> None:
        """A moment that UTC does not have is none."""
        self.assertIsNone(parse_date("0001-01-01T00:00:00+01:00", in_utc=True))
