"""Tests of the state of an execution."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class RunTests(TemplateTestCase):
    """Variables, and where something fails."""

    def test_scopes(self) -> None:
        """A variable ends where its block does; the innermost one counts."""
        self.assert_all(
            (
                (
                    (
                        "{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end "
                        "}}{{ $x }}"
                    ),
                    "21",
                ),
                ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
                ("{{ $x := 1 }}{{ with $x := 5 }}{{ $x }}{{ end }}{{ $x }}", "51"),
                (
                    "{{ range $i, $x := .sl }}{{ $y := $x }}{{ end }}{{ $y }}",
                    'ERROR 1: undefined variable "$y"',
                ),
                ("{{ if $x := 0 }}{{ else }}{{ $x }}{{ end }}", "0"),
                ("{{ $x := 1 }}{{ $x := 2 }}{{ $x }}", "2"),
                ("{{ with .m }}{{ $.n }}{{ end }}", "3.7"),
                (
                    (
                        '{{ define "a" }}{{ $ }}{{ end }}{{ template "a" 5 '
                        "}}{{ with $ }}{{ .n }}{{ end }}"
                    ),
                    "53.7",
                ),
            )
        )

    def test_places(self) -> None:
        """An error tells line, column in bytes, and the part that failed."""
        self.assert_all(
            (
                (
                    'a\nb{{ "é" }}{{ fail "x" }}',
                    ('ERROR 2:14: executing "t" at <fail "x">: error calling fail: x'),
                ),
                (
                    ('{{ define "sub" }}\n{{ fail "x" }}{{ end }}{{ template "sub" }}'),
                    ('ERROR 2:3: executing "sub" at <fail "x">: error calling fail: x'),
                ),
                (
                    ("{{ if true }}{{ range .sl }}{{ upper 1 }}{{ end }}{{ end }}"),
                    'ERROR 1:37: executing "t" at <1>: expected string; found 1',
                ),
                (
                    "{{ .s.x }}",
                    (
                        'ERROR 1:5: executing "t" at <.s.x>: can\'t evaluate '
                        "field x in type interface {}"
                    ),
                ),
                (
                    "{{ $x := .n }}{{ $x.y.z }}",
                    (
                        'ERROR 1:19: executing "t" at <$x.y.z>: can\'t '
                        "evaluate field y in type float64"
                    ),
                ),
                (
                    "{{ (index .sl 9) | upper }}",
                    (
                        'ERROR 1:4: executing "t" at <index .sl 9>: error '
                        "calling index: index out of range: 9"
                    ),
                ),
                (
                    '{{ "ab" | upper | repeat "x" }}',
                    ('ERROR 1:25: executing "t" at <"x">: expected integer; found "x"'),
                ),
                (
                    '{{ template "sub" fail "x" }}{{ define "sub" }}{{ end }}',
                    ('ERROR 1:18: executing "t" at <fail "x">: error calling fail: x'),
                ),
            )
        )

    def test_depth(self) -> None:
        """Templates may call themselves only so often."""
        self.assert_all(
            (
                (
                    (
                        '{{ define "n" }}{{ if lt . 100 }}{{ template "n" '
                        "(add1 .) }}{{ else }}{{ . }}{{ end }}{{ end }}{{ "
                        'template "n" 0 }}'
                    ),
                    "100",
                ),
            )
        )
