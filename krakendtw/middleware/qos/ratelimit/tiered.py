"""``qos/ratelimit/tiered``: limits that depend on a header, for subscriptions.

The header is what it is when the limit is asked: on an endpoint a token's claim
or a key's role has been written over it by then, on the service it is the
client's own.  The first tier that fits decides; without one there is no limit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import Factory, field, frozen
from zope.interface import implementer

from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.interfaces import (
    IHandlerMiddleware,
    IRateLimitStore,
    IRouterMiddleware,
)
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import (
    ENDPOINT,
    SERVICE,
    demand_level,
    stands_in,
)
from krakendtw.middleware.qos.ratelimit._check import chained, guarded_handler
from krakendtw.middleware.qos.ratelimit._client import compile_header
from krakendtw.middleware.qos.ratelimit._leaves import OneCheck
from krakendtw.middleware.qos.ratelimit._limits import Limits, demand_limits
from krakendtw.middleware.qos.ratelimit._policy import compile_policy
from krakendtw.middleware.qos.ratelimit._shared import (
    SharedLimits,
    compile_limits,
    read_shared,
)
from krakendtw.middleware.qos.ratelimit._store import LONGEST_KEY, MemoryStore

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.web.resource import IResource

    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Handler
    from krakendtw.middleware.qos.ratelimit._check import Check
    from krakendtw.scope import HandlerScope, ServiceScope
    from krakendtw.transport.server.request import GatewayRequest

LITERAL, POLICY, ANY = "literal", "policy", "*"
_KINDS = (LITERAL, POLICY, ANY)
_KNOWN_VALUES = 4096


@frozen
class Tier:
    """One tier.

    :ivar fits: whether a value of the header belongs to it.
    :ivar limits: in this process.
    :ivar shared: in all gateways, asked after ``limits``.
    """

    fits: Callable[[str], bool]
    limits: Limits | None = None
    shared: SharedLimits | None = None
    store: IRateLimitStore = field(factory=MemoryStore, eq=False)

    def check(self, scope: ServiceScope, name: str, path: str) -> Check | None:
        """What is asked of each request of this tier."""
        checks: list[Check | None] = []
        if self.limits is not None:
            checks.append(
                compile_limits(scope, self.limits, self.store, name=name, path=path)
            )
        if self.shared is not None:
            checks.append(self.shared.check(scope, name, path))
        return chained([check for check in checks if check is not None])


@implementer(IHandlerMiddleware, IRouterMiddleware)
@frozen
class TieredLimits:
    """The tiers, in their order.

    :ivar level: where they stand.
    :ivar header: what tells a request's tier.
    :ivar is_total: whether a tier fits every value.
    """

    handler_order = 570
    router_order = 720
    level: str
    header: str
    tiers: tuple[Tier, ...]
    is_total: bool = True
    _leaves: OneCheck = field(
        default=Factory(lambda self: OneCheck(self._service_check), takes_self=True),
        init=False,
        repr=False,
        eq=False,
    )

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""
        endpoint = scope.config
        if self.level != ENDPOINT or not stands_in(self, endpoint.extra):
            return handler
        log = scope.log.child(f"{scope.log.prefix}[Ratelimit]")
        if not self.is_total:
            log.warning("requests that fit no tier are not limited")
        name = f"{endpoint.method} {endpoint.path}"
        return guarded_handler(self.check(scope.service, name, endpoint.path), handler)

    def wrap_leaf(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IRouterMiddleware`."""
        return self._leaves.guard(scope, resource)

    def _service_check(self, scope: ServiceScope) -> Check:
        log = scope.log.child("[SERVICE: Ratelimit]")
        log.warning(f"clients choose their tier: they set {self.header} themselves")
        if not self.is_total:
            log.warning("requests that fit no tier are not limited")
        return self.check(scope, "service", "")

    def check(self, scope: ServiceScope, name: str, path: str) -> Check:
        """What is asked of each request, whatever its tier."""
        value_of = compile_header(self.header)
        tiers = [
            (tier.fits, tier.check(scope, f"{name}:tier{at}", path))
            for at, tier in enumerate(self.tiers)
        ]
        known: dict[str, Check | None] = {}

        def check_for(value: str) -> Check | None:
            check = next((check for fits, check in tiers if fits(value)), None)
            if len(known) < _KNOWN_VALUES and len(value) <= LONGEST_KEY:
                known[value] = check
            return check

        def check(request: GatewayRequest) -> int | Deferred[int]:
            value = value_of(request)
            decide = known[value] if value in known else check_for(value)
            return 0 if decide is None else decide(request)

        return check


def configure(raw: Any, where: ConfigPath) -> TieredLimits:
    """The tiers.

    :raises ConfigError: they cannot be meant.
    """
    level = demand_level(where, SERVICE, ENDPOINT)
    fields = Fields(raw, where)
    header = fields.text("tier_key", required=True)
    tiers: list[Tier] = []
    kinds: list[str] = []
    for place, item in fields.items("tiers", required=True):
        try:
            kind, tier = _read_tier(Fields(item, place), has_route=level == ENDPOINT)
        except ConfigErrors as error:
            fields.errors.extend(error.errors)
        except ConfigError as error:
            fields.errors.append(error)
        else:
            kinds.append(kind)
            tiers.append(tier)
    if ANY in kinds[:-1]:
        fields.refuse("tiers", "a tier behind one of '*' is never reached")
    fields.finish()
    return TieredLimits(level, header, tuple(tiers), is_total=ANY in kinds)


def _read_tier(fields: Fields, *, has_route: bool) -> tuple[str, Tier]:
    """One tier and its kind.

    :raises ConfigError: it cannot be meant.
    """
    kind = fields.choice("tier_value_as", _KINDS, LITERAL)
    value = fields.text("tier_value")
    local, shared = fields.any("ratelimit"), fields.any("ratelimit_redis")
    if local is None and shared is None:
        fields.refuse("ratelimit", "is missing, this one or ratelimit_redis")
    fields.finish()
    limits = None
    store = MemoryStore()
    if local is not None:
        inner = Fields(local, fields.where / "ratelimit")
        limits = demand_limits(inner, has_route=has_route)
        inner.finish()
        store = MemoryStore(sweep_s=limits.sweep_s, max_clients=limits.max_clients)
    behind = None
    if shared is not None:
        place = fields.where / "ratelimit_redis"
        behind = read_shared(shared, place, has_route=has_route)
    return kind, Tier(_fits(kind, value, fields.where), limits, behind, store)


def _fits(kind: str, wanted: str, where: ConfigPath) -> Callable[[str], bool]:
    """Whether a header's value belongs to a tier."""
    if kind == ANY:
        return lambda value: True
    if kind == LITERAL:
        return lambda value: value == wanted
    return compile_policy(wanted, where / "tier_value")
