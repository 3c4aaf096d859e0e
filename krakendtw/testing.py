"""Doubles for tests of plugins and middlewares: no socket, no reactor, no wait.

* :func:`request`, :func:`response`, :class:`MemoryBackend`, :func:`run_pipe`
  for parts of the proxy pipe;
* :func:`gateway_request`, :class:`MemoryRouter`, :func:`render` for resources;
* :func:`fetch` for agents;
* :func:`service_scope`, :func:`endpoint_scope`, :func:`backend_scope` with a
  :class:`MemoryLog` and a :class:`twisted.internet.task.Clock`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from attrs import define, field, frozen
from treq.client import HTTPClient
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import ILogObserver, Logger
from twisted.python.failure import Failure
from twisted.web.client import readBody
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IBodyProducer
from twisted.web.resource import Resource, getChildForRequest
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from krakendtw.config.model import (
    BackendConfig,
    EndpointConfig,
    ExtraConfig,
    ServiceConfig,
)
from krakendtw.interfaces import INews
from krakendtw.log import Log
from krakendtw.plugin import Registry
from krakendtw.proxy.message import Metadata, Request, Response
from krakendtw.proxy.pipe import Hooks, compile_pipe
from krakendtw.scope import BackendScope, EndpointScope, HandlerScope, ServiceScope
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.server.request import GatewayRequest

if TYPE_CHECKING:
    from twisted.internet.interfaces import IConsumer, IReactorTime
    from twisted.logger import LogEvent
    from twisted.web.iweb import IResponse
    from twisted.web.resource import IResource

    from krakendtw.interfaces import Proxy, Wrap
    from krakendtw.proxy.message import Body, Data

HeaderFields = Mapping[str, str | Sequence[str]]
"""Header fields by name, with one value or several."""


def _lists(headers: HeaderFields | None) -> dict[str, list[str]]:
    return {
        name: [value] if isinstance(value, str) else list(value)
        for name, value in (headers or {}).items()
    }


# --- the proxy pipe


def request(
    method: str = "GET",
    path: str = "/",
    *,
    headers: HeaderFields | None = None,
    body: Body = None,
    **fields: Any,
) -> Request:
    """A request in the pipe.

    :param fields: whatever else :class:`~krakendtw.proxy.message.Request` takes.
    """
    return Request(method, path, headers=_lists(headers), body=body, **fields)


def response(
    data: Data | None = None,
    *,
    is_complete: bool = True,
    status: int = 200,
    headers: HeaderFields | None = None,
    io: Body = None,
) -> Response:
    """A backend's response; complete, and an empty object, unless told otherwise."""
    metadata = Metadata(status, _lists(headers))
    return Response({} if data is None else data, is_complete, metadata, io)


class MemoryBackend:
    """A proxy that keeps what it is asked and gives the answers it was given.

    :param answers: in turn, the last one for ever: responses, data for a
        response, exceptions, Deferreds, or functions from the request to these.
    :ivar requests: the requests so far.
    """

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers) or [{}]
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Deferred[Response]:
        """Answer one request."""
        self.requests.append(request)
        last = len(self._answers) == 1
        answer = self._answers[0] if last else self._answers.pop(0)
        if callable(answer) and not isinstance(answer, type):
            answer = answer(request)
        if isinstance(answer, Deferred):
            return answer
        if isinstance(answer, BaseException | Failure):
            return fail(answer)
        return succeed(response(answer) if isinstance(answer, dict) else answer)


def run_pipe(
    parts: Iterable[Hooks | Wrap],
    backend: Proxy | None = None,
    asked: Request | None = None,
) -> Deferred[Response]:
    """Send a request through the pipe of ``parts``, outermost first.

    :param backend: what the pipe ends in; an empty response unless given.
    """
    pipe = compile_pipe(parts, MemoryBackend() if backend is None else backend)
    return pipe(request() if asked is None else asked)


# --- resources and agents


