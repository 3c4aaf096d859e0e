"""Tests of statements."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class EvaluatorTests(TemplateTestCase):
    """What templates write."""

    def test_texts(self) -> None:
        """Text is written as it is."""
        self.assert_all(
            (
                ("plain", "plain"),
                ('}} text {{ "}}" }}', "}} text }}"),
                ("{{ . | len }}", "16"),
                ("{{ true }}", "true"),
                ("{{ false }}", "false"),
            )
        )

    def test_conditions(self) -> None:
        """What is not empty is true."""
        self.assert_all(
            (
                ("{{ if .m.z }}z{{ else if .t }}t{{ else }}e{{ end }}", "t"),
                (
                    (
                        "{{ if .el }}1{{ else if .em }}2{{ else if .m.e }}3{{ else "
                        "if 0.0 }}4{{ else if nil | print | not }}5{{ else }}none{{ "
                        "end }}"
                    ),
                    'ERROR 1:79: executing "t" at <nil>: nil is not a command',
                ),
                ("{{ if now }}y{{ end }}", "y"),
                ("{{ with .s }}{{ . }}{{ else }}no{{ end }}", "Hello Wörld"),
                (
                    (
                        "{{ with .m.e }}{{ . }}{{ else with .n }}{{ . }}{{ else "
                        "}}no{{ end }}"
                    ),
                    "3.7",
                ),
                ("{{ with $x := .s }}{{ $x }}{{ end }}", "Hello Wörld"),
            )
        )

    def test_lists(self) -> None:
        """A loop goes through lists with their indexes."""
        self.assert_all(
            (
                ("{{ range .sl }}{{ . }}{{ end }}", "baca"),
                ("{{ range $e := .sl }}{{ $e }}{{ end }}", "baca"),
                (
                    (
                        "{{ range $i, $e := .sl }}{{ $i }}{{ $e }}{{ else }}none{{ "
                        "end }}"
                    ),
                    "0b1a2c3a",
                ),
                ("{{ range .el }}x{{ else }}none{{ end }}", "none"),
                ("{{ range .nope }}x{{ else }}none{{ end }}", "none"),
                ("{{ range .nil }}x{{ else }}none{{ end }}", "none"),
            )
        )

    def test_maps(self) -> None:
        """A loop goes through maps by their keys in order."""
        self.assert_all(
            (
                (
                    "{{ range $k, $v := .m }}{{ $k }}={{ $v }},{{ end }}",
                    "a=1,b=map[c:[1 2] d:<nil>],e=,z=0,",
                ),
                ("{{ range .em }}x{{ else }}none{{ end }}", "none"),
            )
        )

    def test_counts(self) -> None:
        """A loop goes so many times."""
        self.assert_all(
            (
                ("{{ range 3 }}{{ . }}{{ end }}", "012"),
                ("{{ range $i := 3 }}{{ $i }}{{ end }}", "012"),
                ("{{ range 0 }}x{{ else }}none{{ end }}", "none"),
                (
                    "{{ range $i, $e := 3 }}{{ end }}",
                    (
                        'ERROR 1:19: executing "t" at <3>: can\'t use 3 to iterate '
                        "over more than one variable"
                    ),
                ),
                (
                    "{{ range .n }}{{ end }}",
                    ('ERROR 1:9: executing "t" at <.n>: range can\'t iterate over 3.7'),
                ),
                (
                    '{{ range "abc" }}{{ end }}',
                    (
                        'ERROR 1:9: executing "t" at <"abc">: range can\'t iterate '
                        "over abc"
                    ),
                ),
                (
                    "{{ range true }}{{ end }}",
                    (
                        'ERROR 1:9: executing "t" at <true>: range can\'t iterate '
                        "over true"
                    ),
                ),
            )
        )

    def test_jumps(self) -> None:
        """A loop is left, or a turn of it."""
        self.assert_all(
            (
                (
                    (
                        '{{ range .sl }}{{ . }}{{ if eq . "a" }}{{ break }}{{ end '
                        "}}{{ end }}"
                    ),
                    "ba",
                ),
                (
                    (
                        '{{ range .sl }}{{ if eq . "a" }}{{ continue }}{{ end }}{{ . '
                        "}}{{ end }}"
                    ),
                    "bc",
                ),
                (
                    (
                        "{{ range $i, $a := .sl }}{{ range $.sl }}{{ break }}{{ end "
                        "}}{{ $i }}{{ end }}"
                    ),
                    "0123",
                ),
            )
        )

    def test_assignment(self) -> None:
        """A loop may set variables that exist already."""
        self.assert_all(
            (
                ("{{ $i := 0 }}{{ range $i = .sl }}{{ $i }}{{ end }}{{ $i }}", "bacaa"),
                (
                    (
                        "{{ $i := 0 }}{{ $e := 0 }}{{ range $i, $e = .sl }}{{ $i "
                        "}}{{ $e }}{{ end }}{{ $i }}{{ $e }}"
                    ),
                    "0b1a2c3a3a",
                ),
            )
        )

    def test_templates(self) -> None:
        """Templates call each other with a value of their own."""
        self.assert_all(
            (
                (
                    (
                        '{{ define "x" }}[{{ . }}]{{ end }}{{ template "x" .s }}{{ '
                        'template "x" }}{{ block "y" .n }}<{{ . }}>{{ end }}{{ '
                        'template "y" 5 }}'
                    ),
                    "[Hello Wörld][<no value>]<3.7><5>",
                ),
                (
                    '{{ define "x" }}{{ .m.a.b }}{{ end }}{{ template "x" . }}',
                    (
                        'ERROR 1:21: executing "x" at <.m.a.b>: can\'t evaluate '
                        "field b in type interface {}"
                    ),
                ),
                (
                    '{{ template "none" }}',
                    (
                        'ERROR 1:12: executing "t" at <{{template "none"}}>: '
                        'template "none" not defined'
                    ),
                ),
                (
                    '{{ template "none" . }}',
                    (
                        'ERROR 1:12: executing "t" at <{{template "none" .}}>: '
                        'template "none" not defined'
                    ),
                ),
                (
                    (
                        '{{ $x := 1 }}{{ define "x" }}{{ . }}{{ end }}{{ template '
                        '"x" $x }}'
                    ),
                    "1",
                ),
                (
                    (
                        '{{ define "u" }}{{ if . }}{{ len . }}{{ template "u" (rest '
                        '.) }}{{ end }}{{ end }}{{ template "u" .sl }}'
                    ),
                    "4321",
                ),
            )
        )
