"""Tests of the example of an encoding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import DecodeError
from krakendtw.interfaces import IEncodingPlugin
from krakendtw.plugin import Registry
from krakendtw.testing import gateway_request, response

FOLDER = Path(__file__).resolve().parents[2] / "plugins"
TABLE = b"id,name\n1,Ada\n2,Grace\n"


class CSVEncodingTests(SynchronousTestCase):
    """Tables in and out."""

    def setUp(self) -> None:
        registry = Registry()
        registry.load_folder(str(FOLDER), "csv_encoding")
        self.encoding: Any = registry.find(IEncodingPlugin, "csv")

    def _render(self, data: Any) -> tuple[bytes, bytes]:
        answer = response()
        answer.data = data
        rendered: tuple[bytes, bytes] = self.encoding.renderer()(
            answer, gateway_request()
        )
        return rendered

    def test_collection(self) -> None:
        """A table is a collection of rows."""
        self.assertEqual(
            {"collection": [{"id": "1", "name": "Ada"}, {"id": "2", "name": "Grace"}]},
            self.encoding.decoder(True)(TABLE),
        )

    def test_object(self) -> None:
        """Where an object is wanted it is the first row, or an empty one."""
        decode = self.encoding.decoder(False)
        self.assertEqual({"id": "1", "name": "Ada"}, decode(TABLE))
        self.assertEqual({}, decode(b"id,name\n"))

    def test_ragged(self) -> None:
        """Cells beyond the heading have a name too, missing ones are null."""
        rows = self.encoding.decoder(True)(b"a,b\n1,2,3\n4\n")["collection"]
        self.assertEqual(
            [{"a": "1", "b": "2", "rest": ["3"]}, {"a": "4", "b": None}], rows
        )

    def test_broken(self) -> None:
        """What is no table is a decoding error."""
        for body in (b'a\n"b"c\n', b"a\n\xff\n"):
            self.assertRaises(DecodeError, self.encoding.decoder(True), body)

    def test_round_trip(self) -> None:
        """What is read can be written again."""
        data = self.encoding.decoder(True)(TABLE)
        self.assertEqual((b"text/csv; charset=utf-8", TABLE), self._render(data))

    def test_single_object(self) -> None:
        """An object that is no collection is one row."""
        self.assertEqual(b"a,b\n1,x\n", self._render({"a": 1, "b": "x"})[1])

    def test_different_rows(self) -> None:
        """The columns are those of all rows."""
        rows = [{"a": 1}, {"b": 2}]
        self.assertEqual(b"a,b\n1,\n,2\n", self._render({"collection": rows})[1])

    def test_nothing(self) -> None:
        """No data is an empty table, not a failure."""
        for data in (None, {}, {"collection": []}):
            self.assertEqual(b"\n", self._render(data)[1])
        kind, body = self.encoding.renderer()(None, gateway_request())
        self.assertEqual((b"text/csv; charset=utf-8", b"\n"), (kind, body))
