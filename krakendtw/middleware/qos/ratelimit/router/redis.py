"""``qos/ratelimit/router/redis``: limits of one endpoint, shared by all gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from zope.interface import implementer

from krakendtw.interfaces import IHandlerMiddleware
from krakendtw.middleware._place import ENDPOINT, demand_level, stands_in
from krakendtw.middleware.qos.ratelimit._check import guarded_handler
from krakendtw.middleware.qos.ratelimit._shared import SharedLimits, read_shared

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Handler
    from krakendtw.scope import HandlerScope


@implementer(IHandlerMiddleware)
@frozen
class SharedEndpointLimits:
    """The limits of one endpoint."""

    handler_order = 560
    shared: SharedLimits

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""
        endpoint = scope.config
        if not stands_in(self, endpoint.extra):
            return handler
        check = self.shared.check(
            scope.service, f"{endpoint.method} {endpoint.path}", endpoint.path
        )
        return handler if check is None else guarded_handler(check, handler)


def configure(raw: Any, where: ConfigPath) -> SharedEndpointLimits:
    """The limits.

    :raises ConfigError: they cannot be meant.
    """
    demand_level(where, ENDPOINT)
    return SharedEndpointLimits(read_shared(raw, where, has_route=True))
