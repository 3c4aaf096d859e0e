"""``modifier/request-body-extractor``: values of the body as header fields or query.

At the service it changes every client's request before anybody but the first
checks looks at it; at an endpoint it works in the pipe, behind the filters of
header fields and query strings.  From KrakenD Enterprise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.defer import Deferred
from twisted.web.resource import IResource, Resource
from zope.interface import implementer

from krakendtw.interfaces import IProxyMiddleware, IRouterMiddleware
from krakendtw.middleware._place import (
    ENDPOINT,
    SERVICE,
    demand_level,
    stands_in,
)
from krakendtw.middleware.modifier.request_body_extractor._client import compile_change
from krakendtw.middleware.modifier.request_body_extractor._operations import (
    HEADER,
    QUERY,
    Operations,
    read_operations,
)
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.proxy.message import Request
    from krakendtw.scope import EndpointScope, ServiceScope
    from krakendtw.transport.server.request import GatewayRequest

NAMESPACE = "modifier/request-body-extractor"


@implementer(IRouterMiddleware, IProxyMiddleware)
@frozen
class Extractor:
    """The operations of the service, or of one endpoint.

    :ivar level: where they stand.
    """

    router_order = 470
    proxy_order = 550
    level: str
    operations: Operations

    def wrap_leaf(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IRouterMiddleware`."""
        log = scope.log.child("[SERVICE: Gin][Request Body Extractor]")
        return ExtractingLeaf(compile_change(self.operations, log), resource)

    def proxy_part(self, scope: EndpointScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        if self.level != ENDPOINT or not stands_in(self, scope.config.extra):
            return None
        log = scope.log.child(f"{scope.log.prefix}[Request Body Extractor]")
        return Hooks(request=compile_hook(self.operations, log), name=NAMESPACE)


def configure(raw: Any, where: ConfigPath) -> Extractor:
    """The operations.

    :raises krakendtw.errors.ConfigError: one of them cannot be read.
    """
    level = demand_level(where, SERVICE, ENDPOINT)
    return Extractor(level, read_operations(raw, where))


def compile_hook(
    operations: Operations, log: Log
) -> Callable[[Request], Deferred[None] | None]:
    """The request hook of an endpoint's pipe."""
    kinds = operations.kinds

    def change(request: Request) -> None:
        if not request.body:
            return
        # Dictionaries of its own: what it was cloned from may share those.
        headers = dict(request.headers) if HEADER in kinds else {}
        query = dict(request.query) if QUERY in kinds else {}
        targets = {HEADER: headers, QUERY: query}
        if not operations.apply(request.body, targets, log):
            return
        if HEADER in kinds:
            request.headers = headers
        if QUERY in kinds:
            request.query = query

    def hook(request: Request) -> Deferred[None] | None:
        body: Any = request.read_body()
        if isinstance(body, Deferred):
            return body.addCallback(lambda _: change(request))
        change(request)
        return None

    return hook


class ExtractingLeaf(Resource):
    """A leaf of the router for requests whose bodies have been looked at.

    :cvar streams_body: no: the site reads the body before it renders.
    """

    isLeaf = True
    streams_body = False

    def __init__(
        self, change: Callable[[GatewayRequest], None], leaf: IResource
    ) -> None:
        Resource.__init__(self)
        self._change = change
        self._leaf = leaf

    def render(self, request: GatewayRequest) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        self._change(request)
        return self._leaf.render(request)
