"""``max_payload``: how large the body of a request may be, in bytes.

A body that announces itself as larger is refused unread; one that does not say
how long it is is read into memory, up to the limit, before anything else looks at
the request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.defer import Deferred
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from krakendtw.errors import ConfigError
from krakendtw.interfaces import IHandlerMiddleware, IRouterMiddleware
from krakendtw.router.answer import Answer
from krakendtw.transport.stream import BodyTooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted.python.failure import Failure
    from twisted.web.resource import IResource

    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Handler
    from krakendtw.scope import HandlerScope, ServiceScope
    from krakendtw.transport.server.request import GatewayRequest

KEY = "max_payload"
TOO_LARGE = 413
_BROKEN = 400


def read_max_payload(options: Any, where: ConfigPath) -> int:
    """The limit of a namespace's options; 0 for none.

    :raises ConfigError: it is no whole number, or below 0.
    """
    value = options.get(KEY) if hasattr(options, "get") else None
    if value is None:
        return 0
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or value < 0
        or value % 1
    ):
        raise ConfigError(where / KEY, f"{value!r} found, a number of bytes is wanted")
    return int(value)


def payload_limits(
    options: Mapping[str, Any] | Any, where: ConfigPath
) -> list[PayloadLimit]:
    """The limit of a namespace's options, if there is one.

    :raises ConfigError: see :func:`read_max_payload`.
    """
    limit = read_max_payload(options, where)
    return [PayloadLimit(limit)] if limit else []


@implementer(IHandlerMiddleware, IRouterMiddleware)
@frozen
class PayloadLimit:
    """Refuses larger bodies: 413, empty, and the end of the connection."""

    handler_order = 50
    router_order = 450
    limit: int

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""

        def handle(request: GatewayRequest) -> Answer | Deferred[Answer]:
            status = self.measure(request)
            if not status:
                return handler(request)
            if type(status) is Deferred:
                return status.addCallback(judge, request)
            return judge(status, request)  # type: ignore[arg-type]

        def judge(status: int, request: GatewayRequest) -> Answer | Deferred[Answer]:
            if not status:
                return handler(request)
            request.keep_alive = False
            return Answer(status)

        return handle

    def wrap_leaf(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IRouterMiddleware`."""
        return _LimitedLeaf(self, resource)

    def measure(self, request: GatewayRequest) -> int | Deferred[int]:
        """0 for a body that is known to be within the limit, else a status."""
        body = request.body
        if body is None:
            return 0
        if type(body) is bytes:
            return TOO_LARGE if len(body) > self.limit else 0
        stream: Any = body
        if stream.length is not None:
            return TOO_LARGE if stream.length > self.limit else 0
        read: Deferred[Any] = stream.read_all(self.limit)
        return read.addCallbacks(self._keep, self._fail, (request,), {}, (request,))

    def _keep(self, body: bytes, request: GatewayRequest) -> int:
        request.body = body
        return 0

    def _fail(self, failure: Failure, request: GatewayRequest) -> int | Failure:
        if failure.check(BodyTooLarge):
            return TOO_LARGE
        return failure if request.finished else _BROKEN


class _LimitedLeaf(Resource):
    """A leaf of the router for requests with bodies within the limit."""

    isLeaf = True
    streams_body = True  # what must not be read is not read for others either

    def __init__(self, rule: PayloadLimit, leaf: IResource) -> None:
        Resource.__init__(self)
        self._rule = rule
        self._leaf = leaf
        self._wants_whole = not getattr(leaf, "streams_body", False)

    def render(self, request: GatewayRequest) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        status = self._rule.measure(request)
        if not status and self._wants_whole and not request.body_complete:
            status = request.whole_body().addCallback(lambda _: 0)
        if not status:
            return self._leaf.render(request)
        if type(status) is Deferred:
            request.pending = status
            status.addCallback(self._go_on, request)
            status.addErrback(_give_up, request)
        else:
            _refuse(status, request)  # type: ignore[arg-type]
        return NOT_DONE_YET

    def _go_on(self, status: int, request: GatewayRequest) -> None:
        request.pending = None
        if request.finished:
            return
        if status:
            _refuse(status, request)
            return
        result = self._leaf.render(request)
        if result != NOT_DONE_YET:
            request.send_rendered(result, self._leaf)


def _refuse(status: int, request: GatewayRequest) -> None:
    request.keep_alive = False
    request.answer(status, b"", b"")


def _give_up(failure: Failure, request: GatewayRequest) -> None:
    """The client has left, or a leaf failed that has no answer of its own."""
    if not request.finished:
        request.answer(500, b"", b"")
