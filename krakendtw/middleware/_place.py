"""The level of the document that a namespace stands at.

Guards must not be put where they would guard nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.model import ExtraConfig
    from krakendtw.config.where import ConfigPath

SERVICE, ENDPOINT, BACKEND = "service", "endpoint", "backend"


NESTED = "workflow"
"""The namespace of backends that hold an endpoint of their own."""


def level_of(where: ConfigPath) -> str:
    """The level that a namespace's place belongs to, the innermost one."""
    steps = where.steps
    if NESTED in steps[:-1]:
        inner = steps[len(steps) - steps[::-1].index(NESTED, 1) :]
        return BACKEND if "backend" in inner else ENDPOINT
    if "backend" in steps:
        return BACKEND
    if "endpoints" in where.steps or "async_agent" in where.steps:
        return ENDPOINT
    return SERVICE


def demand_level(where: ConfigPath, *levels: str) -> str:
    """The level, which must be one of ``levels``.

    :raises ConfigError: it would guard nothing there.
    """
    level = level_of(where)
    if level not in levels:
        wanted = " or ".join(f"the {name}'s" for name in levels)
        raise ConfigError(where, f"has no effect here, put it into {wanted}")
    return level


def stands_in(settings: object, extra: ExtraConfig) -> bool:
    """Whether ``settings`` stand in this very ``extra_config``.

    Settings of the service are offered to every endpoint and backend too.
    """
    return any(settings is other for other in extra.settings.values())
