"""The leaf of the router: one endpoint, from request to answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.python.failure import Failure
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from krakendtw.compat import COMPLETED_HEADER, VERSION_HEADER
from krakendtw.errors import DeadlineExceeded
from krakendtw.router.answer import Answer
from krakendtw.router.failure import as_pipe_error, error_answer
from krakendtw.router.relay import Relayed, header_lines
from krakendtw.router.sniff import sniff
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.config.model import EndpointConfig
    from krakendtw.interfaces import Handler, Proxy, Renderer
    from krakendtw.log import Log
    from krakendtw.proxy.message import Body, Request, Response
    from krakendtw.transport.deadline import TimerWheel
    from krakendtw.transport.server.request import GatewayRequest

NOOP = "no-op"

_NO_KEYWORDS: dict[str, Any] = {}


class EndpointHandler:
    """The HTTP side of one endpoint.

    :param proxy: its pipe.
    :param build_request: makes the pipe's request of the client's.
    :param renderer: name and function of the output encoding.
    :param version: the value of the X-Krakend field.
    :param show_errors: ``return_error_msg``.
    """

    def __init__(
        self,
        endpoint: EndpointConfig,
        proxy: Proxy,
        build_request: Callable[[GatewayRequest], Request],
        renderer: tuple[str, Renderer],
        log: Log,
        *,
        version: str,
        show_errors: bool,
    ) -> None:
        self._proxy = proxy
        self._build = build_request
        self._log = log
        self._show_errors = show_errors
        self._is_noop = renderer[0] == NOOP
        self._render = renderer[1]
        stem = f"{VERSION_HEADER}: {version}\r\n{COMPLETED_HEADER}: "
        self._incomplete = f"{stem}false\r\n".encode()
        self._complete = f"{stem}true\r\n".encode()
        if endpoint.cache_ttl:
            age = int(endpoint.cache_ttl)
            self._complete += b"Cache-Control: public, max-age=%d\r\n" % age
        self._heads: dict[tuple[bytes, bool], bytes] = {}

    def __call__(self, request: GatewayRequest) -> Deferred[Answer]:
        """Run the pipe and render what comes of it."""
        answer: Any = self._proxy(self._build(request))
        answer.addCallbacks(
            self._respond, self._fail, (request,), _NO_KEYWORDS, (request,)
        )
        found: Deferred[Answer] = answer
        return found

    def answer(self, request: GatewayRequest) -> None:
        """The same and send it: where no component stands around the handler.

        One callback pair less on the Deferred than by the handler's way.
        """
        try:
            pending: Any = self._proxy(self._build(request))
        except Exception:
            self._send_failure(Failure(), request)
            return
        request.pending = pending
        pending.addCallbacks(
            self._send_response,
            self._send_failure,
            (request,),
            _NO_KEYWORDS,
            (request,),
        )

    def _send_response(self, response: Response, request: GatewayRequest) -> None:
        try:
            answer = self._respond(response, request)
        except Exception:
            answer = self._fail(Failure(), request)
        send(answer, request)

    def _send_failure(self, failure: Failure, request: GatewayRequest) -> None:
        try:
            answer = self._fail(failure, request)
        except Exception:
            self._log.error(Failure().getTraceback())
            answer = Answer(500, self._incomplete)
        send(answer, request)

    def _respond(self, response: Response | None, request: GatewayRequest) -> Answer:
        """The answer for a response."""
        if response is None:
            return self._respond_none(request)
        raw = response.raw
        filled = bool(response.data) if raw is None else not raw.is_empty
        complete = filled and response.is_complete
        extra = b""
        if filled and response.has_headers:
            extra = header_lines(response.metadata)
        if self._is_noop:
            return self._relay(response, complete, extra, request)
        if type(response.io) is BodyStream:
            response.io.stopProducing()
        kind, body = self._render(response, request)
        if extra and response.metadata.headers.get("Content-Type"):
            kind = b""  # a step has named another
        head = self._heads.get((kind, complete))
        if head is None:
            head = self._complete if complete else self._incomplete
            if kind:
                head = b"Content-Type: %b\r\n%b" % (kind, head)
            if len(self._heads) < 64:
                self._heads[kind, complete] = head
        return Answer(200, head + extra if extra else head, body)

    def _respond_none(self, request: GatewayRequest) -> Answer:
        """No response and no error: an empty object, or 500 on no-op."""
        if self._is_noop:
            return Answer(500, self._incomplete)
        kind, body = self._render(None, request)
        return Answer(200, b"Content-Type: %b\r\n%b" % (kind, self._incomplete), body)

    def _relay(
        self,
        response: Response,
        complete: bool,
        extra: bytes,
        request: GatewayRequest,
    ) -> Answer:
        """A backend's answer as it came, our fields before its own."""
        relayed = Relayed((self._complete if complete else self._incomplete) + extra)
        relayed.add(response.metadata)
        body = response.io
        status = response.metadata.status
        if not 200 <= status <= 999:
            status = 200  # what Go's server makes of what is no final status
        declared = relayed.length
        if declared is not None and type(body) is bytes and declared != len(body):
            body = _broken_off(body, declared, request)
        head = relayed.lines
        if status == 304:
            head = _without_type(head)  # as Go's server does
        elif body and status != 204 and not (relayed.has_type or relayed.has_encoding):
            head += _sniffed(body)
        return Answer(status, head, body, dated=relayed.is_dated)

    def _fail(self, failure: Failure, request: GatewayRequest) -> Answer:
        """The answer for an error, or for what came about in spite of one."""
        error = as_pipe_error(failure, expired=request.expired, log=self._log)
        if self._log.error_on and not request.finished:
            self._report(error)
        if error.response is not None:
            answer = self._respond(error.response, request)
        else:
            answer = error_answer(error, self._incomplete, show=self._show_errors)
        answer.errors = [str(part) for part in error.parts]
        return answer

    def _report(self, error: Any) -> None:
        parts = error.parts
        if parts[0] is error:
            self._log.error(str(error))
            return
        for place, part in enumerate(parts):
            self._log.error(f"Error #{place}: {part}")


