"""``qos/circuit-breaker``: stop calling a backend that keeps failing.

Whatever the backend's pipe fails with inside of it counts, be it a status, a
timeout or another component's refusal; what nobody waited for does not.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic_ns
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.internet.defer import CancelledError, fail
from zope.interface import implementer

from krakendtw.errors import Canceled, NotConfigured, Rejected
from krakendtw.interfaces import IBackendMiddleware
from krakendtw.middleware._place import stands_in
from krakendtw.middleware.qos.circuit_breaker._breaker import (
    Breaker,
    BreakerSettings,
    read_breaker,
)

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Proxy, Wrap
    from krakendtw.proxy.message import Request, Response
    from krakendtw.scope import BackendScope

_NO_KEYWORDS: dict[str, Any] = {}


@implementer(IBackendMiddleware)
@frozen
class CircuitBreaker:
    """The breaker of one backend."""

    backend_order = 400
    settings: BreakerSettings
    now: Callable[[], int] = field(default=monotonic_ns, repr=False, eq=False)

    def backend_part(self, scope: BackendScope) -> Wrap | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        scope.log.child(f"{scope.log.prefix}[CB]").debug(
            f"Creating the circuit breaker named '{self.settings.name}'"
        )
        breaker = Breaker(self.settings, scope.service.log.warning, self.now)
        return compile_breaker(breaker, scope.service.clock.seconds)


def compile_breaker(breaker: Breaker, seconds: Callable[[], float]) -> Wrap:
    """The step that asks ``breaker`` before each call and tells it the outcome.

    :param seconds: the time of the clock that deadlines are on.
    """

    def wrap(below: Proxy) -> Proxy:
        def call(request: Request) -> Deferred[Response]:
            try:
                generation = breaker.enter()
            except Rejected:
                return fail()
            try:
                answer: Any = below(request)
            except Exception:
                answer = fail()
            answer.addCallbacks(
                succeeded, failed, (generation,), _NO_KEYWORDS, (generation, request)
            )
            found: Deferred[Response] = answer
            return found

        return call

    def succeeded(response: Any, generation: int) -> Any:
        breaker.succeeded(generation)
        return response

    def failed(failure: Failure, generation: int, request: Request) -> Failure:
        if (
            isinstance(failure.value, Canceled | CancelledError)
            and seconds() < request.deadline
        ):
            breaker.left(generation)
        else:
            breaker.failed(generation)
        return failure

    return wrap


def configure(raw: Any, where: ConfigPath) -> CircuitBreaker:
    """The breaker.

    :raises NotConfigured: none of its keys has a value, so there is none.
    """
    settings = read_breaker(raw) if isinstance(raw, dict) else BreakerSettings()
    if settings == BreakerSettings():
        raise NotConfigured("a circuit breaker wants at least one key that is not zero")
    return CircuitBreaker(settings)
