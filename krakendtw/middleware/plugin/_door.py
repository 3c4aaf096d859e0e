"""What the three doors for user plugins have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from krakendtw.errors import UnknownPlugin

if TYPE_CHECKING:
    from krakendtw.config.model import ExtraConfig
    from krakendtw.config.where import ConfigPath
    from krakendtw.scope import ServiceScope


def as_object(raw: Any) -> Mapping[str, Any] | None:
    """``raw`` if it is a JSON object."""
    return raw if isinstance(raw, Mapping) else None


def listed_names(config: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The strings of the list ``name``; ``None`` if it is no list."""
    names = config.get("name")
    if not isinstance(names, list | tuple):
        return None
    return tuple(name for name in names if isinstance(name, str))


def is_configured(settings: object, extra: ExtraConfig) -> bool:
    """Whether ``settings`` stand in this very ``extra_config``.

    Settings of the service are offered to every endpoint and backend too, where
    a plugin's namespace means nothing.
    """
    return any(settings is other for other in extra.settings.values())


def refuse_unknown(scope: ServiceScope, name: str, where: ConfigPath) -> None:
    """With ``"strict": true`` in the root ``plugin``, end the start.

    :raises UnknownPlugin: the configuration is strict.
    """
    plugin = scope.config.plugin
    if plugin is not None and plugin.strict:
        raise UnknownPlugin(f"{where / 'name'}: no plugin answers to {name!r}")
