"""Tests of the example ``last_answer``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.errors import PipeError
from krakendtw.interfaces import IPipePlugin
from krakendtw.plugin import Registry
from krakendtw.testing import MemoryBackend, request, response

FOLDER = Path(__file__).resolve().parents[2] / "plugins"


class LastAnswerTests(SynchronousTestCase):
    """Answers while the backends fail."""

    def setUp(self) -> None:
        registry = Registry()
        registry.load_file(str(FOLDER / "last_answer.py"))
        plugin = registry.find(IPipePlugin, "last-answer")
        assert plugin is not None
        self.plugin = plugin
        self.now = 10.0
        self.patch(sys.modules[type(plugin).__module__], "now", lambda: self.now)

    def proxy(self, *answers: Any) -> Any:
        """The plugin around backends with these answers."""
        verifyObject(IPipePlugin, self.plugin)
        return self.plugin.around(
            {"last-answer": {"seconds": 5}}, MemoryBackend(*answers)
        )

    def test_rescued(self) -> None:
        """A failure is answered by what was there before, marked incomplete."""
        proxy = self.proxy({"a": [1]}, PipeError("x"))
        self.successResultOf(proxy(request())).data["a"].append(2)
        for _ in range(2):
            answer = self.successResultOf(proxy(request()))
            self.assertEqual((answer.data, answer.is_complete), ({"a": [1]}, False))

    def test_too_old(self) -> None:
        """After a while it is a failure again."""
        proxy = self.proxy({"a": 1}, PipeError("x"))
        self.successResultOf(proxy(request()))
        self.now += 5
        self.failureResultOf(proxy(request()), PipeError)

    def test_nothing_kept(self) -> None:
        """Nothing comes of nothing, nor of incomplete answers."""
        proxy = self.proxy(response({"a": 1}, is_complete=False), PipeError("x"))
        self.successResultOf(proxy(request()))
        self.failureResultOf(proxy(request()), PipeError)
