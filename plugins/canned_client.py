"""A client plugin: a backend that exists only in the configuration.

::

    "plugin/http-client": {"name": "canned-client",
                           "canned-client": {"json": {"flag": true}}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from twisted.web.iweb import IAgent, IBodyProducer, IResponse
from zope.interface import implementer

from krakendtw.interfaces import IClientPlugin
from krakendtw.memory import MemoryResponse

if TYPE_CHECKING:
    from twisted.web.http_headers import Headers


@implementer(IAgent)
class CannedAgent:
    """Gives the same answer to every request."""

    def __init__(self, status: int, body: bytes) -> None:
        self._status = status
        self._body = body

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """Answer at once."""
        kind = {"Content-Type": ["application/json"]}
        return succeed(MemoryResponse(self._status, kind, self._body))


@implementer(IClientPlugin)
class CannedClient:
    """Takes the place of a backend's HTTP client."""

    name = "canned-client"

    def agent(self, config: Mapping[str, Any]) -> IAgent:
        """See :class:`~krakendtw.interfaces.IClientPlugin`."""
        own = config.get(self.name, {})
        body = json.dumps(own.get("json", {})).encode()
        return CannedAgent(own.get("status", 200), body)


canned_client = CannedClient()
