"""Tests of the functions for dates."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class DatesTests(TemplateTestCase):
    """Dates in layouts and zones."""

    def test_layouts(self) -> None:
        """Seconds and times are shown in a layout at a place."""
        self.assert_all(
            (
                (
                    '{{ dateInZone "2006-01-02T15:04:05Z07:00" 1500000000 "UTC" }}',
                    "2017-07-14T02:40:00Z",
                ),
                (
                    (
                        '{{ dateInZone "Mon, 02 Jan 2006 15:04:05 MST" 1500000000 '
                        '"America/New_York" }}'
                    ),
                    "Thu, 13 Jul 2017 22:40:00 EDT",
                ),
                ('{{ date_in_zone "3:04PM" 0 "Asia/Kathmandu" }}', "5:30AM"),
                ('{{ dateInZone "15:04 MST" 0 "Nope" }}', "00:00 UTC"),
                ('{{ htmlDateInZone 1500000000 "Asia/Tokyo" }}', "2017-07-14"),
                (
                    (
                        '{{ dateInZone "2006-01-02" (toDate '
                        '"2006-01-02T15:04:05Z07:00" "2020-05-06T23:00:00-05:00") '
                        '"UTC" }}'
                    ),
                    "2020-05-07",
                ),
                (
                    "{{ date 5 5 }}",
                    'ERROR 1:8: executing "t" at <5>: expected string; found 5',
                ),
            )
        )

    def test_changes(self) -> None:
        """Durations move a time; what is none leaves it."""
        self.assert_all(
            (
                (
                    (
                        '{{ $t := toDate "2006-01-02T15:04:05Z07:00" '
                        '"2020-05-06T07:08:09Z" }}{{ (dateModify "1h30m" $t).UTC }} '
                        '{{ (date_modify "x" $t).UTC }} {{ (mustDateModify "-1.5h" '
                        "$t).UTC }} {{ unixEpoch $t }}"
                    ),
                    (
                        "2020-05-06 08:38:09 +0000 UTC 2020-05-06 07:08:09 +0000 UTC "
                        "2020-05-06 05:38:09 +0000 UTC 1588748889"
                    ),
                ),
                (
                    '{{ mustDateModify "x" now }}',
                    (
                        'ERROR 1:3: executing "t" at <mustDateModify "x" now>: error '
                        'calling mustDateModify: time: invalid duration "x"'
                    ),
                ),
                (
                    '{{ must_date_modify "1" now }}',
                    (
                        'ERROR 1:3: executing "t" at <must_date_modify "1" now>: '
                        "error calling must_date_modify: time: missing unit in "
                        'duration "1"'
                    ),
                ),
                (
                    '{{ dateModify "1h" 5 }}',
                    (
                        'ERROR 1:19: executing "t" at <5>: can\'t handle 5 for arg '
                        "of type time.Time"
                    ),
                ),
                (
                    "{{ unixEpoch 5 }}",
                    (
                        'ERROR 1:13: executing "t" at <5>: can\'t handle 5 for arg '
                        "of type time.Time"
                    ),
                ),
            )
        )

    def test_reading(self) -> None:
        """Texts are read by a layout; what is none is the zero of times."""
        self.assert_all(
            (
                ('{{ toDate "x" "y" }}', "0001-01-01 00:00:00 +0000 UTC"),
                ('{{ (toDate "2006" "x").IsZero }}', "true"),
                (
                    '{{ mustToDate "2006-01-02" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToDate "2006-01-02" "x">: '
                        'error calling mustToDate: parsing time "x" as "2006-01-02": '
                        'cannot parse "x" as "2006"'
                    ),
                ),
            )
        )

    def test_durations(self) -> None:
        """Seconds are a duration, and durations have a largest unit."""
        self.assert_all(
            (
                ("{{ duration 90 }}", "0s"),
                ('{{ duration "3661" }}', "1h1m1s"),
                ("{{ duration (int64 90) }}", "1m30s"),
                ('{{ duration "x" }}', "0s"),
                ("{{ duration nil }}", "0s"),
                ('{{ duration "-5" }}', "-5s"),
                ('{{ duration "99999999999999999999" }}', "-1s"),
                ('{{ durationRound "2h10m5s" }}', "2h"),
                ('{{ durationRound "25h" }}', "1d"),
                ("{{ durationRound (int64 5000000000) }}", "5s"),
                ('{{ durationRound "8760h1s" }}', "1y"),
                ('{{ durationRound "1s" }}', "0s"),
                ('{{ durationRound "x" }}', "0s"),
                ("{{ durationRound 5 }}", "0s"),
                ('{{ durationRound "721h" }}', "1mo"),
                ("{{ durationRound nil }}", "0s"),
                ("{{ durationRound now }}", "0s"),
            )
        )

    def test_now(self) -> None:
        """The current time is about now."""
        self.assert_all(
            (
                ("{{ ago now }}", "0s"),
                ("{{ gt now.Year 2000 }}", "true"),
                ("{{ htmlDate now | len }}", "10"),
                ('{{ date "2006" now | len }}', "4"),
            )
        )
