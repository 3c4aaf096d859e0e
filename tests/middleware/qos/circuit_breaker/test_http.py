"""Tests of ``qos/circuit-breaker/http``."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from twisted.internet.defer import CancelledError, fail, succeed
from twisted.internet.error import ConnectionRefusedError
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IAgent
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import Canceled, ConfigError, ConfigErrors, Rejected
from krakendtw.interfaces import IClientMiddleware
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.qos.circuit_breaker.http import configure
from krakendtw.testing import backend_scope, extra_config, fetch
from tests.middleware.qos.doubles import Time

NAMESPACE = "qos/circuit-breaker/http"
WHERE = ConfigPath(("endpoints", 0, "backend", 0, "extra_config", NAMESPACE))
RAW: dict[str, Any] = {
    "interval": 60,
    "timeout": 10,
    "max_errors": 1,
    "valid_status_codes": [200, 404],
}


@implementer(IAgent)
class Origin:
    """An agent that answers as it is told."""

    def __init__(self) -> None:
        self.answer: Any = 200

    def request(self, *_: Any) -> Any:
        """See :class:`twisted.web.iweb.IAgent`."""
        if isinstance(self.answer, int):
            return succeed(MemoryResponse(self.answer))
        return fail(self.answer)


class HTTPCircuitBreakerTests(SynchronousTestCase):
    """The breaker around an agent."""

    def setUp(self) -> None:
        self.time = Time()
        self.origin = Origin()
        settings = evolve(configure(RAW, WHERE), now=self.time)
        verifyObject(IClientMiddleware, settings)
        backend = BackendConfig(timeout=2.0, extra=extra_config({NAMESPACE: settings}))
        self.agent = settings.wrap_agent(backend_scope(backend), self.origin)

    def ask(self, answer: Any) -> Any:
        """What comes of one exchange: a status or an error."""
        self.origin.answer = answer
        done: Any = fetch(self.agent)
        done.addCallbacks(lambda got: got.status, lambda failure: failure.value)
        return self.successResultOf(done)

    def test_listed_statuses(self) -> None:
        """Statuses in the list are no failures."""
        for status in (404, 200, 404):
            self.assertEqual(status, self.ask(status))

    def test_other_statuses(self) -> None:
        """Every other one is, and reaches whoever asked."""
        self.assertEqual([500, 201], [self.ask(500), self.ask(201)])
        error = self.ask(200)
        self.assertIsInstance(error, Rejected)
        self.assertEqual("circuit breaker is open", str(error))

    def test_redirects(self) -> None:
        """A redirect on the way is no failure."""
        self.assertEqual([302] * 3, [self.ask(302) for _ in range(3)])

    def test_no_answer(self) -> None:
        """No answer is a failure."""
        for _ in range(2):
            self.ask(ConnectionRefusedError())
        self.assertIsInstance(self.ask(200), Rejected)

    def test_mends(self) -> None:
        """After the timeout a good status closes it."""
        for _ in range(2):
            self.ask(500)
        self.time.advance(11)
        self.assertEqual([200, 200], [self.ask(200), self.ask(200)])

    def test_given_up_early(self) -> None:
        """A client that leaves counts neither way."""
        for _ in range(5):
            self.ask(Canceled())
        self.assertEqual(200, self.ask(200))

    def test_given_up_late(self) -> None:
        """A call that is ended when its time is all but over has failed."""

        class Late(Origin):
            def request(late, *_: Any) -> Any:  # noqa: N805
                self.time.advance(1.9)
                return fail(CancelledError())

        origin = Late()
        settings = evolve(configure(RAW, WHERE), now=self.time)
        backend = BackendConfig(timeout=2.0, extra=extra_config({NAMESPACE: settings}))
        self.agent = settings.wrap_agent(backend_scope(backend), origin)
        for _ in range(2):
            self.ask(None)
        self.assertIsInstance(self.ask(None), Rejected)

    def test_elsewhere(self) -> None:
        """The settings of another place leave the agent alone."""
        settings = configure(RAW, WHERE)
        self.assertIs(self.origin, settings.wrap_agent(backend_scope(), self.origin))


class ConfigureTests(SynchronousTestCase):
    """What does not start."""

    def test_required(self) -> None:
        """Four keys are required."""
        message = str(self.assertRaises(ConfigErrors, configure, {}, WHERE))
        for key in RAW:
            self.assertIn(f"{key}: is missing", message)

    def test_statuses(self) -> None:
        """Statuses are from 100 to 599, and there is one at least."""
        for codes in ([], [99], [600], ["200"], 200, [True]):
            raw = {**RAW, "valid_status_codes": codes}
            self.assertRaises(ConfigErrors, configure, raw, WHERE)

    def test_elsewhere(self) -> None:
        """It belongs to a backend."""
        self.assertRaises(
            ConfigError, configure, RAW, ConfigPath(("extra_config", "x"))
        )
