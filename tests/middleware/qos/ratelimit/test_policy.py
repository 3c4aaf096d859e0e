"""Tests of policies of tiers."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.middleware.qos.ratelimit._policy import compile_policy


class PolicyTests(SynchronousTestCase):
    """Expressions of one value."""

    def test_true(self) -> None:
        """The value fits where the expression is true."""
        fits = compile_policy("value.matches('silver.*') || value == ''", ConfigPath())
        self.assertEqual([True, True, False], [*map(fits, ("silver-2", "", "gold"))])

    def test_failure(self) -> None:
        """An expression that fails is not true."""
        fits = compile_policy("int(value) > 3", ConfigPath())
        self.assertEqual([True, False], [*map(fits, ("4", "gold"))])

    def test_nonsense(self) -> None:
        """What is no CEL, or gives no truth value, does not start."""
        for text in ("value ==", "other == 'a'", "value", "value == 1"):
            self.assertRaises(ConfigError, compile_policy, text, ConfigPath())
