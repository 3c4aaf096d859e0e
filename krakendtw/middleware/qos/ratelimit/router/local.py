"""``qos/ratelimit/router``: limits of one endpoint, in this process.

What is wrong in the namespace is passed over, as in KrakenD: without a rate, or
without a way to tell clients apart, there is no limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.interfaces import IHandlerMiddleware, IRateLimitStore
from krakendtw.middleware._place import stands_in
from krakendtw.middleware.qos.ratelimit._check import compile_checks, guarded_handler
from krakendtw.middleware.qos.ratelimit._client import compile_client_of
from krakendtw.middleware.qos.ratelimit._limits import Limits, read_limits
from krakendtw.middleware.qos.ratelimit._store import MemoryStore

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Handler
    from krakendtw.log import Log
    from krakendtw.middleware.qos.ratelimit._client import ClientOf
    from krakendtw.scope import HandlerScope


@implementer(IHandlerMiddleware)
@frozen
class EndpointLimits:
    """The limits of one endpoint.

    :ivar limits: ``None`` if the namespace is no object.
    :ivar store: where the buckets are.
    """

    handler_order = 550
    limits: Limits | None
    store: IRateLimitStore = field(factory=MemoryStore, eq=False)

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return handler
        log = scope.log.child(f"{scope.log.prefix}[Ratelimit]")
        if self.limits is None:
            log.error("wrong extra config")
            return handler
        limits = self.limits.filled_in()
        if limits.max_rate > 0:
            log.debug(
                f"Rate limit enabled. MaxRate: {limits.max_rate:f},"
                f" Capacity: {limits.capacity}"
            )
        client_of = (
            _client_of(scope, limits, log) if limits.client_max_rate > 0 else None
        )
        check = compile_checks(
            limits, self.store, client_of, f"{scope.config.method} {scope.config.path}"
        )
        return handler if check is None else guarded_handler(check, handler)


def _client_of(scope: HandlerScope, limits: Limits, log: Log) -> ClientOf | None:
    """What tells clients apart, and a line in the log about it."""
    client_of = compile_client_of(
        scope.service, limits.strategy, limits.key, scope.config.path
    )
    if client_of is None:
        log.warning(f"Unknown strategy {limits.strategy}")
    else:
        log.debug(
            f"Rate limit enabled. Strategy: {limits.strategy} (key: {limits.key}),"
            f" MaxRate: {limits.client_max_rate:f}, Capacity: {limits.client_capacity}"
        )
    return client_of


def configure(raw: Any, where: ConfigPath) -> EndpointLimits:
    """The limits; nothing in the namespace is an error."""
    if not isinstance(raw, dict):
        return EndpointLimits(None)
    limits = read_limits(raw)
    store = MemoryStore(sweep_s=limits.sweep_s, max_clients=limits.max_clients)
    return EndpointLimits(limits, store)
