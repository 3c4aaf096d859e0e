"""The client under the proxy pipe: treq's, flat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from treq.client import HTTPClient

from krakendtw.transport.client.agent import PooledAgent
from krakendtw.transport.client.redirect import follow

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.web.iweb import IAgent

    from krakendtw.transport.client.exchange import Incoming, Outgoing
    from krakendtw.transport.client.pool import Origin, Pool
    from krakendtw.transport.client.settings import ClientSettings


class GatewayClient(HTTPClient):
    """A treq client on the gateway's pool.

    ``get``, ``post`` and the others are treq's, for side calls and plugins, on
    the same pool.  Each call has a cookie jar of its own, for its redirects: one
    client's cookies never reach another's request.  The pipe itself sends over
    the pool's origins and comes here for redirects.

    :param pool: the connections.
    """

    def __init__(self, pool: Pool) -> None:
        agent: IAgent = PooledAgent(pool)
        super().__init__(agent)
        self.pool = pool

    def request(self, method: str, url: Any, **given: Any) -> Deferred[Any]:
        """See :meth:`treq.client.HTTPClient.request`."""
        alone = HTTPClient(self._agent)
        return alone.request(method, url, **given)

    def follow(
        self,
        origin: Origin,
        outgoing: Outgoing,
        incoming: Incoming,
        settings: ClientSettings,
    ) -> Incoming | Deferred[Incoming]:
        """Follow a redirect by Go's rules.

        :raises krakendtw.errors.TransportError: also through the Deferred.
        """
        return follow(self.pool, origin, outgoing, incoming, settings)
