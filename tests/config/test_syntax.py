"""Tests of JSON's faults; the wanted words are those of Go's encoding/json."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.syntax import SyntaxFault, find_fault

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers() | FLOATS | st.text()
VALUES: Any = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


class FaultTests(SynchronousTestCase):
    """The first fault of a text."""

    def assert_fault(self, text: str, position: int, message: str) -> None:
        """``text`` has this fault first."""
        self.assertEqual(SyntaxFault(position, message), find_fault(text))

    def test_end(self) -> None:
        """A text that breaks off between tokens has ended unexpectedly."""
        for text in ("", " \n", '{"a":1', "[1,", '{"a"', '"abc', '{"a":{"b":[{'):
            self.assert_fault(text, len(text), "unexpected end of JSON input")

    def test_end_within_a_token(self) -> None:
        """Go takes an end within a token for a space there."""
        self.assert_fault(
            "tru", 3, "invalid character ' ' in literal true (expecting 'e')"
        )
        self.assert_fault("-", 1, "invalid character ' ' in numeric literal")

    def test_objects(self) -> None:
        """Keys, colons and commas are missed at their places."""
        for text, position, message in (
            ("{,}", 1, "',' looking for beginning of object key string"),
            ('{"a":1,}', 7, "'}' looking for beginning of object key string"),
            ('{"a" 1}', 5, "'1' after object key"),
            ('{"a":1 /**/}', 7, "'/' after object key:value pair"),
            ('{"a":}', 5, "'}' looking for beginning of value"),
        ):
            self.assert_fault(text, position, f"invalid character {message}")

    def test_arrays(self) -> None:
        """The same for lists."""
        for text, position, message in (
            ("[1 2]", 3, "'2' after array element"),
            ("[1,]", 3, "']' looking for beginning of value"),
            ("[}", 1, "'}' looking for beginning of value"),
        ):
            self.assert_fault(text, position, f"invalid character {message}")

    def test_scalars(self) -> None:
        """Texts, numbers and words are JSON's."""
        for text, position, message in (
            ("version: 3", 0, "'v' looking for beginning of value"),
            ("NaN", 0, "'N' looking for beginning of value"),
            ("nulx", 3, "'x' in literal null (expecting 'l')"),
            ("01", 1, "'1' after top-level value"),
            ("1.x", 2, "'x' after decimal point in numeric literal"),
            ("1e+x", 3, "'x' in exponent of numeric literal"),
            ("-x", 1, "'x' in numeric literal"),
            (r'"\x"', 2, "'x' in string escape code"),
            (r'"\u12g4"', 5, r"'g' in \u hexadecimal character escape"),
            ('"a\nb"', 2, r"'\n' in string literal"),
            ('"\x01"', 1, r"'\x01' in string literal"),
        ):
            self.assert_fault(text, position, f"invalid character {message}")

    def test_after(self) -> None:
        """Nothing stands behind the document."""
        self.assert_fault("{} x", 3, "invalid character 'x' after top-level value")

    def test_quotes(self) -> None:
        """The character is quoted as in Go, of a longer one its first byte."""
        for char, quoted in {
            "'": r"'\''",
            '"': "'\"'",
            "\\": r"'\\'",
            "\v": r"'\v'",
            "\x7f": r"'\x7f'",
            "\ufeff": "'\u00ef'",
            "\u0410": "'\u00d0'",
            "\u4e2d": "'\u00e4'",
        }.items():
            self.assert_fault(
                f"[1{char}", 2, f"invalid character {quoted} after array element"
            )

    @given(VALUES, st.booleans())
    def test_json_has_none(self, value: Any, ascii_only: bool) -> None:
        """JSON has no fault."""
        text = json.dumps(value, ensure_ascii=ascii_only, indent=1)
        self.assertIsNone(find_fault(text))

    @given(st.text('{}[]":,0e.-+tn\\u a\n'))
    def test_agrees_with_json(self, text: str) -> None:
        """A text has a fault if and only if Python's reader refuses it too."""
        try:
            json.loads(text)
        except ValueError:
            self.assertIsNotNone(find_fault(text))
        else:
            self.assertIsNone(find_fault(text))
