"""Tests of the observer that hides what must not be seen."""

from __future__ import annotations

from typing import Any

from twisted.logger import ILogObserver, Logger, formatEvent
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.log import Log
from krakendtw.log_mask import MaskingObserver


class MaskTests(SynchronousTestCase):
    """Events on their way."""

    def setUp(self) -> None:
        self.events: list[Any] = []
        self.observer = MaskingObserver(
            self.events.append, lambda text: text.replace("secret", "***")
        )
        self.logger = Logger(namespace="test", observer=self.observer)

    def texts(self) -> list[str]:
        """What would be written."""
        return [formatEvent(event) for event in self.events]

    def test_interface(self) -> None:
        """It is an observer."""
        verifyObject(ILogObserver, self.observer)

    def test_own_lines(self) -> None:
        """Lines of the gateway, which may hold braces."""
        Log("[A]", logger=self.logger).error("a {secret} b")
        self.assertEqual(["[A] a {***} b"], self.texts())
        self.assertEqual("ERROR", self.events[0]["krakend_level"])

    def test_other_lines(self) -> None:
        """Lines of others, with their parameters."""
        self.logger.info("one {it}", it="secret {x}")
        self.logger.info("two {it}", it="open")
        self.assertEqual(["one *** {x}", "two open"], self.texts())

    def test_failures(self) -> None:
        """A traceback is text, too."""
        try:
            raise ValueError("secret")
        except ValueError:
            self.logger.failure("Failed")
        text = self.texts()[0]
        self.assertIn("ValueError: ***", text)
        self.assertNotIn("log_failure", self.events[0])
