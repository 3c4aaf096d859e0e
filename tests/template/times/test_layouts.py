"""Tests of layouts."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class LayoutsTests(TemplateTestCase):
    """How times look."""

    def test_elements(self) -> None:
        """Every element shows its part of a time."""
        self.assert_all(
            (
                (
                    (
                        '{{ dateInZone "2006-01-02T15:04:05Z07:00" 1500000000 '
                        '"Europe/Berlin" }}'
                    ),
                    "2017-07-14T04:40:00+02:00",
                ),
                (
                    '{{ dateInZone "Mon Jan _2 15:04:05 2006" 951782400 "UTC" }}',
                    "Tue Feb 29 00:00:00 2000",
                ),
                (
                    (
                        '{{ dateInZone "Monday, 02-Jan-06 15:04:05 MST" 0 '
                        '"America/New_York" }}'
                    ),
                    "Wednesday, 31-Dec-69 19:00:00 EST",
                ),
                ('{{ dateInZone "3:04PM 03:04pm" 50000 "UTC" }}', "1:53PM 01:53pm"),
                ('{{ dateInZone "06-1-2 3:4:5" 0 "UTC" }}', "70-1-1 12:0:0"),
                (
                    '{{ dateInZone "002 __2 _2006 January" 951782400 "UTC" }}',
                    "060  60 _2000 February",
                ),
                ('{{ dateInZone "Z0700 Z07 Z07:00:00 Z070000" 0 "UTC" }}', "Z Z Z Z"),
                (
                    (
                        '{{ dateInZone "-07 -0700 -07:00 -07:00:00 -070000" 0 '
                        '"Asia/Kathmandu" }}'
                    ),
                    "+05 +0530 +05:30 +05:30:00 +053000",
                ),
                (
                    '{{ dateInZone "15:04:05.000 .999 ,00" 0 "UTC" }}',
                    "00:00:00.000  ,00",
                ),
            )
        )

    def test_literals(self) -> None:
        """What is no element stands for itself."""
        self.assert_all(
            (
                (
                    (
                        '{{ dateInZone "Jano Janu Monx Mondays x _2x 05.0009 é" 0 '
                        '"UTC" }}'
                    ),
                    "Jano Janu Monx Thursdays x  1x 00.0009 é",
                ),
                ('{{ dateInZone "" 0 "UTC" }}', ""),
                ('{{ dateInZone "PMpm MSTx" 0 "UTC" }}', "AMam UTCx"),
                ('{{ dateInZone "0102030405060000" 0 "UTC" }}', "0101120000700000"),
            )
        )

    def test_years(self) -> None:
        """Years have four digits or more, and a sign before the first."""
        self.assert_all(
            (
                ('{{ dateInZone "2006 06" 253402300800 "UTC" }}', "10000 00"),
                (
                    '{{ dateInZone "2006-01-02 06" -99999999999 "UTC" }}',
                    "-1199-02-15 99",
                ),
            )
        )
