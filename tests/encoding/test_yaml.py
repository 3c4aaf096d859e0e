"""Tests of encoding yaml."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding.yaml import (
    decode,
    decode_collection,
    encoding,
    input_encoding,
    render,
)
from krakendtw.errors import DecodeError, PipeError
from krakendtw.gojson.number import Float, Number
from krakendtw.proxy.message import Response


class RenderTests(SynchronousTestCase):
    """Answers."""

    def test_data(self) -> None:
        """The data is a document."""
        self.assertEqual(
            (b"application/yaml; charset=utf-8", b'id: "1"\nname: x\n'),
            render(Response({"name": "x", "id": 1}), None),
        )

    def test_nothing(self) -> None:
        """Without data it is an empty map."""
        for response in (None, Response(None), Response({})):
            self.assertEqual(b"{}\n", render(response, None)[1])

    def test_too_deep(self) -> None:
        """What is nested without end is refused in words."""
        data: dict[str, Any] = {}
        for _ in range(3000):
            data = {"a": data}
        error = self.assertRaises(PipeError, render, Response(data), None)
        self.assertEqual("yaml: the data is nested too deep", str(error))


class DecodeTests(SynchronousTestCase):
    """Bodies of backends."""

    def test_mapping(self) -> None:
        """A mapping is the data, by the rules of YAML 1.2."""
        data = decode(b"a: 1\nb: [yes, 1.5, ~, 2020-01-02]\n1: {c: x}\n")
        assert data is not None
        self.assertEqual(
            data,
            {"a": 1, "b": ["yes", 1.5, None, "2020-01-02T00:00:00Z"], "1": {"c": "x"}},
        )
        self.assertIs(type(data["b"][1]), Float)

    def test_list(self) -> None:
        """A list is the collection where one is wanted."""
        self.assertEqual(decode_collection(b"- 1\n- a\n"), {"collection": [1, "a"]})

    def test_json(self) -> None:
        """JSON is read as JSON, numbers as they are written."""
        data = decode(b'{"a": 1.50}')
        assert data is not None
        self.assertEqual((data["a"], type(data["a"])), ("1.50", Number))
        self.assertEqual(decode_collection(b"[1]"), {"collection": [1]})
        self.assertIsNone(decode(b"null"))

    def test_other_roots(self) -> None:
        """What is neither is refused in the words for JSON, as KrakenD does."""
        for body, wanted in (
            (b"x", "invalid character 'x' looking for beginning of value"),
            (b"", "EOF"),
            (b"[1]", "json: cannot unmarshal array into Go value of type"),
        ):
            error = self.assertRaises(DecodeError, decode, body)
            self.assertIn(wanted, str(error))
        self.assertRaises(DecodeError, decode_collection, b"a: 1")

    def test_broken(self) -> None:
        """What is no YAML is refused, with the line."""
        error = self.assertRaises(DecodeError, decode, b"a: b: c")
        self.assertIn("yaml: line 1: ", str(error))
        self.assertRaises(DecodeError, decode, b"\xff\xfe\x00")

    def test_attacks(self) -> None:
        """Aliases do not grow without end, and nothing is called."""
        levels = [
            b"a%d: &a%d [%b]\n" % (at, at, b",".join([b"*a%d" % (at - 1)] * 10))
            for at in range(1, 12)
        ]
        bomb = b"a0: &a0 [x]\n" + b"".join(levels)
        for body in (
            bomb,
            b"a: &a [*a]",
            b"[" * 5000,
            b"a: " + b"[" * 600 + b"]" * 600 + b" # no JSON",
        ):
            self.assertRaises(DecodeError, decode, body)
        call = b"a: !!python/object/apply:os.system [ls]"
        self.assertEqual({"a": ["ls"]}, decode(call))

    def test_tags(self) -> None:
        """Values of other types are texts."""
        self.assertEqual(
            decode(b"a: !!binary aGk=\nb: !!timestamp 2020-01-01"),
            {"a": "hi", "b": "2020-01-01T00:00:00Z"},
        )


class EncodingTests(SynchronousTestCase):
    """The plugin object."""

    def test_answers(self) -> None:
        """Answers are written by it; backends are not read by it, as in KrakenD."""
        self.assertIs(render, encoding.renderer())
        self.assertIsNone(encoding.decoder(False))

    def test_bodies(self) -> None:
        """Backends' bodies have a name of their own."""
        self.assertIs(decode, input_encoding.decoder(False))
        self.assertIs(decode_collection, input_encoding.decoder(True))
        self.assertIsNone(input_encoding.renderer())
