"""Tests of the levels of a document."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.middleware._place import (
    BACKEND,
    ENDPOINT,
    SERVICE,
    demand_level,
    level_of,
    stands_in,
)
from krakendtw.testing import extra_config

LEVELS = {
    SERVICE: ConfigPath(("extra_config", "x")),
    ENDPOINT: ConfigPath(("endpoints", 3, "extra_config", "x")),
    BACKEND: ConfigPath(("endpoints", 3, "backend", 0, "extra_config", "x")),
}


class LevelTests(SynchronousTestCase):
    """Where a namespace stands."""

    def test_levels(self) -> None:
        """Service, endpoint and backend are told apart."""
        for level, where in LEVELS.items():
            self.assertEqual(level, level_of(where))

    def test_async_agent(self) -> None:
        """An agent is like an endpoint."""
        where = ConfigPath(("async_agent", 0, "extra_config", "x"))
        self.assertEqual(ENDPOINT, level_of(where))

    def test_workflow(self) -> None:
        """Inside of a workflow the innermost level counts."""
        around = (*LEVELS[BACKEND].steps[:-1], "workflow")
        for steps, level in (
            ((), BACKEND),
            (("extra_config", "x"), ENDPOINT),
            (("backend", 0, "extra_config", "x"), BACKEND),
            (("backend", 0, "extra_config", "workflow"), BACKEND),
            (("backend", 0, "extra_config", "workflow", "extra_config", "x"), ENDPOINT),
        ):
            self.assertEqual(level, level_of(ConfigPath((*around, *steps))), steps)

    def test_demand(self) -> None:
        """A level that is demanded is given back, another one is refused."""
        self.assertEqual(SERVICE, demand_level(LEVELS[SERVICE], SERVICE, ENDPOINT))
        error = self.assertRaises(ConfigError, demand_level, LEVELS[SERVICE], BACKEND)
        self.assertIn("put it into the backend's", str(error))


class StandsInTests(SynchronousTestCase):
    """Whether settings are a place's own."""

    def test_identity(self) -> None:
        """Equal settings of another place are not this one's."""
        own, other = [1], [1]
        extra = extra_config({"x": own})
        self.assertTrue(stands_in(own, extra))
        self.assertFalse(stands_in(other, extra))
