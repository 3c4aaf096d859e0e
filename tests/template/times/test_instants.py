"""Tests of instants."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class InstantsTests(TemplateTestCase):
    """Times and their methods."""

    def test_parts(self) -> None:
        """A time is asked for its parts."""
        self.assert_all(
            (
                (
                    (
                        '{{ $t := toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.123456789 UTC" }}{{ $t.Year }} {{ $t.Month }} {{ '
                        "$t.Day }} {{ $t.Weekday }} {{ $t.Hour }} {{ $t.Minute }} {{ "
                        "$t.Second }} {{ $t.Nanosecond }} {{ $t.YearDay }} {{ "
                        "$t.Unix }} {{ $t.UnixMilli }} {{ $t.UnixMicro }} {{ "
                        "$t.UnixNano }} {{ $t.IsZero }} {{ $t.IsDST }} {{ "
                        "$t.Location }}"
                    ),
                    (
                        "2020 May 6 Wednesday 7 8 9 123456789 127 1588748889 "
                        "1588748889123 1588748889123456 1588748889123456789 false "
                        "false UTC"
                    ),
                ),
            )
        )

    def test_changes(self) -> None:
        """Times are moved, cut and rounded."""
        self.assert_all(
            (
                (
                    (
                        '{{ $t := toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.123456789 UTC" }}{{ $t.AddDate 0 1 30 }} {{ '
                        "$t.AddDate -1 -5 -6 }} {{ $t.Add 1000000000 }} {{ "
                        "$t.Truncate 3600000000000 }} {{ $t.Round 3600000000000 }} "
                        "{{ $t.Truncate 0 }} {{ $t.In $t.UTC.Location }}"
                    ),
                    (
                        "2020-07-06 07:08:09.123456789 +0000 UTC 2018-11-30 "
                        "07:08:09.123456789 +0000 UTC 2020-05-06 07:08:10.123456789 "
                        "+0000 UTC 2020-05-06 07:00:00 +0000 UTC 2020-05-06 07:00:00 "
                        "+0000 UTC 2020-05-06 07:08:09.123456789 +0000 UTC "
                        "2020-05-06 07:08:09.123456789 +0000 UTC"
                    ),
                ),
            )
        )

    def test_comparison(self) -> None:
        """Times are earlier, later or equal."""
        self.assert_all(
            (
                (
                    (
                        '{{ $t := toDate "2006 MST" "2020 UTC" }}{{ $t.Equal $t }} '
                        '{{ $t.Before $t }} {{ $t.After (dateModify "-1h" $t) }} {{ '
                        '$t.Compare (dateModify "1h" $t) }} {{ $t.Sub (dateModify '
                        '"-90m" $t) }} {{ eq $t $t }} {{ deepEqual $t $t }} {{ '
                        '(toDate "2006" "x").Sub $t }}'
                    ),
                    "true false true -1 1h30m0s true true -2562047h47m16.854775808s",
                ),
                (
                    "{{ lt now now }}",
                    (
                        'ERROR 1:3: executing "t" at <lt now now>: error calling lt: '
                        "invalid type for comparison"
                    ),
                ),
            )
        )

    def test_printing(self) -> None:
        """Times print with offset and zone, in Go's syntax and in JSON."""
        self.assert_all(
            (
                (
                    (
                        '{{ $t := toDate "2006-01-02 15:04:05 MST" "2020-05-06 '
                        '07:08:09 UTC" }}{{ $t }} {{ $t.String }} {{ $t.GoString }} '
                        '{{ printf "%#v" $t }} {{ toJson $t }} {{ $t.Format "Jan" }}'
                    ),
                    (
                        "2020-05-06 07:08:09 +0000 UTC 2020-05-06 07:08:09 +0000 UTC "
                        "time.Date(2020, time.May, 6, 7, 8, 9, 0, time.UTC) "
                        "time.Date(2020, time.May, 6, 7, 8, 9, 0, time.UTC) "
                        '"2020-05-06T07:08:09Z" May'
                    ),
                ),
                (
                    (
                        '{{ $z := toDate "2006-01-02 15:04:05 -0700" "2020-05-06 '
                        '07:08:09 +0530" }}{{ $z }} {{ $z.Location }}|{{ printf '
                        '"%#v" $z }} {{ toJson $z }} {{ $z.Format "MST" }}'
                    ),
                    (
                        "2020-05-06 07:08:09 +0530 +0530 |time.Date(2020, time.May, "
                        '6, 7, 8, 9, 0, time.Location("")) '
                        '"2020-05-06T07:08:09+05:30" +0530'
                    ),
                ),
                (
                    '{{ mustToJson ((toDate "2006" "9999").AddDate 1 0 0) }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToJson ((toDate "2006" '
                        '"9999").AddDate 1 0 0)>: error calling mustToJson: json: '
                        "error calling MarshalJSON for type time.Time: "
                        "Time.MarshalJSON: year outside of range [0,9999]"
                    ),
                ),
            )
        )

    def test_refused_methods(self) -> None:
        """What gives more than one value cannot be called."""
        self.assert_all(
            (
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").Clock }}'
                    ),
                    (
                        'ERROR 1:41: executing "t" at <"2020-05-06 07:08:09.5 '
                        'UTC">: function Clock has 3 return values; should be '
                        "1 or 2"
                    ),
                ),
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").Date }}'
                    ),
                    (
                        'ERROR 1:41: executing "t" at <"2020-05-06 07:08:09.5 '
                        'UTC">: function Date has 3 return values; should be 1 '
                        "or 2"
                    ),
                ),
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").ISOWeek }}'
                    ),
                    (
                        'ERROR 1:41: executing "t" at <"2020-05-06 07:08:09.5 '
                        'UTC">: invalid function signature for ISOWeek: second '
                        "return value should be error; is int"
                    ),
                ),
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").Zone }}'
                    ),
                    (
                        'ERROR 1:41: executing "t" at <"2020-05-06 07:08:09.5 '
                        'UTC">: invalid function signature for Zone: second '
                        "return value should be error; is int"
                    ),
                ),
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").ZoneBounds }}'
                    ),
                    (
                        'ERROR 1:41: executing "t" at <"2020-05-06 07:08:09.5 '
                        'UTC">: invalid function signature for ZoneBounds: '
                        "second return value should be error; is time.Time"
                    ),
                ),
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").Clock 1 }}'
                    ),
                    (
                        'ERROR 1:41: executing "t" at <"2020-05-06 07:08:09.5 '
                        'UTC">: wrong number of args for Clock: want 0 got 1'
                    ),
                ),
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").wall }}'
                    ),
                    (
                        'ERROR 1:41: executing "t" at <"2020-05-06 07:08:09.5 '
                        'UTC">: wall is an unexported field of struct type '
                        "time.Time"
                    ),
                ),
            )
        )

    def test_equality(self) -> None:
        """Times at places that are like each other are deeply equal."""
        self.assert_all(
            (
                (
                    (
                        '{{ deepEqual (toDate "2006-01-02 -0700" "2020-05-06 '
                        '+0530") (toDate "2006-01-02 -0700" "2020-05-06 '
                        '+0530") }} {{ eq (toDate "2006-01-02 -0700" '
                        '"2020-05-06 +0530") (toDate "2006-01-02 -0700" '
                        '"2020-05-06 +0530") }}'
                    ),
                    "true false",
                ),
                (
                    (
                        '{{ deepEqual (toDate "2006-01-02 15:04:05.999 MST" '
                        '"2020-05-06 07:08:09.5 UTC") (toDate "2006-01-02 '
                        '15:04:05.999 MST" "2020-05-06 07:08:09.5 UTC") }} {{ '
                        'eq (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC") (toDate "2006-01-02 15:04:05.999 '
                        'MST" "2020-05-06 07:08:09.5 UTC") }}'
                    ),
                    "true true",
                ),
                (
                    (
                        '{{ deepEqual (toDate "2006 -0700" "2020 +0530") '
                        '(toDate "2006 -0700" "2020 +0100") }}'
                    ),
                    "false",
                ),
                (
                    (
                        '{{ $a := toDate "2006 -0700" "2020 +0500" }}{{ $b := '
                        'toDate "2006 -0700" "2020 +0500" }}{{ eq $a $b }} {{ '
                        "deepEqual $a $b }}"
                    ),
                    "true true",
                ),
            )
        )

    def test_nowhere(self) -> None:
        """No place is no place to be."""
        self.assert_all(
            (
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").In nil }}'
                    ),
                    (
                        'ERROR 1:69: executing "t" at <(toDate "2006-01-02 '
                        '15:04:05.999 MST" "2020-05-06 07:08:09.5 UTC").In>: '
                        "error calling In: time: missing Location in call to "
                        "Time.In"
                    ),
                ),
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").In .nope }}'
                    ),
                    (
                        'ERROR 1:69: executing "t" at <(toDate "2006-01-02 '
                        '15:04:05.999 MST" "2020-05-06 07:08:09.5 UTC").In>: '
                        "error calling In: time: missing Location in call to "
                        "Time.In"
                    ),
                ),
            )
        )