@frozen
class WireAnswer:
    """An answer as the client gets it.

    :ivar headers: as written, the Date and the framing left out.
    """

    status: int
    headers: Mapping[str, list[str]]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class MemoryChannel:
    """The connection of a :func:`gateway_request`, and the site's clock for it.

    :ivar transport: takes the bytes of the answer.
    :ivar is_done: whether the answer is complete.
    :ivar is_aborted: whether it broke off.
    """

    speaks_11 = True
    secure = False

    memo: Any = None
    """See :class:`~krakendtw.transport.server.channel.GatewayChannel`."""

    def __init__(self, peer: str) -> None:
        self.peer = peer
        self.transport = StringTransport()
        self.site = self
        self.is_done = False
        self.is_aborted = False

    def date_line(self) -> bytes:
        """No date, for answers that are the same every time."""
        return b""

    def persists(self, request: GatewayRequest) -> bool:
        """Whether the connection outlives the answer."""
        return request.keep_alive

    def request_done(self, request: GatewayRequest) -> None:
        """The answer is complete."""
        self.is_done = True

    def abort(self) -> None:
        """The answer breaks off."""
        self.is_aborted = True


def gateway_request(
    method: str = "GET",
    uri: str = "/",
    *,
    headers: HeaderFields | None = None,
    body: bytes | None = None,
    peer: str = "127.0.0.1",
) -> GatewayRequest:
    """A client's request, as the gateway's server makes it."""
    fields = {"Host": ["localhost:8080"], **_lists(headers)}
    lines = [
        (name.encode(), value.encode())
        for name, values in fields.items()
        for value in values
    ]
    channel: Any = MemoryChannel(peer)
    made = GatewayRequest(channel, method.encode(), uri.encode(), lines)
    made.path, _, made.query_string = made.uri.partition(b"?")
    made.postpath = unquote_to_bytes(made.path)[1:].split(b"/")
    made.host = made.field(b"host") or b""
    made.body = body
    return made


def render(resource: IResource, request: GatewayRequest) -> WireAnswer:
    """Let a tree of resources answer.

    :raises AssertionError: the answer is not complete; see :func:`answer_of`.
    """
    start(resource, request)
    return answer_of(request)


def start(resource: IResource, request: GatewayRequest) -> None:
    """Let a tree of resources begin to answer."""
    found = getChildForRequest(resource, request)
    result = found.render(request)
    if result != NOT_DONE_YET:
        request.send_rendered(result, found)


def answer_of(request: GatewayRequest) -> WireAnswer:
    """What was sent in answer to ``request``.

    :raises AssertionError: it is not complete.
    """
    channel: Any = request.channel
    if not channel.is_done:
        raise AssertionError(f"{request!r} is not answered yet")
    head, _, body = channel.transport.value().partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        headers.setdefault(name, []).append(value)
    headers.pop("Content-Length", None)
    if headers.pop("Transfer-Encoding", None):
        body = _join_chunks(body)
    return WireAnswer(int(status.split(" ")[1]), headers, body)


def _join_chunks(body: bytes) -> bytes:
    """A chunked body (RFC 9112 §7.1) in one piece."""
    text = BytesIO(body)
    pieces = []
    while size := int(text.readline(), 16):
        pieces.append(text.read(size))
        text.readline()
    return b"".join(pieces)


class MemoryRouter(Resource):
    """Stands for the router behind a server plugin.

    :ivar requests: the requests that got through.
    """

    isLeaf = True

    def __init__(self, body: bytes = b"routed", status: int = 200) -> None:
        Resource.__init__(self)
        self._body = body
        self._status = status
        self.requests: list[GatewayRequest] = []

    def render(self, request: Any) -> Any:
        """Answer with the same body, whatever was asked."""
        self.requests.append(request)
        request.setResponseCode(self._status)
        return self._body


def fetch(
    agent: IAgent,
    method: str = "GET",
    url: str = "http://backend/",
    *,
    headers: HeaderFields | None = None,
    body: bytes | None = None,
) -> Deferred[WireAnswer]:
    """Ask an agent, and read the whole answer."""
    producer = None if body is None else _WholeBody(body)
    asked = agent.request(
        method.encode(), url.encode(), Headers(_lists(headers)), producer
    )
    return asked.addCallback(_read)


