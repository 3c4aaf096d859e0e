"""Tests of :mod:`krakendtw.proxy.concurrent`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import Canceled, DeadlineExceeded, PipeError, Rejected
from krakendtw.proxy.concurrent import concurrent_step
from krakendtw.testing import MemoryBackend, request, response
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Wire

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request, Response


class RaceTestCase(SynchronousTestCase):
    """Three calls, a second, a clock."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.wheel = TimerWheel(self.clock)

    def race(self, below: Any, asked: Request | None = None) -> Deferred[Response]:
        """Send a request three times."""
        step = concurrent_step(3, 1.0, self.wheel)
        return step(below)(asked or request())

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.pump([0.01] * round(seconds * 100))

    def open(self) -> tuple[list[Deferred[Response]], MemoryBackend]:
        """Three calls that are not answered yet."""
        calls: list[Deferred[Response]] = [Deferred() for _ in range(3)]
        return calls, MemoryBackend(*calls)


class OutcomeTests(RaceTestCase):
    """Who wins."""

    def test_first(self) -> None:
        """The first complete answer wins, and ends the others."""
        calls, backend = self.open()
        answer = self.race(backend)
        winner = response({"a": 1})
        calls[1].callback(winner)
        self.assertIs(winner, self.successResultOf(answer))
        for loser in (calls[0], calls[2]):
            self.assertTrue(loser.called)
        self.wait(1)
        self.assertEqual([], self.clock.getDelayedCalls())

    def test_at_once(self) -> None:
        """Where one wins at once the others are not even begun."""
        backend = MemoryBackend({"a": 1})
        self.successResultOf(self.race(backend))
        self.assertEqual(1, len(backend.requests))

    def test_incomplete(self) -> None:
        """An incomplete answer wins only when there is no other."""
        calls, backend = self.open()
        answer = self.race(backend)
        calls[0].callback(response({"a": 1}, is_complete=False))
        self.assertNoResult(answer)
        winner = response({"a": 2})
        calls[1].callback(winner)
        self.assertIs(winner, self.successResultOf(answer))

    def test_only_incomplete(self) -> None:
        """Of incomplete ones the last counts."""
        calls, backend = self.open()
        answer = self.race(backend)
        for number, call in enumerate(calls):
            call.callback(response({"a": number}, is_complete=False))
        self.assertEqual({"a": 2}, self.successResultOf(answer).data)

    def test_failures(self) -> None:
        """Failures are outlived; of nothing else the last counts."""
        calls, backend = self.open()
        answer = self.race(backend)
        calls[0].errback(Rejected("first"))
        calls[1].errback(Rejected("second"))
        self.assertNoResult(answer)
        calls[2].errback(Rejected("third"))
        self.assertEqual("third", str(self.failureResultOf(answer, Rejected).value))

    def test_failure_and_incomplete(self) -> None:
        """A failure carries the incomplete answer that came besides."""
        calls, backend = self.open()
        answer = self.race(backend)
        partial = response({"a": 1}, is_complete=False)
        calls[0].callback(partial)
        calls[1].errback(Rejected("second"))
        calls[2].errback(Rejected("third"))
        error = self.failureResultOf(answer, Rejected).value
        self.assertIs(partial, error.response)

    def test_fault_and_incomplete(self) -> None:
        """So does one that is no error of ours, as one of ours."""
        calls, backend = self.open()
        answer = self.race(backend)
        partial = response({"a": 1}, is_complete=False)
        calls[0].callback(partial)
        calls[1].errback(ValueError("second"))
        calls[2].errback(ValueError("third"))
        error = self.failureResultOf(answer, PipeError).value
        self.assertEqual(("third", partial), (str(error), error.response))

    def test_no_answer(self) -> None:
        """No response at all is a failure."""
        calls, backend = self.open()
        answer = self.race(backend)
        for call in calls:
            call.callback(None)  # type: ignore[arg-type]
        error = self.failureResultOf(answer, PipeError).value
        self.assertEqual("invalid response", str(error))

    def test_raises(self) -> None:
        """A call that raises instead of failing has failed, the others go on."""
        seen: list[Request] = []

        def broken(asked: Request) -> Any:
            seen.append(asked)
            if len(seen) < 3:
                raise ValueError("broken")
            return MemoryBackend({"a": 1})(asked)

        self.assertEqual({"a": 1}, self.successResultOf(self.race(broken)).data)


class TimeTests(RaceTestCase):
    """75 % of the endpoint's time."""

    def test_too_late(self) -> None:
        """Then the calls have failed."""
        _, backend = self.open()
        answer = self.race(backend)
        self.wait(0.74)
        self.assertNoResult(answer)
        self.wait(0.05)
        self.failureResultOf(answer, DeadlineExceeded)

    def test_deadline(self) -> None:
        """Each call is told, and never gets more than there is left."""
        for given, wanted in ((float("inf"), 0.75), (0.5, 0.5)):
            _, backend = self.open()
            self.race(backend, request(deadline=given))
            for asked in backend.requests:
                self.assertAlmostEqual(wanted, asked.deadline)

    def test_cancelled(self) -> None:
        """Who waits no more ends all of them."""
        calls, backend = self.open()
        answer = self.race(backend)
        answer.cancel()
        self.failureResultOf(answer, Canceled)
        self.assertTrue(all(call.called for call in calls))


class RequestTests(RaceTestCase):
    """What each call gets."""

    def test_own(self) -> None:
        """Each has headers, params and a body for itself."""
        _, backend = self.open()
        self.race(backend, request("POST", headers={"X-A": "1"}, body=b"body"))
        self.assertEqual([b"body"] * 3, [asked.body for asked in backend.requests])
        self.assertEqual(3, len({id(asked.headers) for asked in backend.requests}))

    def test_stream(self) -> None:
        """They wait for a body that is still arriving, or fail with it."""
        for broken in (False, True):
            backend = MemoryBackend({"a": 1})
            stream = BodyStream(Wire())
            answer = self.race(backend, request("POST", body=stream))
            self.assertEqual([], backend.requests)
            if broken:
                stream.fail(Failure(ConnectionError("gone")))
                self.failureResultOf(answer, ConnectionError)
            else:
                stream.data_received(b"body")
                stream.finish()
                self.successResultOf(answer)
                self.assertEqual(b"body", backend.requests[0].body)
