"""Tests of letters by Go's rules."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class LettersTests(TemplateTestCase):
    """Large letters, small letters and white space."""

    def test_cases(self) -> None:
        """A letter stays one letter, whatever the language does."""
        self.assert_all(
            (
                ('{{ upper "straße ŉ ΐ ﬁ" }}', "STRAßE ŉ ΐ ﬁ"),
                (
                    '{{ lower "İSTANBUL ẞ K \u03a3 \u0391\u03a3" }}',
                    "istanbul ß k \u03c3 \u03b1\u03c3",
                ),
                ('{{ upper "ǆ ǅ Ǆ \u0131 \u017f µ ÿ" }}', "Ǆ Ǆ Ǆ I S \u039c Ÿ"),
                ('{{ lower "Ǆ ǅ ǈ ϴ Ω Å" }}', "ǆ ǆ ǉ θ ω å"),
                ('{{ upper "ა" }} {{ lower "Ა" }} {{ lower "Ⴀ" }}', "Ა ა ⴀ"),
                (
                    (
                        '{{ upper "𐐨" }} {{ lower "𐐀" }} '
                        '{{ upper "\uab70" }} {{ lower "\u13a0" }}'
                    ),
                    "𐐀 𐐨 \u13a0 \uab70",
                ),
            )
        )

    def test_titles(self) -> None:
        """A word in a title begins with a title letter."""
        self.assert_all(
            (
                ('{{ title "hello wörld élan" }}', "Hello Wörld Élan"),
                ('{{ title "ǆabc dz" }}', "ǅabc Dz"),
                ('{{ title "a-b a_b a\'b 1a a.b" }}', "A-B A_b A'B 1a A.B"),
                ('{{ title "ß ŉ" }}', "ß ŉ"),
                ('{{ title "a\\u00a0b\\u2003c" }}', "A\xa0B\u2003C"),
                ('{{ untitle "Hello World ÉLAN" }}', "hello world éLAN"),
                ('{{ untitle "ǅa A-B" }}', "ǆa a-B"),
            )
        )

    def test_swapping(self) -> None:
        """Large letters become small; the first of a word may become a title letter."""
        self.assert_all(
            (
                ('{{ swapcase "Hello World" }}', "hELLO wORLD"),
                ('{{ swapcase "ǆ aǆ Ǆ ǅ" }}', "ǅ AǄ ǆ ǆ"),
                ('{{ swapcase "éÉ ß 1a" }}', "Éé ß 1A"),
            )
        )

    def test_spaces(self) -> None:
        """White space is what Unicode says, the zero width space is none."""
        self.assert_all(
            (
                ('{{ trim "\\u00a0\\u2003 a \\u0085\\u3000" | printf "%q" }}', '"a"'),
                (
                    '{{ trim "\\u200b a \\ufeff" | printf "%+q" }}',
                    '"\\u200b a \\ufeff"',
                ),
                ('{{ trim "\\v\\f\\r a\\x1c" | printf "%+q" }}', '"a\\x1c"'),
                ('{{ nospace "a\\u00a0b" | printf "%+q" }}', '"a\\u00c2b"'),
            )
        )

    def test_bytes(self) -> None:
        """What is no UTF-8 becomes the replacement character."""
        self.assert_all(
            (
                ('{{ upper "a\\xff" | printf "%+q" }}', '"A\\ufffd"'),
                ('{{ title "\\xffa" | printf "%+q" }}', '"\\ufffda"'),
                ('{{ untitle "\\xffA" | printf "%+q" }}', '"\\ufffdA"'),
                ('{{ swapcase "\\xffA" | printf "%+q" }}', '"\\ufffda"'),
            )
        )
