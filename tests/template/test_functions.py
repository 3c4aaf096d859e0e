"""Tests of the functions that every template has."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class FunctionsTests(TemplateTestCase):
    """Go's own functions; slice is sprig's here."""

    def test_length(self) -> None:
        """What has members is counted, texts by their bytes."""
        self.assert_all(
            (
                ("{{ len .m }}", "4"),
                ("{{ len .l }}", "6"),
                ("{{ len .s }}", "12"),
                ('{{ len "é" }}', "2"),
                ("{{ len (until 3) }}", "3"),
                (
                    "{{ len .nope }}",
                    (
                        'ERROR 1:3: executing "t" at <len .nope>: error calling len: '
                        "reflect: call of reflect.Value.Type on zero Value"
                    ),
                ),
                (
                    "{{ len .nil }}",
                    (
                        'ERROR 1:3: executing "t" at <len .nil>: error calling len: '
                        "len of nil pointer"
                    ),
                ),
                (
                    "{{ len 3 }}",
                    (
                        'ERROR 1:3: executing "t" at <len 3>: error calling len: len '
                        "of type int"
                    ),
                ),
                (
                    "{{ len nil }}",
                    (
                        'ERROR 1:3: executing "t" at <len nil>: error calling len: '
                        "reflect: call of reflect.Value.Type on zero Value"
                    ),
                ),
                (
                    '{{ len (semver "1.0.0") }}',
                    (
                        'ERROR 1:3: executing "t" at <len (semver "1.0.0")>: error '
                        "calling len: len of type semver.Version"
                    ),
                ),
            )
        )

    def test_index(self) -> None:
        """Members are found by index or key, in depth."""
        self.assert_all(
            (
                ('{{ index .m "a" }}', "1"),
                ("{{ index .l 0 }}", "3"),
                ('{{ index .m "b" "c" 1 }}', "2"),
                ('{{ index "abc" 1 }}', "98"),
                ('{{ index .m "nope" }}', "<no value>"),
                ('{{ index (split "," "a") "x" }}', ""),
                ("{{ index .m }}", "map[a:1 b:map[c:[1 2] d:<nil>] e: z:0]"),
                (
                    "{{ index .l 9 }}",
                    (
                        'ERROR 1:3: executing "t" at <index .l 9>: error calling '
                        "index: index out of range: 9"
                    ),
                ),
                (
                    "{{ index .sl 4 }}",
                    (
                        'ERROR 1:3: executing "t" at <index .sl 4>: error calling '
                        "index: reflect: slice index out of range"
                    ),
                ),
                (
                    "{{ index .l -1 }}",
                    (
                        'ERROR 1:3: executing "t" at <index .l -1>: error calling '
                        "index: index out of range: -1"
                    ),
                ),
                (
                    '{{ index .l "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <index .l "x">: error calling '
                        "index: cannot index slice/array with type string"
                    ),
                ),
                (
                    "{{ index .l 1.5 }}",
                    (
                        'ERROR 1:3: executing "t" at <index .l 1.5>: error calling '
                        "index: cannot index slice/array with type float64"
                    ),
                ),
                (
                    "{{ index .m 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <index .m 1>: error calling '
                        "index: value has type int; should be string"
                    ),
                ),
                (
                    "{{ index .nope 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <index .nope 1>: error calling '
                        "index: index of untyped nil"
                    ),
                ),
                (
                    "{{ index nil 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <index nil 1>: error calling '
                        "index: index of untyped nil"
                    ),
                ),
                (
                    "{{ index .nil 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <index .nil 1>: error calling '
                        "index: index of untyped nil"
                    ),
                ),
                (
                    "{{ index .m nil }}",
                    (
                        'ERROR 1:3: executing "t" at <index .m nil>: error calling '
                        "index: value is nil; should be of type string"
                    ),
                ),
                (
                    "{{ index .l nil }}",
                    (
                        'ERROR 1:3: executing "t" at <index .l nil>: error calling '
                        "index: cannot index slice/array with nil"
                    ),
                ),
                (
                    "{{ index .n 1 }}",
                    (
                        'ERROR 1:3: executing "t" at <index .n 1>: error calling '
                        "index: can't index item of type float64"
                    ),
                ),
                (
                    "{{ index }}",
                    (
                        'ERROR 1:3: executing "t" at <index>: wrong number of args '
                        "for index: want at least 1 got 0"
                    ),
                ),
                (
                    '{{ index "abc" 3 }}',
                    (
                        'ERROR 1:3: executing "t" at <index "abc" 3>: error calling '
                        "index: reflect: string index out of range"
                    ),
                ),
                (
                    '{{ index .m "nope" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <index .m "nope" "x">: error '
                        "calling index: index of nil pointer"
                    ),
                ),
                (
                    '{{ index (semver "1.0.0") 1 }}',
                    (
                        'ERROR 1:3: executing "t" at <index (semver "1.0.0") 1>: '
                        "error calling index: can't index item of type semver.Version"
                    ),
                ),
            )
        )

    def test_printing(self) -> None:
        """Values are printed with and without spaces."""
        self.assert_all(
            (
                ("{{ print nil }}", "<nil>"),
                ('{{ print 1 2 "a" 3 4 "b" "c" .nil .nope }}', "1 2a3 4bc<nil> <nil>"),
                ('{{ println "a" 1 }}', "a 1\n"),
                ("{{ print .n .neg }}", "3.7 -2.5"),
                ('{{ print "a" .neg }}', "a-2.5"),
                ("{{ print }}", ""),
            )
        )

    def test_call(self) -> None:
        """There is nothing to call."""
        self.assert_all(
            (
                (
                    "{{ call nil }}",
                    (
                        'ERROR 1:3: executing "t" at <call nil>: error calling call: '
                        "call of nil"
                    ),
                ),
                (
                    "{{ call .s }}",
                    (
                        'ERROR 1:3: executing "t" at <call .s>: error calling call: '
                        "non-function .s of type string"
                    ),
                ),
                (
                    "{{ call }}",
                    (
                        'ERROR 1:3: executing "t" at <call>: wrong number of args '
                        "for call: want at least 1 got 0"
                    ),
                ),
                (
                    "{{ call .n 1 2 }}",
                    (
                        'ERROR 1:3: executing "t" at <call .n 1 2>: error calling '
                        "call: non-function .n of type float64"
                    ),
                ),
                (
                    "{{ .s | call }}",
                    (
                        'ERROR 1:8: executing "t" at <call>: error calling call: '
                        "non-function Hello Wörld of type string"
                    ),
                ),
                (
                    "{{ .n | call }}",
                    (
                        'ERROR 1:8: executing "t" at <call>: error calling call: '
                        "non-function <float64 Value> of type float64"
                    ),
                ),
            )
        )
