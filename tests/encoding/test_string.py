"""Tests of encoding string."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding.string import decode, render
from krakendtw.gojson.number import Number
from krakendtw.proxy.message import Response


def text_of(data: dict[str, Any] | None) -> object:
    """The body that is rendered of ``data``."""
    content_type, body = render(Response(data), None)
    assert content_type == b"text/plain; charset=utf-8"
    return body


class StringTests(SynchronousTestCase):
    """There and back."""

    def test_decode(self) -> None:
        """The body is the content, an empty one too."""
        self.assertEqual({"content": "é"}, decode("é".encode()))
        self.assertEqual({"content": ""}, decode(b""))

    def test_render(self) -> None:
        """The content is the body, whatever it came from."""
        self.assertEqual(b"100%s <x>", text_of({"content": "100%s <x>", "a": 1}))

    def test_no_text(self) -> None:
        """No content, or one that is no text, is an empty body."""
        for data in (None, {}, {"a": "b"}, {"content": 1}, {"content": Number("1.0")}):
            self.assertEqual(b"", text_of(data))
        self.assertEqual(b"", render(None, None)[1])

    @settings(deadline=None, derandomize=True)
    @given(st.binary())
    def test_round_trip(self, body: bytes) -> None:
        """Any bytes pass unharmed."""
        self.assertEqual(body, text_of(decode(body)))
