"""Tests of the compiled pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import MergeError, PipeError
from krakendtw.proxy.message import Request, Response
from krakendtw.proxy.pipe import Hooks, compile_pipe
from krakendtw.testing import MemoryBackend, request, response, run_pipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from krakendtw.interfaces import Proxy, Wrap


class Trace:
    """Parts that write down when they ran."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def hooks(self, name: str) -> Hooks:
        """Hooks of all three kinds that change nothing."""

        def down(request: Request) -> None:
            self.steps.append(f"{name} down")

        def up(request: Request, response: Response) -> None:
            self.steps.append(f"{name} up")

        def failed(request: Request, failure: Failure) -> None:
            self.steps.append(f"{name} failed")

        return Hooks(down, up, failed, name=name)

    def wrap(self, name: str) -> Wrap:
        """A wrap that changes nothing."""

        def around(below: Proxy) -> Proxy:
            def proxy(request: Request) -> Deferred[Response]:
                self.steps.append(f"{name} down")
                return below(request).addBoth(self._up, name)

            return proxy

        return around

    def _up(self, result: Any, name: str) -> Any:
        self.steps.append(f"{name} up")
        return result


class CompileTests(SynchronousTestCase):
    """What the pipe is made of."""

    def test_no_parts(self) -> None:
        """Without parts the leaf itself is the pipe."""
        leaf = MemoryBackend()
        self.assertIs(leaf, compile_pipe([], leaf))

    def test_wrap_alone(self) -> None:
        """A single wrap's proxy is the pipe."""
        leaf, other = MemoryBackend(), MemoryBackend()
        self.assertIs(other, compile_pipe([lambda below: other], leaf))

    def test_any_iterable(self) -> None:
        """Parts may come from a generator."""
        trace = Trace()
        parts = (trace.hooks(name) for name in "ab")
        self.successResultOf(run_pipe(parts))
        self.assertEqual(["a down", "b down", "b up", "a up"], trace.steps)

    def test_nothing_to_do_on_the_way_up(self) -> None:
        """With request hooks only, the leaf's own Deferred is the pipe's."""
        answer: Deferred[Response] = Deferred()
        pipe = compile_pipe([Hooks(lambda request: None)], lambda request: answer)
        self.assertIs(answer, pipe(request()))

    def test_one_pipe_many_requests(self) -> None:
        """Requests that wait side by side do not meet."""
        waiting: list[Deferred[None]] = []

        def wait(request: Request) -> Deferred[None]:
            waiting.append(Deferred())
            return waiting[-1]

        pipe = compile_pipe(
            [Hooks(wait)], MemoryBackend(lambda asked: {"path": asked.path})
        )
        first, second = pipe(request(path="/1")), pipe(request(path="/2"))
        waiting[1].callback(None)
        self.assertEqual({"path": "/2"}, self.successResultOf(second).data)
        waiting[0].callback(None)
        self.assertEqual({"path": "/1"}, self.successResultOf(first).data)


class OrderTests(SynchronousTestCase):
    """Down from the outside, up from the inside."""

    def test_hooks(self) -> None:
        """Request hooks run outermost first, response hooks innermost first."""
        trace = Trace()
        self.successResultOf(run_pipe([trace.hooks(name) for name in "abc"]))
        self.assertEqual(
            ["a down", "b down", "c down", "c up", "b up", "a up"], trace.steps
        )

    def test_wrap_in_the_middle(self) -> None:
        """A wrap between hooks keeps its place."""
        trace = Trace()
        parts = [trace.hooks("a"), trace.wrap("b"), trace.hooks("c")]
        self.successResultOf(run_pipe(parts))
        self.assertEqual(
            ["a down", "b down", "c down", "c up", "b up", "a up"], trace.steps
        )

    def test_failure_of_the_leaf(self) -> None:
        """A failing leaf is seen by failure hooks only, innermost first."""
        trace = Trace()
        parts = [trace.hooks(name) for name in "abc"]
        self.failureResultOf(run_pipe(parts, MemoryBackend(PipeError("x"))), PipeError)
        self.assertEqual(
            ["a down", "b down", "c down", "c failed", "b failed", "a failed"],
            trace.steps,
        )

    @given(st.lists(st.booleans(), max_size=7))
    def test_any_mixture(self, kinds: list[bool]) -> None:
        """However hooks and wraps are mixed, the way up mirrors the way down."""
        trace = Trace()
        parts = [
            trace.wrap(str(place)) if is_wrap else trace.hooks(str(place))
            for place, is_wrap in enumerate(kinds)
        ]
        self.successResultOf(run_pipe(parts))
        names = [str(place) for place in range(len(kinds))]
        self.assertEqual(
            [f"{name} down" for name in names]
            + [f"{name} up" for name in reversed(names)],
            trace.steps,
        )


