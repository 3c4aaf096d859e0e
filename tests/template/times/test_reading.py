"""Tests of reading times."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class ReadingTests(TemplateTestCase):
    """Times in texts."""

    def test_dates(self) -> None:
        """Dates and times are read by a layout."""
        self.assert_all(
            (
                (
                    (
                        '{{ (mustToDate "2006-01-02T15:04:05Z07:00" '
                        '"2020-05-06T07:08:09Z").UTC }}'
                    ),
                    "2020-05-06 07:08:09 +0000 UTC",
                ),
                (
                    (
                        '{{ (mustToDate "2006-01-02T15:04:05Z07:00" '
                        '"2020-05-06T07:08:09+02:00").UTC }}'
                    ),
                    "2020-05-06 05:08:09 +0000 UTC",
                ),
                (
                    (
                        '{{ (mustToDate "Mon Jan _2 15:04:05 2006 MST" "wed may 6 '
                        '07:08:09 2020 UTC").UTC }}'
                    ),
                    "2020-05-06 07:08:09 +0000 UTC",
                ),
                (
                    '{{ (mustToDate "06 3:04PM MST" "70 7:05PM UTC").UTC }}',
                    "1970-01-01 19:05:00 +0000 UTC",
                ),
                (
                    '{{ (mustToDate "3:04pm MST" "12:05am UTC").UTC }}',
                    "0000-01-01 00:05:00 +0000 UTC",
                ),
                (
                    '{{ (mustToDate "2006-002 MST" "2020-060 UTC").UTC }}',
                    "2020-02-29 00:00:00 +0000 UTC",
                ),
                (
                    '{{ (mustToDate "2006-002 MST" "2020-061 UTC").UTC }}',
                    "2020-03-01 00:00:00 +0000 UTC",
                ),
                (
                    '{{ (mustToDate "__2 2006 MST" "  6 2020 UTC").UTC }}',
                    "2020-01-06 00:00:00 +0000 UTC",
                ),
                (
                    '{{ (mustToDate "January -070000" "FEBRUARY +010203").UTC }}',
                    "0000-01-31 22:57:57 +0000 UTC",
                ),
            )
        )

    def test_fractions(self) -> None:
        """A fraction of a second is read, asked for or not."""
        self.assert_all(
            (
                (
                    '{{ (mustToDate "05 MST" "08.123 UTC").UTC }}',
                    "0000-01-01 00:00:08.123 +0000 UTC",
                ),
                (
                    '{{ (mustToDate "05.000 MST" "08.123 UTC").UTC }}',
                    "0000-01-01 00:00:08.123 +0000 UTC",
                ),
                (
                    '{{ (mustToDate "05.999 MST" "08 UTC").UTC }}',
                    "0000-01-01 00:00:08 +0000 UTC",
                ),
                (
                    '{{ (mustToDate "05.999 MST" "09.12345678912 UTC").UTC }}',
                    "0000-01-01 00:00:09.123456789 +0000 UTC",
                ),
                (
                    '{{ (mustToDate "05,000 MST" "09.123 UTC").UTC }}',
                    "0000-01-01 00:00:09.123 +0000 UTC",
                ),
                (
                    '{{ mustToDate "05.000" "08.12" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "05.000" "08.12">: '
                        'error calling mustToDate: parsing time "08.12" as "05.000": '
                        'cannot parse ".12" as ".000"'
                    ),
                ),
            )
        )

    def test_zones(self) -> None:
        """Zones are read by their names, which may tell nothing."""
        self.assert_all(
            (
                ('{{ (mustToDate "15 MST" "07 GMT+3").Unix }}', "-62167194000"),
                ('{{ (mustToDate "15 MST" "07 WITA").Unix }}', "-62167194000"),
                ('{{ (mustToDate "15 MST" "07 ChST").Unix }}', "-62167194000"),
                ('{{ (mustToDate "15 MST" "07 +03").Unix }}', "-62167194000"),
                (
                    (
                        '{{ (mustToDate "15 -0700 MST" "07 +0200 XYZ").Format "MST '
                        '-0700" }}'
                    ),
                    "XYZ +0200",
                ),
                (
                    '{{ (mustToDate "15 -07" "07 -02").Format "MST Z07:00" }}',
                    "-0200 -02:00",
                ),
                (
                    '{{ mustToDate "15 MST" "07 ABCD" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "15 MST" "07 '
                        'ABCD">: error calling mustToDate: parsing time "07 ABCD" as '
                        '"15 MST": cannot parse "ABCD" as "MST"'
                    ),
                ),
                (
                    '{{ mustToDate "15 MST" "07 ABCDEF" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "15 MST" "07 '
                        'ABCDEF">: error calling mustToDate: parsing time "07 '
                        'ABCDEF" as "15 MST": cannot parse "ABCDEF" as "MST"'
                    ),
                ),
                (
                    '{{ mustToDate "15 MST" "07 +33" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "15 MST" "07 +33">: '
                        'error calling mustToDate: parsing time "07 +33" as "15 '
                        'MST": cannot parse "+33" as "MST"'
                    ),
                ),
                (
                    '{{ mustToDate "15 MST" "07 x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "15 MST" "07 x">: '
                        'error calling mustToDate: parsing time "07 x" as "15 MST": '
                        'cannot parse "x" as "MST"'
                    ),
                ),
            )
        )

    def test_refusals(self) -> None:
        """What doesn't go with the layout is told in Go's words."""
        self.assert_all(
            (
                (
                    '{{ mustToDate "2006-01-02" "2020-5-6" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "2006-01-02" '
                        '"2020-5-6">: error calling mustToDate: parsing time '
                        '"2020-5-6" as "2006-01-02": cannot parse "5-6" as "01"'
                    ),
                ),
                (
                    '{{ mustToDate "2006-01-02" "2020-13-01" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "2006-01-02" '
                        '"2020-13-01">: error calling mustToDate: parsing time '
                        '"2020-13-01": month out of range'
                    ),
                ),
                (
                    '{{ mustToDate "2006-01-02" "2021-02-29" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "2006-01-02" '
                        '"2021-02-29">: error calling mustToDate: parsing time '
                        '"2021-02-29": day out of range'
                    ),
                ),
                (
                    '{{ mustToDate "2006-01-02" "2020-05-06x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "2006-01-02" '
                        '"2020-05-06x">: error calling mustToDate: parsing time '
                        '"2020-05-06x": extra text: "x"'
                    ),
                ),
                (
                    '{{ mustToDate "15:04:05" "25:08:09" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "15:04:05" '
                        '"25:08:09">: error calling mustToDate: parsing time '
                        '"25:08:09": hour out of range'
                    ),
                ),
                (
                    '{{ mustToDate "15:04:05" "05:60:09" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "15:04:05" '
                        '"05:60:09">: error calling mustToDate: parsing time '
                        '"05:60:09": minute out of range'
                    ),
                ),
                (
                    '{{ mustToDate "15:04:05" "05:06:60" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "15:04:05" '
                        '"05:06:60">: error calling mustToDate: parsing time '
                        '"05:06:60": second out of range'
                    ),
                ),
                (
                    '{{ mustToDate "Z07:00" "+2:00" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "Z07:00" "+2:00">: '
                        'error calling mustToDate: parsing time "+2:00" as "Z07:00": '
                        'cannot parse "+2:00" as "Z07:00"'
                    ),
                ),
                (
                    '{{ mustToDate "Z07:00" "+25:00" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "Z07:00" "+25:00">: '
                        'error calling mustToDate: parsing time "+25:00": time zone '
                        "offset hour out of range"
                    ),
                ),
                (
                    '{{ mustToDate "Z07:00" "*02:00" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "Z07:00" "*02:00">: '
                        'error calling mustToDate: parsing time "*02:00" as '
                        '"Z07:00": cannot parse "*02:00" as "Z07:00"'
                    ),
                ),
                (
                    '{{ mustToDate "Mon" "Foo" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "Mon" "Foo">: error '
                        'calling mustToDate: parsing time "Foo" as "Mon": cannot '
                        'parse "Foo" as "Mon"'
                    ),
                ),
                (
                    '{{ mustToDate "3PM" "13AM" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "3PM" "13AM">: '
                        'error calling mustToDate: parsing time "13AM": hour out of '
                        "range"
                    ),
                ),
                (
                    '{{ mustToDate "3PM" "7xx" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "3PM" "7xx">: error '
                        'calling mustToDate: parsing time "7xx" as "3PM": cannot '
                        'parse "xx" as "PM"'
                    ),
                ),
                (
                    '{{ mustToDate "3PM" "7P" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "3PM" "7P">: error '
                        'calling mustToDate: parsing time "7P" as "3PM": cannot '
                        'parse "P" as "PM"'
                    ),
                ),
                (
                    '{{ mustToDate "2006-002" "2021-366" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "2006-002" '
                        '"2021-366">: error calling mustToDate: parsing time '
                        '"2021-366": day-of-year out of range'
                    ),
                ),
                (
                    '{{ mustToDate "2006-01-02 002" "2020-01-05 006" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "2006-01-02 002" '
                        '"2020-01-05 006">: error calling mustToDate: parsing time '
                        '"2020-01-05 006": day-of-year does not match day'
                    ),
                ),
                (
                    '{{ mustToDate "2006-01 002" "2020-02 006" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "2006-01 002" '
                        '"2020-02 006">: error calling mustToDate: parsing time '
                        '"2020-02 006": day-of-year does not match month'
                    ),
                ),
                (
                    '{{ mustToDate "2006" "é" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "2006" "é">: error '
                        'calling mustToDate: parsing time "\\xc3\\xa9" as "2006": '
                        'cannot parse "\\xc3\\xa9" as "2006"'
                    ),
                ),
                (
                    '{{ mustToDate "2006" "x\\"\\\\" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "2006" "x\\"\\\\">: '
                        'error calling mustToDate: parsing time "x\\"\\\\" as '
                        '"2006": cannot parse "x\\"\\\\" as "2006"'
                    ),
                ),
                (
                    '{{ mustToDate "06" "5" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "06" "5">: error '
                        'calling mustToDate: parsing time "5" as "06": cannot parse '
                        '"5" as "06"'
                    ),
                ),
                (
                    '{{ mustToDate "a b" "a" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "a b" "a">: error '
                        'calling mustToDate: parsing time "a" as "a b": cannot parse '
                        '"" as "a b"'
                    ),
                ),
            )
        )

    def test_halves(self) -> None:
        """Both spellings of a half of the day count, the second half first."""
        self.assert_all(
            (
                (
                    '{{ toDate "PMpm04 MST" "PMam06 UTC" }}',
                    "0000-01-01 12:06:00 +0000 UTC",
                ),
                (
                    '{{ toDate "pmPM 3 MST" "amPM 12 UTC" }}',
                    "0000-01-01 00:00:00 +0000 UTC",
                ),
                ('{{ toDate "pm3 MST" "am12 UTC" }}', "0000-01-01 00:00:00 +0000 UTC"),
                (
                    '{{ mustToDate "pm" "PM" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "pm" "PM">: '
                        'error calling mustToDate: parsing time "PM" as "pm": '
                        'cannot parse "PM" as "pm"'
                    ),
                ),
            )
        )

    def test_signs(self) -> None:
        """Signs stand where Go reads numbers as a whole."""
        self.assert_all(
            (
                ('{{ toDate "06 MST" "+2 UTC" }}', "2002-01-01 00:00:00 +0000 UTC"),
                ('{{ toDate "06 MST" "-2 UTC" }}', "1998-01-01 00:00:00 +0000 UTC"),
                (
                    '{{ mustToDate "06" "+x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "06" "+x">: '
                        'error calling mustToDate: parsing time "+x" as "06": '
                        'cannot parse "+x" as "06"'
                    ),
                ),
                (
                    '{{ toDate "05.000 MST" "01.+12 UTC" }}',
                    "0000-01-01 00:00:01.012 +0000 UTC",
                ),
                (
                    '{{ mustToDate "05.000" "01.-12" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "05.000" '
                        '"01.-12">: error calling mustToDate: parsing time '
                        '"01.-12": fractional second out of range'
                    ),
                ),
                (
                    '{{ mustToDate "05.000" "01.1" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "05.000" '
                        '"01.1">: error calling mustToDate: parsing time '
                        '"01.1" as "05.000": cannot parse ".1" as ".000"'
                    ),
                ),
            )
        )

    def test_offsets(self) -> None:
        """An offset beyond the range is told before anything else of it."""
        self.assert_all(
            (
                (
                    '{{ mustToDate "-0700" "366.1" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "-0700" '
                        '"366.1">: error calling mustToDate: parsing time '
                        '"366.1": time zone offset hour out of range'
                    ),
                ),
                (
                    '{{ mustToDate "Z0700" "+25:00" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "Z0700" '
                        '"+25:00">: error calling mustToDate: parsing time '
                        '"+25:00": time zone offset hour out of range'
                    ),
                ),
                (
                    '{{ mustToDate "-0700" "+0161" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "-0700" '
                        '"+0161">: error calling mustToDate: parsing time '
                        '"+0161": time zone offset minute out of range'
                    ),
                ),
                (
                    '{{ mustToDate "-07:00:00" "+01:00:61" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "-07:00:00" '
                        '"+01:00:61">: error calling mustToDate: parsing time '
                        '"+01:00:61": time zone offset second out of range'
                    ),
                ),
                (
                    '{{ mustToDate "-0700" "*0100" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "-0700" '
                        '"*0100">: error calling mustToDate: parsing time '
                        '"*0100" as "-0700": cannot parse "*0100" as "-0700"'
                    ),
                ),
            )
        )