def send(answer: Answer, request: GatewayRequest) -> None:
    """Send an answer, if somebody still waits for it."""
    request.pending = None
    body = answer.body
    if request.finished:
        if type(body) is BodyStream:
            body.stopProducing()
        return
    request.errors = answer.errors
    if answer.dated:
        request.answer(answer.status, answer.head, body, dated=True)
    else:
        request.answer(answer.status, answer.head, body)


def _broken_off(body: bytes, declared: int, request: GatewayRequest) -> Body:
    """A body that is not as long as its header says, as Go's server sends it.

    What is too short is sent, what is too long is not; the connection ends.
    """
    request.keep_alive = False
    stream = BodyStream(_Here(), declared)
    if len(body) < declared:
        stream.data_received(body)
    stream.finish()
    return stream


class _Here:
    """The source of a body that is all here: nothing to hold back."""

    def pauseProducing(self) -> None:
        """Too late."""

    def resumeProducing(self) -> None:
        """Already done."""


def _without_type(head: bytes) -> bytes:
    return b"".join(
        line
        for line in head.splitlines(keepends=True)
        if not line.lower().startswith(b"content-type:")
    )


def _sniffed(body: Body) -> bytes:
    """The Content-Type line for a body that has none."""
    first = body if type(body) is bytes else body.peek()  # type: ignore[union-attr]
    return b"Content-Type: %b\r\n" % sniff(first) if first else b""


class EndpointResource(Resource):
    """Mounts an endpoint's handler in the resource tree.

    :cvar answers_later: always renders ``NOT_DONE_YET`` and looks at no path, so
        that the site may come here without a search.
    :param handler: the outermost handler.
    :param timeout_s: how long a request may take.
    """

    isLeaf = True
    streams_body = True
    answers_later = True

    def __init__(
        self,
        handler: Handler,
        wheel: TimerWheel,
        timeout_s: float,
        log: Log,
    ) -> None:
        Resource.__init__(self)
        self._handler = handler
        self._direct = handler if isinstance(handler, EndpointHandler) else None
        self._wheel = wheel
        self._ticks = wheel.ticks(timeout_s)
        self._log = log

    def render(self, request: GatewayRequest) -> int:
        """See :class:`twisted.web.resource.IResource`."""
        request.slot = self._wheel.arm(self._ticks, request)
        direct = self._direct
        if direct is not None:
            direct.answer(request)
            return NOT_DONE_YET
        try:
            result = self._handler(request)
        except Exception:
            self._crash(Failure(), request)
            return NOT_DONE_YET
        if type(result) is Answer:
            send(result, request)
            return NOT_DONE_YET
        request.pending = result  # type: ignore[assignment]
        result.addCallback(send, request)  # type: ignore[union-attr]
        result.addErrback(self._crash, request)  # type: ignore[union-attr]
        return NOT_DONE_YET

    def _crash(self, failure: Failure, request: GatewayRequest) -> None:
        """A handler failed: what it says of itself, else KrakenD's recovery."""
        if request.finished:
            return
        error = as_pipe_error(failure, expired=request.expired, log=self._log)
        if not isinstance(error, DeadlineExceeded):
            self._log.error(str(error))
        answer = error_answer(error, b"", show=False)
        request.answer(answer.status, answer.head, answer.body)
