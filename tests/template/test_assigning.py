"""Tests of what may be given where a type is wanted."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class AssigningTests(TemplateTestCase):
    """Arguments and the types of parameters."""

    def test_texts(self) -> None:
        """Where a text is wanted nothing else does."""
        self.assert_all(
            (
                ('{{ upper "a" }}', "A"),
                (
                    "{{ upper 1 }}",
                    'ERROR 1:9: executing "t" at <1>: expected string; found 1',
                ),
                (
                    "{{ upper true }}",
                    ('ERROR 1:9: executing "t" at <true>: expected string; found true'),
                ),
                (
                    "{{ upper .n }}",
                    (
                        'ERROR 1:9: executing "t" at <.n>: wrong type for '
                        "value; expected string; got float64"
                    ),
                ),
                (
                    "{{ upper .m.b.c }}",
                    (
                        'ERROR 1:11: executing "t" at <.m.b.c>: wrong type for '
                        "value; expected string; got []interface {}"
                    ),
                ),
                (
                    "{{ upper nil }}",
                    ('ERROR 1:9: executing "t" at <nil>: cannot assign nil to string'),
                ),
                (
                    "{{ upper .nil }}",
                    (
                        'ERROR 1:9: executing "t" at <.nil>: wrong type for '
                        "value; expected string; got interface {}"
                    ),
                ),
                (
                    "{{ upper .nope }}",
                    (
                        'ERROR 1:9: executing "t" at <.nope>: invalid value; '
                        "expected string"
                    ),
                ),
                (
                    "{{ .n | upper }}",
                    (
                        'ERROR 1:8: executing "t" at <upper>: wrong type for '
                        "value; expected string; got float64"
                    ),
                ),
                (
                    "{{ nil | upper }}",
                    'ERROR 1:3: executing "t" at <nil>: nil is not a command',
                ),
                ("{{ upper (index .sl 0) }}", "B"),
            )
        )

    def test_numbers(self) -> None:
        """A literal does for each type that holds its value."""
        self.assert_all(
            (
                ('{{ trunc 2 "abc" }}', "ab"),
                ('{{ trunc 2.0 "abc" }}', "ab"),
                (
                    '{{ trunc 2.5 "abc" }}',
                    ('ERROR 1:9: executing "t" at <2.5>: expected integer; found 2.5'),
                ),
                ("{{ trunc '\\x02' \"abc\" }}", "ab"),
                (
                    '{{ trunc 9223372036854775808 "abc" }}',
                    (
                        'ERROR 1:9: executing "t" at <9223372036854775808>: '
                        "expected integer; found 9223372036854775808"
                    ),
                ),
                (
                    '{{ trunc "2" "abc" }}',
                    ('ERROR 1:9: executing "t" at <"2">: expected integer; found "2"'),
                ),
                (
                    '{{ trunc .n "abc" }}',
                    (
                        'ERROR 1:9: executing "t" at <.n>: wrong type for '
                        "value; expected int; got float64"
                    ),
                ),
                (
                    '{{ trunc true "abc" }}',
                    (
                        'ERROR 1:9: executing "t" at <true>: expected integer; '
                        "found true"
                    ),
                ),
                (
                    '{{ trunc (int64 2) "abc" }}',
                    (
                        'ERROR 1:16: executing "t" at <2>: wrong type for '
                        "value; expected int; got int64"
                    ),
                ),
                ("{{ round 1.25 1 0.3 }}", "1.3"),
                ("{{ round 1.25 1 1 }}", "1.2"),
                (
                    '{{ round 1.25 1 "x" }}',
                    ('ERROR 1:16: executing "t" at <"x">: expected float; found "x"'),
                ),
                (
                    '{{ derivePassword -1 "long" "p" "u" "s" }}',
                    (
                        'ERROR 1:18: executing "t" at <-1>: expected unsigned '
                        "integer; found -1"
                    ),
                ),
                (
                    '{{ derivePassword 1.5 "long" "p" "u" "s" }}',
                    (
                        'ERROR 1:18: executing "t" at <1.5>: expected unsigned '
                        "integer; found 1.5"
                    ),
                ),
                (
                    '{{ (toDate "2006 MST" "2020 UTC").Add 1 }}',
                    "2020-01-01 00:00:00.000000001 +0000 UTC",
                ),
                (
                    '{{ (toDate "2006 MST" "2020 UTC").Add 1.5 }}',
                    ('ERROR 1:38: executing "t" at <1.5>: expected integer; found 1.5'),
                ),
            )
        )

    def test_ideal(self) -> None:
        """Where anything does a literal becomes what it looks like."""
        self.assert_all(
            (
                (
                    "{{ printf \"%T %T %T %T %T %T\" 1 1.0 1e3 0x1p4 'a' 1i }}",
                    "int float64 float64 float64 int complex128",
                ),
                ('{{ printf "%T" 9223372036854775807 }}', "int"),
                (
                    '{{ printf "%T" 9223372036854775808 }}',
                    (
                        'ERROR 1:15: executing "t" at <9223372036854775808>: '
                        "9223372036854775808 overflows int"
                    ),
                ),
                (
                    '{{ printf "%T" 18446744073709551616 }}',
                    'ERROR 1: integer overflow: "18446744073709551616"',
                ),
                ("{{ print 1e400 }}", 'ERROR 1: illegal number syntax: "1e400"'),
                ('{{ printf "%T %T" true "a" }}', "bool string"),
            )
        )

    def test_truth(self) -> None:
        """Where a truth is wanted only one does."""
        self.assert_all(
            (
                ("{{ ternary 1 2 true }}", "1"),
                (
                    "{{ ternary 1 2 1 }}",
                    'ERROR 1:15: executing "t" at <1>: expected bool; found 1',
                ),
                (
                    '{{ ternary 1 2 "true" }}',
                    (
                        'ERROR 1:15: executing "t" at <"true">: expected bool; '
                        'found "true"'
                    ),
                ),
                (
                    "{{ ternary 1 2 nil }}",
                    ('ERROR 1:15: executing "t" at <nil>: cannot assign nil to bool'),
                ),
                (
                    "{{ ternary 1 2 .nope }}",
                    (
                        'ERROR 1:15: executing "t" at <.nope>: invalid value; '
                        "expected bool"
                    ),
                ),
                ("{{ .t | ternary 1 2 }}", "1"),
            )
        )

    def test_nothing(self) -> None:
        """Nil is an empty list or map, and no number or text."""
        self.assert_all(
            (
                ("{{ len (merge nil .m2) }}", "3"),
                ("{{ keys nil }}", "[]"),
                ('{{ hasKey nil "a" }}', "false"),
                ("{{ has 1 nil }}", "false"),
                (
                    '{{ genSelfSignedCert "a" 1 nil 1 }}',
                    (
                        'ERROR 1:25: executing "t" at <1>: can\'t handle 1 for '
                        "arg of type []interface {}"
                    ),
                ),
                (
                    '{{ trunc nil "a" }}',
                    ('ERROR 1:9: executing "t" at <nil>: cannot assign nil to int'),
                ),
                ('{{ printf "%v" nil }}', "<nil>"),
                ("{{ print nil }}", "<nil>"),
                ('{{ hasKey .nope "a" }}', "false"),
                (
                    '{{ hasKey .nil "a" }}',
                    (
                        'ERROR 1:10: executing "t" at <.nil>: wrong type for '
                        "value; expected map[string]interface {}; got "
                        "interface {}"
                    ),
                ),
                (
                    '{{ hasKey .s "a" }}',
                    (
                        'ERROR 1:10: executing "t" at <.s>: wrong type for '
                        "value; expected map[string]interface {}; got string"
                    ),
                ),
                (
                    '{{ hasKey .l "a" }}',
                    (
                        'ERROR 1:10: executing "t" at <.l>: wrong type for '
                        "value; expected map[string]interface {}; got "
                        "[]interface {}"
                    ),
                ),
                (
                    '{{ (toDate "2006" "2020").Sub nil }}',
                    (
                        'ERROR 1:30: executing "t" at <nil>: cannot assign nil '
                        "to time.Time"
                    ),
                ),
            )
        )
