"""Tests of what scripts may use up, as it is configured."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.middleware.modifier.lua._limits import Limits, parse_limits


class LimitsTests(SynchronousTestCase):
    """The key ``limits``."""

    def parse(self, raw: Any) -> Limits:
        """What is made of a value."""
        return parse_limits(raw, ConfigPath())

    def test_defaults(self) -> None:
        """All of them, or those that are left out."""
        self.assertEqual(Limits(), self.parse(None))
        self.assertEqual(Limits(), self.parse({}))
        self.assertEqual(Limits(instructions=5), self.parse({"instructions": 5}))

    def test_units(self) -> None:
        """Milliseconds and mebibytes."""
        made = self.parse({"cpu_ms": 100, "turn_ms": 0.5, "memory_mb": 1.5})
        self.assertEqual((0.1, 0.0005), (made.seconds, made.turn))
        self.assertEqual(3 << 19, made.memory)

    def test_mistakes(self) -> None:
        """What is no positive number is told with its place."""
        for wrong in (0, -1, "x", True, [], float("nan")):
            error = self.assertRaises(ConfigError, self.parse, {"cpu_ms": wrong})
            self.assertIn("cpu_ms", str(error))
        for wrong in ([], 1, "x"):
            self.assertRaises(ConfigError, self.parse, wrong)
