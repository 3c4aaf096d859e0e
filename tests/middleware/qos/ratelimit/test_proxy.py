"""Tests of ``qos/ratelimit/proxy``."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import Rejected
from krakendtw.interfaces import IBackendMiddleware
from krakendtw.middleware.qos.ratelimit.proxy import NAMESPACE, configure
from krakendtw.testing import (
    MemoryLog,
    backend_scope,
    endpoint_scope,
    extra_config,
    run_pipe,
    service_scope,
)
from tests.middleware.qos.doubles import Time


class BackendLimitTests(SynchronousTestCase):
    """The limit of one backend."""

    def setUp(self) -> None:
        self.time = Time()
        self.log = MemoryLog()

    def part(self, raw: Any, *, is_here: bool = True) -> Any:
        """The step of a backend with these settings."""
        settings = evolve(configure(raw, ConfigPath()), now=self.time)
        verifyObject(IBackendMiddleware, settings)
        extra = extra_config({NAMESPACE: settings} if is_here else {})
        endpoint = endpoint_scope(service=service_scope(log=self.log))
        scope = backend_scope(BackendConfig(url_pattern="/x", extra=extra), endpoint)
        return settings.backend_part(scope)

    def granted(self, part: Any, attempts: int) -> int:
        """How many calls get through."""
        granted = 0
        for _ in range(attempts):
            answer = run_pipe([part])
            if answer.result.__class__.__name__ == "Response":
                granted += 1
            answer.addErrback(lambda _: None)
        return granted

    def test_limit(self) -> None:
        """Calls above the limit do not reach the backend."""
        part = self.part({"max_rate": 2, "capacity": 3})
        self.assertEqual(3, self.granted(part, 5))
        self.time.advance(0.5)
        self.assertEqual(1, self.granted(part, 5))

    def test_failure(self) -> None:
        """They fail with KrakenD's words, and 500."""
        part = self.part({"max_rate": 1})
        self.successResultOf(run_pipe([part]))
        error = self.failureResultOf(run_pipe([part]), Rejected).value
        self.assertEqual(("rate limit exceded", 500), (str(error), error.status))

    def test_short_every(self) -> None:
        """Unlike on endpoints ``every`` may be shorter than a second."""
        self.assertEqual(
            10, self.granted(self.part({"max_rate": 1, "every": "100ms"}), 20)
        )

    def test_bad_every(self) -> None:
        """What is no duration is a second."""
        self.assertEqual(
            2, self.granted(self.part({"max_rate": 2, "every": "often"}), 5)
        )

    def test_no_time_at_all(self) -> None:
        """``every`` of 0 lets everything through, unless the rate is 0 too."""
        self.assertEqual(
            9, self.granted(self.part({"max_rate": 1, "capacity": 1, "every": "0s"}), 9)
        )
        self.assertEqual(
            1, self.granted(self.part({"max_rate": 0, "capacity": 1, "every": "0s"}), 9)
        )

    def test_off(self) -> None:
        """Without a rate above 0 there is no step."""
        for raw in ({}, {"max_rate": 0}, {"max_rate": 1, "every": "-1s"}):
            self.assertIsNone(self.part(raw))

    def test_log(self) -> None:
        """A limit is told at start; what is no object is an error."""
        self.part({"max_rate": 1})
        self.assertIsNone(self.part([1]))
        prefix = "[BACKEND: /x][Ratelimit]"
        self.assertEqual(
            [
                f"DEBUG {prefix} Enabling the rate limiter",
                f"ERROR {prefix} wrong extra config",
            ],
            self.log.lines,
        )

    def test_elsewhere(self) -> None:
        """The settings of another place are none of a backend's business."""
        self.assertIsNone(self.part({"max_rate": 1}, is_here=False))
