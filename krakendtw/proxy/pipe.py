"""The compiled pipe: steps on the way down, steps on the way up, no nesting.

A part is a :class:`Hooks` or a :data:`~krakendtw.interfaces.Wrap`.
:func:`compile_pipe` works from the inside out: consecutive hooks become one
flat segment around what is below them, a wrap makes a new proxy around it.
With no parts at all the leaf itself is the pipe.

lura's ``(response, err)`` lies on the two lines of a Deferred: a response on
the callback line, a :class:`~krakendtw.errors.PipeError` on the errback line,
which may carry a partial response.  Response hooks see the first line only,
which is where lura says ``if err != nil { return }``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from krakendtw.proxy.message import Request, Response

if TYPE_CHECKING:
    from krakendtw.interfaces import Proxy, Wrap

_NO_KEYWORDS: Mapping[str, Any] = {}


@frozen
class Hooks:
    """One step of a pipe.

    :ivar name: the namespace or the core's name of the step, for ``check -d``.
    :ivar request: on the way down; may return another request, a
        :class:`~krakendtw.proxy.message.Response` to answer early, ``None`` to
        go on, or a Deferred of these.
    :ivar response: on the way up; may return another response, ``None`` for
        the same one, or a Deferred of these.
    :ivar failure: on the way up when what is below has failed; the same, and
        to go on failing returns the failure or raises.
    """

    request: Callable[[Request], Any] | None = None
    response: Callable[[Request, Response], Any] | None = None
    failure: Callable[[Request, Failure], Any] | None = None
    name: str = field(default="", kw_only=True)


def compile_pipe(parts: Iterable[Hooks | Wrap], leaf: Proxy) -> Proxy:
    """The pipe of ``parts``, outermost first, around ``leaf``."""
    proxy = leaf
    pending: list[Hooks] = []
    for part in reversed(list(parts)):
        if isinstance(part, Hooks):
            pending.append(part)
            continue
        if pending:
            proxy = _segment(pending[::-1], proxy)
            pending = []
        proxy = part(proxy)
    return _segment(pending[::-1], proxy) if pending else proxy


def _segment(hooks: Sequence[Hooks], below: Proxy) -> Proxy:
    """A proxy that runs ``hooks``, outermost first, around ``below``."""
    down = [
        (place, hook.request)
        for place, hook in enumerate(hooks)
        if hook.request is not None
    ]
    up = [
        (place, hook.response, hook.failure)
        for place, hook in reversed(list(enumerate(hooks)))
        if hook.response is not None or hook.failure is not None
    ]
    return _Segment(tuple(down), tuple(up), below)


class _Segment:
    """Consecutive hooks: a loop down, one callback pair with a loop up."""

    __slots__ = ("below", "down", "responses", "up")

    def __init__(
        self,
        down: tuple[tuple[int, Callable[[Request], Any]], ...],
        up: tuple[tuple[int, Any, Any], ...],
        below: Proxy,
    ) -> None:
        self.down = down
        self.up = up
        # The line of most answers, with where to go on in ``up`` behind each hook.
        self.responses = tuple(
            (index + 1, entry[1])
            for index, entry in enumerate(up)
            if entry[1] is not None
        )
        self.below = below

    def __call__(self, request: Request) -> Deferred[Response]:
        return self._descend(request, 0)

    def _descend(self, request: Request, start: int) -> Deferred[Response]:
        """Run the request hooks from the one at index ``start`` on."""
        down = self.down[start:] if start else self.down
        for place, hook in down:
            try:
                result = hook(request)
            except Exception:
                return self._rise(request, Failure(), place)
            if result is None:
                continue
            if isinstance(result, Request):
                request = result
            elif isinstance(result, Deferred):
                return result.addCallbacks(
                    self._resume,
                    self._fail_at,
                    (request, place),
                    _NO_KEYWORDS,
                    (request, place),
                )
            else:
                return self._rise(request, _outcome(result), place)
        try:
            answer = self.below(request)
        except Exception:  # a wrap or a leaf that does not keep to its Deferred
            answer = fail()
        if self.up:
            answer.addCallbacks(
                self._leave,
                self._leave_failed,
                (request, 0),
                _NO_KEYWORDS,
                (request, 0),
            )
        return answer

    def _resume(self, result: Any, request: Request, place: int) -> Any:
        """A waiting request hook is done: go on behind it."""
        if isinstance(result, Request):
            request = result
        elif result is not None:
            return self._rise(request, _outcome(result), place)
        start = sum(1 for other, _ in self.down if other <= place)
        return self._descend(request, start)

    def _fail_at(self, failure: Failure, request: Request, place: int) -> Any:
        return self._rise(request, failure, place)

    def _rise(
        self, request: Request, outcome: Response | Failure, place: int
    ) -> Deferred[Response]:
        """An early outcome at ``place``: only the steps outside it see it."""
        start = 0
        for start, entry in enumerate(self.up):  # noqa: B007
            if entry[0] < place:
                break
        else:
            start = len(self.up)
        answer: Deferred[Response] = Deferred()
        answer.addCallbacks(
            self._leave,
            self._leave_failed,
            (request, start),
            _NO_KEYWORDS,
            (request, start),
        )
        if isinstance(outcome, Failure):
            answer.errback(outcome)
        else:
            answer.callback(outcome)
        return answer

    def _leave(self, response: Any, request: Request, start: int) -> Any:
        """Run the response hooks from ``start`` on; hand over when one fails."""
        hooks = self.responses
        if start:
            hooks = tuple(entry for entry in hooks if entry[0] > start)
        for after, hook in hooks:
            try:
                result = hook(request, response)
            except Exception:
                return self._leave_failed(Failure(), request, after)
            if result is None:
                continue
            if isinstance(result, Response):
                response = result
            elif isinstance(result, Deferred):
                return result.addCallbacks(
                    self._left,
                    self._leave_failed,
                    (response, request, after),
                    _NO_KEYWORDS,
                    (request, after),
                )
            else:
                return self._leave_failed(_misfit(result), request, after)
        return response

    def _left(self, result: Any, response: Any, request: Request, start: int) -> Any:
        """A waiting response hook is done: go on outside it."""
        if result is None:
            return self._leave(response, request, start)
        return self._go_on(_outcome(result), request, start)

    def _leave_failed(self, failure: Failure, request: Request, start: int) -> Any:
        """Run the failure hooks from ``start`` on; hand over when one rescues."""
        up = self.up
        for index in range(start, len(up)):
            hook = up[index][2]
            if hook is None:
                continue
            try:
                result = hook(request, failure)
            except Exception:
                failure = Failure()
                continue
            if result is None or result is failure:
                continue
            if isinstance(result, Deferred):
                return result.addCallbacks(
                    self._rescued,
                    self._leave_failed,
                    (failure, request, index + 1),
                    _NO_KEYWORDS,
                    (request, index + 1),
                )
            outcome = _outcome(result)
            if isinstance(outcome, Response):
                return self._leave(outcome, request, index + 1)
            failure = outcome
        return failure

    def _rescued(
        self, result: Any, failure: Failure, request: Request, start: int
    ) -> Any:
        """A waiting failure hook is done: go on outside it."""
        outcome = failure if result is None else _outcome(result)
        return self._go_on(outcome, request, start)

    def _go_on(self, outcome: Response | Failure, request: Request, start: int) -> Any:
        if isinstance(outcome, Failure):
            return self._leave_failed(outcome, request, start)
        return self._leave(outcome, request, start)


def _outcome(result: Any) -> Response | Failure:
    """What a hook's result means for the way up."""
    if isinstance(result, Response | Failure):
        return result
    return _misfit(result)


def _misfit(result: Any) -> Failure:
    return Failure(TypeError(f"a hook returned {result!r}"))