class RequestHookTests(SynchronousTestCase):
    """What a request hook may answer."""

    def _send(self, result: Any) -> tuple[Trace, MemoryBackend, Deferred[Response]]:
        """A pipe whose middle step answers ``result``."""
        trace, backend = Trace(), MemoryBackend({"from": "backend"})
        middle = trace.hooks("b")
        parts = [
            trace.hooks("a"),
            Hooks(lambda request: result, middle.response, middle.failure),
            trace.hooks("c"),
        ]
        return trace, backend, run_pipe(parts, backend)

    def test_another_request(self) -> None:
        """Another request goes on in place of the first one."""
        other = request(path="/other")
        seen: list[Request] = []
        backend = MemoryBackend()
        parts = [
            Hooks(response=lambda asked, _: seen.append(asked)),
            Hooks(lambda asked: other),
        ]
        self.successResultOf(run_pipe(parts, backend))
        self.assertEqual([other], backend.requests)
        self.assertEqual([other], seen)

    def test_early_answer(self) -> None:
        """A response answers early; only the steps outside see it."""
        early = response({"from": "hook"})
        trace, backend, answer = self._send(early)
        self.assertIs(early, self.successResultOf(answer))
        self.assertEqual(["a down", "a up"], trace.steps)
        self.assertEqual([], backend.requests)

    def test_early_answer_of_the_outermost(self) -> None:
        """A response of the first step is the pipe's answer."""
        early = response()
        answer = run_pipe([Hooks(lambda _: early), Trace().hooks("b")])
        self.assertIs(early, self.successResultOf(answer))

    def test_waiting(self) -> None:
        """A Deferred is waited for before the next step runs."""
        waiting: Deferred[Any] = Deferred()
        trace, _, answer = self._send(waiting)
        self.assertNoResult(answer)
        self.assertEqual(["a down"], trace.steps)
        waiting.callback(None)
        self.assertEqual({"from": "backend"}, self.successResultOf(answer).data)
        self.assertEqual(["a down", "c down", "c up", "b up", "a up"], trace.steps)

    def test_waiting_for_another_request(self) -> None:
        """A Deferred may bring another request."""
        other = request(path="/other")
        _, backend, answer = self._send(succeed(other))
        self.successResultOf(answer)
        self.assertEqual([other], backend.requests)

    def test_waiting_for_an_early_answer(self) -> None:
        """A Deferred may bring an early answer."""
        early = response()
        trace, _, answer = self._send(succeed(early))
        self.assertIs(early, self.successResultOf(answer))
        self.assertEqual(["a down", "a up"], trace.steps)

    def test_raising(self) -> None:
        """An exception is the failure that the steps outside see."""
        trace, backend = Trace(), MemoryBackend()
        parts = [trace.hooks("a"), Hooks(_raise(PipeError("no"))), trace.hooks("c")]
        answer = run_pipe(parts, backend)
        self.assertEqual("no", str(self.failureResultOf(answer, PipeError).value))
        self.assertEqual(["a down", "a failed"], trace.steps)
        self.assertEqual([], backend.requests)

    def test_failing_later(self) -> None:
        """A Deferred that fails is the same as an exception."""
        trace, _, answer = self._send(fail(PipeError("no")))
        self.failureResultOf(answer, PipeError)
        self.assertEqual(["a down", "a failed"], trace.steps)

    def test_nonsense(self) -> None:
        """Anything else is a failure of its own, now or later."""
        for result in ("text", succeed("text")):
            trace, _, answer = self._send(result)
            failure = self.failureResultOf(answer, TypeError)
            self.assertEqual("a hook returned 'text'", failure.getErrorMessage())
            self.assertEqual(["a down", "a failed"], trace.steps)

    def test_subclass(self) -> None:
        """A request of a class of its own counts as one."""

        class Special(Request):
            pass

        backend = MemoryBackend()
        other = Special()
        self.successResultOf(run_pipe([Hooks(lambda _: other)], backend))
        self.assertEqual([other], backend.requests)

    def test_cancelling(self) -> None:
        """Cancelling the pipe cancels what a hook waits for."""
        cancelled: list[object] = []
        waiting: Deferred[Any] = Deferred(cancelled.append)
        trace, _, answer = self._send(waiting)
        answer.cancel()
        self.failureResultOf(answer, CancelledError)
        self.assertEqual([waiting], cancelled)
        self.assertEqual(["a down", "a failed"], trace.steps)