@implementer(IBodyProducer)
class _WholeBody:
    """A body that is sent in one piece."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.length = len(body)

    def startProducing(self, consumer: IConsumer) -> Deferred[None]:
        """Send it."""
        consumer.write(self._body)
        return succeed(None)

    def pauseProducing(self) -> None:
        """Too late."""

    def resumeProducing(self) -> None:
        """Already done."""

    def stopProducing(self) -> None:
        """Already done."""


def _read(answer: IResponse) -> Deferred[WireAnswer]:
    headers = {
        name.decode(): [value.decode() for value in values]
        for name, values in answer.headers.getAllRawHeaders()
    }
    made = readBody(answer)
    return made.addCallback(lambda body: WireAnswer(answer.code, headers, body))


# --- scopes


@define
class MemoryLog(Log):
    """A log that keeps its lines and those of its children.

    :ivar lines: level and text: ``INFO [PLUGIN: Server] Injecting plugin a``.
    """

    lines: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        keeper = _Keeper(self.lines)
        self._logger = Logger(namespace="krakendtw", observer=keeper)


@implementer(ILogObserver)
@frozen
class _Keeper:
    """Puts the gateway's events into a list, as level and text."""

    lines: list[str]

    def __call__(self, event: LogEvent) -> None:
        self.lines.append(f"{event['krakend_level']} {event['log_text']}")


@implementer(IAgent)
class _Nobody:
    """An agent whose connections all fail."""

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """Refuse."""
        return fail(ConnectionRefusedError())


def extra_config(settings: Mapping[str, Any]) -> ExtraConfig:
    """An ``extra_config`` from what each namespace's owner made of its part."""
    return ExtraConfig(settings=MappingProxyType(dict(settings)))


@implementer(INews)
class MemoryNews:
    """What workers tell each other, heard at once.

    :param is_first: whether it is the first worker's.
    """

    def __init__(self, *, is_first: bool = False) -> None:
        self.is_first = is_first
        self._others: list[MemoryNews] = []
        self._readers: dict[bytes, Callable[[bytes], object]] = {}

    @classmethod
    def of_workers(cls, count: int) -> list[MemoryNews]:
        """The news of some workers of one gateway."""
        workers = [cls(is_first=not place) for place in range(count)]
        for worker in workers:
            worker._others = [other for other in workers if other is not worker]
        return workers

    def subscribe(self, topic: bytes, hear: Callable[[bytes], object]) -> None:
        """See :class:`~krakendtw.interfaces.INews`."""
        self._readers[topic] = hear

    def publish(self, topic: bytes, news: bytes) -> None:
        """See :class:`~krakendtw.interfaces.INews`."""
        for other in self._others:
            hear = other._readers.get(topic)
            if hear is not None:
                hear(news)


def service_scope(
    config: ServiceConfig | None = None,
    *,
    plugins: Iterable[Any] = (),
    log: Log | None = None,
    clock: IReactorTime | None = None,
    client: HTTPClient | None = None,
    news: INews | None = None,
) -> ServiceScope:
    """A gateway's scope.

    :param plugins: what its registry finds.
    :param client: for side calls; none of them connects unless given.
    :param news: what it hears of other workers, if there are any.
    """
    registry = Registry()
    for plugin in plugins:
        registry.add(plugin)
    clock = Clock() if clock is None else clock
    return ServiceScope(
        config=ServiceConfig() if config is None else config,
        registry=registry,
        log=MemoryLog() if log is None else log,
        clock=clock,
        wheel=TimerWheel(clock),
        client=HTTPClient(_Nobody()) if client is None else client,
        news=news,
    )


def endpoint_scope(
    config: EndpointConfig | None = None, service: ServiceScope | None = None
) -> EndpointScope:
    """An endpoint's scope, ``/test`` unless given."""
    config = EndpointConfig(path="/test") if config is None else config
    service = service_scope() if service is None else service
    log = service.log.child(f"[ENDPOINT: {config.path}]")
    return EndpointScope(service, config, log)


def handler_scope(
    config: EndpointConfig | None = None,
    service: ServiceScope | None = None,
    *,
    proxy: Proxy | None = None,
    build_request: Callable[[GatewayRequest], Request] | None = None,
) -> HandlerScope:
    """The scope of an endpoint's HTTP side."""
    around = endpoint_scope(config, service)
    return HandlerScope(
        around.service,
        around.config,
        around.log,
        build_request=build_request or (lambda _: request()),
        proxy=MemoryBackend() if proxy is None else proxy,
    )


def backend_scope(
    config: BackendConfig | None = None, endpoint: EndpointScope | None = None
) -> BackendScope:
    """A backend's scope."""
    endpoint = endpoint_scope() if endpoint is None else endpoint
    if config is None:
        config = BackendConfig(parent_endpoint=endpoint.config.path)
    log = endpoint.service.log.child(f"[BACKEND: {config.url_pattern}]")
    return BackendScope(endpoint, config, log)
