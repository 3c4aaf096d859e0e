"""Tests of texts that are cut by their bytes."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class BytewiseTests(TemplateTestCase):
    """Cutting where characters may be divided."""

    def test_cutting(self) -> None:
        """Bytes are counted, and a divided character is no character."""
        self.assert_all(
            (
                ('{{ substr 0 2 "héllo" | printf "%q" }}', '"h\\xc3"'),
                ('{{ substr 1 3 "héllo" }}', "é"),
                ('{{ substr -1 2 "abc" }}', "ab"),
                ('{{ substr 1 -1 "abc" }}', "bc"),
                (
                    '{{ substr 2 1 "abc" }}',
                    (
                        'ERROR 1:3: executing "t" at <substr 2 1 "abc">: error '
                        "calling substr: runtime error: slice bounds out of "
                        "range [2:1]"
                    ),
                ),
                (
                    '{{ substr 5 9 "abc" }}',
                    (
                        'ERROR 1:3: executing "t" at <substr 5 9 "abc">: error '
                        "calling substr: runtime error: slice bounds out of "
                        "range [5:3]"
                    ),
                ),
                ('{{ substr 0 9 "abc" }}', "abc"),
                ('{{ trunc 2 "é€" | printf "%q" }}', '"é"'),
                ('{{ trunc -1 "é" | printf "%q" }}', '"\\xa9"'),
            )
        )

    def test_wrapping(self) -> None:
        """Lines break at spaces; a long word is broken only with a divider."""
        self.assert_all(
            (
                ('{{ wrap 5 "one two three" }}', "one\ntwo\nthree"),
                ('{{ wrap 3 "longword x" }}', "longword\nx"),
                ('{{ wrap 0 "a b" }}', "a\nb"),
                ('{{ wrap 100 "a b" }}', "a b"),
                ('{{ wrapWith 3 "|" "longword x" }}', "lon|gwo|rd|x"),
                ('{{ wrapWith 5 "|" "one two three" }}', "one|two|three"),
                ('{{ wrapWith 2 "" "abcd" }}', "ab\ncd"),
                ('{{ wrap 2 "é é" }}', "é\né"),
                ('{{ wrap 5 "   lead" | printf "%q" }}', '" lead"'),
                ('{{ wrap 5 "a\\nb c d e" | printf "%q" }}', '"a\\nb c\\nd e"'),
                ('{{ wrap -3 "a b" }}', "a\nb"),
                ('{{ wrap 5 "" }}', ""),
            )
        )

    def test_abbreviating(self) -> None:
        """Dots stand for what is left out at one end or at both."""
        self.assert_all(
            (
                ('{{ abbrev 5 "abcdefgh" }}', "ab..."),
                ('{{ abbrev 8 "abcdefgh" }}', "abcdefgh"),
                ('{{ abbrev 3 "abcdefgh" }}', "abcdefgh"),
                ('{{ abbrev 4 "abcdefgh" }}', "a..."),
                ('{{ abbrevboth 5 10 "1234 5678 9123" }}', "...5678..."),
                ('{{ abbrevboth 1 10 "1234 5678 9123" }}', "1234 56..."),
                ('{{ abbrevboth 9 8 "1234 5678 9123" }}', "... 9123"),
                ('{{ abbrevboth 5 6 "1234 5678 9123" }}', "1234 5678 9123"),
                ('{{ abbrevboth 50 8 "1234 5678 9123" }}', "... 9123"),
                ('{{ abbrevboth -5 8 "1234 5678 9123" }}', "1234 ..."),
                ('{{ abbrev 5 "ééééé" | printf "%q" }}', '"é..."'),
            )
        )

    def test_letters(self) -> None:
        """Where there is white space each byte becomes a letter."""
        self.assert_all(
            (
                ('{{ nospace "a b" }}', "ab"),
                ('{{ nospace "é" }}', "é"),
                ('{{ nospace "é x" }}', "Ã©x"),
                ('{{ initials "été long" | printf "%q" }}', '"Ãl"'),
                ('{{ initials "one  two" }}', "ot"),
            )
        )
