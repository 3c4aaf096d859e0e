"""Tests of JSON in templates."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class JSONTextTests(TemplateTestCase):
    """Values to JSON and back."""

    def test_reading(self) -> None:
        """Numbers are floats, broken surrogates the replacement character."""
        self.assert_all(
            (
                (
                    (
                        '{{ fromJson "{\\"a\\":[1,1.5,1e3,true,null,\\"x\\"]}" '
                        '| printf "%#v" }}'
                    ),
                    (
                        'map[string]interface {}{"a":[]interface {}{1, 1.5, '
                        '1000, true, interface {}(nil), "x"}}'
                    ),
                ),
                (
                    '{{ fromJson "\\"\\\\ud800x\\\\ude00\\"" | printf "%+q" }}',
                    '"\\ufffdx\\ufffd"',
                ),
                ('{{ fromJson "\\"\\\\ud83d\\\\ude00\\"" }}', "😀"),
                (
                    '{{ fromJson "12345678901234567890" | printf "%T %v" }}',
                    "float64 %!v(MISSING)",
                ),
                ('{{ fromJson " [ ] " | toJson }}', "[]"),
                ('{{ fromJson "{\\"a\\":1,\\"a\\":2}" | toJson }}', '{"a":2}'),
                ('{{ mustFromJson "\\"a\\xffb\\"" | printf "%+q" }}', '"a\\ufffdb"'),
            )
        )

    def test_faults(self) -> None:
        """What is no JSON is told in Go's words."""
        self.assert_all(
            (
                (
                    '{{ mustFromJson "" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "">: error '
                        "calling mustFromJson: unexpected end of JSON input"
                    ),
                ),
                (
                    '{{ mustFromJson "{" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "{">: error '
                        "calling mustFromJson: unexpected end of JSON input"
                    ),
                ),
                (
                    '{{ mustFromJson "[1,]" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "[1,]">: '
                        "error calling mustFromJson: invalid character ']' "
                        "looking for beginning of value"
                    ),
                ),
                (
                    '{{ mustFromJson "nul" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "nul">: '
                        "error calling mustFromJson: invalid character ' ' in "
                        "literal null (expecting 'l')"
                    ),
                ),
                (
                    '{{ mustFromJson "nulx" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "nulx">: '
                        "error calling mustFromJson: invalid character 'x' in "
                        "literal null (expecting 'l')"
                    ),
                ),
                (
                    '{{ mustFromJson "01" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "01">: '
                        "error calling mustFromJson: invalid character '1' "
                        "after top-level value"
                    ),
                ),
                (
                    '{{ mustFromJson "1 2" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "1 2">: '
                        "error calling mustFromJson: invalid character '2' "
                        "after top-level value"
                    ),
                ),
                (
                    '{{ mustFromJson "1,,2" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "1,,2">: '
                        "error calling mustFromJson: invalid character ',' "
                        "after top-level value"
                    ),
                ),
                (
                    '{{ mustFromJson "1]" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "1]">: '
                        "error calling mustFromJson: invalid character ']' "
                        "after top-level value"
                    ),
                ),
                (
                    '{{ mustFromJson "[1}" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "[1}">: '
                        "error calling mustFromJson: invalid character '}' "
                        "after array element"
                    ),
                ),
                (
                    '{{ mustFromJson "{\\"a\\" 1}" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "{\\"a\\" '
                        '1}">: error calling mustFromJson: invalid character '
                        "'1' after object key"
                    ),
                ),
                (
                    '{{ mustFromJson "\\"a\\nb\\"" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson '
                        '"\\"a\\nb\\"">: error calling mustFromJson: invalid '
                        "character '\\n' in string literal"
                    ),
                ),
                (
                    '{{ mustFromJson "NaN" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "NaN">: '
                        "error calling mustFromJson: invalid character 'N' "
                        "looking for beginning of value"
                    ),
                ),
                (
                    "{{ mustFromJson \"'a'\" }}",
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "\'a\'">: '
                        "error calling mustFromJson: invalid character '\\'' "
                        "looking for beginning of value"
                    ),
                ),
                (
                    '{{ mustFromJson "1é" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "1é">: '
                        "error calling mustFromJson: invalid character 'Ã' "
                        "after top-level value"
                    ),
                ),
                ('{{ fromJson "[1" }}', "<no value>"),
            )
        )

    def test_large_numbers(self) -> None:
        """A number that is too large is nil, which only some functions tell."""
        self.assert_all(
            (
                (
                    '{{ fromJson "{\\"a\\":1e400,\\"b\\":2}" | toJson }}',
                    '{"a":null,"b":2}',
                ),
                (
                    '{{ mustFromJson "[1,1e400,2e400]" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson '
                        '"[1,1e400,2e400]">: error calling mustFromJson: json: '
                        "cannot unmarshal number 1e400 into Go value of type "
                        "float64"
                    ),
                ),
                (
                    '{{ mustFromJson "1e400 x" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "1e400 x">: '
                        "error calling mustFromJson: invalid character 'x' "
                        "after top-level value"
                    ),
                ),
            )
        )

    def test_writing(self) -> None:
        """Maps are sorted, and what matters in HTML is escaped."""
        self.assert_all(
            (
                (
                    '{{ toJson (dict "b" 1 "a" 2.5 "c" nil) }}',
                    '{"a":2.5,"b":1,"c":null}',
                ),
                ('{{ toJson "<a&b>\\u2028" }}', '"\\u003ca\\u0026b\\u003e\\u2028"'),
                ('{{ toRawJson "<a&b>\\u2028\\\\u003c" }}', '"<a&b>\\u2028\\\\u003c"'),
                (
                    (
                        "{{ toJson 1e21 }} {{ toJson 1e-7 }} {{ toJson "
                        "100000.0 }} {{ toJson -0.0 }}"
                    ),
                    "1e+21 1e-7 100000 -0",
                ),
                ('{{ toJson (list (index "a" 0) (int64 7) true) }}', "[97,7,true]"),
                ('{{ toJson "a\\xffb" }}', '"a\\ufffdb"'),
                (
                    (
                        "{{ toJson (rest .el) }} {{ toJson .el }} {{ toJson "
                        '(fromJson "null") }}'
                    ),
                    "null [] null",
                ),
                (
                    (
                        '{{ toJson (semver "v1.2") }} {{ toJson (toDate "2006" '
                        '"2020").Month }}'
                    ),
                    '"1.2.0" 1',
                ),
            )
        )

    def test_refusals(self) -> None:
        """Some values have no JSON."""
        self.assert_all(
            (
                (
                    '{{ mustToJson (float64 "inf") }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToJson (float64 '
                        '"inf")>: error calling mustToJson: json: unsupported '
                        "value: +Inf"
                    ),
                ),
                ('{{ toJson (float64 "nan") }}|', "|"),
                (
                    "{{ mustToJson 1i }}",
                    (
                        'ERROR 1:3: executing "t" at <mustToJson 1i>: error '
                        "calling mustToJson: json: unsupported type: complex128"
                    ),
                ),
                (
                    ('{{ $m := dict }}{{ $_ := set $m "m" $m }}{{ mustToJson $m }}'),
                    (
                        'ERROR 1:44: executing "t" at <mustToJson $m>: error '
                        "calling mustToJson: json: unsupported value: "
                        "encountered a cycle via map[string]interface {}"
                    ),
                ),
                (
                    (
                        '{{ $m := dict }}{{ $_ := set $m "m" (list $m) }}{{ '
                        "toJson $m }}|"
                    ),
                    "|",
                ),
                ("{{ $m := dict }}{{ toJson (list $m $m) }}", "[{},{}]"),
            )
        )

    def test_indenting(self) -> None:
        """Pretty JSON has a line for each member."""
        self.assert_all(
            (
                (
                    (
                        '{{ toPrettyJson (dict "a" (list 1 2) "b" (dict) "c" '
                        '(list) "d" "x{y}[z]\\"") }}'
                    ),
                    (
                        '{\n  "a": [\n    1,\n    2\n  ],\n  "b": {},\n  "c": '
                        '[],\n  "d": "x{y}[z]\\""\n}'
                    ),
                ),
                ("{{ mustToPrettyJson 5 }}", "5"),
                ('{{ toPrettyJson (float64 "nan") }}|', "|"),
            )
        )
