"""The site: connections in, resources found, the rest left to them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from attrs import frozen
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure
from twisted.web.http import datetimeToString
from twisted.web.resource import IResource, getChildForRequest
from twisted.web.server import NOT_DONE_YET, Site

from krakendtw.transport.server.channel import GatewayChannel
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress

    from krakendtw.log import Log
    from krakendtw.transport.deadline import TimerWheel
    from krakendtw.transport.server.request import GatewayRequest

SWEEP_S = 0.25
"""How often connections are looked at for overdue ones."""

_MOST_KNOWN = 4096
"""How many request targets are remembered; there are as many as endpoints."""

_HEAD_SLACK = 4096
"""What Go adds to ``max_header_bytes``."""

_TEXT = b"Content-Type: text/plain; charset=utf-8\r\n"


@frozen
class ServerLimits:
    """Root keys of the listener; seconds, 0 for no limit."""

    read_timeout_s: float = 0.0
    write_timeout_s: float = 0.0
    idle_timeout_s: float = 0.0
    read_header_timeout_s: float = 0.0
    max_header_bytes: int = 1 << 20


class GatewaySite(Site):
    """A ``twisted.web`` site whose channel is driven by llhttp.

    :param root: the resource at the top, the router's or what wraps it.
    :param wheel: the gateway's timers.
    :param limits: of connections and heads.
    :ivar on_answer: called with each answered request, for the access log.
    :ivar timed: whether connections have any time limit.
    :ivar draining: whether connections end after their next answer.
    """

    noisy = False

    def __init__(
        self,
        root: IResource,
        wheel: TimerWheel,
        log: Log,
        *,
        limits: ServerLimits | None = None,
        on_answer: Callable[[GatewayRequest], object] | None = None,
    ) -> None:
        super().__init__(root)  # type: ignore[no-untyped-call]
        self.wheel = wheel
        self.gateway_log = log
        self.limits = limits or ServerLimits()
        self.max_head_bytes = self.limits.max_header_bytes + _HEAD_SLACK
        self.timed = bool(
            self.limits.idle_timeout_s
            or self.limits.read_timeout_s
            or self.limits.read_header_timeout_s
        )
        self.draining = False
        self._known: dict[bytes, Any] = {}
        self.connections: set[GatewayChannel] = set()
        self.on_answer = on_answer
        self._find = getattr(root, "find", None)
        self._remembers = getattr(root, "finds_the_same", False)
        self._date = b""
        self._date_second = 0.0
        self._sweeper: LoopingCall | None = None
        self._emptied: Deferred[None] | None = None

    # --- Site

    def buildProtocol(  # type: ignore[override]
        self, addr: IAddress | None
    ) -> GatewayChannel:
        """See :class:`twisted.internet.interfaces.IProtocolFactory`."""
        return GatewayChannel(self)

    def startFactory(self) -> None:
        """Begin to look for overdue connections, where there is a limit."""
        if self.timed:
            self._sweeper = LoopingCall(self.sweep)
            self._sweeper.start(SWEEP_S, now=False)

    def stopFactory(self) -> None:
        """End what :meth:`startFactory` began."""
        if self._sweeper is not None and self._sweeper.running:
            self._sweeper.stop()

    # --- the channel's side

    def opened(self, channel: GatewayChannel) -> None:
        """A client has connected."""
        channel.since = time.monotonic()
        self.connections.add(channel)

    def closed(self, channel: GatewayChannel) -> None:
        """A connection is gone."""
        self.connections.discard(channel)
        if self._emptied is not None and not self.connections:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    def date_line(self) -> bytes:
        """The Date header line of this second."""
        now = time.time()
        second = self._date_second
        if not second <= now < second + 1.0:
            second = self._date_second = float(int(now))
            self._date = b"Date: %b\r\n" % datetimeToString(second)
        return self._date

    def handle(self, request: GatewayRequest) -> None:
        """Find the resource of a request and let it answer."""
        if self.on_answer is not None:
            request.started = time.monotonic()
        if request.refusal is not None:
            self.refuse(request, *request.refusal)
            return
        known = self._known.get(request.uri)
        if known is not None and request.method == b"GET":
            request.path = request.uri
            try:
                known.render(request)
            except Exception:
                self._broken(Failure(), request)
            return
        path, _, request.query_string = request.uri.partition(b"?")
        if path[:1] != b"/":
            if path == b"*" and request.method == b"OPTIONS":
                request.answer(200, b"", b"")  # asks about us, not a resource
                return
            path = _origin_form(path, request)
            if not path:
                self.refuse(request, 400, b"400 Bad Request")
                return
        if path.find(b"%") >= 0:
            if not _well_escaped(path):
                self.refuse(request, 400, b"400 Bad Request")
                return
            request.path = path
            path = unquote_to_bytes(path)
        else:
            request.path = request.uri if path == request.uri else path
        request.postpath = path[1:].split(b"/")
        try:
            find = self._find
            if find is not None:
                resource = find(request)
                if self._remembers and request.path is request.uri:
                    self._remember(request, resource)
            else:
                resource = getChildForRequest(self.resource, request)
            if (
                type(request.body) is not BodyStream
                or request.body_complete
                or getattr(resource, "streams_body", False)
            ):
                result = resource.render(request)
                if result != NOT_DONE_YET:
                    request.send_rendered(result, resource)
            else:
                request.pending = request.whole_body().addCallback(
                    self._render_late, resource, request
                )
                request.pending.addErrback(self._broken, request)
        except Exception:
            self._broken(Failure(), request)

    def _remember(self, request: GatewayRequest, resource: Any) -> None:
        """Find the endpoint of a plain GET without parameters at once next time."""
        if (
            request.method == b"GET"
            and not request.route_params
            and getattr(resource, "answers_later", False)
            and len(self._known) < _MOST_KNOWN
        ):
            self._known[request.uri] = resource

    def _render_late(
        self, _: object, resource: IResource, request: GatewayRequest
    ) -> None:
        request.pending = None
        result = resource.render(request)
        if result != NOT_DONE_YET:
            request.send_rendered(result, resource)

    def _broken(self, failure: Failure, request: GatewayRequest) -> None:
        """A resource failed: log it and answer as KrakenD's panic recovery does."""
        if request.finished:
            return
        self.gateway_log.error(f"{request!r}: {failure.getErrorMessage()}")
        self.gateway_log.debug(failure.getTraceback())
        if request.begun:
            request.body_failed(failure)
        else:
            request.answer(500, b"", b"")

    def refuse(self, request: GatewayRequest, status: int, text: bytes) -> None:
        """Answer a message that is not HTTP, and close."""
        request.keep_alive = False
        request.answer(status, _TEXT, text)

    # --- the end of connections

    def sweep(self) -> None:
        """End connections that have been too long in one state."""
        now = time.monotonic()
        limits = self.limits
        head = limits.read_header_timeout_s or limits.read_timeout_s
        idle = limits.idle_timeout_s or limits.read_timeout_s or head
        for channel in list(self.connections):
            age = now - channel.since
            if channel.reading_head:
                if head and age >= head:
                    channel.abort()
            elif channel.idle:
                # Who has never said anything gets as long as a head may take.
                limit = head if channel.fresh and head else idle
                if limit and age >= limit:
                    channel.drain()

    def abort(self) -> None:
        """End every connection, whatever it does."""
        for channel in list(self.connections):
            channel.abort()

    def drain(self) -> Deferred[None]:
        """Let the requests in flight finish; idle connections end now.

        :returns: fires when no connection is left.
        """
        self.draining = True
        for channel in list(self.connections):
            channel.drain()
        done: Deferred[None] = Deferred()
        if self.connections:
            self._emptied = done
        else:
            done.callback(None)
        return done


def _origin_form(target: bytes, request: GatewayRequest) -> bytes:
    """The path of an absolute-form target, whose host counts (RFC 9112 §3.2.2).

    :returns: nothing if the target is of no form that has a path.
    """
    if request.method == b"CONNECT":
        return b"/" + target
    scheme, separator, rest = target.partition(b"://")
    if not separator or scheme.lower() not in (b"http", b"https"):
        return b""
    request.host, _, path = rest.partition(b"/")
    return b"/" + path if request.host else b""


def _well_escaped(path: bytes) -> bool:
    """Whether each ``%`` is followed by two hexadecimal digits."""
    parts: Any = path.split(b"%")[1:]
    return all(len(part) >= 2 and part[0] in _HEX and part[1] in _HEX for part in parts)


_HEX = frozenset(b"0123456789abcdefABCDEF")
