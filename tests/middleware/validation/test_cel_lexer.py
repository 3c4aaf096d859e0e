"""Tests of ``krakendtw.middleware.validation._cel_lexer``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_issues import CelSyntaxError
from krakendtw.middleware.validation._cel_lexer import MAX_CODE_POINTS, tokenize


def kinds(source: str) -> list[str]:
    """The kinds of the tokens, without the end."""
    return [token.kind for token in tokenize(source)][:-1]


class TokenizeTests(SynchronousTestCase):
    """The longest match is a token."""

    def test_numbers(self) -> None:
        """A number's form says its kind; a point alone belongs to no number."""
        self.assertEqual(
            kinds("1 0x1F 1u 0x1fU .5 1.5e-3 1e3"),
            ["int", "int", "uint", "uint", "float", "float", "float"],
        )
        self.assertEqual(kinds("1."), ["int", "."])
        self.assertEqual(kinds("1abc"), ["int", "word"])

    def test_texts(self) -> None:
        """Strings have one or three quotes, raw ones and bytes a prefix."""
        self.assertEqual(
            kinds("""'a' "b" '''c'd''' r'\\n' b"x" br'\\x'"""),
            ["text", "text", "text", "text", "bytes", "bytes"],
        )
        self.assertEqual(kinds("rb'x'"), ["word", "text"])

    def test_marks(self) -> None:
        """Of marks the longer one counts."""
        self.assertEqual(
            kinds("<= < == != && || ! ?:"),
            ["<=", "<", "==", "!=", "&&", "||", "!", "?", ":"],
        )

    def test_keywords(self) -> None:
        """Keywords are kinds of their own, but not as parts of words."""
        self.assertEqual(kinds("in true null index"), ["in", "true", "null", "word"])

    def test_comments(self) -> None:
        """Comments and blanks stand for nothing; places are code points."""
        tokens = tokenize("// é\n a")
        self.assertEqual([(t.text, t.offset) for t in tokens], [("a", 6), ("<EOF>", 7)])

    def test_refused(self) -> None:
        """What is no token is refused at its place."""
        for source in ("a = b", "a & b", "'a", "'\\8'", "'\\400'", "é", "#"):
            self.assertRaises(CelSyntaxError, tokenize, source)

    def test_length(self) -> None:
        """An expression that is too long is not even looked at."""
        error = self.assertRaises(CelSyntaxError, tokenize, "1" * (MAX_CODE_POINTS + 1))
        self.assertIn("size: 100001, limit 100000", str(error))
