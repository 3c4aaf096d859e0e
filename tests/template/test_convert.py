"""Tests of values as numbers and texts."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class ConvertTests(TemplateTestCase):
    """What sprig makes of values of another type."""

    def test_whole(self) -> None:
        """A number is cut, a text read, and a truth counted."""
        self.assert_all(
            (
                (
                    (
                        '{{ int "12" }} {{ int "-0x1f" }} {{ int "010" }} {{ '
                        'int "0b11" }} {{ int "1_000" }}'
                    ),
                    "12 -31 8 3 1000",
                ),
                (
                    ('{{ int "12.00" }} {{ int "12.5" }} {{ int "x" }} {{ int "" }}'),
                    "12 0 0 0",
                ),
                (
                    (
                        "{{ int 3.9 }} {{ int -3.9 }} {{ int true }} {{ int "
                        "nil }} {{ int .l }}"
                    ),
                    "3 -3 1 0 0",
                ),
                (
                    (
                        '{{ int64 "9223372036854775807" }} {{ int64 '
                        '"9223372036854775808" }}'
                    ),
                    "9223372036854775807 0",
                ),
                (
                    (
                        '{{ int 1e300 }} {{ int (float64 "nan") }} {{ int '
                        '(float64 "-inf") }}'
                    ),
                    ("-9223372036854775808 -9223372036854775808 -9223372036854775808"),
                ),
                (
                    (
                        '{{ int (index "a" 0) }} {{ int (semver "7.0.0").Major '
                        "}} {{ int 1i }}"
                    ),
                    "97 7 0",
                ),
                (
                    (
                        '{{ int (toDate "2006" "2020").Month }} {{ int '
                        '((toDate "2006" "2020").Sub (toDate "2006" "2019")) }}'
                    ),
                    "1 0",
                ),
                (
                    ("{{ add 9223372036854775807 1 }} {{ mul 9223372036854775807 2 }}"),
                    "-9223372036854775808 -2",
                ),
            )
        )

    def test_floats(self) -> None:
        """A text is read as Go reads floats."""
        self.assert_all(
            (
                (
                    (
                        '{{ float64 "1.5" }} {{ float64 "1e3" }} {{ float64 '
                        '"0x1p4" }} {{ float64 "1_0" }}'
                    ),
                    "1.5 1000 16 10",
                ),
                (
                    (
                        '{{ float64 "-0" }} {{ float64 "x" }} {{ float64 '
                        '"1e400" }} {{ float64 "Inf" }}'
                    ),
                    "-0 0 0 +Inf",
                ),
                (
                    (
                        "{{ float64 true }} {{ float64 nil }} {{ float64 7 }} "
                        "{{ float64 .l }}"
                    ),
                    "1 0 7 0",
                ),
                (
                    (
                        '{{ float64 (toDate "2006" "2020").Month }} {{ float64 '
                        '((toDate "2006" "2020").Sub (toDate "2006" "2019")) }}'
                    ),
                    "1 0",
                ),
            )
        )

    def test_decimals(self) -> None:
        """Digits alone are read in base ten."""
        self.assert_all(
            (
                (
                    (
                        '{{ atoi "12" }} {{ atoi "-12" }} {{ atoi "+12" }} {{ '
                        'atoi "012" }} {{ atoi "0x1" }}'
                    ),
                    "12 -12 12 12 0",
                ),
                (
                    ('{{ atoi "" }} {{ atoi "-" }} {{ atoi "1.0" }} {{ atoi "१" }}'),
                    "0 0 0 0",
                ),
            )
        )

    def test_texts(self) -> None:
        """A value is the text that an action writes."""
        self.assert_all(
            (
                (
                    (
                        "{{ toString 1.0 }} {{ toString nil }} {{ toString "
                        "true }} {{ toString .l }}"
                    ),
                    "1 <nil> true [3 1 2 <nil> x true]",
                ),
                (
                    (
                        '{{ toString (semver "v1.2.3") }} {{ toString (fail '
                        '"x" | print) }}'
                    ),
                    ('ERROR 1:46: executing "t" at <fail "x">: error calling fail: x'),
                ),
                (
                    (
                        '{{ join "-" (list 1 nil "a" 2.5) }} {{ join "-" 5 }} '
                        '{{ join "-" nil }}'
                    ),
                    "1-a-2.5 5 ",
                ),
                (
                    (
                        "{{ toStrings nil | len }} {{ toStrings 5 }} {{ "
                        'toStrings .sl }} {{ toStrings (list nil "a") | len }}'
                    ),
                    "0 [5] [b a c a] 1",
                ),
                ('{{ toStrings (regexFindAll "x" "a" 1) | toJson }}', "null"),
            )
        )

    def test_members(self) -> None:
        """What is no list has no members."""
        self.assert_all(
            (
                (
                    "{{ first 5 }}",
                    (
                        'ERROR 1:3: executing "t" at <first 5>: error calling '
                        "first: Cannot find first on type int"
                    ),
                ),
                (
                    "{{ first nil }}",
                    (
                        'ERROR 1:3: executing "t" at <first nil>: error '
                        "calling first: runtime error: invalid memory address "
                        "or nil pointer dereference"
                    ),
                ),
                (
                    '{{ first "ab" }}',
                    (
                        'ERROR 1:3: executing "t" at <first "ab">: error '
                        "calling first: Cannot find first on type string"
                    ),
                ),
                (
                    "{{ first .m }}",
                    (
                        'ERROR 1:3: executing "t" at <first .m>: error calling '
                        "first: Cannot find first on type map"
                    ),
                ),
                ('{{ compact (list 0 1 "" "a" nil) }}', "[1 a]"),
                (
                    '{{ rest (until 3) | printf "%T %v" }}',
                    "[]interface {} %!v(MISSING)",
                ),
            )
        )
