"""``concurrent_calls``: the same request several times, the first good answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred, fail
from twisted.python.failure import Failure

from krakendtw.errors import PipeError
from krakendtw.proxy.merging import as_pipe_error

if TYPE_CHECKING:
    from krakendtw.interfaces import Proxy, Wrap
    from krakendtw.proxy.message import Request, Response
    from krakendtw.transport.deadline import TimerWheel

SHARE = 0.75
"""How much of the endpoint's timeout the calls may take."""


def concurrent_step(calls: int, timeout_s: float, wheel: TimerWheel) -> Wrap:
    """The step that calls what is below ``calls`` times.

    The first complete response wins and ends the others; without one, the last
    response counts, and else the last failure.
    """
    share = timeout_s * SHARE
    ticks = wheel.ticks(share)

    def wrap(below: Proxy) -> Proxy:
        def call(request: Request) -> Deferred[Response]:
            body = request.read_body()
            if isinstance(body, Deferred):
                return body.addCallback(lambda _: start(request))
            return start(request)

        def start(request: Request) -> Deferred[Response]:
            race = _Race(calls)
            race.slot = wheel.arm(ticks, race)
            request.deadline = min(request.deadline, wheel.seconds + share)
            twins = [request.deep_clone() for _ in range(calls - 1)]
            for runner in (*twins, request):
                if race.done.called:
                    break
                try:
                    answer = below(runner)
                except Exception:  # a wrap that does not keep to its Deferred
                    answer = fail()
                race.runners.append(answer)
                answer.addCallbacks(race.arrived, race.fallen)
            return race.done

        return call

    return wrap


class _Race:
    """One race under way."""

    __slots__ = (
        "_expired",
        "_failure",
        "_missing",
        "_response",
        "done",
        "runners",
        "slot",
    )

    def __init__(self, runners: int) -> None:
        self._missing = runners
        self._expired = False
        self._response: Response | None = None
        self._failure: Failure | None = None
        self.runners: list[Deferred[Any]] = []
        self.slot: set[Any] = set()
        self.done: Deferred[Response] = Deferred(self._cancel)

    def expire(self) -> None:
        """The share of the time is over."""
        self._expired = True
        self._cancel(self.done)

    def _cancel(self, done: Deferred[Response]) -> None:
        for runner in list(self.runners):
            runner.cancel()

    def arrived(self, response: Response | None) -> None:
        """A call was answered."""
        if self.done.called:
            return
        if response is not None and response.is_complete:
            self.slot.discard(self)
            self.done.callback(response)
            self._cancel(self.done)
            return
        if response is None:
            self._failure = Failure(PipeError("invalid response"))
        else:
            self._response = response
        self._count()

    def fallen(self, failure: Failure) -> None:
        """A call has failed."""
        if self.done.called:
            return
        self._failure = failure
        self._count()

    def _count(self) -> None:
        self._missing -= 1
        if self._missing:
            return
        self.slot.discard(self)
        response, failure = self._response, self._failure
        if failure is None:
            self.done.callback(response)  # type: ignore[arg-type]
            return
        if response is None and not failure.check(CancelledError):
            self.done.errback(failure)
            return
        error = as_pipe_error(failure, expired=self._expired)
        error.response = response
        self.done.errback(error)
