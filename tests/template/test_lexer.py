"""Tests of tokens, by what is said of wrong ones."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class LexerTests(TemplateTestCase):
    """Texts cut into tokens."""

    def test_trimming(self) -> None:
        """Minus signs at an action's ends take the white space away."""
        self.assert_all(
            (
                ("a {{- 1 -}} b", "a1b"),
                ("a {{- 1 }} b {{ 2 -}} c", "a1 b 2c"),
                ("a  {{-1}} b", "a  -1 b"),
                ("a{{ -1 }}", "a-1"),
                ("{{/* c */}}ok{{- /* c */ -}} ok", "okok"),
                ("{{ 1 -}}   {{- 2 }}", "12"),
            )
        )

    def test_comments(self) -> None:
        """A comment is an action of its own."""
        self.assert_all(
            (
                ("{{/* c", "ERROR 1: unclosed comment"),
                ("{{/* c */ x}}", "ERROR 1: comment ends before closing delimiter"),
                ("{{ /* c */ }}", 'ERROR 1: unexpected "/" in command'),
                ("{{/* c */-}}", "ERROR 1: comment ends before closing delimiter"),
            )
        )

    def test_unfinished(self) -> None:
        """What is not closed is told of."""
        self.assert_all(
            (
                ('{{ "abc }}', "ERROR 1: unterminated quoted string"),
                ("{{ `abc }}", "ERROR 1: unterminated raw quoted string"),
                ("{{ 'a }}", "ERROR 1: unterminated character constant"),
                ("a{{", "ERROR 1: unclosed action"),
                ("{{ (1 }}", "ERROR 1: unclosed left paren"),
                ("{{ 1) }}", "ERROR 1: unexpected right paren"),
            )
        )

    def test_words(self) -> None:
        """Words end where Go says they end."""
        self.assert_all(
            (
                ("{{ .a-b }}", "ERROR 1: bad character U+002D '-'"),
                ("{{ $-x }}", "ERROR 1: bad character U+002D '-'"),
                ("{{ x½ }}", "ERROR 1: bad character U+00BD '½'"),
                ("{{ ½ }}", "ERROR 1: unrecognized character in action: U+00BD '½'"),
                ("{{ @ }}", 'ERROR 1: unexpected "@" in command'),
                ("{{ a:b }}", 'ERROR 1: function "a" not defined'),
                ("{{ .é }}", "<no value>"),
                ("{{ .m.b.c }}", "[1 2]"),
                (
                    "{{ .m .b }}",
                    (
                        'ERROR 1:3: executing "t" at <.m>: m is not a method but has '
                        "arguments"
                    ),
                ),
                ("{{ print(1) }}", 'ERROR 1: unexpected "(" in operand'),
                ('{{print "a""b"}}', 'ERROR 1: unexpected "\\"b\\"" in operand'),
                ("{{ .m..b }}", "ERROR 1: unexpected <.> in operand"),
            )
        )

    def test_numbers(self) -> None:
        """A number is followed by something else."""
        self.assert_all(
            (
                ("{{ 1a }}", 'ERROR 1: bad number syntax: "1a"'),
                ("{{ 0xg }}", 'ERROR 1: bad number syntax: "0xg"'),
                ("{{ 1+2 }}", 'ERROR 1: bad number syntax: "1+2"'),
                ("{{ 1+2ix }}", 'ERROR 1: bad number syntax: "1+2ix"'),
                ("{{ .1 }}", "0.1"),
            )
        )
