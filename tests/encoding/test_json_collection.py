"""Tests of output encoding json-collection."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding.json_collection import encoding, render
from krakendtw.gojson.number import Float
from krakendtw.proxy.message import Response


class RenderTests(SynchronousTestCase):
    """Answers."""

    def test_collection(self) -> None:
        """What is under the key is the whole body, a list or not."""
        for value, body in (
            ([1, "<"], rb'[1,"\u003c"]'),
            ({"not": "a list"}, b'{"not":"a list"}'),
            (None, b"null"),
            ([], b"[]"),
        ):
            response = Response({"collection": value, "other": 1})
            self.assertEqual(
                (b"application/json; charset=utf-8", body), render(response, None)
            )

    def test_nothing(self) -> None:
        """Without the key, data or response the list is empty."""
        for response in (None, Response(None), Response({}), Response({"a": 1})):
            self.assertEqual(b"[]", render(response, None)[1])

    def test_unwritable(self) -> None:
        """A list with NaN is an empty body."""
        response = Response({"collection": [Float("nan")]})
        self.assertEqual(b"", render(response, None)[1])


class EncodingTests(SynchronousTestCase):
    """The plugin object."""

    def test_is_for_output(self) -> None:
        """Backends are not read by it."""
        self.assertIsNone(encoding.decoder(True))
        self.assertIs(render, encoding.renderer())