class ResponseHookTests(SynchronousTestCase):
    """What a response hook may answer."""

    def _send(
        self, hook: Callable[[Request, Response], Any]
    ) -> tuple[Trace, Deferred[Response]]:
        """A pipe whose middle step has ``hook`` on its way up."""
        trace = Trace()
        parts = [trace.hooks("a"), Hooks(response=hook), trace.hooks("c")]
        return trace, run_pipe(parts, MemoryBackend({"from": "backend"}))

    def test_another_response(self) -> None:
        """Another response goes on in place of the first one."""
        other = response({"from": "hook"})
        trace, answer = self._send(lambda *_: other)
        self.assertIs(other, self.successResultOf(answer))
        self.assertEqual(["a down", "c down", "c up", "a up"], trace.steps)

    def test_waiting(self) -> None:
        """A Deferred of nothing is waited for, and the response goes on."""
        waiting: Deferred[None] = Deferred()
        trace, answer = self._send(lambda *_: waiting)
        self.assertEqual("c up", trace.steps[-1])
        waiting.callback(None)
        self.assertEqual({"from": "backend"}, self.successResultOf(answer).data)
        self.assertEqual("a up", trace.steps[-1])

    def test_waiting_for_another_response(self) -> None:
        """A Deferred may bring another response."""
        other = response()
        _, answer = self._send(lambda *_: succeed(other))
        self.assertIs(other, self.successResultOf(answer))

    def test_raising(self) -> None:
        """An exception is what the steps outside see, in place of the response."""
        trace, answer = self._send(_raise(PipeError("no")))
        self.failureResultOf(answer, PipeError)
        self.assertEqual(["a down", "c down", "c up", "a failed"], trace.steps)

    def test_failing_later(self) -> None:
        """A Deferred that fails is the same as an exception."""
        trace, answer = self._send(lambda *_: fail(PipeError("no")))
        self.failureResultOf(answer, PipeError)
        self.assertEqual("a failed", trace.steps[-1])

    def test_nonsense(self) -> None:
        """Anything else is a failure of its own, now or later."""
        for result in (1, succeed(1)):
            trace, answer = self._send(lambda *_, result=result: result)
            self.failureResultOf(answer, TypeError)
            self.assertEqual("a failed", trace.steps[-1])

    def test_sees_the_request_as_it_went_down(self) -> None:
        """Response hooks get the request that went on, not the one that came."""
        other = request(path="/other")
        seen: list[str] = []
        parts = [
            Hooks(response=lambda asked, _: seen.append(asked.path)),
            Hooks(lambda _: succeed(other)),
        ]
        self.successResultOf(run_pipe(parts))
        self.assertEqual(["/other"], seen)


