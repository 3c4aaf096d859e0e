"""Tests of arithmetic."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class NumbersTests(TemplateTestCase):
    """Whole numbers and floats."""

    def test_sums(self) -> None:
        """Anything that can be a number is one, and sums wrap around."""
        self.assert_all(
            (
                ("{{ add 1 2 3 }}", "6"),
                ("{{ add }}", "0"),
                ('{{ add "5" 2.9 true nil }}', "8"),
                ("{{ add 9223372036854775807 1 }}", "-9223372036854775808"),
                ("{{ mul 9223372036854775807 2 }}", "-2"),
                ('{{ add1 "0x1F" }}', "32"),
                ('{{ add1 "017" }}', "16"),
                ('{{ add1 "1.0" }}', "2"),
                ('{{ add1 "1.5" }}', "1"),
                ('{{ add1 "abc" }}', "1"),
                ("{{ add1 .n }}", "4"),
                ("{{ add1 1e30 }}", "-9223372036854775807"),
                ("{{ sub 5 3 }}", "2"),
                ("{{ mul 3 4 5 }}", "60"),
                ("{{ mul 3 }}", "3"),
            )
        )

    def test_division(self) -> None:
        """Division cuts towards zero, and what is left has the dividend's sign."""
        self.assert_all(
            (
                ("{{ div 7 2 }}", "3"),
                ("{{ div -7 2 }}", "-3"),
                ("{{ div 7 -2 }}", "-3"),
                ("{{ mod -7 2 }}", "-1"),
                ("{{ mod 7 -2 }}", "1"),
                (
                    "{{ div 1 0 }}",
                    (
                        'ERROR 1:3: executing "t" at <div 1 0>: error calling div: '
                        "runtime error: integer divide by zero"
                    ),
                ),
                (
                    "{{ mod 1 0 }}",
                    (
                        'ERROR 1:3: executing "t" at <mod 1 0>: error calling mod: '
                        "runtime error: integer divide by zero"
                    ),
                ),
            )
        )

    def test_extremes(self) -> None:
        """The largest and the smallest of several."""
        self.assert_all(
            (
                ("{{ max 1 5 3 }}", "5"),
                ("{{ min 4 2 8 }}", "2"),
                ("{{ biggest 1 2 }}", "2"),
                ('{{ max "7" 3.9 }}', "7"),
                ("{{ max 1 }}", "1"),
                ("{{ min 1 }}", "1"),
                ("{{ maxf 1.5 2.5 }}", "2.5"),
                ('{{ minf 1.5 "0.5" }}', "0.5"),
                ("{{ minf 2 }}", "2"),
            )
        )

    def test_rounding(self) -> None:
        """Floats are rounded up, down, and to places."""
        self.assert_all(
            (
                ("{{ floor 1.7 }}", "1"),
                ("{{ ceil 1.2 }}", "2"),
                ("{{ floor -1.2 }}", "-2"),
                ("{{ ceil -1.7 }}", "-1"),
                ("{{ ceil -0.5 }}", "-0"),
                ('{{ floor "x" }}', "0"),
                ("{{ round 1.2345 2 }}", "1.23"),
                ("{{ round 1.235 2 }}", "1.24"),
                ("{{ round -1.5 0 }}", "-2"),
                ("{{ round 2.5 0 }}", "3"),
                ("{{ round 1.26 1 0.7 }}", "1.2"),
                ('{{ round "3.14159" 3 }}', "3.142"),
                ("{{ round 123.456 -1 }}", "120"),
                ("{{ round 0.1 400 }}", "NaN"),
            )
        )

    def test_conversion(self) -> None:
        """Texts, floats and truth become numbers; the rest is zero."""
        self.assert_all(
            (
                ('{{ int "12" }}', "12"),
                ("{{ int 3.9 }}", "3"),
                ('{{ int64 "-5" }}', "-5"),
                ("{{ int true }}", "1"),
                ("{{ int nil }}", "0"),
                ('{{ int "1e3" }}', "0"),
                ("{{ int .l }}", "0"),
                ('{{ int "0b11" }}', "3"),
                ('{{ int "1_000" }}', "1000"),
                ('{{ int "" }}', "0"),
                ('{{ int " 1" }}', "0"),
                ('{{ int "9999999999999999999" }}', "0"),
                ('{{ int "3.00" }}', "3"),
                ('{{ int ".0" }}', "0"),
                ('{{ float64 "1.5" }}', "1.5"),
                ("{{ float64 3 }}", "3"),
                ('{{ float64 "1e3" }}', "1000"),
                ('{{ float64 "inf" }}', "+Inf"),
                ('{{ float64 "0x1p4" }}', "16"),
                ('{{ toDecimal "777" }}', "511"),
                ("{{ toDecimal 777 }}", "511"),
                ('{{ toDecimal "8" }}', "0"),
                ('{{ toDecimal "-17" }}', "-15"),
                ("{{ toDecimal 1.5 }}", "0"),
                ("{{ typeOf (int 1.0) }}", "int"),
                ("{{ typeOf (int64 1.0) }}", "int64"),
                ("{{ typeOf (add 1 2) }}", "int64"),
                ("{{ typeOf (float64 1) }}", "float64"),
            )
        )

    def test_ranges(self) -> None:
        """Lists of numbers go up and down; the wrong direction gives none."""
        self.assert_all(
            (
                ("{{ until 5 }}", "[0 1 2 3 4]"),
                ("{{ until -3 }}", "[0 -1 -2]"),
                ("{{ until 0 }}", "[]"),
                ("{{ untilStep 3 6 2 }}", "[3 5]"),
                ("{{ untilStep 6 3 -1 }}", "[6 5 4]"),
                ("{{ untilStep 0 3 0 }}", "[]"),
                ("{{ untilStep 3 0 1 }}", "[]"),
                ("{{ typeOf (until 1) }}", "[]int"),
                ("{{ seq 5 }}", "1 2 3 4 5"),
                ("{{ seq -3 }}", "1 0 -1 -2 -3"),
                ("{{ seq 0 2 }}", "0 1 2"),
                ("{{ seq 2 -2 }}", "2 1 0 -1 -2"),
                ("{{ seq 0 2 10 }}", "0 2 4 6 8 10"),
                ("{{ seq 0 -2 -5 }}", "0 -2 -4"),
                ("{{ seq 5 1 2 }}", ""),
                ("{{ seq }}", ""),
                ("{{ seq 1 2 3 4 }}", ""),
                ("{{ seq 0 -1 5 }}", ""),
                ("{{ seq 0 }}", "1 0"),
            )
        )

    def test_types(self) -> None:
        """A range wants an int, and a setting is a float64."""
        self.assert_all(
            (
                (
                    "{{ until .n }}",
                    (
                        'ERROR 1:9: executing "t" at <.n>: wrong type for value; '
                        "expected int; got float64"
                    ),
                ),
                (
                    "{{ until 3.5 }}",
                    'ERROR 1:9: executing "t" at <3.5>: expected integer; found 3.5',
                ),
                ("{{ until 3.0 }}", "[0 1 2]"),
                (
                    "{{ until (add 1 2) }}",
                    (
                        'ERROR 1:16: executing "t" at <2>: wrong type for value; '
                        "expected int; got int64"
                    ),
                ),
                ("{{ until (int .n) }}", "[0 1 2]"),
                (
                    '{{ until "3" }}',
                    'ERROR 1:9: executing "t" at <"3">: expected integer; found "3"',
                ),
                (
                    "{{ untilStep 1 2 }}",
                    (
                        'ERROR 1:3: executing "t" at <untilStep>: wrong number of '
                        "args for untilStep: want 3 got 2"
                    ),
                ),
            )
        )

    def test_random(self) -> None:
        """A random number lies between its bounds."""
        self.assert_all(
            (
                ("{{ randInt 5 6 }}", "5"),
                (
                    "{{ randInt 5 5 }}",
                    (
                        'ERROR 1:3: executing "t" at <randInt 5 5>: error calling '
                        "randInt: invalid argument to Intn"
                    ),
                ),
            )
        )

    def test_far_rounding(self) -> None:
        """Powers of ten that are too large or too small leave no number."""
        self.assert_all(
            (
                ("{{ round 1.5 400 }}", "NaN"),
                ("{{ round 1.5 -400 }}", "NaN"),
                ("{{ round 1.5 308 }}", "1.5"),
                ("{{ round 1e-300 255 0.0 }}", "9.999999999999997e-256"),
                ("{{ round 123456 -2 }}", "123500"),
            )
        )

    def test_odd_limits(self) -> None:
        """Infinity goes before what is no number, and zero is not negative."""
        self.assert_all(
            (
                ('{{ maxf (float64 "nan") (float64 "inf") 1 }}', "+Inf"),
                ('{{ maxf (float64 "nan") 1 }}', "NaN"),
                ('{{ minf 1 (float64 "nan") (float64 "-inf") }}', "-Inf"),
                ('{{ minf (float64 "inf") (float64 "nan") }}', "NaN"),
                ("{{ maxf -0.0 0.0 }} {{ minf 0.0 -0.0 }}", "0 -0"),
            )
        )

    def test_negative_zero(self) -> None:
        """Zero keeps its sign."""
        self.assert_all(
            (("{{ floor -0.0 }} {{ ceil -0.0 }} {{ round -0.0 1 }}", "-0 -0 -0"),)
        )
