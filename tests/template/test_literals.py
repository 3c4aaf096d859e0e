"""Tests of literals."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class LiteralsTests(TemplateTestCase):
    """Numbers, characters and texts."""

    def test_numbers(self) -> None:
        """Numbers are written as in Go."""
        self.assert_all(
            (
                ("{{ 1 }}", "1"),
                ("{{ -1 }}", "-1"),
                ("{{ +1 }}", "1"),
                ("{{ 0x1F }}", "31"),
                ("{{ 0b11 }}", "3"),
                ("{{ 0o17 }}", "15"),
                ("{{ 017 }}", "15"),
                ("{{ 1_000 }}", "1000"),
                ("{{ 1e3 }}", "1000"),
                ("{{ 1.5 }}", "1.5"),
                ("{{ .5 }}", "0.5"),
                ("{{ 5. }}", "5"),
                ("{{ 1e6 }}", "1e+06"),
                ("{{ 0x1p4 }}", "16"),
                ("{{ 1_0.5 }}", "10.5"),
                ("{{ -0 }}", "0"),
                ("{{ 0x_1F }}", "31"),
                ("{{ 9223372036854775807 }}", "9223372036854775807"),
                ("{{ 08 }}", 'ERROR 1: integer overflow: "08"'),
                ("{{ 1__0 }}", 'ERROR 1: illegal number syntax: "1__0"'),
                (
                    "{{ 9223372036854775808 }}",
                    (
                        'ERROR 1:3: executing "t" at <9223372036854775808>: '
                        "9223372036854775808 overflows int"
                    ),
                ),
                (
                    "{{ 18446744073709551615 }}",
                    (
                        'ERROR 1:3: executing "t" at <18446744073709551615>: '
                        "18446744073709551615 overflows int"
                    ),
                ),
                (
                    "{{ 18446744073709551616 }}",
                    'ERROR 1: integer overflow: "18446744073709551616"',
                ),
                ("{{ 1e400 }}", 'ERROR 1: illegal number syntax: "1e400"'),
            )
        )

    def test_complex(self) -> None:
        """Complex numbers have two parts."""
        self.assert_all(
            (
                ("{{ 1i }}", "(0+1i)"),
                ("{{ 1+2i }}", "(1+2i)"),
                ("{{ 1.5e3-2i }}", "(1500-2i)"),
                ("{{ 0i }}", "(0+0i)"),
                ("{{ -1i }}", "(0-1i)"),
            )
        )

    def test_characters(self) -> None:
        """A character is its number."""
        self.assert_all(
            (
                ("{{ 'a' }}", "97"),
                ("{{ '\\n' }}", "10"),
                ("{{ '\\x41' }}", "65"),
                ("{{ 'é' }}", "233"),
                ("{{ '\\u00e9' }}", "233"),
                ("{{ '\\'' }}", "39"),
                ("{{ '\\377' }}", "255"),
                ("{{ '' }}", "ERROR 1: invalid syntax"),
                ("{{ 'ab' }}", "ERROR 1: malformed character constant: 'ab'"),
                ("{{ '\\z' }}", "ERROR 1: invalid syntax"),
                ("{{ '\\\"' }}", "ERROR 1: invalid syntax"),
            )
        )

    def test_texts(self) -> None:
        """A text has escapes, unless it is raw."""
        self.assert_all(
            (
                ('{{ "a\\tb\\x41\\u00e9\\101\\"" }}', 'a\tbAéA"'),
                ("{{ `raw\\n` }}", "raw\\n"),
                ('{{ "\\xff" | len }}', "1"),
                ('{{ "a\\\\b" }}', "a\\b"),
                ('{{ "\\U0001F600" }}', "😀"),
                ('{{ "\\\'" }}', "ERROR 1: invalid syntax"),
                ('{{ "\\z" }}', "ERROR 1: invalid syntax"),
                ('{{ "\\ud800" }}', "ERROR 1: invalid syntax"),
                ('{{ "\\400" }}', "ERROR 1: invalid syntax"),
            )
        )

    def test_complex_faults(self) -> None:
        """What is wrong with one of two parts is told."""
        self.assert_all(
            (
                ("{{ 1+i }}", "ERROR 1: syntax error scanning complex number"),
                (
                    "{{ 1-0x1Fi }}",
                    ('ERROR 1: strconv.ParseFloat: parsing "-0x1F": invalid syntax'),
                ),
                (
                    "{{ 1e400+1i }}",
                    (
                        'ERROR 1: strconv.ParseFloat: parsing "1e400": value '
                        "out of range"
                    ),
                ),
                (
                    "{{ 1+1e400i }}",
                    (
                        'ERROR 1: strconv.ParseFloat: parsing "+1e400": value '
                        "out of range"
                    ),
                ),
                (
                    "{{ 1__0+2i }}",
                    ('ERROR 1: strconv.ParseFloat: parsing "1__0": invalid syntax'),
                ),
                ("{{ 0b1+2i }}", "ERROR 1: syntax error scanning complex number"),
                ("{{ 0x1p2-1.5i }}", "(4-1.5i)"),
            )
        )

    def test_bytes(self) -> None:
        """A byte that is no UTF-8 is written by an escape, or in a raw string."""
        self.assert_all((('{{ printf "%+q" "\\xff" }}', '"\\xff"'),))
