"""Tests of ``krakendtw.regex``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.regex import RegexError, compile_regex


class CompileTests(SynchronousTestCase):
    """Patterns by RE2's rules."""

    def test_matches_anywhere(self) -> None:
        """A pattern need not match the whole text."""
        self.assertTrue(compile_regex("b+")("abbc"))
        self.assertFalse(compile_regex("^b")("abbc"))

    def test_characters(self) -> None:
        """Texts are characters, not bytes."""
        self.assertTrue(compile_regex("^.$")("é"))

    def test_long_category_names(self) -> None:
        """The categories of Unicode have their long names too, as in Go."""
        self.assertTrue(compile_regex(r"^\p{Letter}\P{Uppercase_Letter}$")("Ab"))

    def test_names_of_groups(self) -> None:
        """Names are read in any case, without what stands between their words."""
        for pattern in (r"\pl", r"\p{LU}", r"\p{latin}", r"\p{upper case-LETTER}"):
            self.assertTrue(compile_regex(f"^{pattern}$")("A"), pattern)
        self.assertFalse(compile_regex(r"\p{^latin}")("A"))

    def test_quoted_parts_stay(self) -> None:
        r"""Between ``\Q`` and ``\E`` everything means itself."""
        self.assertTrue(compile_regex(r"\Q\C\p{Letter}\E")(r"\C\p{Letter}"))

    def test_large_program(self) -> None:
        """A pattern that is too large for a set is searched for."""
        matches = compile_regex(r"[\pL\pN]{500}$")
        self.assertTrue(matches("é" * 500))
        self.assertFalse(matches("é" * 499))

    def test_bytes_that_are_no_characters(self) -> None:
        """A byte that was no UTF-8 is a character like any other."""
        self.assertTrue(compile_regex("^a.$")("a\udc80"))

    def test_linear_time(self) -> None:
        """A pattern that drives a backtracking engine mad is harmless."""
        self.assertFalse(compile_regex("^(a+)+$")("a" * 50_000 + "!"))

    def test_refused(self) -> None:
        """What Go refuses is refused, in Go's words."""
        for pattern, reason in (
            ("(?!x)", "invalid or unsupported Perl syntax: `(?!`"),
            ("*", "missing argument to repetition operator: `*`"),
            ("a**", "invalid nested repetition operator: `**`"),
            ("x{1001}", "invalid repeat count: `{1001}`"),
            ("[a", "missing closing ]: `[a`"),
            ("(a", "missing closing ): `(a`"),
            ("a)", "unexpected ): `a)`"),
            ("\\", "trailing backslash at end of expression: ``"),
            (r"\1", r"invalid escape sequence: `\1`"),
            (r"\C", r"invalid escape sequence: `\C`"),
            (r"\p{x_y}", r"invalid character class range: `\p{x_y}`"),
            (r"\px", r"invalid character class range: `\px`"),
            ("a(?<=b+)c", "invalid named capture: `(?<=b+)c`"),
            ("a(?<!b>)c", "invalid named capture: `(?<!b>`"),
        ):
            error = self.assertRaises(RegexError, compile_regex, pattern)
            self.assertEqual(str(error), f"error parsing regexp: {reason}")
