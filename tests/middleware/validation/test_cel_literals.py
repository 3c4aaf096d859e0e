"""Tests of ``krakendtw.middleware.validation._cel_literals``."""

from __future__ import annotations

import math
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.validation._cel_lexer import tokenize
from krakendtw.middleware.validation._cel_literals import LITERALS, Literals
from krakendtw.middleware.validation._cel_numbers import Uint


class LiteralTests(SynchronousTestCase):
    """Values of tokens."""

    def setUp(self) -> None:
        self.issues: list[tuple[int, str]] = []

    def value(self, text: str, sign: str = "") -> Any:
        """The value of the only token of a text."""
        token = tokenize(text)[0]
        self.assertIn(token.kind, LITERALS)
        literals = Literals(lambda offset, words: self.issues.append((offset, words)))
        return literals.value(token, sign)

    def test_values(self) -> None:
        """Every kind of literal has its type."""
        for text, value in (
            ("12", 12),
            ("0x1F", 31),
            ("12u", Uint(12)),
            ("0x1Fu", Uint(31)),
            ("1.5e1", 15.0),
            ("'a\\n'", "a\n"),
            ("b'a'", b"a"),
            ("true", True),
            ("false", False),
            ("null", None),
        ):
            found = self.value(text)
            self.assertEqual((found, type(found)), (value, type(value)))
        self.assertEqual(self.issues, [])

    def test_sign(self) -> None:
        """A minus belongs to the number: there is one more below zero."""
        self.assertEqual(self.value("9223372036854775808", "-"), -(1 << 63))
        self.assertEqual(math.copysign(1, self.value("0.0", "-")), -1)
        self.assertEqual(self.issues, [])

    def test_too_large(self) -> None:
        """Numbers that do not fit are mistakes at their beginning."""
        for text, sign, words in (
            ("9223372036854775808", "", "invalid int literal"),
            ("9223372036854775809", "-", "invalid int literal"),
            ("18446744073709551616u", "", "invalid uint literal"),
            ("1e999", "", "invalid double literal"),
        ):
            self.issues.clear()
            self.value(text, sign)
            self.assertEqual(self.issues, [(-len(sign), words)])

    def test_quotes(self) -> None:
        """So are escapes that are none."""
        self.assertEqual(self.value("b'\\u0041'"), b"")
        self.assertEqual(self.issues, [(0, "unable to unescape string")])
