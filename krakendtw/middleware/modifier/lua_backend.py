"""``modifier/lua-backend``: scripts before and after one backend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen
from zope.interface import implementer

from krakendtw.interfaces import IBackendMiddleware, IDoubtful, Wrap
from krakendtw.middleware.modifier.lua._pipe import (
    doubts_of,
    leave_to_client,
    script_part,
)
from krakendtw.middleware.modifier.lua._settings import LuaSettings, parse_settings

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.proxy.pipe import Hooks
    from krakendtw.scope import BackendScope

NAMESPACE = "modifier/lua-backend"


@implementer(IBackendMiddleware, IDoubtful)
@frozen
class LuaBackend:
    """The scripts of one backend's pipe."""

    backend_order = 500
    settings: LuaSettings

    def backend_part(self, scope: BackendScope) -> Hooks | Wrap | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if scope.config.extra.settings.get(NAMESPACE) is not self:
            return None  # the service's: it means nothing there
        log = scope.log.child(f"[BACKEND: {scope.config.url_pattern}][Lua]")
        return script_part(
            self.settings, scope.service, log, NAMESPACE, leave_to_client
        )

    def doubts(self) -> Sequence[tuple[ConfigPath, str]]:
        """See :class:`~krakendtw.interfaces.IDoubtful`."""
        return doubts_of(self.settings)


def configure(raw: Any, where: ConfigPath) -> LuaBackend:
    """The scripts.

    :raises krakendtw.errors.NotConfigured: they are left out; see
        :func:`~krakendtw.middleware.modifier.lua._settings.parse_settings`.
    :raises krakendtw.errors.ConfigError: our own keys are wrong.
    """
    return LuaBackend(parse_settings(raw, where))
