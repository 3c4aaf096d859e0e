"""``qos/circuit-breaker/http``: a breaker around a backend's HTTP client.

It sees the status of each exchange before anything is made of it, on no-op routes
too.  What is no answer, and every status that is not listed, is a failure; a
redirect that will be followed is judged by its having come.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic_ns
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.internet.defer import CancelledError, Deferred, fail
from twisted.web.iweb import IAgent
from zope.interface import implementer

from krakendtw.errors import Canceled, Rejected
from krakendtw.interfaces import IClientMiddleware
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import BACKEND, demand_level, stands_in
from krakendtw.middleware.qos.circuit_breaker._breaker import Breaker, BreakerSettings

if TYPE_CHECKING:
    from twisted.python.failure import Failure
    from twisted.web.http_headers import Headers
    from twisted.web.iweb import IBodyProducer, IResponse

    from krakendtw.config.where import ConfigPath
    from krakendtw.scope import BackendScope

_NO_KEYWORDS: dict[str, Any] = {}
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_STATUSES = range(100, 600)
_SHARE = 0.75
"""The least part of the endpoint's timeout that ends a call for being late."""

_SECOND = 1_000_000_000


@implementer(IClientMiddleware)
@frozen
class HTTPCircuitBreaker:
    """The breaker of one backend.

    :ivar valid: the statuses that are no failures.
    """

    client_order = 250
    settings: BreakerSettings
    valid: frozenset[int]
    now: Callable[[], int] = field(default=monotonic_ns, repr=False, eq=False)

    def wrap_agent(self, scope: BackendScope, agent: IAgent) -> IAgent:
        """See :class:`~krakendtw.interfaces.IClientMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return agent
        scope.log.child(f"{scope.log.prefix}[CB]").debug(
            f"Creating the circuit breaker named '{self.settings.name}'"
        )
        breaker = Breaker(self.settings, scope.service.log.warning, self.now)
        late_ns = int(scope.config.timeout * _SHARE * _SECOND)
        return _GuardedAgent(breaker, agent, self.valid | _REDIRECTS, late_ns, self.now)


@implementer(IAgent)
class _GuardedAgent:
    """Asks the breaker before each exchange, and tells it the outcome."""

    def __init__(
        self,
        breaker: Breaker,
        agent: IAgent,
        valid: frozenset[int],
        late_ns: int,
        now: Callable[[], int],
    ) -> None:
        self._breaker = breaker
        self._agent = agent
        self._valid = valid
        self._late = late_ns
        self._now = now

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """See :class:`twisted.web.iweb.IAgent`."""
        try:
            generation = self._breaker.enter()
        except Rejected:
            return fail()
        since = self._now()
        answer: Any = self._agent.request(method, uri, headers, bodyProducer)
        answer.addCallbacks(
            self._judge,
            self._failed,
            (generation,),
            _NO_KEYWORDS,
            (generation, since),
        )
        found: Deferred[IResponse] = answer
        return found

    def _judge(self, response: IResponse, generation: int) -> IResponse:
        if response.code in self._valid:
            self._breaker.succeeded(generation)
        else:
            self._breaker.failed(generation)
        return response

    def _failed(self, failure: Failure, generation: int, since: int) -> Failure:
        # Nobody says here why a call was ended.  If it was for being late, most
        # of the time that it had is over; a client that leaves seldom waits so.
        early = self._now() - since < self._late
        if early and isinstance(failure.value, Canceled | CancelledError):
            self._breaker.left(generation)
        else:
            self._breaker.failed(generation)
        return failure


def configure(raw: Any, where: ConfigPath) -> HTTPCircuitBreaker:
    """The breaker.

    :raises ConfigError: the keys cannot be meant.
    """
    demand_level(where, BACKEND)
    fields = Fields(raw, where)
    settings = BreakerSettings(
        interval=fields.whole("interval", required=True),
        timeout=fields.whole("timeout", required=True),
        max_errors=fields.whole("max_errors", required=True),
        name=fields.text("name"),
        log_status_change=fields.flag("log_status_change"),
    )
    codes = [code for _, code in fields.items("valid_status_codes", required=True)]
    sound = [code for code in codes if type(code) is int and code in _STATUSES]
    if fields.has("valid_status_codes") and (not sound or len(sound) < len(codes)):
        fields.refuse("valid_status_codes", "statuses from 100 to 599 are wanted")
    fields.finish()
    return HTTPCircuitBreaker(settings, frozenset(sound))
