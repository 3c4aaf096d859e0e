"""Tests of printf's verbs."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class VerbsTests(TemplateTestCase):
    """Numbers and texts with flags."""

    def test_integers(self) -> None:
        """Integers in all bases."""
        self.assert_all(
            (
                (
                    (
                        '{{ printf "%c %U %#U %o %O %b %#o %#b %#x %+d % d %q" 97 97 '
                        "97 8 8 5 8 5 255 5 5 'x' }}"
                    ),
                    "a U+0061 U+0061 'a' 10 0o10 101 010 0b101 0xff +5  5 'x'",
                ),
                (
                    (
                        '{{ printf "%6.3d|%-6d|%+.2d|%x|%06d|%-05d|%.0d|%5c|" 5 5 5 '
                        "-255 42 3 0 97 }}"
                    ),
                    "   005|5     |+05|-ff|000042|3    ||    a|",
                ),
                ('{{ printf "%c %U %q" -1 -1 1114112 }}', "� U+FFFFFFFFFFFFFFFF '�'"),
                ('{{ printf "%v %#v" (index "a" 0) (index "a" 0) }}', "97 0x61"),
            )
        )

    def test_floats(self) -> None:
        """Floats in all forms."""
        self.assert_all(
            (
                (
                    (
                        '{{ printf "%e %E %g %G %.3g %f %F %.0f %8.3f|%-8.1f|%+f|% '
                        'f|%08.2f" 1234.5 1234.5 1e21 1e-7 1234.5 1.5 1.5 2.5 '
                        "3.14159 2.0 1.0 1.0 -3.5 }}"
                    ),
                    (
                        "1.234500e+03 1.234500E+03 1e+21 1E-07 1.23e+03 1.500000 "
                        "1.500000 2    3.142|2.0     |+1.000000| 1.000000|-0003.50"
                    ),
                ),
                (
                    '{{ printf "%x %X %.2x %b" 1.5 255.75 3.99 1.0 }}',
                    "0x1.8p+00 0X1.FF8P+07 0x1.ffp+01 4503599627370496p-52",
                ),
                (
                    '{{ printf "%#g %#.3g %#v %#.0f" 1.0 2.0 1e6 3.0 }}',
                    "1.00000 2.00 1e+06 3.",
                ),
                (
                    (
                        '{{ printf "%v %v %5.1f %+v" (float64 "inf") (float64 '
                        '"-inf") (float64 "nan") (float64 "inf") }}'
                    ),
                    "+Inf -Inf   NaN +Inf",
                ),
                ('{{ printf "%.1f %v" 1i 2i }}', "(0.0+1.0i) (0+2i)"),
            )
        )

    def test_texts(self) -> None:
        """Texts cut, padded, quoted and in hexadecimal digits."""
        self.assert_all(
            (
                (
                    (
                        '{{ printf "%10s|%-10s|%.2s|%10.2s|%010s" "abc" "abc" "abc" '
                        '"abc" "abc" }}'
                    ),
                    "       abc|abc       |ab|        ab|0000000abc",
                ),
                (
                    (
                        '{{ printf "%q %#q %+q %x %X % x %#x % #x" "a\\"b" "ab" "é" '
                        '"ab" "ab" "ab" "ab" "ab" }}'
                    ),
                    '"a\\"b" `ab` "\\u00e9" 6162 6162 61 62 0x6162 0x61 0x62',
                ),
                ('{{ printf "%#q" "a`b" }}', '"a`b"'),
                ('{{ printf "%.1x" "ab" }}', "61"),
                ('{{ printf "%5q" "é" }}', '  "é"'),
            )
        )

    def test_truth(self) -> None:
        """Truth has words."""
        self.assert_all(
            (
                (
                    '{{ printf "%t %v %5t|%-7t|" true false true false }}',
                    "true false  true|false  |",
                ),
            )
        )

    def test_bits(self) -> None:
        """The smallest floats have the smallest exponent."""
        self.assert_all(
            (
                (
                    '{{ printf "%b %b %b" 5e-324 1.0 0.0 }}',
                    "1p-1074 4503599627370496p-52 0p-1074",
                ),
                ('{{ printf "%b" 2.2250738585072014e-308 }}', "4503599627370496p-1074"),
                ('{{ printf "%b" 1.7976931348623157e308 }}', "9007199254740991p+971"),
            )
        )
