"""Tests of checks and of what they stand in front of."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.qos.ratelimit._check import (
    LIMITED,
    GuardedLeaf,
    chained,
    client_check,
    compile_checks,
    guarded_handler,
)
from krakendtw.middleware.qos.ratelimit._limits import Limits
from krakendtw.middleware.qos.ratelimit._store import MemoryStore
from krakendtw.router.answer import Answer
from krakendtw.testing import (
    MemoryLog,
    MemoryRouter,
    answer_of,
    gateway_request,
    render,
    start,
)
from tests.middleware.qos.doubles import Time


class CompileTests(SynchronousTestCase):
    """Both limits in one."""

    def check(self, **limits: Any) -> Any:
        """The check of limits, clients told apart by a header."""
        return compile_checks(
            Limits(**limits),
            MemoryStore(now=Time()),
            lambda request: (request.field(b"x-c") or b"").decode(),
            "name",
        )

    def asked(self, check: Any, client: str) -> Any:
        """What the check says of a client's request."""
        return check(gateway_request(headers={"X-C": client}))

    def test_none(self) -> None:
        """Without rates there is nothing to check."""
        self.assertIsNone(self.check())

    def test_everybody(self) -> None:
        """Above the limit of all it is 503."""
        check = self.check(max_rate=1, capacity=2)
        self.assertEqual([0, 0, 503], [self.asked(check, "") for _ in range(3)])

    def test_client_first(self) -> None:
        """A client above its own limit takes nothing from the others: 429."""
        check = self.check(max_rate=1, capacity=3, client_max_rate=1, client_capacity=2)
        self.assertEqual([0, 0, 429], [self.asked(check, "a") for _ in range(3)])
        self.assertEqual([0, 503, 429], [self.asked(check, "b") for _ in range(3)])

    def test_nobody(self) -> None:
        """A request that names no client is refused: 429."""
        self.assertEqual(429, self.asked(self.check(client_max_rate=1), ""))


class AnswerOfStoreTests(SynchronousTestCase):
    """What a store may answer."""

    def verdict(self, granted: Any) -> Any:
        """The status for a store's answer."""
        check = client_check(lambda request: "x", lambda client: granted)
        status = check(gateway_request())
        return self.successResultOf(status) if isinstance(status, Deferred) else status

    def test_at_once(self) -> None:
        """Granted, refused, and unable to tell."""
        self.assertEqual([0, 429, 503], [*map(self.verdict, (True, False, None))])

    def test_later(self) -> None:
        """The same by a Deferred."""
        answers = [succeed(True), succeed(False), succeed(None)]
        self.assertEqual([0, 429, 503], [self.verdict(each) for each in answers])


class ChainTests(SynchronousTestCase):
    """Checks one after another."""

    def setUp(self) -> None:
        self.asked: list[str] = []

    def saying(self, name: str, status: Any) -> Any:
        """A check that keeps that it was asked."""

        def check(request: Any) -> Any:
            self.asked.append(name)
            return status

        return check

    def test_first_refusal_counts(self) -> None:
        """Behind a refusal nobody is asked."""
        check: Any = chained([self.saying("a", 429), self.saying("b", 503)])
        self.assertEqual(429, check(gateway_request()))
        self.assertEqual(["a"], self.asked)

    def test_waiting(self) -> None:
        """A check that waits is waited for."""
        waiting: Deferred[int] = Deferred()
        check: Any = chained([self.saying("a", waiting), self.saying("b", 503)])
        status = check(gateway_request())
        self.assertEqual(["a"], self.asked)
        waiting.callback(0)
        self.assertEqual(503, self.successResultOf(status))

    def test_waiting_refusal(self) -> None:
        """A late refusal is one."""
        check: Any = chained([self.saying("a", succeed(429)), self.saying("b", 0)])
        self.assertEqual(429, self.successResultOf(check(gateway_request())))
        self.assertEqual(["a"], self.asked)

    def test_none(self) -> None:
        """No checks, no check."""
        self.assertIsNone(chained([]))


class HandlerTests(SynchronousTestCase):
    """In front of an endpoint's handler."""

    def handle(self, status: Any) -> Answer:
        """The answer where the check says ``status``."""
        handler = guarded_handler(lambda request: status, lambda request: Answer(200))
        answer = handler(gateway_request())
        return self.successResultOf(answer) if isinstance(answer, Deferred) else answer

    def test_passes(self) -> None:
        """0 is for the handler."""
        self.assertEqual(200, self.handle(0).status)
        self.assertEqual(200, self.handle(succeed(0)).status)

    def test_refusal(self) -> None:
        """A refusal is empty; the access log has its reason."""
        for status in (429, succeed(429)):
            answer = self.handle(status)
            self.assertEqual((429, b"", b""), (answer.status, answer.head, answer.body))
            self.assertEqual((LIMITED,), answer.errors)


class LeafTests(SynchronousTestCase):
    """In front of a leaf of the router."""

    def setUp(self) -> None:
        self.log = MemoryLog()

    def leaf(self, status: Any, behind: Any = None) -> GuardedLeaf:
        """A leaf behind a check that says ``status``."""
        return GuardedLeaf(lambda request: status, behind or MemoryRouter(), self.log)

    def test_passes(self) -> None:
        """0 is for the leaf."""
        for status in (0, succeed(0)):
            answer = render(self.leaf(status), gateway_request())
            self.assertEqual((200, b"routed"), (answer.status, answer.body))

    def test_refusal(self) -> None:
        """A refusal is empty, and in the access log."""
        request = gateway_request()
        answer = render(self.leaf(503), request)
        self.assertEqual((503, {}, b""), (answer.status, answer.headers, answer.body))
        self.assertEqual((LIMITED,), request.errors)

    def test_late_refusal(self) -> None:
        """So it is if it comes late."""
        waiting: Deferred[int] = Deferred()
        request = gateway_request()
        start(self.leaf(waiting), request)
        waiting.callback(429)
        self.assertEqual(429, answer_of(request).status)

    def test_client_leaves(self) -> None:
        """Nobody is answered who has left, and nobody is bothered."""
        from twisted.internet.error import ConnectionDone
        from twisted.python.failure import Failure

        request = gateway_request()
        router = MemoryRouter()
        start(self.leaf(Deferred(), router), request)
        request.connection_lost(Failure(ConnectionDone()))
        self.assertEqual([], router.requests)
        self.assertEqual([], self.log.lines)

    def test_leaf_fails_late(self) -> None:
        """A leaf that fails behind a check that waited is a plain 500."""

        class Failing(MemoryRouter):
            def render(self, request: Any) -> Any:
                raise ValueError("oops")

        request = gateway_request()
        start(self.leaf(succeed(0), Failing()), request)
        self.assertEqual(500, answer_of(request).status)
        self.assertIn("oops", self.log.lines[0])
