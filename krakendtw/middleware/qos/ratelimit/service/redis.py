"""``qos/ratelimit/service/redis``: limits of all gateways together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import Factory, field, frozen
from zope.interface import implementer

from krakendtw.interfaces import IRouterMiddleware
from krakendtw.middleware._place import SERVICE, demand_level
from krakendtw.middleware.qos.ratelimit._leaves import OneCheck
from krakendtw.middleware.qos.ratelimit._shared import SharedLimits, read_shared

if TYPE_CHECKING:
    from twisted.web.resource import IResource

    from krakendtw.config.where import ConfigPath
    from krakendtw.middleware.qos.ratelimit._check import Check
    from krakendtw.scope import ServiceScope


@implementer(IRouterMiddleware)
@frozen
class SharedServiceLimits:
    """The limits of all gateways of one name."""

    router_order = 710
    shared: SharedLimits
    _leaves: OneCheck = field(
        default=Factory(lambda self: OneCheck(self.check), takes_self=True),
        init=False,
        repr=False,
        eq=False,
    )

    def check(self, scope: ServiceScope) -> Check | None:
        """What is asked of each request."""
        return self.shared.check(scope, "service")

    def wrap_leaf(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IRouterMiddleware`."""
        return self._leaves.guard(scope, resource)


def configure(raw: Any, where: ConfigPath) -> SharedServiceLimits:
    """The limits.

    :raises ConfigError: they cannot be meant.
    """
    demand_level(where, SERVICE)
    return SharedServiceLimits(read_shared(raw, where, has_route=False))
