"""Tests of durations, months and weekdays."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class DurationsTests(TemplateTestCase):
    """Whole numbers that print as words."""

    def test_durations(self) -> None:
        """A duration is asked for its parts."""
        self.assert_all(
            (
                (
                    (
                        '{{ $d := (toDate "2006" "2020").Sub (toDate "2006-01-02 '
                        '15:04:05.999" "2019-12-30 05:06:07.008") }}{{ $d }} {{ '
                        "$d.Hours }} {{ $d.Minutes }} {{ $d.Seconds }} {{ "
                        "$d.Milliseconds }} {{ $d.Microseconds }} {{ $d.Nanoseconds "
                        "}}"
                    ),
                    (
                        "42h53m52.992s 42.89805333333334 2573.8832 154432.992 "
                        "154432992 154432992000 154432992000000"
                    ),
                ),
                (
                    (
                        '{{ $d := (toDate "2006" "2020").Sub (toDate "2006-01-02 '
                        '15:04:05.999" "2019-12-30 05:06:07.008") }}{{ $d.Round '
                        "1000000000 }} {{ $d.Truncate 60000000000 }} {{ $d.Abs }} {{ "
                        "$d.String }} {{ $d.Round 0 }} {{ $d.Truncate 0 }}"
                    ),
                    (
                        "42h53m53s 42h53m0s 42h53m52.992s 42h53m52.992s "
                        "42h53m52.992s 42h53m52.992s"
                    ),
                ),
                (
                    (
                        '{{ $d := (toDate "2006" "2020").Sub (toDate "2006-01-02 '
                        '15:04:05.999" "2019-12-30 05:06:07.008") }}{{ printf "%d %v '
                        '%T %#v" $d $d $d $d }} {{ toJson $d }} {{ kindOf $d }} {{ '
                        "eq $d $d }}"
                    ),
                    (
                        "154432992000000 42h53m52.992s time.Duration 154432992000000 "
                        "154432992000000 int64 true"
                    ),
                ),
                (
                    (
                        '{{ $d := (toDate "2006" "2019").Sub (toDate "2006" "2020") '
                        "}}{{ $d }} {{ $d.Abs }} {{ $d.Round 3600000000001 }} {{ "
                        "$d.Milliseconds }} {{ $d.Hours }}"
                    ),
                    "-8760h0m0s 8760h0m0s -8760h0m0.00000876s -31536000000 -8760",
                ),
            )
        )

    def test_months(self) -> None:
        """Months and weekdays are numbers with names."""
        self.assert_all(
            (
                (
                    (
                        '{{ $t := toDate "2006" "2020" }}{{ printf "%d %v %s %#v" '
                        "$t.Month $t.Month $t.Weekday $t.Weekday }} {{ toJson (list "
                        "$t.Month $t.Weekday) }} {{ $t.Month.String }} {{ "
                        "$t.Weekday.String }} {{ int $t.Month }} {{ add $t.Month 1 "
                        "}} {{ eq $t.Month 1 }}"
                    ),
                    "1 January Wednesday 3 [1,3] January Wednesday 1 2 true",
                ),
            )
        )
