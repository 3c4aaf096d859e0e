"""Tests of ``qos/circuit-breaker``."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import (
    Canceled,
    DeadlineExceeded,
    InvalidStatus,
    NotConfigured,
    Rejected,
)
from krakendtw.interfaces import IBackendMiddleware
from krakendtw.middleware.qos.circuit_breaker.backend import configure
from krakendtw.proxy.pipe import Hooks
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    backend_scope,
    endpoint_scope,
    extra_config,
    request,
    run_pipe,
    service_scope,
)

NAMESPACE = "qos/circuit-breaker"


class CircuitBreakerTests(SynchronousTestCase):
    """The breaker in a backend's pipe."""

    def setUp(self) -> None:
        self.log = MemoryLog()
        self.clock = Clock()

    def part(self, raw: Any = None, *, is_here: bool = True) -> Any:
        """The step of a backend with these settings."""
        settings = configure({"max_errors": 1} if raw is None else raw, ConfigPath())
        verifyObject(IBackendMiddleware, settings)
        extra = extra_config({NAMESPACE: settings} if is_here else {})
        service = service_scope(log=self.log, clock=self.clock)
        scope = backend_scope(
            BackendConfig(url_pattern="/x", extra=extra),
            endpoint_scope(service=service),
        )
        return settings.backend_part(scope)

    def outcome(self, part: Any, answer: Any, **asked: Any) -> str:
        """The name of what a call ends with."""
        done: Any = run_pipe([part], MemoryBackend(answer), request(**asked))
        if isinstance(answer, Deferred):
            answer.cancel()
        done.addErrback(lambda failure: failure.value)
        return type(self.successResultOf(done)).__name__

    def test_opens(self) -> None:
        """Failures open it, whatever they are."""
        part = self.part()
        self.assertEqual("InvalidStatus", self.outcome(part, InvalidStatus("x")))
        self.assertEqual("DeadlineExceeded", self.outcome(part, DeadlineExceeded()))
        self.assertEqual("Rejected", self.outcome(part, {}))

    def test_raising(self) -> None:
        """A step below that raises has failed."""

        def broken(below: Any) -> Any:
            def call(asked: Any) -> Any:
                raise InvalidStatus("x")

            return call

        part = self.part({"max_errors": 0, "timeout": 9})
        for expected in (InvalidStatus, Rejected):
            self.failureResultOf(run_pipe([part, broken]), expected)

    def test_refusal_below(self) -> None:
        """Another component's refusal inside of it counts."""

        def refuse(asked: Any) -> None:
            raise Rejected("rate limit exceded")

        part = self.part({"max_errors": 0, "timeout": 9})
        words = []
        for _ in range(2):
            failure = self.failureResultOf(run_pipe([part, Hooks(request=refuse)]))
            words.append(str(failure.value))
        self.assertEqual(["rate limit exceded", "circuit breaker is open"], words)

    def test_canceled(self) -> None:
        """What nobody waits for counts neither way."""
        part = self.part()
        for _ in range(5):
            self.assertEqual("Canceled", self.outcome(part, Canceled()))
            self.assertEqual("CancelledError", self.outcome(part, Deferred()))
        self.assertEqual("Response", self.outcome(part, {}))

    def test_late(self) -> None:
        """What is ended at the deadline has failed."""
        part = self.part()
        self.clock.advance(5)
        for answer in (Canceled(), CancelledError()):
            self.outcome(part, answer, deadline=5.0)
        self.assertEqual("Rejected", self.outcome(part, {}))

    def test_nothing_set(self) -> None:
        """Without a value above 0 there is no breaker."""
        for raw in ({}, {"interval": 0, "name": ""}, [1], {"timeout": "9"}):
            self.assertRaises(NotConfigured, configure, raw, ConfigPath())

    def test_anything_set(self) -> None:
        """One value is enough, be it the log's: no error is borne then."""
        part = self.part({"log_status_change": True})
        self.outcome(part, InvalidStatus("x"))
        self.assertEqual("Rejected", self.outcome(part, {}))
        self.assertEqual(
            [
                "DEBUG [BACKEND: /x][CB] Creating the circuit breaker named ''",
                "WARNING [CB] Circuit breaker named '' went from 'closed' to 'open'",
            ],
            self.log.lines,
        )

    def test_one_for_each_backend(self) -> None:
        """Breakers of one name share nothing."""
        raw = {"name": "same", "timeout": 5}
        first, second = self.part(raw), self.part(raw)
        self.outcome(first, InvalidStatus("x"))
        self.assertEqual("Response", self.outcome(second, {}))

    def test_elsewhere(self) -> None:
        """The settings of another place are none of a backend's business."""
        self.assertIsNone(self.part(is_here=False))
