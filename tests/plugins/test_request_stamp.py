"""Tests of the example of a request modifier."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.interfaces import IRequestModifierPlugin
from krakendtw.plugin import Registry
from krakendtw.testing import request

FOLDER = Path(__file__).resolve().parents[2] / "plugins"


class RequestStampTests(SynchronousTestCase):
    """What a request carries afterwards."""

    def setUp(self) -> None:
        registry = Registry()
        registry.load_folder(str(FOLDER), "request_stamp")
        self.plugin: Any = registry.find(IRequestModifierPlugin, "request-stamp")

    def test_stamp(self) -> None:
        """Every request gets an id of its own, and the time in UTC."""
        modify = self.plugin.request_modifier({})
        first, second = request(), request()
        modify(first)
        modify(second)
        self.assertEqual(32, len(first.headers["X-Request-Id"][0]))
        self.assertNotEqual(
            first.headers["X-Request-Id"], second.headers["X-Request-Id"]
        )
        moment = datetime.fromisoformat(first.headers["X-Received-At"][0])
        self.assertEqual(0, moment.utcoffset().total_seconds())  # type: ignore[union-attr]

    def test_own_id(self) -> None:
        """An id that came with the request stays."""
        asked = request(headers={"X-Trace": "mine"})
        config = {"request-stamp": {"header": "X-Trace"}}
        self.plugin.request_modifier(config)(asked)
        self.assertEqual(["mine"], asked.headers["X-Trace"])