class FailureHookTests(SynchronousTestCase):
    """What a failure hook may answer."""

    def _send(
        self, hook: Callable[[Request, Failure], Any], error: Any = None
    ) -> tuple[Trace, Deferred[Response]]:
        """A pipe over a failing backend; the middle step has ``hook``."""
        trace = Trace()
        parts = [trace.hooks("a"), Hooks(failure=hook), trace.hooks("c")]
        return trace, run_pipe(parts, MemoryBackend(error or PipeError("below")))

    def test_rescue(self) -> None:
        """A response rescues: the steps outside see no failure."""
        rescue = response({"from": "hook"})
        trace, answer = self._send(lambda *_: rescue)
        self.assertIs(rescue, self.successResultOf(answer))
        self.assertEqual(["c failed", "a up"], trace.steps[-2:])

    def test_later_rescue(self) -> None:
        """A Deferred of a response rescues once it is there."""
        waiting: Deferred[Response] = Deferred()
        trace, answer = self._send(lambda *_: waiting)
        self.assertNoResult(answer)
        rescue = response()
        waiting.callback(rescue)
        self.assertIs(rescue, self.successResultOf(answer))
        self.assertEqual("a up", trace.steps[-1])

    def test_looking_on(self) -> None:
        """A hook that answers nothing, now or later, leaves the failure as it is."""
        for result in (None, succeed(None)):
            trace, answer = self._send(lambda *_, result=result: result)
            failure = self.failureResultOf(answer, PipeError)
            self.assertEqual("below", failure.getErrorMessage())
            self.assertEqual("a failed", trace.steps[-1])

    def test_same_failure(self) -> None:
        """A hook may hand the failure back."""
        _, answer = self._send(lambda _, failure: failure)
        self.assertEqual("below", self.failureResultOf(answer).getErrorMessage())

    def test_another_failure(self) -> None:
        """A hook may return, raise or wait for another failure."""
        error = PipeError("other")
        for hook in (
            lambda *_: Failure(error),
            _raise(error),
            lambda *_: fail(error),
        ):
            trace, answer = self._send(hook)
            self.assertIs(error, self.failureResultOf(answer).value)
            self.assertEqual("a failed", trace.steps[-1])

    def test_nonsense(self) -> None:
        """Anything else is a failure of its own, now or later."""
        for result in (1, succeed(1)):
            _, answer = self._send(lambda *_, result=result: result)
            self.failureResultOf(answer, TypeError)

    def test_partial_response(self) -> None:
        """A partial merge is a failure whose response a hook may take."""
        partial = response({"a": 1}, is_complete=False)
        error = MergeError([PipeError("b failed")], partial)
        trace, answer = self._send(lambda _, failure: failure.value.response, error)
        self.assertIs(partial, self.successResultOf(answer))
        self.assertEqual("a up", trace.steps[-1])

    def test_failing_anew_after_a_rescue(self) -> None:
        """A response hook outside a rescue may fail again."""
        rescue = response()
        parts = [
            Hooks(response=_raise(PipeError("again"))),
            Hooks(failure=lambda *_: rescue),
        ]
        answer = run_pipe(parts, MemoryBackend(PipeError("below")))
        self.assertEqual("again", self.failureResultOf(answer).getErrorMessage())


class BelowTests(SynchronousTestCase):
    """What lies below a segment."""

    def test_raising_leaf(self) -> None:
        """A leaf that raises fails as if its Deferred had."""
        trace = Trace()
        parts = [trace.hooks("a"), trace.hooks("b")]
        answer = run_pipe(parts, _raise(PipeError("no")))
        self.failureResultOf(answer, PipeError)
        self.assertEqual(["a down", "b down", "b failed", "a failed"], trace.steps)

    def test_raising_leaf_after_waiting(self) -> None:
        """The same holds below a step that had to wait."""
        waiting: Deferred[None] = Deferred()
        answer = run_pipe([Hooks(lambda _: waiting)], _raise(PipeError("no")))
        waiting.callback(None)
        self.failureResultOf(answer, PipeError)

    def test_cancelling(self) -> None:
        """Cancelling the pipe cancels the leaf."""
        cancelled: list[object] = []
        leaf: Deferred[Response] = Deferred(cancelled.append)
        trace = Trace()
        answer = run_pipe([trace.hooks("a")], lambda _: leaf)
        answer.cancel()
        self.failureResultOf(answer, CancelledError)
        self.assertEqual([leaf], cancelled)
        self.assertEqual("a failed", trace.steps[-1])


def _raise(error: Exception) -> Callable[..., Any]:
    def hook(*_: object) -> Any:
        raise error

    return hook
