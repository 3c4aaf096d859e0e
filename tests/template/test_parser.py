"""Tests of templates that are none."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class ParserTests(TemplateTestCase):
    """What is refused before anything is executed."""

    def test_names(self) -> None:
        """Functions and variables must be known."""
        self.assert_all(
            (
                ("{{ foo }}", 'ERROR 1: function "foo" not defined'),
                ("{{ if foo }}{{ end }}", 'ERROR 1: function "foo" not defined'),
                ("{{ $x }}", 'ERROR 1: undefined variable "$x"'),
                (
                    "{{ $x = 1 }}",
                    'ERROR 1:8: executing "t" at <1>: undefined variable: $x',
                ),
                ('{{ required "m" .s }}', 'ERROR 1: function "required" not defined'),
            )
        )

    def test_bodies(self) -> None:
        """Bodies begin and end."""
        self.assert_all(
            (
                ("{{ end }}", "ERROR 1: unexpected {{end}}"),
                ("{{ else }}", "ERROR 1: unexpected {{else}}"),
                ("{{ if true }}", "ERROR 1: unexpected EOF"),
                (
                    "{{ if true }}a{{ else }}b{{ else }}c{{ end }}",
                    "ERROR 1: expected end; found {{else}}",
                ),
                (
                    "{{ if true }}a{{ else if }}b{{ end }}",
                    "ERROR 1: missing value for if",
                ),
                ("{{ with 1 }}a{{ else with 2 }}b{{ end }}", "a"),
                (
                    "{{ with 1 }}a{{ else if 2 }}b{{ end }}",
                    "ERROR 1: unexpected <if> in input",
                ),
                ("{{ break }}", "ERROR 1: {{break}} outside {{range}}"),
                (
                    "{{ if true }}{{ continue }}{{ end }}",
                    "ERROR 1: {{continue}} outside {{range}}",
                ),
                (
                    "{{ range .l }}{{ break 1 }}{{ end }}",
                    'ERROR 1: unexpected "1" in {{break}}',
                ),
            )
        )

    def test_definitions(self) -> None:
        """Templates have names, and one body each."""
        self.assert_all(
            (
                (
                    '{{ define "x" }}1{{ end }}{{ define "x" }}2{{ end }}',
                    'ERROR 1: template: multiple definition of template "x"',
                ),
                (
                    (
                        '{{ define "x" }} {{ end }}{{ define "x" }}2{{ end }}{{ '
                        'template "x" }}'
                    ),
                    "2",
                ),
                ("{{ define x }}{{ end }}", 'ERROR 1: unexpected "x" in define clause'),
                ('{{ define "x" }}', "ERROR 1: unexpected EOF"),
                (
                    '{{ define "x" }}{{ else }}{{ end }}',
                    "ERROR 1: unexpected {{else}} in define clause",
                ),
                (
                    '{{ define "x" . }}{{ end }}',
                    "ERROR 1: unexpected <.> in define clause",
                ),
                ("{{ template x }}", 'ERROR 1: unexpected "x" in template clause'),
                ("{{ template }}", 'ERROR 1: unexpected "}}" in template clause'),
                ('{{ block "x" }}{{ end }}', "ERROR 1: missing value for block clause"),
                (
                    '{{ if true }}{{ define "x" }}{{ end }}{{ end }}',
                    "ERROR 1: unexpected <define> in command",
                ),
                (
                    '{{ block "x" . }}{{ break }}{{ end }}',
                    "ERROR 1: {{break}} outside {{range}}",
                ),
            )
        )

    def test_pipes(self) -> None:
        """A pipe has commands, of which the later ones are functions."""
        self.assert_all(
            (
                ("{{}}", "ERROR 1: missing value for command"),
                ("{{ () }}", "ERROR 1: missing value for parenthesized pipeline"),
                ("{{ | print }}", 'ERROR 1: unexpected "|" in command'),
                ("{{ 1 | 2 }}", "ERROR 1: non executable command in pipeline stage 2"),
                (
                    '{{ "a" | . }}',
                    "ERROR 1: non executable command in pipeline stage 2",
                ),
                (
                    "{{ print 1 | nil }}",
                    "ERROR 1: non executable command in pipeline stage 2",
                ),
                ("{{ $x := }}", "ERROR 1: missing value for command"),
                ("{{ $x := 1 | }}", ""),
                ("{{ $x, $y := 1 }}", "ERROR 1: too many declarations in command"),
                (
                    "{{ range $a, $b, $c := .l }}{{ end }}",
                    "ERROR 1: too many declarations in range",
                ),
                (
                    "{{ range $a, 5 := .l }}{{ end }}",
                    "ERROR 1: range can only initialize variables",
                ),
                ("{{ 1 , 2 }}", 'ERROR 1: unexpected "," in operand'),
                ("{{ := }}", 'ERROR 1: unexpected ":=" in command'),
                ("{{ .m =  1 }}", 'ERROR 1: unexpected "=" in operand'),
            )
        )

    def test_fields(self) -> None:
        """Fields belong to what can have some."""
        self.assert_all(
            (
                ("{{ nil.x }}", 'ERROR 1: unexpected . after term "nil"'),
                ("{{ 1.x }}", 'ERROR 1: bad number syntax: "1.x"'),
                ('{{ "a".x }}', 'ERROR 1: unexpected . after term "\\"a\\""'),
                ("{{ true.x }}", 'ERROR 1: unexpected . after term "true"'),
                ("{{ .m. }}", "ERROR 1: unexpected <.> in operand"),
                (
                    "{{ (nil).x }}",
                    'ERROR 1:4: executing "t" at <nil>: nil is not a command',
                ),
            )
        )
