"""Tests of :mod:`krakendtw.proxy.merging`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import (
    Canceled,
    DeadlineExceeded,
    MergeError,
    PipeError,
    Rejected,
)
from krakendtw.proxy.merging import ParallelMerge, as_pipe_error
from krakendtw.testing import MemoryBackend, request, response
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Wire

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request, Response


class MergeTestCase(SynchronousTestCase):
    """Backends in memory, under a clock."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.wheel = TimerWheel(self.clock)

    def merge(self, *backends: Any, deep: bool = False) -> ParallelMerge:
        """The merge of backends, with a second in all."""
        return ParallelMerge(backends, 1.0, self.wheel, deep=deep)

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.pump([0.01] * round(seconds * 100))

    def error_of(self, answer: Deferred[Response]) -> MergeError:
        """What a merge failed with."""
        error: MergeError = self.failureResultOf(answer, MergeError).value
        return error


class AnswerTests(MergeTestCase):
    """What comes of several answers."""

    def test_all(self) -> None:
        """The answers are laid over each other; complete if all are."""
        merge = self.merge(MemoryBackend({"a": 1}), MemoryBackend({"b": 2}))
        found = self.successResultOf(merge(request()))
        self.assertEqual(({"a": 1, "b": 2}, True), (found.data, found.is_complete))

    def test_arrival(self) -> None:
        """They count in the order of their arrival, the last one wins."""
        first: Deferred[Response] = Deferred()
        second: Deferred[Response] = Deferred()
        answer = self.merge(MemoryBackend(first), MemoryBackend(second))(request())
        second.callback(response({"a": "second"}))
        self.assertNoResult(answer)
        first.callback(response({"a": "first"}))
        self.assertEqual({"a": "first"}, self.successResultOf(answer).data)

    def test_incomplete(self) -> None:
        """An incomplete answer makes the whole incomplete, without an error."""
        partial = response({"a": 1}, is_complete=False)
        merge = self.merge(MemoryBackend(partial), MemoryBackend({"b": 2}))
        self.assertFalse(self.successResultOf(merge(request())).is_complete)

    def test_some_fail(self) -> None:
        """What the others gave is carried by the failure."""
        merge = self.merge(
            MemoryBackend(Rejected("one")),
            MemoryBackend({"a": 1}),
            MemoryBackend(ValueError("two")),
        )
        error = self.error_of(merge(request()))
        assert error.response is not None
        self.assertEqual(
            ({"a": 1}, False), (error.response.data, error.response.is_complete)
        )
        self.assertEqual(["one", "two"], [str(part) for part in error.parts])

    def test_all_fail(self) -> None:
        """Without any answer the texts stand in the order of their arrival."""
        late: Deferred[Response] = Deferred()
        answer = self.merge(MemoryBackend(late), MemoryBackend(PipeError("soon")))(
            request()
        )
        self.assertNoResult(answer)
        late.errback(PipeError("late"))
        error = self.error_of(answer)
        self.assertIsNone(error.response)
        self.assertEqual(("soon\nlate", 500), (str(error), error.status))

    def test_no_answer(self) -> None:
        """No response at all is an error."""
        merge = self.merge(MemoryBackend(lambda _: _none()), MemoryBackend({"a": 1}))
        error = self.error_of(merge(request()))
        self.assertEqual("invalid response", str(error))
        self.assertIsNotNone(error.response)

    def test_raises(self) -> None:
        """A backend that raises instead of failing fails alone."""

        def broken(asked: Request) -> Any:
            raise ValueError("broken")

        for backends in (
            (broken, MemoryBackend({"a": 1})),
            (MemoryBackend({"a": 1}), broken),
        ):
            error = self.error_of(self.merge(*backends)(request()))
            self.assertEqual("broken", str(error))
            assert error.response is not None
            self.assertEqual({"a": 1}, error.response.data)


def _none() -> Any:
    done: Deferred[Any] = Deferred()
    done.callback(None)
    return done


