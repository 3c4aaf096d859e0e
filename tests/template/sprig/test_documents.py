"""Tests of the functions for JSON."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class DocumentsTests(TemplateTestCase):
    """JSON as Go reads and writes it."""

    def test_reading(self) -> None:
        """JSON becomes values; what is none becomes nil, or an error."""
        self.assert_all(
            (
                (
                    '{{ fromJson "{\\"a\\":[1,2.5,\\"x\\",null,true]}" }}',
                    "map[a:[1 2.5 x <nil> true]]",
                ),
                ('{{ fromJson "bad" }}', "<no value>"),
                ('{{ (fromJson "{\\"a\\":1}").a }}', "1"),
                ('{{ fromJson "1" | typeOf }}', "float64"),
                ('{{ fromJson "1 2" }}', "<no value>"),
                (
                    '{{ mustFromJson "bad" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "bad">: error '
                        "calling mustFromJson: invalid character 'b' looking for "
                        "beginning of value"
                    ),
                ),
                (
                    '{{ mustFromJson "" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "">: error '
                        "calling mustFromJson: unexpected end of JSON input"
                    ),
                ),
                (
                    '{{ mustFromJson "{\\"a\\":" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "{\\"a\\":">: '
                        "error calling mustFromJson: unexpected end of JSON input"
                    ),
                ),
                (
                    '{{ mustFromJson "[1,2" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "[1,2">: error '
                        "calling mustFromJson: unexpected end of JSON input"
                    ),
                ),
                (
                    '{{ mustFromJson "1 2" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "1 2">: error '
                        "calling mustFromJson: invalid character '2' after top-level "
                        "value"
                    ),
                ),
                (
                    '{{ mustFromJson "1,2" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "1,2">: error '
                        "calling mustFromJson: invalid character ',' after top-level "
                        "value"
                    ),
                ),
                (
                    '{{ mustFromJson "[1]]" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "[1]]">: error '
                        "calling mustFromJson: invalid character ']' after top-level "
                        "value"
                    ),
                ),
                (
                    '{{ mustFromJson "tru" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "tru">: error '
                        "calling mustFromJson: invalid character ' ' in literal true "
                        "(expecting 'e')"
                    ),
                ),
                (
                    '{{ mustFromJson "1e999" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "1e999">: error '
                        "calling mustFromJson: json: cannot unmarshal number 1e999 "
                        "into Go value of type float64"
                    ),
                ),
                (
                    "{{ mustFromJson \"{'a':1}\" }}",
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "{\'a\':1}">: '
                        "error calling mustFromJson: invalid character '\\'' looking "
                        "for beginning of object key string"
                    ),
                ),
                (
                    '{{ mustFromJson "NaN" }}',
                    (
                        'ERROR 1:3: executing "t" at <mustFromJson "NaN">: error '
                        "calling mustFromJson: invalid character 'N' looking for "
                        "beginning of value"
                    ),
                ),
            )
        )

    def test_writing(self) -> None:
        """Values become JSON, with or without Go's escapes."""
        self.assert_all(
            (
                ("{{ toJson .m }}", '{"a":1,"b":{"c":[1,2],"d":null},"e":"","z":0}'),
                ("{{ toJson .html }}", '"\\u003ca\\u0026b\\u003e\\u2028"'),
                ("{{ toJson nil }}", "null"),
                ("{{ toJson .l }}", '[3,1,2,null,"x",true]'),
                ("{{ toJson 1.0 }}", "1"),
                ("{{ toJson 1e21 }}", "1e+21"),
                ('{{ toJson (split "," "a,b") }}', '{"_0":"a","_1":"b"}'),
                ("{{ toJson (until 3) }}", "[0,1,2]"),
                ('{{ toJson (semver "1.2.3") }}', '"1.2.3"'),
                ("{{ toRawJson .html }}", '"<a&b>\\u2028"'),
                ('{{ toRawJson "\\\\u003c<" }}', '"\\\\u003c<"'),
                (
                    "{{ mustToRawJson .m }}",
                    '{"a":1,"b":{"c":[1,2],"d":null},"e":"","z":0}',
                ),
                ('{{ mustToJson "x" }}', '"x"'),
            )
        )

    def test_pretty(self) -> None:
        """JSON on several lines is indented by two."""
        self.assert_all(
            (
                (
                    "{{ toPrettyJson .m }}",
                    (
                        '{\n  "a": 1,\n  "b": {\n    "c": [\n      1,\n      2\n    '
                        '],\n    "d": null\n  },\n  "e": "",\n  "z": 0\n}'
                    ),
                ),
                ("{{ toPrettyJson .el }}", "[]"),
                ("{{ mustToPrettyJson 5 }}", "5"),
                (
                    (
                        '{{ toPrettyJson (dict "a" (list) "b" (dict) "c" (list 1 '
                        '(dict "x" "{}[],:"))) }}'
                    ),
                    (
                        '{\n  "a": [],\n  "b": {},\n  "c": [\n    1,\n    {\n      '
                        '"x": "{}[],:"\n    }\n  ]\n}'
                    ),
                ),
            )
        )

    def test_refusal(self) -> None:
        """What JSON doesn't have is an error, or nothing."""
        self.assert_all(
            (
                ("{{ toJson 1i }}", ""),
                ("{{ toPrettyJson 1i }}", ""),
                (
                    "{{ mustToJson 1i }}",
                    (
                        'ERROR 1:3: executing "t" at <mustToJson 1i>: error calling '
                        "mustToJson: json: unsupported type: complex128"
                    ),
                ),
                (
                    "{{ mustToPrettyJson 1i }}",
                    (
                        'ERROR 1:3: executing "t" at <mustToPrettyJson 1i>: error '
                        "calling mustToPrettyJson: json: unsupported type: complex128"
                    ),
                ),
                (
                    "{{ toRawJson 1i }}",
                    (
                        'ERROR 1:3: executing "t" at <toRawJson 1i>: error calling '
                        "toRawJson: json: unsupported type: complex128"
                    ),
                ),
                (
                    '{{ mustToJson (float64 "inf") }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToJson (float64 "inf")>: '
                        "error calling mustToJson: json: unsupported value: +Inf"
                    ),
                ),
            )
        )
