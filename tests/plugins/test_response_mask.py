"""Tests of the example of a response modifier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.interfaces import IResponseModifierPlugin
from krakendtw.plugin import Registry
from krakendtw.testing import request, response

FOLDER = Path(__file__).resolve().parents[2] / "plugins"


class ResponseMaskTests(SynchronousTestCase):
    """What is left to read."""

    def setUp(self) -> None:
        registry = Registry()
        registry.load_folder(str(FOLDER), "response_mask")
        self.plugin: Any = registry.find(IResponseModifierPlugin, "response-mask")

    def _masked(self, data: Any, *fields: str, **more: str) -> Any:
        own = {"fields": list(fields), **more}
        answer = response()
        answer.data = data
        self.plugin.response_modifier({"response-mask": own})(request(), answer)
        return answer.data

    def test_fields(self) -> None:
        """Fields at any depth are overwritten, the others stay."""
        data = {"a": 1, "card": {"number": "4", "name": "x"}}
        self.assertEqual(
            {"a": "***", "card": {"number": "***", "name": "x"}},
            self._masked(data, "a", "card.number"),
        )

    def test_lists(self) -> None:
        """Lists are gone through item by item."""
        data = {"users": [{"key": 1}, {"key": 2}, 3]}
        self.assertEqual(
            {"users": [{"key": "?"}, {"key": "?"}, 3]},
            self._masked(data, "users.key", mask="?"),
        )

    def test_missing(self) -> None:
        """Fields that are not there are not made up."""
        self.assertEqual({"a": 1}, self._masked({"a": 1}, "b", "a.b"))
        self.assertIsNone(self._masked(None, "a"))

    def test_nothing_to_do(self) -> None:
        """Without fields the plugin stays out."""
        self.assertIsNone(self.plugin.response_modifier({}))
