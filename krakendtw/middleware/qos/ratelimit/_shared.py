"""Limits whose buckets several gateways share: ``qos/ratelimit/…/redis``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from krakendtw.errors import ConfigError
from krakendtw.interfaces import IRateLimitStores
from krakendtw.middleware._fields import Fields
from krakendtw.middleware.qos.ratelimit._check import compile_checks
from krakendtw.middleware.qos.ratelimit._client import compile_client_of
from krakendtw.middleware.qos.ratelimit._limits import Limits, demand_limits

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import IRateLimitStore
    from krakendtw.middleware.qos.ratelimit._check import Check
    from krakendtw.scope import ServiceScope


@frozen
class SharedLimits:
    """Limits behind a connection.

    :ivar connection: the name of it.
    :ivar allow_on_failure: whether requests pass while it is broken.
    """

    where: ConfigPath
    limits: Limits
    connection: str
    allow_on_failure: bool = False

    def check(self, scope: ServiceScope, name: str, path: str = "") -> Check | None:
        """What is asked of each request.

        :param name: of the place, the same in all gateways that share it.
        :param path: the route, in the router's form.
        :raises ConfigError: nobody has a connection of that name.
        """
        return compile_limits(
            scope, self.limits, self._store(scope), name=name, path=path
        )

    def _store(self, scope: ServiceScope) -> IRateLimitStore:
        for settings in scope.config.extra.settings.values():
            if IRateLimitStores.providedBy(settings):
                store: IRateLimitStore | None = settings.rate_limit_store(
                    scope, self.connection, self.allow_on_failure
                )
                if store is not None:
                    return store
        raise ConfigError(
            self.where / "connection_name",
            f"no connection is named {self.connection!r}",
        )


def compile_limits(
    scope: ServiceScope,
    limits: Limits,
    store: IRateLimitStore,
    *,
    name: str,
    path: str = "",
) -> Check | None:
    """The check of limits whose strategy is known to be one."""
    client_of = None
    if limits.client_max_rate > 0:
        client_of = compile_client_of(scope, limits.strategy, limits.key, path)
    service = scope.config.name
    return compile_checks(
        limits, store, client_of, f"{service}|{name}" if service else name
    )


def read_shared(raw: Any, where: ConfigPath, *, has_route: bool) -> SharedLimits:
    """The limits of a namespace.

    :param has_route: whether parameters of a route are known at this place.
    :raises ConfigError: they cannot be meant.
    """
    fields = Fields(raw, where)
    connection = fields.text("connection_name") or fields.text("connection_pool")
    fields.any("connection_pool")
    if not connection:
        fields.refuse("connection_name", "is missing")
    shared = SharedLimits(
        where,
        demand_limits(fields, has_route=has_route, quirks=False),
        connection,
        fields.flag("on_failure_allow"),
    )
    fields.finish()
    return shared
