"""Tests of the JSON parser of last resort."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.exact import MAX_DEPTH, GoJSONError, integer, parse
from krakendtw.gojson.number import JSON, Number

VALUE = "looking for beginning of value"
KEY = "looking for beginning of object key string"

# What Go 1.26's json.Decoder says to each.
REFUSED: dict[bytes, str] = {
    b"": "EOF",
    b" \n": "EOF",
    b"{": "unexpected EOF",
    b'{"a":1': "unexpected EOF",
    b"nul": "unexpected EOF",
    b'"abc': "unexpected EOF",
    b'"\\': "unexpected EOF",
    b'"\\u12': "unexpected EOF",
    b"{n:1}": f"invalid character 'n' {KEY}",
    b'{"a":1,}': f"invalid character '}}' {KEY}",
    b"{'a':1}": f"invalid character '\\'' {KEY}",
    b"{]": f"invalid character ']' {KEY}",
    b"[1,]": f"invalid character ']' {VALUE}",
    b"[}": f"invalid character '}}' {VALUE}",
    b'{"a" 1}': "invalid character '1' after object key",
    b'{"a":1 "b":2}': "invalid character '\"' after object key:value pair",
    b"[1 2]": "invalid character '2' after array element",
    b"nulx": "invalid character 'x' in literal null (expecting 'l')",
    b"trve": "invalid character 'v' in literal true (expecting 'u')",
    b"falsy": "invalid character 'y' in literal false (expecting 'e')",
    b'{"a":NaN}': f"invalid character 'N' {VALUE}",
    b'{"a":+1}': f"invalid character '+' {VALUE}",
    b'{"a":.5}': f"invalid character '.' {VALUE}",
    b'{"a":-}': "invalid character '}' in numeric literal",
    b'{"a":-x}': "invalid character 'x' in numeric literal",
    b'{"a":1.}': "invalid character '}' after decimal point in numeric literal",
    b'{"a":1e}': "invalid character '}' in exponent of numeric literal",
    b'{"a":1e+}': "invalid character '}' in exponent of numeric literal",
    b'{"a":01}': "invalid character '1' after object key:value pair",
    b'"a\nb"': "invalid character '\\n' in string literal",
    b'"\\x"': "invalid character 'x' in string escape code",
    b'"\\u12g4"': "invalid character 'g' in \\u hexadecimal character escape",
    b"\xef\xbb\xbf{}": f"invalid character 'ï' {VALUE}",
    b"\xff": f"invalid character 'ÿ' {VALUE}",
    b"\xad": f"invalid character '\\u00ad' {VALUE}",
    b"\x00": f"invalid character '\\x00' {VALUE}",
    b'{"a":\x7f': f"invalid character '\\x7f' {VALUE}",
    b"// c": f"invalid character '/' {VALUE}",
    b"<html>": f"invalid character '<' {VALUE}",
    b"\\": f"invalid character '\\\\' {VALUE}",
}

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)

reproducible = settings(deadline=None, derandomize=True)


def refusal(body: bytes) -> str:
    """What is said against ``body``."""
    try:
        parse(body)
    except GoJSONError as error:
        return str(error)
    return ""


class RefusalTests(SynchronousTestCase):
    """Broken documents."""

    def test_words(self) -> None:
        """Each is refused in Go's words."""
        self.assertEqual(REFUSED, {body: refusal(body) for body in REFUSED})

    def test_depth(self) -> None:
        """Ten thousand open brackets are taken, one more is not."""
        self.assertEqual("", refusal(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH))
        for bracket, opened in ((b"[", b"["), (b"{", b'{"a":')):
            message = f"invalid character '{bracket.decode()}' exceeded max depth"
            self.assertEqual(message, refusal(opened * (MAX_DEPTH + 1)))


class ValueTests(SynchronousTestCase):
    """Documents that are taken."""

    def test_kinds(self) -> None:
        """Every kind of value is read."""
        body = b' { "a" : [ 1 , true , false , null , "x" , { } , [ ] ] } '
        self.assertEqual({"a": [1, True, False, None, "x", {}, []]}, parse(body))

    def test_first_value_only(self) -> None:
        """What follows the value is not looked at."""
        for body, value in (
            (b'{"a":1} <', {"a": 1}),
            (b"12abc", 12),
            (b"01", 0),
            (b"nullx", None),
            (b'"s"x', "s"),
            (b"[]]", []),
        ):
            self.assertEqual(value, parse(body))

    def test_numbers(self) -> None:
        """Whole numbers are integers, all others keep their words."""
        body = b"[0,-7,12345678901234567890123,-0,1.0,1E5,1e999]"
        numbers = parse(body)
        assert isinstance(numbers, list)
        self.assertEqual([0, -7, 12345678901234567890123], numbers[:3])
        self.assertEqual(["-0", "1.0", "1E5", "1e999"], numbers[3:])
        self.assertEqual({Number}, set(map(type, numbers[3:])))

    def test_endless_integer(self) -> None:
        """An integer longer than Python converts keeps its words."""
        self.assertIs(int, type(integer("-" + "9" * 4300)))
        self.assertIs(Number, type(integer("9" * 4301)))

    def test_escapes(self) -> None:
        """Escape sequences are resolved, surrogate pairs joined."""
        body = rb'"\b\f\n\r\t\\\/\"\u00e9\ud83e\udd91"'
        self.assertEqual('\b\f\n\r\t\\/"é🦑', parse(body))

    def test_no_text(self) -> None:
        """Halves of pairs and bytes that are no UTF-8 are U+FFFD, one each."""
        for body, text in (
            (rb'"a\ud800b"', "a\ufffdb"),
            (rb'"\udc00\ud800"', "\ufffd\ufffd"),
            (rb'"\ud800A"', "\ufffdA"),
            (b'"\xe2\x82"', "\ufffd\ufffd"),
            (b'"\xed\xa0\x80"', "\ufffd\ufffd\ufffd"),
        ):
            self.assertEqual(text, parse(body))

    def test_equal_keys(self) -> None:
        """Of equal keys the last one wins, and nothing is merged."""
        body = b'{"a":{"x":1},"a":{"y":2}}'
        self.assertEqual({"a": {"y": 2}}, parse(body))

    @reproducible
    @given(documents)
    def test_like_python(self, value: JSON) -> None:
        """What Python writes is read back."""
        body = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        if "\ud800" not in body.decode("utf-8", "surrogatepass"):
            self.assertEqual(value, parse(body))
