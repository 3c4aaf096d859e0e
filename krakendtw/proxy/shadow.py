"""``proxy.shadow``: a copy of the request whose answer nobody waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail

from krakendtw.proxy.message import Request, Response

if TYPE_CHECKING:
    from krakendtw.interfaces import Proxy
    from krakendtw.transport.deadline import TimerWheel


def with_shadow(
    main: Proxy, shadow: Proxy, timeout_s: float, wheel: TimerWheel
) -> Proxy:
    """``main``, with a copy of each request sent to ``shadow`` as well.

    The copy outlives the client: it has a time limit of its own.
    """
    ticks = wheel.ticks(timeout_s)

    def call(request: Request) -> Deferred[Response]:
        body = request.read_body()
        if isinstance(body, Deferred):
            return body.addCallback(lambda _: start(request))
        return start(request)

    def start(request: Request) -> Deferred[Response]:
        twin = request.deep_clone()
        cast = _Shadow()
        cast.slot = wheel.arm(ticks, cast)
        twin.deadline = wheel.seconds + timeout_s
        try:
            answer = shadow(twin)
        except Exception:  # whatever it is, it must not disturb the main one
            answer = fail()
        cast.answer = answer
        answer.addBoth(cast.over)
        return main(request)

    return call


class _Shadow:
    """One shadow under way."""

    __slots__ = ("answer", "slot")

    def __init__(self) -> None:
        self.answer: Deferred[Any] | None = None
        self.slot: set[Any] = set()

    def expire(self) -> None:
        """Its own time is over."""
        if self.answer is not None:
            self.answer.cancel()

    def over(self, outcome: object) -> None:
        """Whatever came, nobody wants it."""
        self.slot.discard(self)
        if isinstance(outcome, Response) and hasattr(outcome.io, "stopProducing"):
            outcome.io.stopProducing()  # type: ignore[union-attr]
