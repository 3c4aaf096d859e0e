"""``plugin/http-server``: user plugins around the whole router.

The names are applied in the order of the list, each plugin around the one
before, so that the last one listed sees a request first.  A plugin that cannot
be used is logged and left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.web.resource import IResource
from zope.interface import implementer

from krakendtw.errors import GatewayError
from krakendtw.interfaces import IServerMiddleware, IServerPlugin
from krakendtw.middleware.plugin._door import as_object, listed_names, refuse_unknown

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.scope import ServiceScope


@implementer(IServerMiddleware)
@frozen
class ServerPlugins:
    """The plugins that a configuration names.

    :ivar config: the whole object of the namespace; ``None`` if it is none.
    :ivar names: in the order of the document; ``None`` if ``name`` gives none.
    """

    server_order = 300
    where: ConfigPath
    config: Mapping[str, Any] | None
    names: tuple[str, ...] | None

    def wrap_resource(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IServerMiddleware`.

        :raises krakendtw.errors.UnknownPlugin: of a strict configuration.
        """
        log = scope.log.child("[PLUGIN: Server]")
        if self.config is None:
            log.debug("Wrong extra_config type")
            return resource
        for name in self.names or ():
            if scope.registry.find(IServerPlugin, name) is None:
                refuse_unknown(scope, name, self.where)
        if not scope.registry.all(IServerPlugin):
            log.debug("No plugins registered for the module")
            return resource
        if self.names is None:
            log.debug("No plugins required in the extra config")
            return resource
        for name in self.names:
            resource = _wrap(scope, log, name, self.config, resource)
        return resource


def _wrap(
    scope: ServiceScope,
    log: Log,
    name: str,
    config: Mapping[str, Any],
    resource: IResource,
) -> IResource:
    """One plugin around ``resource``, or ``resource`` and a line in the log.

    :raises GatewayError: the plugin refuses to start so.
    """
    plugin = scope.registry.find(IServerPlugin, name)
    if plugin is None:
        log.error(f"No plugin registered as {name}")
        return resource
    try:
        wrapped = plugin.wrap(config, resource)
    except GatewayError:
        raise  # it says on purpose that it must not start
    except Exception as error:  # a stranger's code: whatever it raises
        log.error(f"Error getting the plugin handler: {error}")
        return resource
    if not IResource.providedBy(wrapped):
        log.error(f"Wrong plugin handler type: {name}")
        return resource
    log.info(f"Injecting plugin {name}")
    return wrapped


def configure(raw: Any, where: ConfigPath) -> ServerPlugins:
    """The server plugins; what is wrong with ``raw`` is logged at start."""
    config = as_object(raw)
    if config is None:
        return ServerPlugins(where, None, None)
    name = config.get("name")
    names = (name,) if isinstance(name, str) else listed_names(config)
    return ServerPlugins(where, config, names)
