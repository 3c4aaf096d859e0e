"""The agent that is a backend's whole client: it goes where redirects point.

What a component puts around it sees one request and the answer at the end of the
chain.  Such a component may as well not ask it at all, and be the client itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, fail
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IBodyProducer, IResponse
from zope.interface import implementer

from krakendtw.transport.client.agent import Asked, body_of, split_target
from krakendtw.transport.client.exchange import Incoming, Outgoing
from krakendtw.transport.client.response import PooledResponse

if TYPE_CHECKING:
    from krakendtw.proxy.agent_exchange import AgentExchange

_FRAMING = (b"content-length", b"transfer-encoding", b"connection")


@implementer(IAgent)
class FollowingAgent:
    """Sends requests by an exchange that follows redirects.

    :param exchange: the components' inner wrappers and the pool.
    """

    def __init__(self, exchange: AgentExchange) -> None:
        self._exchange = exchange

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """See :class:`twisted.web.iweb.IAgent`."""
        scheme, _, rest = uri.partition(b"://")
        authority, target = split_target(rest.partition(b"#")[0])
        pool = self._exchange.client.pool
        try:
            origin = pool.origin(f"{scheme.decode()}://{authority.decode()}")
        except Exception:
            return fail()
        headers = headers or Headers()
        lines = [] if headers.hasHeader(b"host") else [origin.host_line]
        for name, values in headers.getAllRawHeaders():
            if name.lower() not in _FRAMING:
                lines += [b"%b: %b\r\n" % (name, value) for value in values]
        outgoing = Outgoing(
            method, target, b"".join(lines), None, streams=self._exchange.streams
        )
        if bodyProducer is not None:
            outgoing.body, outgoing.length = body_of(bodyProducer)
        answer = self._exchange.exchange(origin, outgoing)
        return answer.addCallback(_respond, Asked(method, uri, headers))


def _respond(incoming: Incoming, asked: Asked) -> IResponse:
    """The answer, which names the URL that it came from at last."""
    if incoming.url:
        url = incoming.url.encode("utf-8", "surrogateescape")
        asked = Asked(asked.method, url, asked.headers)
    return PooledResponse(incoming, asked)
