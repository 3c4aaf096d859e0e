"""Several backends one after the other, each seeing what came before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred, fail
from twisted.python.failure import Failure

from krakendtw.errors import MergeError, PipeError
from krakendtw.proxy.choosing import Choice, nothing
from krakendtw.proxy.combiner import combine
from krakendtw.proxy.merging import SHARE, as_pipe_error
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from krakendtw.interfaces import Proxy
    from krakendtw.proxy.message import Request, Response
    from krakendtw.proxy.propagation import Plan
    from krakendtw.transport.deadline import TimerWheel


class SequentialMerge:
    """The proxy that asks the backends in their order.

    The first failure ends the sequence: of the first backend as it is, of a
    later one as a failure that carries what came before.  An incomplete
    answer ends it too.

    :param plan: what each backend reads of the answers before it.
    :param deep: whether each backend needs a request of its own.
    :param choice: which of them are asked, if not all.
    :param goes_on: whether a failure, or an incomplete answer, ends nothing: what is
        missing in the end makes the answer incomplete.
    """

    def __init__(
        self,
        backends: Sequence[Proxy],
        plan: Plan,
        timeout_s: float,
        wheel: TimerWheel,
        *,
        deep: bool,
        choice: Choice | None = None,
        goes_on: bool = False,
    ) -> None:
        self._backends = tuple(backends)
        self._plan = plan
        if goes_on and choice is None:
            choice = Choice((None,) * len(backends))
        self._choice = choice
        self._goes_on = goes_on
        self._needs_body = deep or (choice is not None and choice.needs_body)
        self._wheel = wheel
        self._timeout = timeout_s * SHARE
        self._ticks = wheel.ticks(self._timeout)
        self._deep = deep

    def __call__(self, request: Request) -> Deferred[Response]:
        """Ask them all in turn."""
        if self._needs_body:
            body = request.read_body()
            if isinstance(body, Deferred):
                return body.addCallback(lambda _: self._start(request))
        return self._start(request)

    def _start(self, request: Request) -> Deferred[Response]:
        wheel = self._wheel
        backends, plan, deep = self._backends, self._plan, self._deep
        sequence = (
            _Sequence(request, backends, plan, deep=deep)
            if self._choice is None
            else _ChosenSequence(
                request,
                backends,
                plan,
                self._choice,
                deep=deep,
                goes_on=self._goes_on,
            )
        )
        sequence.slot = wheel.arm(self._ticks, sequence)
        request.deadline = min(request.deadline, wheel.seconds + self._timeout)
        sequence.step()
        return sequence.done


class _Sequence:
    """One sequence under way."""

    __slots__ = (
        "_backends",
        "_cache",
        "_current",
        "_deep",
        "_expired",
        "_parts",
        "_place",
        "_plan",
        "_request",
        "_response",
        "done",
        "slot",
    )

    def __init__(
        self,
        request: Request,
        backends: tuple[Proxy, ...],
        plan: Plan,
        *,
        deep: bool,
    ) -> None:
        self._request = request
        request.params = dict(request.params)
        self._backends = backends
        self._plan = plan
        self._deep = deep
        self._place = 0
        self._expired = False
        self._parts: list[Response | None] = [None] * len(backends)
        self._cache: dict[str, str] = {}
        self._response: Response | None = None
        self._current: Deferred[Any] | None = None
        self.slot: set[Any] = set()
        self.done: Deferred[Response] = Deferred(self._cancel)

    def expire(self) -> None:
        """The share of the time is over: the step under way has failed."""
        self._expired = True
        self._cancel(self.done)

    def _cancel(self, done: Deferred[Response]) -> None:
        if self._current is not None:
            self._current.cancel()

    def step(self) -> None:
        """Ask the next backend."""
        self._fill()
        self._ask()

    def _fill(self) -> None:
        """Put what the backend reads of earlier answers into the params."""
        fill = self._plan.fills[self._place]
        if fill is not None:
            fill(self._parts, self._request.params, self._cache)

    def _ask(self) -> None:
        place, request = self._place, self._request
        if self._deep:
            twin = request.deep_clone()
        else:
            twin = request.clone()
            request.body = None  # the first reader has it
        try:
            current = self._backends[place](twin)
        except Exception:  # a stranger's wrap that does not keep to its Deferred
            current = fail()
        self._current = current
        if place in self._plan.bodies:
            current.addCallback(_read_io)
        current.addCallbacks(self._answered, self._failed)

    def _answered(self, response: Response | None) -> None:
        if response is None:
            self._failed(Failure(PipeError("invalid response")))
            return
        place = self._place
        self._place = place + 1
        # As in lura the combiner works on the first answer's own data, so that
        # later replacements may read what was merged into it.
        self._response = (
            response if self._response is None else combine(self._response, response)
        )
        self._parts[place] = response
        if not response.is_complete or self._place == len(self._backends):
            self._finish(None)
            return
        self.step()

    def _failed(self, failure: Failure) -> None:
        error = as_pipe_error(failure, expired=self._expired)
        if self._response is None:
            self._end()
            cancelled = failure.check(CancelledError)
            self.done.errback(error if cancelled else failure)
            return
        self._finish(error)

    def _finish(self, error: PipeError | None) -> None:
        self._end()
        response = self._response
        if response is not None and (error or self._place < len(self._backends)):
            response.is_complete = False
        if error is None:
            self.done.callback(response)  # type: ignore[arg-type]
        else:
            self.done.errback(MergeError([error], response))

    def _end(self) -> None:
        self._current = None
        self.slot.discard(self)


class _ChosenSequence(_Sequence):
    """One sequence whose backends have conditions, or that goes on behind failures.

    Each condition is asked at its turn.
    """

    __slots__ = ("_choice", "_goes_on", "_is_met", "_lacks", "_turn")

    def __init__(
        self,
        request: Request,
        backends: tuple[Proxy, ...],
        plan: Plan,
        choice: Choice,
        *,
        deep: bool,
        goes_on: bool,
    ) -> None:
        super().__init__(request, backends, plan, deep=deep)
        self._goes_on = goes_on
        self._lacks = False
        self._choice = choice
        self._turn = 0
        self._is_met = False

    def step(self) -> None:
        """Ask the next backend whose condition holds."""
        choice = self._choice
        while self._turn < len(choice.order):
            self._place = place = choice.order[self._turn]
            self._turn += 1
            self._fill()
            condition = choice.conditions[place]
            if condition is None:
                wanted = place != choice.fallback or not self._is_met
            else:
                wanted = condition(self._request)
                self._is_met = self._is_met or wanted
            if wanted:
                self._ask()
                return
        self._place = len(self._backends)
        if self._response is None:
            self._response = nothing()
        if self._lacks:
            self._response.is_complete = False
        self._finish(None)

    def _failed(self, failure: Failure) -> None:
        if self._goes_on and not self._expired:
            self._lacks = True
            self.step()
        else:
            super()._failed(failure)

    def _answered(self, response: Response | None) -> None:
        if response is None:
            self._failed(Failure(PipeError("invalid response")))
            return
        self._response = (
            response if self._response is None else combine(self._response, response)
        )
        self._parts[self._place] = response
        if response.is_complete or self._goes_on:
            self._lacks = self._lacks or not response.is_complete
            self.step()
        else:
            self._finish(None)


def _read_io(response: Response) -> Any:
    """Make the body of a no-op answer whole, for the steps that read it."""
    if type(response.io) is BodyStream:
        return response.io.read_all().addCallback(_keep, response)
    return response


def _keep(body: bytes, response: Response) -> Response:
    response.io = body
    return response
