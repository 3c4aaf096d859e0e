"""The leaf of the pipe: one HTTP exchange with a backend.

The Deferred that the client returns is the one that everything above hangs
its callbacks on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail

from krakendtw.errors import (
    DecodeError,
    NoHosts,
    PipeError,
    TransportError,
)
from krakendtw.proxy.balancing import Fixed
from krakendtw.proxy.message import Request, Response
from krakendtw.proxy.url import is_plain, parse_target
from krakendtw.proxy.wire import RawMetadata, head_of
from krakendtw.transport.client.exchange import Incoming, Outgoing, length_flaw
from krakendtw.transport.client.gunzip import gunzip, inflate
from krakendtw.transport.client.redirect import REDIRECTS
from krakendtw.transport.client.settings import MAX_BODY_BYTES
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.gojson.raw import Keep
    from krakendtw.interfaces import Decoder
    from krakendtw.proxy.status import OnStatus
    from krakendtw.proxy.url import BuildPath
    from krakendtw.transport.client.client import GatewayClient
    from krakendtw.transport.client.pool import Origin
    from krakendtw.transport.client.settings import ClientSettings

Format = Callable[[Any], Any]

Read = Callable[[Incoming], Response]

_NO_KEYWORDS: dict[str, Any] = {}
_MARKER = "{{."
_ACCEPT_GZIP = b"Accept-Encoding: gzip\r\n"


class Host:
    """A host of a backend, looked up once.

    :ivar text: as configured, with a base path if it has one.
    :ivar origin: its connections; ``None`` where the text is no plain
        ``scheme://name:port``.
    """

    __slots__ = ("origin", "text")

    def __init__(self, text: str, origin: Origin | None) -> None:
        self.text = text
        self.origin = origin


class Exchange:
    """The proxy at the end of a backend's pipe.

    :ivar client: sends.
    :ivar settings: ``backend/http/client``.
    :ivar method: of the requests, in capitals.
    :ivar choose: chooses a host.
    :ivar build_path: puts parameters into the path.
    :ivar read: makes a response of what came.
    :ivar compression: whether gzip is asked for.
    :ivar streams: whether bodies are wanted as they arrive.
    """

    def __init__(
        self,
        client: GatewayClient,
        settings: ClientSettings,
        method: str,
        choose: Callable[[], Host],
        build_path: BuildPath,
        *,
        read: Read,
        compression: bool,
        streams: bool,
    ) -> None:
        self.read = read
        self.client = client
        self.settings = settings
        self._keeps_body = settings.send_body_on_redirect
        self._limit = settings.max_body_bytes
        self.method = method.encode()
        self.choose = choose
        self.build_path = build_path
        self.compression = compression and method != "HEAD"
        self.streams = streams
        self._fixed = self._find_fixed()

    def __call__(self, request: Request) -> Deferred[Response]:
        """One exchange; what it fails with is in Go's words."""
        if request.url:
            return self._send_url(request)
        query = request.encoded_query
        if self._fixed is not None and not query:
            origin, target = self._fixed
            return self._go(request, origin, target, self.method)
        try:
            host = self.choose()
        except NoHosts:
            return fail()
        path = self.build_path(request.params)
        if host.origin is None or not is_plain(path):
            parts = (host.text, path, query or None)
            return self._send_parsed(request, parts, self.method)
        if query:
            path += ("&" if "?" in path else "?") + query
        return self._go(request, host.origin, path.encode("ascii"), self.method)

    def _find_fixed(self) -> tuple[Origin, bytes] | None:
        """Where all requests go, if one host and a path without parameters say so."""
        if type(self.choose) is not Fixed:
            return None
        host: Host = self.choose.item
        path = self.build_path({})
        if host.origin is None or _MARKER in path or not is_plain(path):
            return None
        return host.origin, path.encode("ascii")

    def _send_url(self, request: Request) -> Deferred[Response]:
        """An exchange whose URL and method a step has fixed."""
        method = request.method.encode("ascii", "replace")
        return self._send_parsed(request, ("", request.url, None), method)

    def _send_parsed(
        self,
        request: Request,
        parts: tuple[str, str, str | None],
        method: bytes,
    ) -> Deferred[Response]:
        """An exchange whose URL needs Go's care."""
        try:
            target = parse_target(*parts)
            flaw = target.flaw
            if not flaw and _breaks_the_line(target.target):
                flaw = "malformed request target"
            if flaw:
                name = method.decode("ascii").capitalize()
                raise TransportError(f'{name} "{target.url}": {flaw}')
            pool = self.client.pool
            origin = pool.origin_at(target.scheme, target.host, target.port)
        except PipeError:
            return fail()
        except UnicodeError:  # no name that DNS could know
            name = method.decode("ascii").capitalize()
            cause = f"dial tcp: lookup {target.host}: no such host"
            return fail(TransportError(f'{name} "{target.url}": {cause}'))
        return self._go(request, origin, target.target, method, target.authorization)

    def _go(
        self,
        request: Request,
        origin: Origin,
        target: bytes,
        method: bytes,
        authorization: str = "",
    ) -> Deferred[Response]:
        host_line = origin.host_line
        source = request.source
        if source is not None and (
            request.untouched
            if request._parent is not None
            else request._headers is None
        ):
            lines, gzip, length = source.forwarded
        else:
            try:
                head = head_of(request)
            except TransportError as error:
                return fail(_told(error, method, origin.url_of(target)))
            lines, gzip, length = head.lines, head.gzip, head.length
            if head.host:
                host_line = b"Host: %b\r\n" % head.host
        if authorization and "Authorization" not in request.headers:
            host_line += f"Authorization: {authorization}\r\n".encode()
        body = request.body
        if length == 0 and type(body) is bytes and body:
            length = None  # to Go's client, 0 is no length of a body that is there
        asked = self.compression and gzip
        outgoing = Outgoing(
            method,
            target,
            host_line + lines + _ACCEPT_GZIP if asked else host_line + lines,
            request.body,
            length,
            self.streams,
            request.deadline,
            self._limit,
        )
        if self._keeps_body and type(request.body) is BodyStream:
            whole: Any = request.body.read_all()
            whole.addCallback(self._launch_whole, origin, outgoing, asked)
            found: Deferred[Response] = whole
            return found
        answer: Any = self.exchange(origin, outgoing)
        answer.addCallbacks(
            self._arrived,
            self._failed,
            (origin, outgoing, asked),
            _NO_KEYWORDS,
            (origin, outgoing),
        )
        return answer  # type: ignore[no-any-return]

    def _launch_whole(
        self, body: bytes, origin: Origin, outgoing: Outgoing, asked: bool
    ) -> Deferred[Response]:
        outgoing.body = body
        outgoing.length = len(body)
        answer: Any = self.exchange(origin, outgoing)
        answer.addCallbacks(
            self._arrived,
            self._failed,
            (origin, outgoing, asked),
            _NO_KEYWORDS,
            (origin, outgoing),
        )
        return answer  # type: ignore[no-any-return]

    def exchange(self, origin: Origin, outgoing: Outgoing) -> Deferred[Incoming]:
        """Send over the gateway's own client, redirects not followed."""
        body = outgoing.body
        length = outgoing.length
        if length is not None and type(body) is bytes and len(body) != length:
            return fail(length_flaw(length, body))  # a step has changed one of them
        return origin.send(outgoing)

    def _arrived(
        self, incoming: Incoming, origin: Origin, outgoing: Outgoing, asked: bool
    ) -> Response | Deferred[Response]:
        """What came: follow it, undo the gzip that we asked for, read it."""
        if incoming.status in REDIRECTS:
            return self._redirected(incoming, origin, outgoing, asked)
        incoming.at = (origin, outgoing.target)
        if incoming.is_uncoded:
            return self.read(incoming)
        encoding = incoming.field(b"content-encoding")
        if encoding is not None:
            self._decompress(incoming, encoding, asked)
        return self.read(incoming)

    def _decompress(self, incoming: Incoming, encoding: bytes, asked: bool) -> None:
        """Undo gzip unseen where we asked for it, else leave it to the reader."""
        if asked and encoding.lower() == b"gzip":
            inflate(incoming, self._limit)
        else:
            incoming.encoding = encoding

    def _redirected(
        self, incoming: Incoming, origin: Origin, outgoing: Outgoing, asked: bool
    ) -> Response | Deferred[Response]:
        followed: Any = self.client.follow(origin, outgoing, incoming, self.settings)
        if type(followed) is Incoming:
            return self._followed(followed, asked)
        followed.addCallback(self._followed, asked)
        found: Deferred[Response] = followed
        return found

    def _followed(self, incoming: Incoming, asked: bool) -> Response:
        """The end of a chain of redirects."""
        encoding = incoming.field(b"content-encoding")
        if encoding is not None:
            self._decompress(incoming, encoding, asked)
        return self.read(incoming)

    def _failed(self, failure: Failure, origin: Origin, outgoing: Outgoing) -> Any:
        """Go's client puts method and URL in front of what went wrong."""
        error = failure.value
        if isinstance(error, TransportError):
            url = error.url or origin.url_of(outgoing.target)
            raise _told(error, outgoing.method, url) from error
        return failure


