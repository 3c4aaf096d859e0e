"""Tests of whole JSON objects."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.writer import dumps
from krakendtw.middleware._json_object import NotAnObject, kind_of, unmarshal_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(-9, 9),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


class UnmarshalTests(SynchronousTestCase):
    """Go's ``json.Unmarshal`` into a map."""

    def assert_refused(self, text: bytes, words: str) -> None:
        """The text is refused with these words."""
        error = self.assertRaises(NotAnObject, unmarshal_object, text)
        self.assertEqual(str(error), words)

    def test_numbers_are_floats(self) -> None:
        """Every number is what a float64 holds of it."""
        made = unmarshal_object(b'{"n":12345678901234567890,"f":1.50,"l":[1e3]}')
        self.assertEqual(dumps(made), b'{"f":1.5,"l":[1000],"n":12345678901234567000}')

    def test_null(self) -> None:
        """``null`` is no object, and no mistake either."""
        self.assertIsNone(unmarshal_object(b" null "))

    def test_end(self) -> None:
        """Nothing and half a value end too early."""
        for text in (b"", b"  ", b'{"a":', b"[1"):
            self.assert_refused(text, "unexpected end of JSON input")

    def test_kinds(self) -> None:
        """Other values are named."""
        for text, kind in (
            (b"[1]", "array"),
            (b'"s"', "string"),
            (b"1", "number"),
            (b"1.0", "number"),
            (b"true", "bool"),
        ):
            self.assert_refused(
                text,
                f"json: cannot unmarshal {kind} into Go value of type "
                "map[string]interface {}",
            )

    def test_more(self) -> None:
        """What follows the value is refused, whatever it is."""
        for end in "x,]}1{":
            self.assert_refused(
                b"{} " + end.encode(),
                f"invalid character '{end}' after top-level value",
            )

    def test_overflow(self) -> None:
        """A number beyond float64 is refused in its own words."""
        self.assert_refused(
            b'{"a":[1e999]}',
            "json: cannot unmarshal number 1e999 into Go value of type float64",
        )

    @given(st.dictionaries(st.text(), VALUES))
    def test_round_trip(self, value: dict[str, object]) -> None:
        """What was written is read back, and written the same again."""
        text = dumps(value)
        self.assertEqual(dumps(unmarshal_object(text)), text)

    def test_kind_of_object(self) -> None:
        """Objects are called so."""
        self.assertEqual(kind_of({}), "object")
