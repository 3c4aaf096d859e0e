"""Tests of output encoding yaml."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding.yaml import encoding, render
from krakendtw.errors import PipeError
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


class EncodingTests(SynchronousTestCase):
    """The plugin object."""

    def test_is_for_output(self) -> None:
        """Backends are not read by it."""
        self.assertIsNone(encoding.decoder(False))
        self.assertIs(render, encoding.renderer())
