"""Tests of ``krakendtw.jsonschema.moments``."""

from __future__ import annotations

from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.moments import (
    as_bytes,
    complain_of_date,
    complain_of_date_time,
    complain_of_duration,
    complain_of_period,
    complain_of_time,
    quote_char,
)


class MomentTests(SynchronousTestCase):
    """Each format's complaints, as KrakenD's library has them."""

    def assert_all(self, complain: Callable[[str], str], words: dict[str, str]) -> None:
        """Each text has its complaint."""
        self.assertEqual({text: complain(text) for text in words}, words)

    def test_date(self) -> None:
        """A date, in the words of Go's parser."""
        layout = 'as "2006-01-02": cannot parse'
        self.assert_all(
            complain_of_date,
            {
                "2024-02-29": "",
                "0000-02-29": "",
                "2026-02-30": 'parsing time "2026-02-30": day out of range',
                "2026-13-01": 'parsing time "2026-13-01": month out of range',
                "2026-01-01x": 'parsing time "2026-01-01x": extra text: "x"',
                "x": f'parsing time "x" {layout} "x" as "2006"',
                "2026": f'parsing time "2026" {layout} "" as "-"',
                "2026-1-01": f'parsing time "2026-1-01" {layout} "1-01" as "01"',
                "é": f'parsing time "\\xc3\\xa9" {layout} "\\xc3\\xa9" as "2006"',
            },
        )

    def test_time(self) -> None:
        """A time of day; a leap second ends a day in UTC."""
        self.assert_all(
            complain_of_time,
            {
                "10:00:00Z": "",
                "10:00:00.5+02:00": "",
                "23:59:60z": "",
                "00:29:60+00:30": "",
                "22:59:60-01:00": "",
                "10:00:60Z": "invalid leap second",
                "10:00:00": "less than 9 characters long",
                "10-00-00Z": "missing colon in correct place",
                "1a:00:00Z": "invalid hour/min/sec",
                "-1:00:00Z": "non-positive hour/min/sec",
                "24:00:00Z": "hour/min/sec out of range",
                "10:00:00.Z": "no digits in second fraction",
                "10:00:00+0100": "offset must be 6 characters long",
                "10:00:00x01:00": "offset must begin with plus/minus",
                "10:00:00+01.00": "missing colon in offset in correct place",
                "10:00:00+aa:00": "invalid hour/min in offset",
                "10:00:00+-1:00": "non-positive hour/min in offset",
                "10:00:00+24:00": "hour/min in offset out of range",
            },
        )

    def test_date_time(self) -> None:
        """Both."""
        self.assert_all(
            complain_of_date_time,
            {
                "2026-02-28T10:00:00Z": "",
                "2026-02-28t10:00:00z": "",
                "2026-02-28T10:00:00-é:00": "invalid time element: "
                "invalid hour/min in offset",
                "2026-02-28 10:00:00": "less than 20 characters long",
                "2026-02-28x10:00:00Z": "11th character must be t or T",
                "2026-02-30T10:00:00Z": "invalid date element: "
                'parsing time "2026-02-30": day out of range',
                "2026-02-28T25:00:00Z": "invalid time element: "
                "hour/min/sec out of range",
            },
        )

    def test_duration(self) -> None:
        """A length; its units have an order."""
        self.assert_all(
            complain_of_duration,
            {
                "P1Y2M3DT4H5M6S": "",
                "P2W": "",
                "P1DT": "no time elements",
                "PT1H": "",
                "1D": "must start with P",
                "P": "nothing after P",
                "PW": "no number in week",
                "P1WT1H": "invalid unit 'W'",
                "PxW": "invalid week",
                "PD": "missing number",
                "P1": "missing unit",
                "P1M1Y": "unit 'Y' out of order",
                "P1H": "invalid unit 'H'",
                "PT1HT1M": "more than one T",
                "P2é": "invalid unit 'Ã'",
            },
        )

    def test_period(self) -> None:
        """Two moments, or one and a length."""
        moment = "2026-02-28T10:00:00Z"
        self.assert_all(
            complain_of_period,
            {
                f"{moment}/{moment}": "",
                f"{moment}/P1D": "",
                f"P1D/{moment}": "",
                "x": "missing slash",
                f"P/{moment}": "invalid start duration: nothing after P",
                "P1D/x": "invalid end date-time: less than 20 characters long",
                f"x/{moment}": "invalid start date-time: less than 20 characters long",
                f"{moment}/Px": "invalid end duration: missing number",
                f"{moment}/x": "invalid end date-time: less than 20 characters long",
            },
        )


class CharTests(SynchronousTestCase):
    """Characters in complaints."""

    def test_quote_char(self) -> None:
        """A character stands between single quotes, as in Go."""
        self.assertEqual(
            [quote_char(char) for char in "a'\"\n\\"],
            ["'a'", r"'\''", "'\"'", r"'\n'", r"'\\'"],
        )

    def test_as_bytes(self) -> None:
        """Each byte is a character."""
        self.assertEqual(as_bytes("aé"), "a\xc3\xa9")
