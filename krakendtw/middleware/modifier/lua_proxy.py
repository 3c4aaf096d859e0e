"""``modifier/lua-proxy``: scripts before and after all backends of an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen
from zope.interface import implementer

from krakendtw.interfaces import IDoubtful, IProxyMiddleware, Wrap
from krakendtw.middleware.modifier.lua._pipe import (
    doubts_of,
    leave_to_backends,
    script_part,
)
from krakendtw.middleware.modifier.lua._settings import LuaSettings, parse_settings

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.proxy.pipe import Hooks
    from krakendtw.scope import EndpointScope

NAMESPACE = "modifier/lua-proxy"


@implementer(IProxyMiddleware, IDoubtful)
@frozen
class LuaProxy:
    """The scripts of one endpoint's pipe."""

    proxy_order = 500
    settings: LuaSettings

    def proxy_part(self, scope: EndpointScope) -> Hooks | Wrap | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        if scope.config.extra.settings.get(NAMESPACE) is not self:
            return None  # the service's: it means nothing there
        log = scope.log.child(f"[ENDPOINT: {scope.config.path}][Lua]")
        part = script_part(
            self.settings, scope.service, log, NAMESPACE, leave_to_backends
        )
        log.debug("Middleware is now ready")
        return part

    def doubts(self) -> Sequence[tuple[ConfigPath, str]]:
        """See :class:`~krakendtw.interfaces.IDoubtful`."""
        return doubts_of(self.settings)


def configure(raw: Any, where: ConfigPath) -> LuaProxy:
    """The scripts.

    :raises krakendtw.errors.NotConfigured: they are left out; see
        :func:`~krakendtw.middleware.modifier.lua._settings.parse_settings`.
    :raises krakendtw.errors.ConfigError: our own keys are wrong.
    """
    return LuaProxy(parse_settings(raw, where))
