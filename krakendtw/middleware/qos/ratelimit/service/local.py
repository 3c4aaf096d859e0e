"""``qos/ratelimit/service``: limits of the whole gateway, in this process.

They stand behind routing: whatever the router answers is counted, unknown paths
too, but neither redirects nor the health check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import Factory, field, frozen
from zope.interface import implementer

from krakendtw.interfaces import IRateLimitStore, IRouterMiddleware
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import SERVICE, demand_level
from krakendtw.middleware.qos.ratelimit._leaves import OneCheck
from krakendtw.middleware.qos.ratelimit._limits import Limits, demand_limits
from krakendtw.middleware.qos.ratelimit._shared import compile_limits
from krakendtw.middleware.qos.ratelimit._store import MemoryStore

if TYPE_CHECKING:
    from twisted.web.resource import IResource

    from krakendtw.config.where import ConfigPath
    from krakendtw.middleware.qos.ratelimit._check import Check
    from krakendtw.scope import ServiceScope


@implementer(IRouterMiddleware)
@frozen
class ServiceLimits:
    """The limits of the gateway."""

    router_order = 700
    limits: Limits
    store: IRateLimitStore = field(factory=MemoryStore, eq=False)
    _leaves: OneCheck = field(
        default=Factory(lambda self: OneCheck(self.check), takes_self=True),
        init=False,
        repr=False,
        eq=False,
    )

    def check(self, scope: ServiceScope) -> Check | None:
        """What is asked of each request."""
        return compile_limits(scope, self.limits, self.store, name="service")

    def wrap_leaf(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IRouterMiddleware`."""
        return self._leaves.guard(scope, resource)


def configure(raw: Any, where: ConfigPath) -> ServiceLimits:
    """The limits.

    :raises ConfigError: they cannot be meant.
    """
    demand_level(where, SERVICE)
    fields = Fields(raw, where)
    limits = demand_limits(fields, has_route=False)
    fields.finish()
    store = MemoryStore(sweep_s=limits.sweep_s, max_clients=limits.max_clients)
    return ServiceLimits(limits, store)
