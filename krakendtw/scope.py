"""What a component is told of the place it works in: frozen and nested.

A component configured at service level is asked for every endpoint and backend
too, and answers ``None`` where it has nothing to do.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import field, frozen

if TYPE_CHECKING:
    from treq.client import HTTPClient
    from twisted.internet.interfaces import IReactorTime

    from krakendtw.config.model import BackendConfig, EndpointConfig, ServiceConfig
    from krakendtw.interfaces import INews, Proxy
    from krakendtw.log import Log
    from krakendtw.plugin import Registry
    from krakendtw.proxy.message import Request
    from krakendtw.transport.deadline import TimerWheel
    from krakendtw.transport.server.request import GatewayRequest


Turns: TypeAlias = "Callable[[], int]"
"""Says each time one more than before; it begins anywhere."""


def own_turns() -> Turns:
    """A counter of this process alone."""
    return itertools.count(random.randrange(1 << 16)).__next__  # noqa: S311 - no secret


@frozen
class ServiceScope:
    """The whole gateway.

    :ivar registry: the plugins.
    :ivar clock: the reactor's clock.
    :ivar wheel: timers for many requests at little cost.
    :ivar client: a treq client on the gateway's own pool, for side calls.
    :ivar news: what the gateway's workers tell each other; ``None`` if it is alone.
    :ivar new_turns: makes a counter of turns, which all workers count on.
    """

    config: ServiceConfig
    registry: Registry = field(repr=False)
    log: Log = field(repr=False)
    clock: IReactorTime = field(repr=False)
    wheel: TimerWheel = field(repr=False)
    client: HTTPClient = field(repr=False)
    news: INews | None = field(default=None, repr=False)
    new_turns: Callable[[], Turns] = field(default=own_turns, repr=False)


@frozen
class EndpointScope:
    """One endpoint."""

    service: ServiceScope = field(repr=False)
    config: EndpointConfig
    log: Log = field(repr=False)

    def providers(self, interface: Any) -> Sequence[Any]:
        """This endpoint's and the service's components that provide ``interface``."""
        return [
            settings
            for extra in (self.config.extra, self.service.config.extra)
            for settings in extra.settings.values()
            if interface.providedBy(settings)
        ]


@frozen
class HandlerScope(EndpointScope):
    """One endpoint's HTTP side.

    :ivar build_request: makes the pipe's request out of the client's.
    :ivar proxy: the endpoint's whole pipe.
    """

    build_request: Callable[[GatewayRequest], Request] = field(repr=False)
    proxy: Proxy = field(repr=False)


@frozen
class BackendScope:
    """One backend of one endpoint."""

    endpoint: EndpointScope = field(repr=False)
    config: BackendConfig
    log: Log = field(repr=False)

    @property
    def service(self) -> ServiceScope:
        """The gateway around it."""
        return self.endpoint.service
