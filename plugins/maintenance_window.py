"""A middleware with a namespace of its own: an endpoint that rests at night.

``"example/maintenance-window": {"from_hour": 23, "hours": 5}``, in UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from zope.interface import implementer

from krakendtw.errors import ConfigError, Rejected
from krakendtw.interfaces import IMiddlewarePlugin, IProxyMiddleware
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.proxy.message import Request
    from krakendtw.scope import EndpointScope


@implementer(IProxyMiddleware)
@frozen
class MaintenanceWindow:
    """Answers 503 from ``start_s`` on for ``length_s`` seconds, each day."""

    proxy_order = 50
    start_s: float
    length_s: float

    def proxy_part(self, scope: EndpointScope) -> Hooks:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        clock = scope.service.clock

        def refuse(request: Request) -> None:
            if (clock.seconds() - self.start_s) % 86_400 < self.length_s:
                raise Rejected("at rest", 503, headers={"Retry-After": ["600"]})

        return Hooks(request=refuse, name=MaintenancePlugin.namespace)


@implementer(IMiddlewarePlugin)
class MaintenancePlugin:
    """The owner of the namespace."""

    namespace = "example/maintenance-window"
    aliases = ()

    def configure(self, raw: Any, where: ConfigPath) -> MaintenanceWindow:
        """See :class:`~krakendtw.interfaces.IMiddlewarePlugin`."""
        try:
            start, length = float(raw["from_hour"]), float(raw["hours"])
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(where, "wants from_hour and hours") from error
        return MaintenanceWindow(start * 3600, length * 3600)


maintenance_window = MaintenancePlugin()
