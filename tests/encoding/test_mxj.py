"""Tests of XML in mxj's style."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._mxj import Unwritable, dumps
from krakendtw.gojson.number import Float, Number
from krakendtw.gojson.opaque import Opaque
from krakendtw.gojson.text import decode_raw

DOCUMENTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("<doc/>", {}),
    ("<r>x</r>", {"r": "x"}),
    ("<doc><a>1</a><b>two</b></doc>", {"b": "two", "a": 1}),
    ("<l><a>1</a></l><l/>", {"l": [{"a": 1}, {}]}),
    ("<doc><l>1</l><l><a>2</a></l><l/></doc>", {"l": [1, {"a": 2}, None]}),
    ("<doc><l>1</l><l>2</l><l>3</l></doc>", {"l": [[1, 2], [3]]}),
    ("<l/>", {"l": []}),
    ("<r><e/><n/><o/></r>", {"r": {"n": None, "e": [], "o": {}}}),
    ("<doc><f>false</f><s/><t>true</t></doc>", {"f": False, "t": True, "s": ""}),
    ('<e x="&lt;" y="7">b</e>', {"e": {"-y": 7, "-x": "<", "#text": "b"}}),
    ('<k only="attr"/>', {"k": {"-only": "attr"}}),
    ("<k></k>", {"k": {"#text": ""}}),
    ("<k>t<a>1</a></k>", {"k": {"#text": "t", "a": 1}}),
    ("<k>map[a:1 b:<nil>]</k>", {"k": {"#text": {"b": None, "a": 1}}}),
    ("<r><->x</-></r>", {"r": {"-": "x"}}),
)


class DumpsTests(SynchronousTestCase):
    """What the library prints."""

    def test_documents(self) -> None:
        """Roots, lists, attributes and texts are where they belong."""
        self.assertEqual(
            [text for text, _ in DOCUMENTS],
            [dumps(data).decode() for _, data in DOCUMENTS],
        )

    def test_escapes(self) -> None:
        """Five characters are escaped in texts and attributes."""
        escaped = "&amp;&lt;&gt;&quot;&apos;"
        self.assertEqual(
            f'<r a="{escaped}">{escaped}</r>'.encode(),
            dumps({"r": {"-a": "&<>\"'", "#text": "&<>\"'"}}),
        )

    def test_numbers(self) -> None:
        """Decoded numbers keep their words, made ones are as fmt prints them."""
        data = {"r": {"d": Number("1.50"), "m": Float(1e6), "-a": Number("1E5")}}
        self.assertEqual(b'<r a="1E5"><d>1.50</d><m>1e+06</m></r>', dumps(data))

    def test_raw(self) -> None:
        """Bytes that are no UTF-8 pass."""
        self.assertEqual(b"<r>\xff</r>", dumps({"r": decode_raw(b"\xff")}))

    def test_attribute_without_value(self) -> None:
        """Objects, lists and ``null`` cannot be attributes."""
        values: tuple[Any, ...] = (None, {}, [], Opaque(1))
        for value in values:
            self.assertRaises(Unwritable, dumps, {"r": {"-a": value}})

    def test_deep(self) -> None:
        """Depth is no obstacle."""
        data: dict[str, Any] = {"a": "x"}
        for _ in range(5000):
            data = {"a": data}
        self.assertTrue(dumps(data).endswith(b"x" + b"</a>" * 5001))

    def test_opaque(self) -> None:
        """Opaque values are written as what they hold."""
        data = {"items": Opaque([{"t": "x"}]), "a": Opaque(None)}
        self.assertEqual(b"<doc><a/><items><t>x</t></items></doc>", dumps(data))
