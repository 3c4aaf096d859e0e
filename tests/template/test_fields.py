"""Tests of fields."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class FieldsTests(TemplateTestCase):
    """Names behind dots."""

    def test_maps(self) -> None:
        """A map has its keys, and nothing for others."""
        self.assert_all(
            (
                ("{{ .m.a }}", "1"),
                ("{{ .m.b.c }}", "[1 2]"),
                ("{{ .m.q }}", "<no value>"),
                ("{{ .m.q.r.s }}", "<no value>"),
                ("{{ .nil }}", "<no value>"),
                ('{{ (index .m "b").c }}', "[1 2]"),
            )
        )

    def test_others(self) -> None:
        """What has no fields is told by its type."""
        self.assert_all(
            (
                (
                    "{{ .s.x }}",
                    (
                        'ERROR 1:5: executing "t" at <.s.x>: can\'t evaluate field x '
                        "in type interface {}"
                    ),
                ),
                (
                    "{{ .l.x }}",
                    (
                        'ERROR 1:5: executing "t" at <.l.x>: can\'t evaluate field x '
                        "in type interface {}"
                    ),
                ),
                (
                    "{{ .n.x }}",
                    (
                        'ERROR 1:5: executing "t" at <.n.x>: can\'t evaluate field x '
                        "in type interface {}"
                    ),
                ),
                (
                    "{{ .nil.x }}",
                    (
                        'ERROR 1:7: executing "t" at <.nil.x>: nil pointer '
                        "evaluating interface {}.x"
                    ),
                ),
                (
                    "{{ range .sl }}{{ .x }}{{ end }}",
                    (
                        'ERROR 1:18: executing "t" at <.x>: can\'t evaluate field x '
                        "in type interface {}"
                    ),
                ),
                (
                    "{{ range $i, $e := .sl }}{{ $e.x }}{{ end }}",
                    (
                        'ERROR 1:30: executing "t" at <$e.x>: can\'t evaluate field '
                        "x in type interface {}"
                    ),
                ),
                (
                    "{{ range $i, $e := .sl }}{{ $i.x }}{{ end }}",
                    (
                        'ERROR 1:30: executing "t" at <$i.x>: can\'t evaluate field '
                        "x in type int"
                    ),
                ),
                (
                    '{{ range splitList "," "a" }}{{ .x }}{{ end }}',
                    (
                        'ERROR 1:32: executing "t" at <.x>: can\'t evaluate field x '
                        "in type string"
                    ),
                ),
                (
                    "{{ with .s }}{{ .x }}{{ end }}",
                    (
                        'ERROR 1:16: executing "t" at <.x>: can\'t evaluate field x '
                        "in type string"
                    ),
                ),
                (
                    "{{ $x := .s }}{{ $x.y }}",
                    (
                        'ERROR 1:19: executing "t" at <$x.y>: can\'t evaluate field '
                        "y in type string"
                    ),
                ),
                (
                    '{{ (print "a").b }}',
                    (
                        'ERROR 1:10: executing "t" at <"a">: can\'t evaluate field b '
                        "in type string"
                    ),
                ),
                (
                    "{{ .m.a 1 }}",
                    (
                        'ERROR 1:5: executing "t" at <.m.a>: a is not a method but '
                        "has arguments"
                    ),
                ),
                (
                    "{{ range .sl }}{{ with $.m }}{{ .a.b }}{{ end }}{{ end }}",
                    (
                        'ERROR 1:34: executing "t" at <.a.b>: can\'t evaluate field '
                        "b in type interface {}"
                    ),
                ),
            )
        )

    def test_methods(self) -> None:
        """Values of Go's own types have methods."""
        self.assert_all(
            (
                ('{{ (toDate "2006" "2020").Year }}', "2020"),
                ('{{ "2006" | (toDate "2006" "2020").Format }}', "2020"),
                ("{{ now.Year | kindOf }}", "int"),
                (
                    '{{ (toDate "2006" "2020").Foo }}',
                    (
                        'ERROR 1:18: executing "t" at <"2020">: can\'t evaluate '
                        "field Foo in type time.Time"
                    ),
                ),
                (
                    '{{ (toDate "2006" "2020").Year 1 }}',
                    (
                        'ERROR 1:18: executing "t" at <"2020">: wrong number of args '
                        "for Year: want 0 got 1"
                    ),
                ),
                (
                    '{{ (toDate "2006" "2020").Format }}',
                    (
                        'ERROR 1:18: executing "t" at <"2020">: wrong number of args '
                        "for Format: want 1 got 0"
                    ),
                ),
                (
                    '{{ (toDate "2006" "2020").Format 5 }}',
                    'ERROR 1:33: executing "t" at <5>: expected string; found 5',
                ),
                (
                    "{{ hello.x }}",
                    (
                        'ERROR 1:3: executing "t" at <hello>: can\'t evaluate field '
                        "x in type string"
                    ),
                ),
            )
        )
