"""From limits to the one question that is asked of each request.

A check says 0 if the request may pass, or the status of the refusal, or a
Deferred of these where the store has to be asked over the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from twisted.internet.defer import Deferred
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from krakendtw.router.answer import Answer

if TYPE_CHECKING:
    from twisted.python.failure import Failure
    from twisted.web.resource import IResource

    from krakendtw.interfaces import Handler, IRateLimitStore, TakeToken, TakeTokenOf
    from krakendtw.log import Log
    from krakendtw.middleware.qos.ratelimit._client import ClientOf
    from krakendtw.middleware.qos.ratelimit._limits import Limits
    from krakendtw.transport.server.request import GatewayRequest

Check: TypeAlias = "Callable[[GatewayRequest], int | Deferred[int]]"

LIMITED = "rate limit exceded"
"""KrakenD's words, in its spelling."""

TOO_MANY = 429
UNAVAILABLE = 503


def compile_checks(
    limits: Limits, store: IRateLimitStore, client_of: ClientOf | None, name: str
) -> Check | None:
    """The check of both limits, the client's first; ``None`` without any.

    :param client_of: tells clients apart; ``None`` for no limit of clients.
    :param name: of the buckets in a store that others share.
    """
    checks: list[Check] = []
    if client_of is not None and limits.client_max_rate > 0:
        take_of = store.buckets(
            f"{name}:client",
            limits.client_max_rate,
            limits.client_capacity,
            limits.idle_s,
        )
        checks.append(client_check(client_of, take_of))
    if limits.max_rate > 0:
        take = store.bucket(f"{name}:all", limits.max_rate, limits.capacity)
        checks.append(_everybody_check(take))
    return chained(checks)


def client_check(client_of: ClientOf, take: TakeTokenOf) -> Check:
    """A limit of each client: 429, also for a request that names none."""

    def check(request: GatewayRequest) -> int | Deferred[int]:
        client = client_of(request)
        if not client:
            return TOO_MANY
        granted = take(client)
        if granted is True:
            return 0
        if type(granted) is Deferred:
            return granted.addCallback(_client_verdict)
        return _client_verdict(granted)  # type: ignore[arg-type]

    return check


def _everybody_check(take: TakeToken) -> Check:
    """A limit of all clients together: 503."""

    def check(request: GatewayRequest) -> int | Deferred[int]:
        granted = take()
        if granted is True:
            return 0
        if type(granted) is Deferred:
            return granted.addCallback(_verdict)
        return UNAVAILABLE

    return check


def _client_verdict(granted: bool | None) -> int:
    if granted:
        return 0
    return UNAVAILABLE if granted is None else TOO_MANY


def _verdict(granted: bool | None) -> int:
    return 0 if granted else UNAVAILABLE


def chained(checks: Sequence[Check]) -> Check | None:
    """Several checks one after another, as long as they say 0."""
    if not checks:
        return None
    first, *rest = checks
    then = chained(rest)
    if then is None:
        return first

    def check(request: GatewayRequest) -> int | Deferred[int]:
        status = first(request)
        if not status:
            return then(request)
        if type(status) is Deferred:
            return status.addCallback(go_on, request)
        return status

    def go_on(status: int, request: GatewayRequest) -> int | Deferred[int]:
        return status or then(request)

    return check


def guarded_handler(check: Check, handler: Handler) -> Handler:
    """``handler`` for the requests that pass ``check``.

    The refusal is empty; its text is for the access log.
    """

    def handle(request: GatewayRequest) -> Answer | Deferred[Answer]:
        status = check(request)
        if not status:
            return handler(request)
        if type(status) is Deferred:
            return status.addCallback(judge, request)
        return judge(status, request)  # type: ignore[arg-type]

    def judge(status: int, request: GatewayRequest) -> Answer | Deferred[Answer]:
        if not status:
            return handler(request)
        return Answer(status, errors=(LIMITED,))

    return handle


class GuardedLeaf(Resource):
    """A leaf of the router for the requests that pass ``check``."""

    isLeaf = True

    def __init__(self, check: Check, leaf: IResource, log: Log) -> None:
        Resource.__init__(self)
        self._log = log
        self.streams_body = getattr(leaf, "streams_body", False)
        self._check = check
        self._leaf = leaf

    def render(self, request: GatewayRequest) -> int | bytes:
        """See :class:`twisted.web.resource.IResource`."""
        status = self._check(request)
        if not status:
            return self._leaf.render(request)  # type: ignore[no-any-return]
        if type(status) is Deferred:
            request.pending = status
            status.addCallback(self._go_on, request)
            status.addErrback(self._fail, request)
        else:
            self._refuse(status, request)  # type: ignore[arg-type]
        return NOT_DONE_YET

    def _go_on(self, status: int, request: GatewayRequest) -> None:
        request.pending = None
        if request.finished:
            return
        if status:
            self._refuse(status, request)
            return
        result = self._leaf.render(request)
        if result != NOT_DONE_YET:
            request.send_rendered(result, self._leaf)

    def _fail(self, failure: Failure, request: GatewayRequest) -> None:
        """A leaf failed, which answers as if nobody had been asked before it."""
        if request.finished:
            return
        self._log.error(f"{request!r}: {failure.getErrorMessage()}")
        request.answer(500, b"", b"")

    def _refuse(self, status: int, request: GatewayRequest) -> None:
        request.errors = (LIMITED,)
        request.answer(status, b"", b"")
