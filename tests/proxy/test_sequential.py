"""Tests of :mod:`krakendtw.proxy.sequential`."""

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
from krakendtw.proxy.choosing import Choice
from krakendtw.proxy.propagation import Plan
from krakendtw.proxy.sequential import SequentialMerge
from krakendtw.testing import MemoryBackend, request, response
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Wire

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request, Response


def fill_id(parts: Any, params: dict[str, str], cache: dict[str, str]) -> None:
    """Put the ``id`` of the first answer into the params."""
    params["Resp0_id"] = str(parts[0].data["id"])


def fill_body(parts: Any, params: dict[str, str], cache: dict[str, str]) -> None:
    """Put the body of the first answer into the params."""
    params["Resp0"] = parts[0].io.decode()


class SequenceTestCase(SynchronousTestCase):
    """Backends in memory, under a clock."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.wheel = TimerWheel(self.clock)

    def sequence(
        self, *backends: Any, plan: Plan | None = None, deep: bool = False
    ) -> SequentialMerge:
        """The sequence of backends, with a second in all."""
        plan = plan or Plan((None,) * len(backends), frozenset())
        return SequentialMerge(backends, plan, 1.0, self.wheel, deep=deep)

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.pump([0.01] * round(seconds * 100))

    def error_of(self, answer: Deferred[Response]) -> MergeError:
        """What a sequence failed with."""
        error: MergeError = self.failureResultOf(answer, MergeError).value
        return error


class OrderTests(SequenceTestCase):
    """One after the other."""

    def test_all(self) -> None:
        """Each is asked when the one before has answered; answers are merged."""
        late: Deferred[Response] = Deferred()
        one, two = MemoryBackend(late), MemoryBackend({"b": 2})
        answer = self.sequence(one, two)(request())
        self.assertEqual([], two.requests)
        late.callback(response({"a": 1}))
        found = self.successResultOf(answer)
        self.assertEqual(({"a": 1, "b": 2}, True), (found.data, found.is_complete))

    def test_values(self) -> None:
        """Later ones read earlier answers through the params."""
        one, two = MemoryBackend({"id": 7}), MemoryBackend({})
        plan = Plan((None, fill_id), frozenset())
        asked = request(params={"Id": "1"})
        shared = asked.params
        self.sequence(one, two, plan=plan)(asked)
        self.assertEqual({"Id": "1", "Resp0_id": "7"}, two.requests[0].params)
        self.assertEqual({"Id": "1"}, shared)

    def test_body_value(self) -> None:
        """An undecoded body is read whole before it is put anywhere."""
        stream = BodyStream(Wire())
        one = MemoryBackend(response({}, io=stream))
        two = MemoryBackend({"a": 1})
        plan = Plan((None, fill_body), frozenset((0,)))
        answer = self.sequence(one, two, plan=plan)(request())
        stream.data_received(b"te")
        self.assertEqual([], two.requests)
        stream.data_received(b"xt")
        stream.finish()
        self.assertEqual({"a": 1}, self.successResultOf(answer).data)
        self.assertEqual("text", two.requests[0].params["Resp0"])

    def test_whole_body_value(self) -> None:
        """A body that is whole already needs no waiting."""
        one = MemoryBackend(response({}, io=b"text"))
        two = MemoryBackend({"a": 1})
        plan = Plan((None, fill_body), frozenset((0,)))
        self.successResultOf(self.sequence(one, two, plan=plan)(request()))
        self.assertEqual("text", two.requests[0].params["Resp0"])

    def test_merged_data_visible(self) -> None:
        """What is merged into the first answer is seen by later steps, as in lura."""
        seen: list[Any] = []

        def look(parts: Any, params: Any, cache: Any) -> None:
            seen.append(dict(parts[0].data))

        plan = Plan((None, None, look), frozenset())
        self.sequence(
            MemoryBackend({"a": 1}),
            MemoryBackend({"b": 2}),
            MemoryBackend({}),
            plan=plan,
        )(request())
        self.assertEqual([{"a": 1, "b": 2}], seen)


class EndTests(SequenceTestCase):
    """What ends a sequence before its end."""

    def test_first_fails(self) -> None:
        """The failure of the first is the outcome as it is."""
        two = MemoryBackend({})
        answer = self.sequence(MemoryBackend(Rejected("no", 404)), two)(request())
        self.assertEqual(404, self.failureResultOf(answer, Rejected).value.status)
        self.assertEqual([], two.requests)

    def test_later_fails(self) -> None:
        """A later one carries what came before."""
        three = MemoryBackend({})
        answer = self.sequence(
            MemoryBackend({"a": 1}), MemoryBackend(Rejected("no", 404)), three
        )(request())
        error = self.error_of(answer)
        assert error.response is not None
        self.assertEqual(
            ("no", {"a": 1}, False),
            (str(error), error.response.data, error.response.is_complete),
        )
        self.assertEqual([], three.requests)

    def test_incomplete(self) -> None:
        """An incomplete answer is merged, then the sequence stops, without error."""
        three = MemoryBackend({})
        partial = response({"b": 2}, is_complete=False)
        answer = self.sequence(MemoryBackend({"a": 1}), MemoryBackend(partial), three)(
            request()
        )
        found = self.successResultOf(answer)
        self.assertEqual(({"a": 1, "b": 2}, False), (found.data, found.is_complete))
        self.assertEqual([], three.requests)

    def test_no_answer(self) -> None:
        """No response at all is a failure."""
        for before in (0, 1):
            nothing: Deferred[Any] = Deferred()
            nothing.callback(None)
            backends = [MemoryBackend({"a": 1})] * before + [MemoryBackend(nothing)]
            answer = self.sequence(*backends, MemoryBackend({}))(request())
            failure = self.failureResultOf(answer, PipeError)
            self.assertEqual("invalid response", str(failure.value))

    def test_raises(self) -> None:
        """A backend that raises instead of failing has failed."""

        def broken(asked: Request) -> Any:
            raise ValueError("broken")

        answer = self.sequence(broken, MemoryBackend({}))(request())
        self.failureResultOf(answer, ValueError)
        error = self.error_of(self.sequence(MemoryBackend({"a": 1}), broken)(request()))
        self.assertEqual("broken", str(error))
        self.wait(1)
        self.assertEqual([], self.clock.getDelayedCalls())

    def test_too_late(self) -> None:
        """85 % of the time is for all of them."""
        late: Deferred[Response] = Deferred()
        answer = self.sequence(MemoryBackend({"a": 1}), MemoryBackend(late))(request())
        self.wait(0.84)
        self.assertNoResult(answer)
        self.wait(0.05)
        error = self.error_of(answer)
        self.assertEqual("context deadline exceeded", str(error))
        assert error.response is not None
        self.assertEqual({"a": 1}, error.response.data)

    def test_first_too_late(self) -> None:
        """When the first is late, that is the outcome as it is."""
        answer = self.sequence(MemoryBackend(Deferred()), MemoryBackend({}))(request())
        self.wait(0.9)
        self.failureResultOf(answer, DeadlineExceeded)

    def test_in_time(self) -> None:
        """A sequence that is done has no deadline any more."""
        self.sequence(MemoryBackend({}), MemoryBackend({}))(request())
        self.wait(1)
        self.assertEqual([], self.clock.getDelayedCalls())

    def test_cancelled(self) -> None:
        """Who waits no more ends the step under way; no other is begun."""
        two, three = MemoryBackend(Deferred()), MemoryBackend({})
        answer = self.sequence(MemoryBackend({"a": 1}), two, three)(request())
        answer.cancel()
        self.assertIsInstance(self.error_of(answer).parts[0], Canceled)
        self.assertEqual([], three.requests)


class RequestTests(SequenceTestCase):
    """What each backend is asked."""

    def test_deadline(self) -> None:
        """Each is told, and never gets more than there is left."""
        for given, wanted in ((float("inf"), 0.85), (0.5, 0.5)):
            one, two = MemoryBackend({}), MemoryBackend({})
            self.sequence(one, two)(request(deadline=given))
            for backend in (one, two):
                self.assertAlmostEqual(wanted, backend.requests[0].deadline)

    def test_shallow(self) -> None:
        """Shallow clones share the headers; the body goes to the first."""
        one, two = MemoryBackend({}), MemoryBackend({})
        self.sequence(one, two)(request(headers={"X-A": "1"}, body=b"body"))
        first, second = one.requests[0], two.requests[0]
        self.assertIs(first.headers, second.headers)
        self.assertEqual((b"body", None), (first.body, second.body))

    def test_deep(self) -> None:
        """Deep ones have everything for themselves, the body too."""
        one, two = MemoryBackend({}), MemoryBackend({})
        asked = request("POST", headers={"X-A": "1"}, body=b"body")
        self.sequence(one, two, deep=True)(asked)
        first, second = one.requests[0], two.requests[0]
        self.assertIsNot(first.headers, second.headers)
        self.assertEqual((b"body", b"body"), (first.body, second.body))

    def test_deep_stream(self) -> None:
        """They wait for a body that is still arriving, or fail with it."""
        for broken in (False, True):
            one = MemoryBackend({"a": 1})
            stream = BodyStream(Wire())
            answer = self.sequence(one, one, deep=True)(request("POST", body=stream))
            self.assertEqual([], one.requests)
            if broken:
                stream.fail(Failure(ConnectionError("gone")))
                self.failureResultOf(answer, ConnectionError)
            else:
                stream.finish()
                self.assertEqual({"a": 1}, self.successResultOf(answer).data)


class ChoiceTests(SequenceTestCase):
    """Sequences of which some backends have conditions."""

    def run_chosen(
        self, choice: Choice, *backends: Any, plan: Plan | None = None
    ) -> Deferred[Response]:
        """Run a sequence of chosen backends."""
        plan = plan or Plan((None,) * len(backends), frozenset())
        merge = SequentialMerge(
            backends, plan, 1.0, self.wheel, deep=False, choice=choice
        )
        return merge(request(params={"Id": "1"}))

    def test_turns(self) -> None:
        """A condition is asked at its turn, and sees what came before."""
        plan = Plan((None, fill_id), frozenset())
        choice = Choice((None, lambda asked: asked.params["Resp0_id"] == "7"))
        for number, data in ((7, {"id": 7, "b": 1}), (8, {"id": 8})):
            backends = [MemoryBackend({"id": number}), MemoryBackend({"b": 1})]
            answer = self.run_chosen(choice, *backends, plan=plan)
            found = self.successResultOf(answer)
            self.assertEqual((found.data, found.is_complete), (data, True))

    def test_fallback(self) -> None:
        """The fallback is last, and is asked if no condition was met."""
        for is_met, wanted in ((True, "bc"), (False, "ca")):
            choice = Choice((None, lambda asked, is_met=is_met: is_met, None), 0)
            backends = [MemoryBackend({name: name}) for name in "abc"]
            answer = self.run_chosen(choice, *backends)
            data = self.successResultOf(answer).data
            assert data is not None
            self.assertEqual("".join(data), wanted)

    def test_nobody(self) -> None:
        """Where nobody is asked the answer is empty and lacks nothing."""
        answer = self.run_chosen(Choice((lambda request: False,)), MemoryBackend())
        found = self.successResultOf(answer)
        self.assertEqual((found.data, found.is_complete), ({}, True))

    def test_failures(self) -> None:
        """The first one that is asked fails as the first; a later one leaves a part."""
        first = Choice((lambda request: False, None))
        answer = self.run_chosen(first, MemoryBackend(), MemoryBackend(PipeError("x")))
        self.failureResultOf(answer, PipeError)
        later = Choice((None, lambda request: False, None))
        error = self.error_of(
            self.run_chosen(
                later,
                MemoryBackend({"a": 1}),
                MemoryBackend(),
                MemoryBackend(PipeError("x")),
            )
        )
        assert error.response is not None
        self.assertEqual(
            (error.response.data, error.response.is_complete), ({"a": 1}, False)
        )

    def test_ends(self) -> None:
        """An incomplete answer ends the sequence, and so does none at all."""
        choice = Choice((None, lambda request: True))
        second = MemoryBackend()
        part = response({"a": 1}, is_complete=False)
        answer = self.run_chosen(choice, MemoryBackend(part), second)
        self.assertFalse(self.successResultOf(answer).is_complete)
        nobody = self.run_chosen(choice, MemoryBackend(lambda asked: None), second)
        self.failureResultOf(nobody, PipeError)
        self.assertEqual(second.requests, [])

    def test_body(self) -> None:
        """Where a condition looks at the body, that is waited for."""
        stream = BodyStream(Wire())
        choice = Choice((lambda asked: asked.body == b"x",), needs_body=True)
        backend = MemoryBackend({"a": 1})
        plan = Plan((None,), frozenset())
        merge = SequentialMerge(
            [backend], plan, 1.0, self.wheel, deep=False, choice=choice
        )
        answer = merge(request(body=stream))
        stream.data_received(b"x")
        stream.finish()
        self.assertEqual(self.successResultOf(answer).data, {"a": 1})


class GoingOnTests(SequenceTestCase):
    """Sequences that failures do not end."""

    def run_on(self, *backends: Any) -> Deferred[Response]:
        """Run a sequence that goes on."""
        plan = Plan((None,) * len(backends), frozenset())
        merge = SequentialMerge(
            backends, plan, 1.0, self.wheel, deep=False, goes_on=True
        )
        return merge(request())

    def test_failures(self) -> None:
        """What fails is left out; the answer lacks it."""
        answer = self.run_on(
            MemoryBackend(PipeError("x")),
            MemoryBackend({"a": 1}),
            MemoryBackend(lambda asked: None),
            MemoryBackend({"b": 1}),
        )
        found = self.successResultOf(answer)
        self.assertEqual((found.data, found.is_complete), ({"a": 1, "b": 1}, False))

    def test_incomplete(self) -> None:
        """An incomplete answer counts, and ends nothing."""
        part = response({"a": 1}, is_complete=False)
        answer = self.run_on(MemoryBackend(part), MemoryBackend({"b": 1}))
        found = self.successResultOf(answer)
        self.assertEqual((found.data, found.is_complete), ({"a": 1, "b": 1}, False))

    def test_all_fail(self) -> None:
        """Nothing at all is an empty answer."""
        found = self.successResultOf(self.run_on(MemoryBackend(PipeError("x"))))
        self.assertEqual((found.data, found.is_complete), ({}, False))

    def test_sound(self) -> None:
        """Without failures nothing is different."""
        found = self.successResultOf(self.run_on(MemoryBackend({"a": 1})))
        self.assertEqual((found.data, found.is_complete), ({"a": 1}, True))

    def test_too_late(self) -> None:
        """When the time is over it ends, with what is there."""
        answer = self.run_on(
            MemoryBackend({"a": 1}), MemoryBackend(Deferred()), MemoryBackend({"c": 1})
        )
        self.wait(1)
        error = self.error_of(answer)
        assert error.response is not None
        self.assertEqual(error.response.data, {"a": 1})