class TimeTests(MergeTestCase):
    """85 % of the endpoint's time."""

    def test_too_late(self) -> None:
        """Who is late has failed; the rest counts."""
        late: Deferred[Response] = Deferred()
        answer = self.merge(MemoryBackend(late), MemoryBackend({"a": 1}))(request())
        self.wait(0.84)
        self.assertNoResult(answer)
        self.wait(0.05)
        error = self.error_of(answer)
        self.assertEqual("context deadline exceeded", str(error))
        assert error.response is not None
        self.assertEqual({"a": 1}, error.response.data)

    def test_deadline(self) -> None:
        """Each backend is told, and never gets more than there is left."""
        for given, wanted in ((float("inf"), 0.85), (0.5, 0.5)):
            one, two = MemoryBackend({}), MemoryBackend({})
            self.merge(one, two)(request(deadline=given))
            for backend in (one, two):
                self.assertAlmostEqual(wanted, backend.requests[0].deadline)

    def test_in_time(self) -> None:
        """A merge that is done has no deadline any more."""
        self.merge(MemoryBackend({}), MemoryBackend({}))(request())
        self.wait(1)
        self.assertEqual([], self.clock.getDelayedCalls())

    def test_cancelled(self) -> None:
        """Who waits no more ends all that are under way."""
        ended: list[Any] = []

        def end(part: Deferred[Response]) -> None:
            ended.append(part)
            part.errback(Canceled())

        parts = [MemoryBackend(Deferred(end)), MemoryBackend(Deferred())]
        answer = self.merge(*parts)(request())
        answer.cancel()
        self.assertEqual(
            "context canceled\ncontext canceled", str(self.error_of(answer))
        )
        self.assertEqual(1, len(ended))
        self.wait(1)


class RequestTests(MergeTestCase):
    """What each backend is asked."""

    def test_shallow(self) -> None:
        """Shallow clones share everything; the body goes to the first."""
        one, two = MemoryBackend({}), MemoryBackend({})
        asked = request(headers={"X-A": "1"}, body=b"body", params={"Id": "7"})
        self.merge(one, two)(asked)
        first, second = one.requests[0], two.requests[0]
        self.assertIsNot(first, second)
        self.assertIs(first.headers, second.headers)
        self.assertIs(first.params, second.params)
        self.assertEqual((b"body", None), (first.body, second.body))

    def test_deep(self) -> None:
        """Deep ones have everything for themselves, the body too."""
        one, two = MemoryBackend({}), MemoryBackend({})
        asked = request(headers={"X-A": "1"}, body=b"body", params={"Id": "7"})
        self.merge(one, two, deep=True)(asked)
        first, second = one.requests[0], two.requests[0]
        self.assertIsNot(first.headers, second.headers)
        self.assertIsNot(first.params, second.params)
        self.assertEqual((b"body", b"body"), (first.body, second.body))

    def test_deep_stream(self) -> None:
        """They wait for a body that is still arriving."""
        one, two = MemoryBackend({"a": 1}), MemoryBackend({})
        stream = BodyStream(Wire())
        answer = self.merge(one, two, deep=True)(request("POST", body=stream))
        stream.data_received(b"bo")
        self.assertEqual([], one.requests)
        stream.data_received(b"dy")
        stream.finish()
        self.assertEqual({"a": 1}, self.successResultOf(answer).data)
        self.assertEqual(b"body", two.requests[0].body)

    def test_broken_stream(self) -> None:
        """A body that breaks off fails the request before anybody is asked."""
        one = MemoryBackend({})
        stream = BodyStream(Wire())
        answer = self.merge(one, one, deep=True)(request("POST", body=stream))
        stream.fail(Failure(ConnectionError("gone")))
        self.failureResultOf(answer, ConnectionError)
        self.assertEqual([], one.requests)


class ErrorTests(SynchronousTestCase):
    """``as_pipe_error``."""

    def test_own(self) -> None:
        """Errors of ours stay what they are."""
        error = Rejected("no", 403)
        self.assertIs(error, as_pipe_error(Failure(error)))

    def test_others(self) -> None:
        """Others become plain ones with their text."""
        error = as_pipe_error(Failure(ValueError("text")))
        self.assertEqual((PipeError, "text"), (type(error), str(error)))

    def test_cancelled(self) -> None:
        """What was cancelled was given up, or had no more time."""
        done: Deferred[Any] = Deferred()
        failures: list[Failure] = []
        done.addErrback(failures.append)
        done.cancel()
        self.assertIsInstance(as_pipe_error(failures[0]), Canceled)
        self.assertIsInstance(
            as_pipe_error(failures[0], expired=True), DeadlineExceeded
        )
