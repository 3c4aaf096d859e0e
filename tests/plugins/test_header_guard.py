"""Tests of the example of a server plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.interfaces import IServerPlugin
from krakendtw.plugin import Registry
from krakendtw.testing import MemoryRouter, gateway_request, render

FOLDER = Path(__file__).resolve().parents[2] / "plugins"


class HeaderGuardTests(SynchronousTestCase):
    """Who gets in."""

    def setUp(self) -> None:
        registry = Registry()
        registry.load_folder(str(FOLDER), "header_guard.so")
        plugin: Any = registry.find(IServerPlugin, "header-guard")
        self.router = MemoryRouter()
        own = {"header": "X-Api-Key", "values": ["a", "b"]}
        self.resource = plugin.wrap({"header-guard": own}, self.router)

    def _status(self, **headers: str) -> int:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return render(self.resource, gateway_request(uri="/x", headers=fields)).status

    def test_known(self) -> None:
        """A known value is handed on to the router."""
        self.assertEqual(200, self._status(X_Api_Key="b"))
        self.assertEqual(1, len(self.router.requests))

    def test_any_case(self) -> None:
        """The header's name may be written in any case."""
        self.assertEqual(200, self._status(x_api_key="a"))

    def test_unknown(self) -> None:
        """Another value, or none, is refused before routing."""
        self.assertEqual(403, self._status(X_Api_Key="c"))
        self.assertEqual(403, self._status())
        self.assertEqual([], self.router.requests)
