"""Several backends at once, their answers laid over each other as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred, fail

from krakendtw.errors import Canceled, DeadlineExceeded, MergeError, PipeError
from krakendtw.proxy.combiner import combine
from krakendtw.transport.chain import Chain

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.interfaces import Proxy
    from krakendtw.proxy.message import Request, Response
    from krakendtw.transport.deadline import TimerWheel

SHARE = 0.85
"""How much of the endpoint's timeout a merge may take."""


def as_pipe_error(failure: Failure, *, expired: bool = False) -> PipeError:
    """What a part failed with; a fault of ours becomes a plain error.

    :param expired: whether what was cancelled had no more time.
    """
    error = failure.value
    if isinstance(error, CancelledError | Canceled):
        return DeadlineExceeded() if expired else Canceled()
    if isinstance(error, PipeError):
        return error
    return PipeError(failure.getErrorMessage())


class ParallelMerge:
    """The proxy that asks all backends at the same time.

    It waits for all of them.  If some fail the sum is a failure that carries
    what the others gave.

    :param deep: whether each backend needs a request of its own, because one
        of them changes something.
    """

    def __init__(
        self,
        backends: Sequence[Proxy],
        timeout_s: float,
        wheel: TimerWheel,
        *,
        deep: bool,
    ) -> None:
        self._backends = tuple(backends)
        self._wheel = wheel
        self._timeout = timeout_s * SHARE
        self._ticks = wheel.ticks(self._timeout)
        self._deep = deep

    def __call__(self, request: Request) -> Deferred[Response]:
        """Ask everybody."""
        if self._deep:
            body = request.read_body()
            if isinstance(body, Deferred):
                return body.addCallback(lambda _: self._start(request))
        return self._start(request)

    def _start(self, request: Request) -> Deferred[Response]:
        wheel = self._wheel
        merge = _Merge(len(self._backends))
        merge.slot = wheel.arm(self._ticks, merge)
        deadline = min(request.deadline, wheel.seconds + self._timeout)
        requests = (
            _deep_clones(request, len(self._backends))
            if self._deep
            else _shallow_clones(request, len(self._backends))
        )
        parts = merge.parts
        for backend, part_request in zip(self._backends, requests, strict=True):
            part_request.deadline = deadline
            try:
                part = backend(part_request)
            except Exception:  # a stranger's wrap that does not keep to its Deferred
                part = fail()
            parts.append(part)
            part.addCallbacks(merge.add, merge.add_failure)
        return merge.done


def _shallow_clones(request: Request, count: int) -> list[Request]:
    """Requests that share everything; the body goes to the first reader."""
    clones = [request.clone() for _ in range(count)]
    if request.body is not None:
        for clone in clones[1:]:
            clone.body = None
    return clones


def _deep_clones(request: Request, count: int) -> list[Request]:
    return [request.deep_clone() for _ in range(count)]


class _Merge:
    """One merge under way."""

    __slots__ = (
        "_errors",
        "_expired",
        "_missing",
        "_response",
        "done",
        "parts",
        "slot",
    )

    def __init__(self, missing: int) -> None:
        self._missing = missing
        self._response: Response | None = None
        self._errors: list[PipeError] = []
        self._expired = False
        self.parts: list[Deferred[Any]] = []
        self.slot: set[Any] = set()
        self.done: Deferred[Response] = Chain(self._cancel)

    def expire(self) -> None:
        """The merge's share of the time is over: who is late has failed."""
        self._expired = True
        self._cancel(self.done)

    def _cancel(self, done: Deferred[Response]) -> None:
        for part in list(self.parts):
            part.cancel()

    def add(self, response: Response | None) -> None:
        """A backend has answered."""
        if response is None:
            self._errors.append(PipeError("invalid response"))
        elif self._response is None:
            self._response = response
        else:
            self._response = combine(self._response, response)
        self._count()

    def add_failure(self, failure: Failure) -> None:
        """A backend has failed."""
        self._errors.append(as_pipe_error(failure, expired=self._expired))
        self._count()

    def _count(self) -> None:
        self._missing -= 1
        if self._missing or self.done.called:
            return
        self.slot.discard(self)
        response = self._response
        if not self._errors:
            self.done.callback(response)  # type: ignore[arg-type]
            return
        if response is not None:
            response.is_complete = False
        self.done.errback(MergeError(self._errors, response))
