"""``modifier/request-body-extractor/early``: before anybody else looks at a request.

Values of the body are there for authentication and rate limits of one endpoint.
From KrakenD Enterprise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from zope.interface import implementer

from krakendtw.interfaces import Handler, IHandlerMiddleware
from krakendtw.middleware._place import ENDPOINT, demand_level, stands_in
from krakendtw.middleware.modifier.request_body_extractor._client import compile_change
from krakendtw.middleware.modifier.request_body_extractor._operations import (
    Operations,
    read_operations,
)

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.config.where import ConfigPath
    from krakendtw.router.answer import Answer
    from krakendtw.scope import HandlerScope
    from krakendtw.transport.server.request import GatewayRequest

NAMESPACE = "modifier/request-body-extractor/early"


@implementer(IHandlerMiddleware)
@frozen
class EarlyExtractor:
    """The operations of one endpoint."""

    handler_order = 60
    operations: Operations

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return handler
        log = scope.log.child(f"{scope.log.prefix}[Request Body Extractor]")
        change = compile_change(self.operations, log)

        def handle(request: GatewayRequest) -> Answer | Deferred[Answer]:
            body = request.body
            if body is None:
                return handler(request)
            if type(body) is not bytes:
                whole: Any = request.whole_body()
                return whole.addCallback(go_on, request)  # type: ignore[no-any-return]
            return go_on(body, request)

        def go_on(_: Any, request: GatewayRequest) -> Answer | Deferred[Answer]:
            change(request)
            return handler(request)

        return handle


def configure(raw: Any, where: ConfigPath) -> EarlyExtractor:
    """The operations.

    :raises krakendtw.errors.ConfigError: one of them cannot be read.
    """
    demand_level(where, ENDPOINT)
    return EarlyExtractor(read_operations(raw, where))
