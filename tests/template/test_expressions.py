"""Tests of pipes."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class ExpressionsTests(TemplateTestCase):
    """Commands and what they are given."""

    def test_pipes(self) -> None:
        """A command's value is the last argument of the next."""
        self.assert_all(
            (
                ('{{ "x" | printf "%s-%s" "a" }}', "a-x"),
                ("{{ .s | upper | lower | title }}", "Hello Wörld"),
                ('{{ printf "%s" (printf "%d" (len .l)) | printf "[%s]" }}', "[6]"),
                ("{{ ((((.m.a)))) }}", "1"),
                ('{{ .nope | default "q" }}', "q"),
                (
                    "{{ .m.a | .m.a }}",
                    (
                        'ERROR 1:12: executing "t" at <.m.a>: a is not a method but '
                        "has arguments"
                    ),
                ),
                (
                    "{{ (print 1) | (print 2) }}",
                    (
                        'ERROR 1:10: executing "t" at <1>: can\'t give argument to '
                        "non-function print 2"
                    ),
                ),
            )
        )

    def test_arguments(self) -> None:
        """What is no function takes no arguments."""
        self.assert_all(
            (
                (
                    "{{ .s 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <.s>: s is not a method but has '
                        "arguments"
                    ),
                ),
                (
                    "{{ .m 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <.m>: m is not a method but has '
                        "arguments"
                    ),
                ),
                (
                    "{{ 1 2 }}",
                    (
                        'ERROR 1:3: executing "t" at <1>: can\'t give argument to '
                        "non-function 1"
                    ),
                ),
                (
                    "{{ . 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <.>: can\'t give argument to '
                        "non-function ."
                    ),
                ),
                (
                    "{{ true 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <true>: can\'t give argument to '
                        "non-function true"
                    ),
                ),
                (
                    '{{ "x" 1 }}',
                    (
                        'ERROR 1:3: executing "t" at <"x">: can\'t give argument to '
                        'non-function "x"'
                    ),
                ),
                (
                    "{{ (1) 2 }}",
                    (
                        'ERROR 1:3: executing "t" at <(1) 2>: can\'t give argument '
                        "to non-function 1"
                    ),
                ),
                (
                    "{{ $ 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <$>: can\'t give argument to '
                        "non-function $"
                    ),
                ),
                (
                    "{{ nil }}",
                    'ERROR 1:3: executing "t" at <nil>: nil is not a command',
                ),
                (
                    "{{ nil | print }}",
                    'ERROR 1:3: executing "t" at <nil>: nil is not a command',
                ),
            )
        )

    def test_types(self) -> None:
        """Arguments have the types of the parameters."""
        self.assert_all(
            (
                (
                    "{{ upper 5 }}",
                    'ERROR 1:9: executing "t" at <5>: expected string; found 5',
                ),
                (
                    "{{ upper .n }}",
                    (
                        'ERROR 1:9: executing "t" at <.n>: wrong type for value; '
                        "expected string; got float64"
                    ),
                ),
                (
                    "{{ upper true }}",
                    ('ERROR 1:9: executing "t" at <true>: expected string; found true'),
                ),
                (
                    '{{ repeat "x" "y" }}',
                    ('ERROR 1:10: executing "t" at <"x">: expected integer; found "x"'),
                ),
                (
                    '{{ repeat 1.5 "y" }}',
                    ('ERROR 1:10: executing "t" at <1.5>: expected integer; found 1.5'),
                ),
                (
                    "{{ trunc -1 5 }}",
                    'ERROR 1:12: executing "t" at <5>: expected string; found 5',
                ),
                (
                    "{{ ternary 1 2 3 }}",
                    'ERROR 1:15: executing "t" at <3>: expected bool; found 3',
                ),
                (
                    "{{ keys 5 }}",
                    (
                        'ERROR 1:8: executing "t" at <5>: can\'t handle 5 for arg of '
                        "type map[string]interface {}"
                    ),
                ),
                (
                    '{{ keys "x" }}',
                    (
                        'ERROR 1:8: executing "t" at <"x">: can\'t handle "x" for '
                        "arg of type map[string]interface {}"
                    ),
                ),
                (
                    '{{ repeat nil "x" }}',
                    'ERROR 1:10: executing "t" at <nil>: cannot assign nil to int',
                ),
                ("{{ keys nil | len }}", "0"),
                (
                    "{{ upper (add 1 2) }}",
                    (
                        'ERROR 1:16: executing "t" at <2>: wrong type for value; '
                        "expected string; got int64"
                    ),
                ),
                (
                    '{{ round 1 1 "x" }}',
                    'ERROR 1:13: executing "t" at <"x">: expected float; found "x"',
                ),
                (
                    '{{ derivePassword 1.5 "a" "b" "c" "d" }}',
                    (
                        'ERROR 1:18: executing "t" at <1.5>: expected unsigned '
                        "integer; found 1.5"
                    ),
                ),
            )
        )

    def test_counts(self) -> None:
        """Functions have so many arguments."""
        self.assert_all(
            (
                (
                    "{{ upper }}",
                    (
                        'ERROR 1:3: executing "t" at <upper>: wrong number of args '
                        "for upper: want 1 got 0"
                    ),
                ),
                (
                    '{{ upper "a" "b" }}',
                    (
                        'ERROR 1:3: executing "t" at <upper>: wrong number of args '
                        "for upper: want 1 got 2"
                    ),
                ),
                (
                    '{{ "a" | upper "b" }}',
                    (
                        'ERROR 1:9: executing "t" at <upper>: wrong number of args '
                        "for upper: want 1 got 2"
                    ),
                ),
                (
                    "{{ printf }}",
                    (
                        'ERROR 1:3: executing "t" at <printf>: wrong number of args '
                        "for printf: want at least 1 got 0"
                    ),
                ),
                (
                    "{{ max }}",
                    (
                        'ERROR 1:3: executing "t" at <max>: wrong number of args for '
                        "max: want at least 1 got 0"
                    ),
                ),
                ("{{ (print 1 2) | max }}", "0"),
                (
                    "{{ round 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <round>: wrong number of args '
                        "for round: want at least 2 got 1"
                    ),
                ),
            )
        )

    def test_logic(self) -> None:
        """And and or stop where the answer is known."""
        self.assert_all(
            (
                ("{{ and .t .s }}", "Hello Wörld"),
                ("{{ and .f .nope.nope }}", "false"),
                ('{{ or .nope "d" }}', "d"),
                ('{{ or 0 "" "x" 1 }}', "x"),
                ("{{ and 1 0 2 }}", "0"),
                ("{{ not .x }}", "true"),
                ("{{ not 1 }}", "false"),
                ("{{ .t | and .s }}", "true"),
                ("{{ .s | or 0 }}", "Hello Wörld"),
                ("{{ .nope | or 0 }}", "<no value>"),
                (
                    "{{ and (index .l 9) 1 }}",
                    (
                        'ERROR 1:8: executing "t" at <index .l 9>: error calling '
                        "index: index out of range: 9"
                    ),
                ),
                ("{{ or 1 (index .l 9) }}", "1"),
                (
                    "{{ and }}",
                    (
                        'ERROR 1:3: executing "t" at <and>: wrong number of args for '
                        "and: want at least 1 got 0"
                    ),
                ),
                (
                    "{{ not }}",
                    (
                        'ERROR 1:3: executing "t" at <not>: wrong number of args for '
                        "not: want 1 got 0"
                    ),
                ),
            )
        )

    def test_variables(self) -> None:
        """Variables live as long as their part of the template."""
        self.assert_all(
            (
                ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
                (
                    (
                        "{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ "
                        "$x }}"
                    ),
                    "21",
                ),
                (
                    "{{ if false }}{{ $x := 1 }}{{ else }}{{ $x }}{{ end }}",
                    'ERROR 1:40: executing "t" at <$x>: undefined variable: $x',
                ),
                (
                    "{{ if false }}{{ $x := 1 }}{{ else }}{{ $x = 3 }}{{ end }}",
                    'ERROR 1:45: executing "t" at <3>: undefined variable: $x',
                ),
                ("{{ and true ($x := 1) }}{{ $x }}", "11"),
                (
                    "{{ and false ($x := 1) }}{{ $x }}",
                    'ERROR 1:28: executing "t" at <$x>: undefined variable: $x',
                ),
                ("{{ $.s }} {{ $.m.b.c }}", "Hello Wörld [1 2]"),
                ("{{ $x := .m }}{{ $x.b.c }}", "[1 2]"),
            )
        )

    def test_failure(self) -> None:
        """A function that fails is named."""
        self.assert_all(
            (
                (
                    '{{ fail "boom" }}',
                    (
                        'ERROR 1:3: executing "t" at <fail "boom">: error calling '
                        "fail: boom"
                    ),
                ),
                (
                    '{{ fail "100% %d" }}',
                    (
                        'ERROR 1:3: executing "t" at <fail "100% %d">: error calling '
                        "fail: 100% %d"
                    ),
                ),
                (
                    '{{ printf "%s" (fail "in") }}',
                    (
                        'ERROR 1:16: executing "t" at <fail "in">: error calling '
                        "fail: in"
                    ),
                ),
            )
        )
