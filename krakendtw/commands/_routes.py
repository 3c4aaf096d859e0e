"""The routes of a configuration tried without a gateway: ``check -t``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.web.resource import Resource

from krakendtw.router.builder import METHODS
from krakendtw.router.settings import RouterSettings
from krakendtw.router.tree import RouteTable

if TYPE_CHECKING:
    from krakendtw.config.model import ServiceConfig


def try_routes(config: ServiceConfig) -> None:
    """Register every route as the gateway would, without opening its port.

    :raises krakendtw.errors.ConfigError: two routes conflict, or a path cannot be
        a route.
    """
    table = RouteTable()
    leaf = Resource()
    settings = config.extra.get(RouterSettings) or RouterSettings()
    if not settings.disable_health:
        table.add("GET", settings.health_path, leaf)
    if config.debug_endpoint:
        table.add_any("/__debug/*param", leaf)
    if config.echo_endpoint:
        table.add_any("/__echo/*param", leaf)
    for endpoint in config.endpoints:
        # The gateway leaves out the others, which is no error.
        if endpoint.method in METHODS:
            table.add(endpoint.method, endpoint.path, leaf, endpoint.where)
