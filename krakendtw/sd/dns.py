"""``sd: dns``: hosts from DNS SRV records (RFC 2782).

The first entry of ``host`` is the name that is looked up.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from math import gcd
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.names import client as names
from twisted.names import dns
from twisted.plugin import IPlugin
from zope.interface import implementer

from krakendtw.interfaces import IDiscoveryPlugin, ISubscriber

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IReactorTime
    from twisted.python.failure import Failure

    from krakendtw.scope import BackendScope

Lookup = Callable[[str], "Deferred[Any]"]
"""Asks for the SRV records of a name, as ``twisted.names`` does."""

_SCALE = 100
"""Weights beyond this sum are scaled down to it, so that lists stay short."""


@frozen(order=True)
class Server:
    """One SRV record."""

    priority: int
    weight: int
    target: str
    port: int


def expand(servers: Iterable[Server], scheme: str) -> tuple[str, ...]:
    """The hosts of the best priority, each as often as its weight says.

    A server of weight 0 gets nothing, whatever the others have.
    """
    found = sorted(
        servers,
        key=lambda one: (one.priority, -one.weight, one.target, one.port),
    )
    if not found:
        return ()
    best = [one for one in found if one.priority == found[0].priority]
    weights = _compact([one.weight for one in best])
    hosts = [
        f"{scheme}://{one.target}:{one.port}"
        for one, weight in zip(best, weights, strict=True)
        for _ in range(weight)
    ]
    if len(hosts) > _SCALE:
        random.shuffle(hosts)
    return tuple(hosts)


def _compact(weights: list[int]) -> list[int]:
    """Smaller weights of nearly the same proportions."""
    scale = max(_SCALE, len(weights))
    total = sum(weights)
    if total > scale:
        weights = [weight * scale // total for weight in weights]
    divisor = gcd(*weights)
    return [weight // divisor for weight in weights] if divisor > 1 else weights


@implementer(ISubscriber)
class SRVHosts:
    """The hosts behind one name, asked for again each ``ttl_s`` seconds.

    A failed look-up keeps the old list.
    """

    def __init__(
        self,
        name: str,
        scheme: str,
        ttl_s: float,
        lookup: Lookup,
        clock: IReactorTime,
    ) -> None:
        self._name = name
        self._scheme = scheme
        self._ttl = ttl_s
        self._lookup = lookup
        self._clock = clock
        self._hosts: list[str] = []
        self._update()

    def hosts(self) -> Sequence[str]:
        """See :class:`~krakendtw.interfaces.ISubscriber`."""
        return self._hosts

    def _update(self) -> None:
        asked = self._lookup(self._name)
        asked.addCallbacks(self._answered, _keep_old)
        asked.addBoth(lambda _: self._clock.callLater(self._ttl, self._update))

    def _answered(self, result: Any) -> None:
        answers, _, _ = result
        records = [answer.payload for answer in answers if answer.type == dns.SRV]
        self._hosts = list(
            expand(
                (
                    Server(
                        record.priority,
                        record.weight,
                        record.target.name.decode("ascii"),
                        record.port,
                    )
                    for record in records
                ),
                self._scheme,
            )
        )


def _keep_old(failure: Failure) -> None:
    """A look-up has failed: what is known stays."""


@implementer(IPlugin, IDiscoveryPlugin)
class DNS:
    """The driver."""

    name = "dns"

    def subscriber(self, scope: BackendScope) -> ISubscriber:
        """See :class:`~krakendtw.interfaces.IDiscoveryPlugin`."""
        hosts = scope.config.hosts
        return SRVHosts(
            hosts[0] if hosts else "",
            scope.config.sd_scheme or "http",
            scope.service.config.dns_cache_ttl,
            names.lookupService,
            scope.service.clock,
        )


driver = DNS()