def _told(error: TransportError, method: bytes, url: str) -> TransportError:
    """An error as Go's client tells it."""
    return TransportError(f'{method.decode().capitalize()} "{url}": {error.message}')


_breaks_the_line = re.compile(rb"[\x00-\x20\x7f]").search
"""Finds what would end a request target before its end."""


def decoding_reader(
    decode: Decoder,
    on_status: OnStatus,
    format_data: Format | None,
    limit: int = MAX_BODY_BYTES,
    keep: Keep | None = None,
) -> Read:
    """The reader of backends whose body is read: status rule, decode, format.

    :param limit: the most bytes that a compressed body may become.
    :param keep: decodes and formats without looking into the data, or declines.
    """
    one_value = _reads_one_value(decode)

    def salvage(body: bytes, cut: str) -> Any:
        """A body that broke off may still hold all that the decoder reads."""
        if one_value:
            try:
                return decode(body)
            except DecodeError:
                pass  # the value itself is cut: say what cut it
        raise TransportError(cut)

    def read(incoming: Incoming) -> Response:
        status = incoming.status
        if status != 200 and status != 201:
            kind = (incoming.field(b"content-type") or b"").decode("latin-1")
            return on_status(status, incoming.body, kind, incoming.location())
        body = incoming.body
        if incoming.encoding == b"gzip":
            body, cut = gunzip(body, limit)
            incoming.cut = incoming.cut or cut
        if keep is not None and not incoming.cut:
            raw = keep(body)
            if raw is not None:
                kept = Response(None, True)
                kept.raw = raw
                return kept
        data = decode(body) if not incoming.cut else salvage(body, incoming.cut)
        if format_data is not None:
            data = format_data(data)
        return Response(data, True)

    return read


def _reads_one_value(decode: Decoder) -> bool:
    """Whether a decoder stops behind the first value, as JSON's do.

    Then a body that lacks something behind it is as good as whole.
    """
    for value in (b"{}", b"[]"):
        try:
            if decode(value) == decode(value + b"\0"):
                return True
        except DecodeError:
            continue
    return False


def noop_reader(incoming: Incoming) -> Response:
    """The reader of no-op backends: status, fields and body as they came.

    :raises TransportError: what has come is not all of it, and must not look so.
    """
    if incoming.cut:
        raise TransportError(incoming.cut)
    return Response({}, True, RawMetadata(incoming.status, incoming), incoming.body)
