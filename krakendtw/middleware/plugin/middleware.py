"""``plugin/middleware``: user plugins around the rest of a pipe.

The first name is the outermost.  Unknown names are passed over, as at the other
doors.  From KrakenD Enterprise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from zope.interface import implementer

from krakendtw.errors import ConfigError, GatewayError, PluginError
from krakendtw.interfaces import IBackendMiddleware, IPipePlugin, IProxyMiddleware
from krakendtw.middleware._place import BACKEND, ENDPOINT, demand_level
from krakendtw.middleware.plugin._door import (
    as_object,
    is_configured,
    listed_names,
    refuse_unknown,
)

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Proxy, Wrap
    from krakendtw.log import Log
    from krakendtw.scope import BackendScope, EndpointScope

NAMESPACE = "plugin/middleware"


@implementer(IProxyMiddleware, IBackendMiddleware)
@frozen
class Plugins:
    """The plugins that one endpoint or backend names, in their order."""

    proxy_order = 660
    backend_order = 620
    where: ConfigPath
    config: Mapping[str, Any]
    names: tuple[str, ...]

    def proxy_part(self, scope: EndpointScope) -> Wrap | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`.

        :raises krakendtw.errors.UnknownPlugin: of a strict configuration.
        """
        if not is_configured(self, scope.config.extra):
            return None
        return self._wrap(scope, scope.log.child(f"{scope.log.prefix}[Middleware]"))

    def backend_part(self, scope: BackendScope) -> Wrap | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`.

        :raises krakendtw.errors.UnknownPlugin: of a strict configuration.
        """
        if not is_configured(self, scope.config.extra):
            return None
        return self._wrap(scope, scope.log.child(f"{scope.log.prefix}[Middleware]"))

    def _wrap(self, scope: EndpointScope | BackendScope, log: Log) -> Wrap | None:
        found: list[IPipePlugin] = []
        for name in self.names:
            plugin = scope.service.registry.find(IPipePlugin, name)
            if plugin is None:
                refuse_unknown(scope.service, name, self.where)
                log.warning(f"no plugin answers to {name!r}")
            else:
                found.append(plugin)
        if not found:
            return None
        log.debug(f"Adding {len(found)} plugin(s)")

        def wrap(below: Proxy) -> Proxy:
            for plugin in reversed(found):
                below = _around(plugin, self.config, below)
            return below

        return wrap


def _around(plugin: IPipePlugin, config: Mapping[str, Any], below: Proxy) -> Proxy:
    """What a plugin makes of the rest of the pipe.

    :raises PluginError: it cannot.
    """
    try:
        return plugin.around(config, below)
    except GatewayError:
        raise
    except Exception as error:
        raise PluginError(f"plugin {plugin.name}: {error}") from error


def configure(raw: Any, where: ConfigPath) -> Plugins:
    """The plugins.

    :raises ConfigError: ``raw`` is no object, or ``name`` no list.
    """
    demand_level(where, ENDPOINT, BACKEND)
    config = as_object(raw)
    names = None if config is None else listed_names(config)
    if config is None or names is None:
        raise ConfigError(where / "name", "a list of names is wanted")
    return Plugins(where, config, names)
