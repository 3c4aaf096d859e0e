"""``qos/ratelimit/proxy``: a limit of the calls to one backend, in this process."""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.errors import Rejected
from krakendtw.interfaces import IBackendMiddleware
from krakendtw.middleware._place import stands_in
from krakendtw.middleware.qos.ratelimit._bucket import Now, compile_bucket
from krakendtw.middleware.qos.ratelimit._limits import (
    default_capacity,
    number,
    scaled,
    to_duration_ns,
    to_uint64,
)
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.proxy.message import Request
    from krakendtw.scope import BackendScope

NAMESPACE = "qos/ratelimit/proxy"
_SECOND = 1_000_000_000


@implementer(IBackendMiddleware)
@frozen
class BackendLimit:
    """The limit of one backend.

    :ivar rate: calls a second; ``None`` if the namespace is no object.
    :ivar capacity: what the bucket holds; 0 for the default.
    :ivar now: nanoseconds of a clock that never goes back.
    """

    backend_order = 450
    rate: float | None
    capacity: int = 0
    now: Now = field(default=monotonic_ns, repr=False, eq=False)

    def backend_part(self, scope: BackendScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        log = scope.log.child(f"{scope.log.prefix}[Ratelimit]")
        if self.rate is None:
            log.error("wrong extra config")
            return None
        if self.rate <= 0:
            return None
        log.debug("Enabling the rate limiter")
        capacity = self.capacity or default_capacity(self.rate)
        take = compile_bucket(self.rate, capacity, self.now)

        def limit(request: Request) -> None:
            if not take():
                raise Rejected("rate limit exceded")

        return Hooks(request=limit, name=NAMESPACE)


def configure(raw: Any, where: ConfigPath) -> BackendLimit:
    """The limit; nothing in the namespace is an error.

    Unlike on endpoints ``every`` has no least value; 0 makes the rate infinite.
    """
    if not isinstance(raw, dict):
        return BackendLimit(None)
    every = to_duration_ns(raw["every"], _SECOND) if "every" in raw else _SECOND
    rate = scaled(number(raw.get("max_rate")), every)
    return BackendLimit(rate, to_uint64(number(raw.get("capacity"))))
