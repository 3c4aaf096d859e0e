"""Tests of the example of a middleware with a namespace of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, Rejected
from krakendtw.interfaces import IProxyMiddleware
from krakendtw.plugin import Registry
from krakendtw.testing import endpoint_scope, run_pipe, service_scope

FOLDER = Path(__file__).resolve().parents[2] / "plugins"
WHERE = ConfigPath() / "extra_config" / "example/maintenance-window"
HOUR_S = 3600


class MaintenanceWindowTests(SynchronousTestCase):
    """When the endpoint rests."""

    def setUp(self) -> None:
        registry = Registry()
        registry.load_folder(str(FOLDER), "maintenance_window")
        self.owner: Any = registry.middleware("example/maintenance-window")

    def _rests_at(self, hour: float, raw: Any) -> bool:
        clock = Clock()
        clock.advance(20_000 * 86_400 + hour * HOUR_S)
        settings = self.owner.configure(raw, WHERE)
        verifyObject(IProxyMiddleware, settings)
        scope = endpoint_scope(service=service_scope(clock=clock))
        answer = run_pipe([settings.proxy_part(scope)])
        rejected: list[Any] = []
        answer.addErrback(lambda failure: rejected.append(failure.value))
        self.successResultOf(answer)
        for error in rejected:
            self.assertIsInstance(error, Rejected)
            self.assertEqual((503, {"Retry-After": ["600"]}), _told(error))
        return bool(rejected)

    def test_hours(self) -> None:
        """It rests from the first second on, and not a second longer."""
        raw = {"from_hour": 2, "hours": 1.5}
        hours = (1.99, 2, 3.49, 3.5)
        rests = [self._rests_at(hour, raw) for hour in hours]
        self.assertEqual([False, True, True, False], rests)

    def test_over_midnight(self) -> None:
        """A rest may last until the next day."""
        raw = {"from_hour": 23, "hours": 5}
        rests = [self._rests_at(hour, raw) for hour in (22.9, 23.5, 3.9, 4)]
        self.assertEqual([False, True, True, False], rests)

    def test_wrong_config(self) -> None:
        """Without two numbers the gateway does not start."""
        for raw in (None, {}, {"from_hour": 1}, {"from_hour": "x", "hours": 1}):
            self.assertRaises(ConfigError, self.owner.configure, raw, WHERE)


def _told(error: Rejected) -> tuple[object, ...]:
    return error.status, error.headers
