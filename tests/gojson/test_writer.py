"""Tests of writing JSON byte for byte as Go does."""

from __future__ import annotations

from collections import OrderedDict
from types import MappingProxyType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.exact import MAX_DEPTH
from krakendtw.gojson.number import JSON, Float, Number, format_float
from krakendtw.gojson.opaque import Opaque
from krakendtw.gojson.reader import loads
from krakendtw.gojson.text import decode_raw
from krakendtw.gojson.writer import _dumps_patiently, dumps

WRITERS = (dumps, _dumps_patiently)

texts = st.text() | st.text('<>&\u2028\u2029\0\x1f\x7f"\\/.0e+-6,é', max_size=8)
numbers = st.integers() | st.sampled_from(["-0", "1.0", "1.50", "1E5", "1e+16"]).map(
    Number
)
finite = st.floats(allow_nan=False, allow_infinity=False)

reproducible = settings(deadline=None, derandomize=True)


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Data with these leaves."""
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
        max_leaves=12,
    )


decoded = trees(st.none() | st.booleans() | texts | numbers)
made = trees(st.none() | texts | numbers | finite | finite.map(Float))


class DumpsTests(SynchronousTestCase):
    """What Go prints."""

    def assert_written(self, expected: str, value: object) -> None:
        """Both writers write the same."""
        for write in WRITERS:
            self.assertEqual(expected.encode(), write(value))

    def test_compact_and_sorted(self) -> None:
        """Keys are in the order of their bytes, and there are no spaces."""
        data = {"b": 1, "a": [1, None, True], "B": {}, "_": "x", "é": [], "10": 1}
        self.assert_written(
            '{"10":1,"B":{},"_":"x","a":[1,null,true],"b":1,"é":[]}', data
        )

    def test_escapes(self) -> None:
        """HTML's characters and the line separators are escaped, in keys too."""
        self.assert_written(
            r'{"\u003ck\u003e\u0026":"\u2028\u2029 é☕/\u007f"}'.replace(
                r"\u007f", "\x7f"
            ),
            {"<k>&": "\u2028\u2029 é☕/\x7f"},
        )

    def test_control_characters(self) -> None:
        """Control characters have short names or four digits."""
        self.assert_written(
            r'"\u0000\u0001\b\t\n\u000b\f\r\u001f\"\\"',
            '\0\x01\b\t\n\x0b\f\r\x1f"\\',
        )

    def test_no_utf8(self) -> None:
        """A byte that is no UTF-8 is written as an escape, a real U+FFFD is not."""
        self.assert_written(
            '"\\u0000\\ufffd\\ufffda\ufffd"', decode_raw(b"\0\xff\xfea\xef\xbf\xbd")
        )

    def test_decoded_numbers(self) -> None:
        """Decoded numbers are written as they were read."""
        self.assert_written(
            "[-0,1.0,1.50,1E5,1e+16,1e-6,12345678901234567890123]",
            [
                *map(Number, ("-0", "1.0", "1.50", "1E5", "1e+16", "1e-6")),
                12345678901234567890123,
            ],
        )

    def test_floats(self) -> None:
        """Numbers made inside are written as Go prints a float64."""
        values = (1.0, 12.5, 1e16, 1e20, 1e21, 1e-5, 1e-6, 1e-7, -0.0, 1.5e-6)
        expected = (
            "[1,12.5,10000000000000000,100000000000000000000,1e+21,"
            "0.00001,0.000001,1e-7,-0,0.0000015]"
        )
        self.assert_written(expected, [*map(Float, values)])
        self.assert_written(expected, [*values])

    def test_lone_floats(self) -> None:
        """A float needs nothing beside it to be found."""
        for value, expected in ((1.0, "1"), (1e16, "1" + "0" * 16), (1e-6, "0.000001")):
            self.assert_written(expected, value)
            self.assert_written(f'{{"a":{expected}}}', {"a": value})

    def test_not_finite(self) -> None:
        """A number that JSON has no word for is refused."""
        self.assertRaises(ValueError, dumps, [Float("nan")])
        self.assertRaises(ValueError, _dumps_patiently, [float("inf")])

    def test_other_containers(self) -> None:
        """Tuples are lists; dictionaries of any kind are objects."""
        self.assert_written("[1,[2]]", (1, (2,)))
        for value in (OrderedDict(b=1, a=2), MappingProxyType({"b": 1, "a": 2})):
            self.assert_written('{"a":2,"b":1}', value)

    def test_other_keys(self) -> None:
        """Keys that are no text are written as one."""
        self.assert_written('{"1":1,"a":2}', {"a": 2, 1: 1})

    def test_opaque(self) -> None:
        """Opaque values keep the order of their fields, decoded numbers too."""
        item = Opaque([{"title": "<", "n": Number("1.0"), "author": Opaque(None)}])
        self.assert_written(
            r'{"a":0,"items":[{"title":"\u003c","n":1.0,"author":null}]}',
            {"items": item, "a": 0},
        )

    def test_unknown_kinds(self) -> None:
        """A value that JSON does not have is refused."""
        for write in WRITERS:
            error = self.assertRaises(TypeError, write, {"a": object()})
            self.assertIn("unsupported type: object", str(error))

    def test_deep(self) -> None:
        """Whatever can be read can be written."""
        body = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
        self.assertEqual(body, dumps(loads(body)))

    def test_cycle(self) -> None:
        """Data that contains itself is refused."""
        data: dict[str, Any] = {}
        data["self"] = data
        self.assertRaises(ValueError, dumps, data)


class RoundTripTests(SynchronousTestCase):
    """Writing and reading."""

    @reproducible
    @given(decoded)
    def test_loads_of_dumps(self, value: JSON) -> None:
        """What is written is read back."""
        for write in WRITERS:
            self.assertEqual(value, loads(write(value)))

    @reproducible
    @given(made)
    def test_writers_agree(self, value: Any) -> None:
        """The quick writer and the patient one write the same."""
        self.assertEqual(_dumps_patiently(value), dumps(value))

    @reproducible
    @given(finite)
    def test_floats(self, value: float) -> None:
        """Every float is written as Go writes it, whatever stands beside it."""
        expected = format_float(value)
        self.assertEqual(
            f'[{expected},1.0,"1.0,"]'.encode(), dumps([value, Number("1.0"), "1.0,"])
        )
