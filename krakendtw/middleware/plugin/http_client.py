"""``plugin/http-client``: a user plugin in place of a backend's HTTP client.

The plugin's agent ends the transport: nothing that wraps the gateway's own
client applies.  A plugin that cannot be used is logged, and the backend keeps
its normal client.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.web.iweb import IAgent
from zope.interface import implementer

from krakendtw.interfaces import IClientMiddleware, IClientPlugin
from krakendtw.middleware.plugin._door import (
    as_object,
    is_configured,
    refuse_unknown,
)

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.scope import BackendScope

_LEGACY = "github.com/devopsfaith/krakend/transport/http/client/executor"


@implementer(IClientMiddleware)
@frozen
class ClientPlugin:
    """The plugin that a backend names.

    :ivar config: the whole object of the namespace; ``None`` if it is none.
    """

    client_order = 0
    where: ConfigPath
    config: Mapping[str, Any] | None

    def wrap_agent(self, scope: BackendScope, agent: IAgent) -> IAgent:
        """See :class:`~krakendtw.interfaces.IClientMiddleware`.

        :raises krakendtw.errors.UnknownPlugin: of a strict configuration.
        """
        backend = scope.config
        if not is_configured(self, backend.extra):
            return agent
        log = scope.log.child(
            f"[BACKEND: {backend.parent_method} {backend.parent_endpoint}"
            f" -> {backend.url_pattern}]"
        )
        if self.config is None:
            log.debug(f"[{_LEGACY}] Wrong extra config type for backend")
            return agent
        return self._plugin_agent(scope, log, self.config) or agent

    def _plugin_agent(
        self, scope: BackendScope, log: Log, config: Mapping[str, Any]
    ) -> IAgent | None:
        """The plugin's agent, or ``None`` and a line in the log."""
        registry = scope.service.registry
        name = config.get("name")
        plugin = registry.find(IClientPlugin, name) if isinstance(name, str) else None
        if plugin is None:
            if isinstance(name, str):
                refuse_unknown(scope.service, name, self.where)
            if not registry.all(IClientPlugin):
                log.debug("No plugins registered for the module")
            elif not isinstance(name, str):
                pattern = scope.config.url_pattern
                log.debug(f"No name defined in the extra config for {pattern}")
            else:
                log.debug(f"No plugin registered as {name}")
            return None
        try:
            agent = plugin.agent(config)
        except Exception as error:  # a stranger's code: whatever it raises
            log.warning(f"Error getting the plugin handler: {error}")
            return None
        if not IAgent.providedBy(agent):
            log.warning(f"Wrong plugin handler type: {name}")
            return None
        log.debug(f"Injecting plugin {name}")
        return agent


def configure(raw: Any, where: ConfigPath) -> ClientPlugin:
    """The client plugin; what is wrong with ``raw`` is logged at start."""
    return ClientPlugin(where, as_object(raw))
