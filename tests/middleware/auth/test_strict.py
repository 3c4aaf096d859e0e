"""Tests of base64url and JSON as tokens are made of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._strict import (
    Malformed,
    decode64,
    encode64,
    load_json,
    load_object,
)


class Base64Tests(SynchronousTestCase):
    """Tests of :func:`decode64` and :func:`encode64`."""

    @given(st.binary())
    def test_there_and_back(self, raw: bytes) -> None:
        """What is encoded decodes to the same, and has no padding."""
        text = encode64(raw)
        self.assertNotIn(b"=", text)
        self.assertEqual(decode64(text), raw)

    def test_padding_is_forgiven(self) -> None:
        """Padding at the end does not count, however much there is."""
        self.assertEqual(decode64(b"YQ=="), b"a")
        self.assertEqual(decode64(b"YQ==="), b"a")

    def test_other_alphabet_is_refused(self) -> None:
        """The characters of plain base64, spaces and such are no base64url."""
        for text in (b"a+b/", b"YQ Q", b"Y.Q", b"Y=Q", b"\xff\xff"):
            self.assertRaises(Malformed, decode64, text)

    def test_impossible_length_is_refused(self) -> None:
        """One character alone encodes nothing."""
        self.assertRaises(Malformed, decode64, b"YWJjZ")


class JSONTests(SynchronousTestCase):
    """Tests of :func:`load_object` and :func:`load_json`."""

    def test_numbers_are_floats(self) -> None:
        """Every number is a float, at any depth."""
        found = load_object(b'{"a":1,"b":[2,{"c":3}]}')
        self.assertIs(type(found["a"]), float)
        self.assertIs(type(found["b"][1]["c"]), float)

    def test_duplicate_member_is_refused(self) -> None:
        """An object that names a member twice is refused, at any depth."""
        for text in (b'{"a":1,"a":1}', b'{"x":{"a":1,"a":2}}', b'[{"a":1,"a":1}]'):
            self.assertRaises(Malformed, load_json, text)

    def test_null_is_no_member(self) -> None:
        """The document ``null`` has no members."""
        self.assertEqual(load_object(b"null"), {})

    def test_other_kinds_are_refused(self) -> None:
        """What is no object has no members."""
        for text in (b"[]", b'"a"', b"1", b"true"):
            self.assertRaises(Malformed, load_object, text)

    def test_broken_text_is_refused(self) -> None:
        """Text after the value, constants, control characters, huge numbers."""
        for text in (b"", b"{} x", b'{"a":NaN}', b'{"a":"\x01"}', b'{"a":1e400}'):
            self.assertRaises(Malformed, load_json, text)

    def test_deep_nesting_is_refused(self) -> None:
        """Nesting beyond reason is refused, and nothing else happens."""
        self.assertRaises(Malformed, load_json, b"[" * 100_000)

    def test_bytes_outside_utf8(self) -> None:
        """Bytes that are no UTF-8 and half surrogate pairs become U+FFFD."""
        self.assertEqual(load_json(b'"\xff\\ud800"'), "\ufffd\ufffd")
        self.assertEqual(load_json(b'"\\ud83d\\ude00"'), "\U0001f600")
