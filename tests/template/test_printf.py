"""Tests of printf."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class PrintfTests(TemplateTestCase):
    """Layouts and their arguments."""

    def test_arguments(self) -> None:
        """Arguments that are missing or left over are told of."""
        self.assert_all(
            (
                ('{{ printf "%d %s %v%%" 5 "s" .sl }}', "5 s [b a c a]%"),
                ('{{ printf "%d" }}', "%!d(MISSING)"),
                ('{{ printf "%d %d" 1 }}', "1 %!d(MISSING)"),
                ('{{ printf "%d" 1 2 }}', "1%!(EXTRA int=2)"),
                ('{{ printf "x" nil }}', "x%!(EXTRA <nil>)"),
                ('{{ printf "%" }}', "%!(NOVERB)"),
                ('{{ printf "%5" 1 }}', "%!(NOVERB)%!(EXTRA int=1)"),
                ('{{ printf "%z" 1 }}', "%!z(int=1)"),
                ('{{ printf "%!" }}', "%!!(MISSING)"),
                (
                    "{{ printf 5 }}",
                    'ERROR 1:10: executing "t" at <5>: expected string; found 5',
                ),
            )
        )

    def test_indexes(self) -> None:
        """Arguments are taken by their numbers."""
        self.assert_all(
            (
                ('{{ printf "%[2]d %[1]d" 1 2 }}', "2 1"),
                ('{{ printf "%[3]d" 1 2 }}', "%!d(BADINDEX)"),
                ('{{ printf "%[x]d" 1 }}', "%!d(BADINDEX)"),
                ('{{ printf "%[1]*d" 5 }}', "%!d(MISSING)"),
                ('{{ printf "%.[2]*f" 1.5 3 }}', "%!f(MISSING)"),
                ('{{ printf "%[3]*.[2]*[1]f" 12.0 2 6 }}', " 12.00"),
                ('{{ printf "%[1" 1 }}', "%!(NOVERB)"),
                ('{{ printf "%[1]2d" 1 }}', "%!d(BADINDEX)"),
            )
        )

    def test_widths(self) -> None:
        """Widths and precisions come from arguments, too."""
        self.assert_all(
            (
                ('{{ printf "%*d|%-*d|%.*f" 5 1 5 2 2 1.234 }}', "    1|2    |1.23"),
                ('{{ printf "%*d" "x" 1 }}', "%!(BADWIDTH)1"),
                ('{{ printf "%.*d" "x" 1 }}', "%!(BADPREC)1"),
                ('{{ printf "%*d" -5 1 }}', "1    "),
                ('{{ printf "%.*f" -1 1.5 }}', "%!(BADPREC)1.500000"),
                ('{{ printf "%99999999999d" 1 }}', "%!(NOVERB)%!(EXTRA int=1)"),
                ('{{ printf "%.99999999999d|" 1 }}', "%!(NOVERB)%!(EXTRA int=1)"),
            )
        )
