"""Backends under a condition: which of an endpoint's are asked for a request.

A backend that is not asked gives nothing, and that is no failure: what the others
give is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from attrs import Factory, field, frozen
from twisted.internet.defer import Deferred, succeed

from krakendtw.interfaces import IConditionalBackend
from krakendtw.proxy.message import Metadata, Request, Response
from krakendtw.scope import BackendScope, EndpointScope

if TYPE_CHECKING:
    from krakendtw.config.model import BackendConfig
    from krakendtw.interfaces import Proxy

Condition: TypeAlias = Callable[[Request], bool]

_MOST_KNOWN = 256
"""How many sets of backends are remembered with their merges."""


@frozen
class Choice:
    """The conditions of an endpoint's backends.

    :ivar conditions: one for each backend; ``None`` for those without one.
    :ivar fallback: the backend that is asked if no other conditional one is, by its
        place; -1 if there is none.
    :ivar needs_body: whether a condition looks at the request's body.
    :ivar order: the places in the order of a sequence.
    """

    conditions: tuple[Condition | None, ...]
    fallback: int = -1
    needs_body: bool = False
    order: tuple[int, ...] = field(
        default=Factory(lambda self: self.in_order(), takes_self=True), init=False
    )

    def select(self, request: Request) -> tuple[int, ...]:
        """The places of the backends that are asked for a request."""
        chosen = []
        met = False
        for place, condition in enumerate(self.conditions):
            if condition is None:
                if place != self.fallback:
                    chosen.append(place)
            elif condition(request):
                met = True
                chosen.append(place)
        if not met and self.fallback >= 0:
            chosen.append(self.fallback)
            chosen.sort()
        return tuple(chosen)

    def in_order(self) -> tuple[int, ...]:
        """All places, the fallback last."""
        places = list(range(len(self.conditions)))
        if self.fallback >= 0:
            places.remove(self.fallback)
            places.append(self.fallback)
        return tuple(places)


def compile_choice(
    scope: EndpointScope, backends: Sequence[BackendConfig]
) -> Choice | None:
    """The conditions of some backends; ``None`` if none of them has one."""
    conditions: list[Condition | None] = []
    fallback = -1
    is_needed = needs_body = False
    for place, backend in enumerate(backends):
        settings = condition_of(backend)
        condition = None
        if settings is not None:
            is_needed = True
            needs_body = needs_body or settings.needs_body
            if settings.is_fallback:
                fallback = place
            else:
                log = scope.log.child(f"[BACKEND: {backend.url_pattern}]")
                condition = settings.condition(BackendScope(scope, backend, log))
        conditions.append(condition)
    return Choice(tuple(conditions), fallback, needs_body) if is_needed else None


def condition_of(backend: BackendConfig) -> IConditionalBackend | None:
    """What a backend's condition is made of, if it has one."""
    for settings in backend.extra.settings.values():
        if IConditionalBackend.providedBy(settings):
            return settings
    return None


class ChosenMerge:
    """The proxy that asks the backends whose conditions hold.

    All conditions are asked first.  One chosen backend answers as if it were the
    only one.

    :param merge: makes the proxy of several chosen backends.
    :param takes_first: whether one backend is asked at most, the first: where
        answers are relayed as they come.
    """

    def __init__(
        self,
        choice: Choice,
        backends: Sequence[Proxy],
        merge: Callable[[tuple[int, ...]], Proxy],
        *,
        takes_first: bool = False,
    ) -> None:
        self._choice = choice
        self._backends = tuple(backends)
        self._merge = merge
        self._takes_first = takes_first
        self._known: dict[tuple[int, ...], Proxy] = {}

    def __call__(self, request: Request) -> Deferred[Response]:
        """Ask them."""
        if self._choice.needs_body:
            body = request.read_body()
            if isinstance(body, Deferred):
                return body.addCallback(lambda _: self._start(request))
        return self._start(request)

    def _start(self, request: Request) -> Deferred[Response]:
        chosen = self._choice.select(request)
        if not chosen:
            return succeed(nothing())
        if len(chosen) == 1 or self._takes_first:
            return self._backends[chosen[0]](request)
        merge = self._known.get(chosen)
        if merge is None:
            merge = self._merge(chosen)
            if len(self._known) < _MOST_KNOWN:
                self._known[chosen] = merge
        return merge(request)


def nothing() -> Response:
    """The answer of an endpoint none of whose backends is asked."""
    return Response({}, True, Metadata(200), b"")
