"""Tests of reading JSON: the tiers agree, and say what Go says."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson import exact, reader
from krakendtw.gojson.number import Number
from krakendtw.gojson.reader import GoJSONError, loads

TIERS = (loads, reader._loads_patiently, exact.parse)

# Pieces of which documents are made up, right and wrong ones.
pieces = st.sampled_from(
    [
        *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b" ", b"\n", b"\x00"),
        *(b'"a"', b'"b":', b"true", b"null", b"0", b"-0", b"1.50", b"-1E5", b"12"),
        *(b"\\u00e9", b"\\ud83e\\udd91", b"\\ud800", b"\\udc00", b"\\u12", b"\\n"),
        *(b"\xc3\xa9", b"\xff", b"\xe2\x82", b"\xed\xa0\x80", b"NaN", b"1e", b"9" * 30),
    ]
)
noise = st.lists(pieces, max_size=12).map(b"".join)
strings = noise.map(lambda inner: b'"' + inner.replace(b'"', b"") + b'"')
numbers = st.one_of(
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["-0", "-0.0", "1.0", "1E5", "1e999", "0e0", "9" * 40]),
).map(str.encode)
values = st.recursive(
    strings | numbers | st.sampled_from([b"true", b"false", b"null"]),
    lambda inner: (
        st.lists(inner).map(lambda items: b"[" + b",".join(items) + b"]")
        | st.lists(st.tuples(strings, inner)).map(
            lambda items: b"{" + b",".join(b" : ".join(item) for item in items) + b"}"
        )
    ),
    max_leaves=12,
)

reproducible = settings(deadline=None, derandomize=True)


def outcome(read: Any, body: bytes) -> Any:
    """What ``read`` gives, with the kind of every number, or why it refuses."""
    try:
        return kinds(read(body))
    except GoJSONError as error:
        return f"refused: {error}"


def kinds(value: Any) -> Any:
    """``value`` with its types, which plain comparison overlooks."""
    if isinstance(value, dict):
        return {key: kinds(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [kinds(inner) for inner in value]
    return type(value).__name__, value


class TierTests(SynchronousTestCase):
    """The tiers among themselves."""

    def assert_agreed(self, body: bytes) -> None:
        """All tiers have the same to say of ``body``."""
        outcomes = [outcome(tier, body) for tier in TIERS]
        self.assertEqual(outcomes[2:] * 2, outcomes[:2], body)

    @reproducible
    @given(values)
    @example(b'{"n":-0}')
    @example(b'{"n":[-0,1.50]} trailing')
    @example(b'{"a":"\\ud83e\\udd91\\\\ud800"}')
    def test_documents(self, body: bytes) -> None:
        """They agree on documents."""
        self.assert_agreed(body)

    @reproducible
    @given(values, noise, st.data())
    def test_damaged(self, body: bytes, rubbish: bytes, data: st.DataObject) -> None:
        """They agree on documents with something put in, or cut off."""
        at = data.draw(st.integers(0, len(body)))
        for broken in (body[:at], body[:at] + rubbish, body[:at] + rubbish + body[at:]):
            self.assert_agreed(broken)

    @reproducible
    @given(noise)
    @example(b'{"a":"\\ud8zz"}')
    @example(b"1.e5")
    def test_noise(self, body: bytes) -> None:
        """They agree on rubbish."""
        self.assert_agreed(body)

    def test_depth(self) -> None:
        """They agree however deep a document is."""
        for depth in (100, 900, 2_000, 10_000, 10_001):
            for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
                body = opened * depth + b"1" + closed * depth
                refusals = {refusal(tier, body) for tier in TIERS}
                self.assertEqual(1, len(refusals))


def refusal(read: Any, body: bytes) -> str:
    """Why ``read`` refuses, or nothing."""
    try:
        read(body)
    except GoJSONError as error:
        return str(error)
    return ""


class LoadsTests(SynchronousTestCase):
    """What comes of a body."""

    def test_numbers_keep_their_words(self) -> None:
        """Fractions, exponents and -0 are text, whole numbers are integers."""
        body = b'{"i":42,"z":-0,"f":1.50,"e":1E5,"big":12345678901234567890123}'
        data = loads(body)
        assert isinstance(data, dict)
        self.assertEqual(
            {"i": int, "z": Number, "f": Number, "e": Number, "big": int},
            {key: type(value) for key, value in data.items()},
        )
        self.assertEqual([42, "-0", "1.50", "1E5"], list(data.values())[:4])

    def test_never_float(self) -> None:
        """There is no plain float, however large."""
        numbers = loads(b"[1e999,0.1234567890123456789,-9223372036854775809]")
        assert isinstance(numbers, list)
        self.assertEqual([Number, Number, int], list(map(type, numbers)))

    def test_empty(self) -> None:
        """A body without a value is the end of file."""
        for body in (b"", b" \r\n\t"):
            self.assertEqual("EOF", str(self.assertRaises(GoJSONError, loads, body)))

    def test_value_error(self) -> None:
        """A refusal is a ValueError."""
        self.assertRaises(ValueError, loads, b"{")
