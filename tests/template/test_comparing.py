"""Tests of comparisons."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class ComparingTests(TemplateTestCase):
    """Like with like."""

    def test_equality(self) -> None:
        """Values of one kind are equal or not."""
        self.assert_all(
            (
                ("{{ eq .n 3.7 }}", "true"),
                ('{{ eq .s "x" "Hello Wörld" }}', "true"),
                ('{{ ne .s "y" }}', "true"),
                ("{{ eq 1 1 }}", "true"),
                ("{{ eq 'a' 97 }}", "true"),
                ("{{ eq (len .l) 6 }}", "true"),
                ("{{ eq (add 1 2) 3 }}", "true"),
                ('{{ eq (index "a" 0) 97 }}', "true"),
                ("{{ eq true .t }}", "true"),
                ("{{ eq 1i 1i }}", "true"),
                ('{{ lt (semver "1.0.0").Major 2 }}', "true"),
            )
        )

    def test_kinds(self) -> None:
        """Settings are floats, and an int is no float."""
        self.assert_all(
            (
                (
                    "{{ eq .big 1000000 }}",
                    (
                        'ERROR 1:3: executing "t" at <eq .big 1000000>: error '
                        "calling eq: incompatible types for comparison: float64 and "
                        "int"
                    ),
                ),
                (
                    "{{ gt .big 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <gt .big 1>: error calling gt: '
                        "incompatible types for comparison: float64 and int"
                    ),
                ),
                (
                    "{{ eq .s 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <eq .s 1>: error calling eq: '
                        "incompatible types for comparison: string and int"
                    ),
                ),
                (
                    "{{ eq 1 true }}",
                    (
                        'ERROR 1:3: executing "t" at <eq 1 true>: error calling eq: '
                        "incompatible types for comparison: int and bool"
                    ),
                ),
                (
                    "{{ lt 1 2.0 }}",
                    (
                        'ERROR 1:3: executing "t" at <lt 1 2.0>: error calling lt: '
                        "incompatible types for comparison: int and float64"
                    ),
                ),
            )
        )

    def test_order(self) -> None:
        """Numbers and texts have an order."""
        self.assert_all(
            (
                ("{{ lt 1 2 }}", "true"),
                ("{{ le 2 2 }}", "true"),
                ("{{ gt 3 2 }}", "true"),
                ("{{ ge 2 3 }}", "false"),
                ('{{ lt "a" "b" }}', "true"),
                ("{{ lt 1.5 2.5 }}", "true"),
                ("{{ gt .n 2.0 }}", "true"),
                ('{{ ge "é" "z" }}', "true"),
                ("{{ le 1 2 }}", "true"),
                ("{{ ge 2 2 }}", "true"),
                (
                    "{{ lt true false }}",
                    (
                        'ERROR 1:3: executing "t" at <lt true false>: error calling '
                        "lt: invalid type for comparison"
                    ),
                ),
                (
                    "{{ lt .m .m }}",
                    (
                        'ERROR 1:3: executing "t" at <lt .m .m>: error calling lt: '
                        "invalid type for comparison"
                    ),
                ),
                (
                    "{{ lt 1i 2i }}",
                    (
                        'ERROR 1:3: executing "t" at <lt 1i 2i>: error calling lt: '
                        "invalid type for comparison"
                    ),
                ),
                (
                    "{{ lt .nope 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <lt .nope 1>: error calling lt: '
                        "invalid type for comparison"
                    ),
                ),
                (
                    "{{ lt 1 .nope }}",
                    (
                        'ERROR 1:3: executing "t" at <lt 1 .nope>: error calling lt: '
                        "invalid type for comparison"
                    ),
                ),
            )
        )

    def test_nothing(self) -> None:
        """Nothing equals nothing, and nothing else."""
        self.assert_all(
            (
                ('{{ eq .nope "x" }}', "false"),
                ('{{ eq "x" .nope }}', "false"),
                ("{{ eq .nope .nope2 }}", "true"),
                ("{{ eq .nil nil }}", "true"),
                ("{{ eq nil nil }}", "true"),
                ('{{ ne .nil "x" }}', "true"),
                ("{{ eq .m nil }}", "false"),
                ("{{ eq nil .l }}", "false"),
                (
                    "{{ eq .s }}",
                    (
                        'ERROR 1:3: executing "t" at <eq .s>: error calling eq: '
                        "missing argument for comparison"
                    ),
                ),
                (
                    "{{ eq }}",
                    (
                        'ERROR 1:3: executing "t" at <eq>: wrong number of args for '
                        "eq: want at least 1 got 0"
                    ),
                ),
            )
        )

    def test_objects(self) -> None:
        """Maps and lists cannot be compared."""
        self.assert_all(
            (
                (
                    "{{ eq .l .l }}",
                    (
                        'ERROR 1:3: executing "t" at <eq .l .l>: error calling eq: '
                        "non-comparable type [%!s(float64=3) %!s(float64=1) "
                        "%!s(float64=2) <nil> x %!s(bool=true)]: []interface {}"
                    ),
                ),
                (
                    "{{ eq .em .em }}",
                    (
                        'ERROR 1:3: executing "t" at <eq .em .em>: error calling eq: '
                        "non-comparable type map[]: map[string]interface {}"
                    ),
                ),
                (
                    "{{ eq .em .el }}",
                    (
                        'ERROR 1:3: executing "t" at <eq .em .el>: error calling eq: '
                        "non-comparable types map[]: map[string]interface {}, "
                        "[]interface {}: []"
                    ),
                ),
                (
                    '{{ eq .em "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <eq .em "x">: error calling eq: '
                        "incompatible types for comparison: map[string]interface {} "
                        "and string"
                    ),
                ),
                (
                    '{{ eq now "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <eq now "x">: error calling eq: '
                        "incompatible types for comparison: time.Time and string"
                    ),
                ),
            )
        )
