"""Tests of the example of a client plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IAgent
from zope.interface.verify import verifyObject

from krakendtw.interfaces import IClientPlugin
from krakendtw.plugin import Registry
from krakendtw.testing import WireAnswer, fetch

FOLDER = Path(__file__).resolve().parents[2] / "plugins"


class CannedClientTests(SynchronousTestCase):
    """What the backend that does not exist answers."""

    def setUp(self) -> None:
        registry = Registry()
        registry.load_folder(str(FOLDER), "canned_client")
        self.plugin: Any = registry.find(IClientPlugin, "canned-client")

    def _fetch(self, config: dict[str, Any]) -> WireAnswer:
        agent = self.plugin.agent(config)
        verifyObject(IAgent, agent)
        return self.successResultOf(fetch(agent, "POST", "http://b/x", body=b"y"))

    def test_configured(self) -> None:
        """Status and body are those of the configuration."""
        answer = self._fetch({"canned-client": {"status": 201, "json": {"a": [1]}}})
        self.assertEqual((201, {"a": [1]}), (answer.status, answer.json()))
        self.assertEqual(["application/json"], answer.headers["Content-Type"])

    def test_nothing_configured(self) -> None:
        """Without a word in the configuration it is an empty object."""
        answer = self._fetch({"name": "canned-client"})
        self.assertEqual((200, {}), (answer.status, answer.json()))
