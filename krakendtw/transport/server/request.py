"""One request of a client: slotted, an ``IRequest``, filled as it is asked.

The gateway's own resources answer through :meth:`GatewayRequest.answer`, one
call and one write.  Any other ``twisted.web`` resource uses the rest of
:class:`~twisted.web.iweb.IRequest`: what it needs is made when it asks.
"""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from twisted.internet.defer import Deferred, succeed
from twisted.web.http import datetimeToString
from twisted.web.http_headers import Headers
from twisted.web.iweb import IRequest
from zope.interface import classImplements

from krakendtw.transport.server.status import BODILESS, length_line, status_line
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress
    from twisted.python import failure

    from krakendtw.proxy.message import Body
    from krakendtw.transport.server.channel import GatewayChannel

RawHeaders = list[tuple[bytes, bytes]]


class GatewayRequest:
    """A request and the means to answer it.

    :ivar method: as sent.
    :ivar uri: the request target as sent.
    :ivar path: its path, still escaped; :attr:`postpath` holds it decoded.
    :ivar query_string: what follows the ``?``, empty without.
    :ivar headers: the fields as they came, names in their own case.
    :ivar body: ``None`` if the request has none, the whole of it, or a stream.
    :ivar route_params: values of the route's parameters by capitalised name.
    :ivar pending: what is under way for this request; cancelled when the
        client leaves.
    :ivar expired: whether the deadline, not the client, ended it.
    :ivar slot: the timer wheel's, while a deadline is armed.
    :ivar forwarded: header lines for backends, made once for all of them.
    :ivar lines_before: header lines that go before those of whatever answers.
    :ivar edit: makes new header lines out of the answer's, those of
        :attr:`lines_before` and of Twisted's way among them, once.
    :ivar errors: texts for the access log.
    :ivar logged: whether the router saw it, so that the access log tells of it.
    :ivar started: when it was dispatched, in seconds, if the log wants it.
    """

    __slots__ = (
        "_args",
        "_chunked",
        "_content",
        "_finished",
        "_head_sent",
        "_notifications",
        "_producer",
        "_request_headers",
        "_response_headers",
        "_root_url",
        "body",
        "channel",
        "code",
        "edit",
        "errors",
        "expired",
        "forwarded",
        "headers",
        "host",
        "keep_alive",
        "lines_before",
        "logged",
        "method",
        "path",
        "pending",
        "postpath",
        "prepath",
        "query_string",
        "refusal",
        "route_params",
        "slot",
        "started",
        "uri",
    )

    def __init__(
        self, channel: GatewayChannel, method: bytes, uri: bytes, headers: RawHeaders
    ) -> None:
        self.channel = channel
        self.method = method
        self.uri = uri
        self.headers = headers
        self.path = self.query_string = self.host = b""
        self.prepath: list[bytes] = []
        self.postpath: list[bytes] = []
        self.body: Body = None
        self.keep_alive = True
        self.code = 200
        self.route_params: dict[str, str] = _NO_PARAMS
        self.pending: Deferred[Any] | None = None
        self.expired = False
        self.slot: set[Any] | None = None
        self.forwarded: Any = None
        self.lines_before = b""
        self.edit: Callable[[bytes], bytes] | None = None
        self.errors: Any = None
        self.started = 0.0
        self.logged = False
        self.refusal: tuple[int, bytes] | None = None
        self._response_headers: Headers | None = None
        self._request_headers: Headers | None = None
        self._content: BytesIO | None = None
        self._args: dict[bytes, list[bytes]] | None = None
        self._finished = False
        self._head_sent = False
        self._chunked = False
        self._notifications: list[Deferred[None]] | None = None
        self._producer: Any = None
        self._root_url: bytes | None = None

    def __repr__(self) -> str:
        return (
            f"<GatewayRequest {self.method.decode('latin-1')} "
            f"{self.uri.decode('latin-1')}>"
        )

    # --- the gateway's own way to answer

    def answer(
        self, status: int, head: bytes, body: Body, *, dated: bool = False
    ) -> None:
        """Answer at once.

        :param head: complete header lines, Content-Length excepted.
        :param body: whole, or a stream that is relayed as it arrives.
        :param dated: whether ``head`` holds a Date already.
        """
        if self.edit is not None:
            head = self._edited(head)
        self.code = status
        channel = self.channel
        if self.lines_before:
            head = self.lines_before + head
            self.lines_before = b""
        if not dated:
            head += channel.site.date_line()
        if type(body) is BodyStream:
            self._relay(head, body)
            return
        if self._response_headers is not None:
            head += _lines(self._response_headers)
        whole: Any = body or b""
        if status in BODILESS:
            length = whole = b""
        else:
            length = length_line(len(whole))
            if self.method == b"HEAD":
                whole = b""
        self._head_sent = True
        if not self.keep_alive or not channel.persists(self):
            head += b"Connection: close\r\n"
        line = b"HTTP/1.1 200 OK\r\n" if status == 200 else status_line(status)
        channel.transport.write(b"".join((line, head, length, b"\r\n", whole)))
        if self._notifications is not None:
            self._done()
            return
        self._finished = True
        if self.slot is not None:
            self.slot.discard(self)
        self.pending = None
        channel.request_done(self)

    def _edited(self, head: bytes) -> bytes:
        """The header lines that :attr:`edit` makes of all that were to go out."""
        edit, self.edit = self.edit, None
        head = self.lines_before + head
        self.lines_before = b""
        if self._response_headers is not None:
            head += _lines(self._response_headers)
            self._response_headers = None
        return head if edit is None else edit(head)

    def _relay(self, head: bytes, stream: BodyStream) -> None:
        """Answer with a body that is still arriving."""
        if self.code in BODILESS or self.method == b"HEAD":
            stream.stopProducing()
            self.answer(self.code, head, None, dated=True)
            return
        extra = (
            b"" if self._response_headers is None else _lines(self._response_headers)
        )
        if stream.length is not None:
            framing = b"Content-Length: %d\r\n" % stream.length
        elif self.channel.speaks_11:
            framing = b"Transfer-Encoding: chunked\r\n"
            self._chunked = True
        else:
            framing = b""
            self.keep_alive = False
        self._write_head(head + extra + framing)
        self._producer = stream
        self.channel.transport.registerProducer(stream, True)
        stream.start(self)

    def body_data(self, data: bytes) -> None:
        """Send a piece of the relayed body."""
        if not self._finished:
            self._write_body(data)

    def body_end(self) -> None:
        """The relayed body is complete."""
        if not self._finished:
            self._drop_producer()
            self._end_body()

    def body_failed(self, why: failure.Failure) -> None:
        """The relayed body broke off: so does the connection, unmistakably."""
        if not self._finished:
            self._drop_producer()
            self._finished = True
            self.channel.abort()

    def _drop_producer(self) -> None:
        if self._producer is not None:
            self._producer = None
            self.channel.transport.unregisterProducer()

    def _write_head(self, fields: bytes) -> None:
        self._head_sent = True
        channel = self.channel
        persists = channel.persists(self)
        channel.transport.write(
            b"%b%b%b\r\n"
            % (
                status_line(self.code),
                fields,
                b"" if persists else b"Connection: close\r\n",
            )
        )

    def _write_body(self, data: bytes) -> None:
        if self._chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        self.channel.transport.write(data)

    def _end_body(self) -> None:
        if self._chunked:
            self.channel.transport.write(b"0\r\n\r\n")
        self._done()

    def _done(self) -> None:
        self._finished = True
        if self.slot is not None:
            self.slot.discard(self)
        self.pending = None
        if self._notifications is not None:
            waiting, self._notifications = self._notifications, None
            for deferred in waiting:
                deferred.callback(None)
        self.channel.request_done(self)

    # --- the end of waiting

    def expire(self) -> None:
        """The deadline is over: cancel what is under way."""
        self.expired = True
        if self.pending is not None and not self._head_sent:
            self.pending.cancel()
        elif self._producer is not None:
            producer = self._producer
            self._drop_producer()
            producer.stopProducing()
            self._finished = True
            self.channel.abort()

    def connection_lost(self, why: failure.Failure) -> None:
        """The client has left: cancel what is under way."""
        self._finished = True
        if self.slot is not None:
            self.slot.discard(self)
        if self._producer is not None:
            self._producer.stopProducing()
            self._producer = None
        if type(self.body) is BodyStream:
            self.body.fail(why)
        if self.pending is not None:
            self.pending.cancel()
        if self._notifications is not None:
            waiting, self._notifications = self._notifications, None
            for deferred in waiting:
                deferred.errback(why)

    @property
    def finished(self) -> bool:
        """Whether the answer is sent, or nobody waits for it."""
        return self._finished

    @property
    def begun(self) -> bool:
        """Whether the head of the answer is sent, so that there is no other."""
        return self._head_sent

    # --- what every part of the gateway asks

    def field(self, name: bytes) -> bytes | None:
        """The first value of a request header, by its lower-case name."""
        size = len(name)
        for key, value in self.headers:
            if len(key) == size and key.lower() == name:
                return value
        return None

    def fields(self, name: bytes) -> list[bytes]:
        """All values of a request header, by its lower-case name."""
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def peer(self) -> str:
        """The address that the connection comes from."""
        return self.channel.peer

    @property
    def body_complete(self) -> bool:
        """Whether nothing of the body is still to come."""
        body = self.body
        return type(body) is not BodyStream or body.complete

    # --- IRequest: reading

    @property
    def requestHeaders(self) -> Headers:
        """The request's header fields."""
        headers = self._request_headers
        if headers is None:
            headers = self._request_headers = Headers()
            for name, value in self.headers:
                headers.addRawHeader(name, value)
        return headers

    @property
    def content(self) -> BytesIO:
        """The request's body, as a file; empty while it is a stream."""
        content = self._content
        if content is None:
            body = self.body
            content = BytesIO(body if type(body) is bytes else b"")
            self._content = content
        return content

    @property
    def args(self) -> dict[bytes, list[bytes]]:
        """Query arguments, and those of an urlencoded form."""
        args = self._args
        if args is None:
            args = parse_qs(self.query_string, keep_blank_values=True)
            kind = (self.field(b"content-type") or b"").partition(b";")[0].strip()
            if (
                self.method == b"POST"
                and type(self.body) is bytes
                and kind.lower() == b"application/x-www-form-urlencoded"
            ):
                for key, values in parse_qs(self.body, True).items():
                    args.setdefault(key, []).extend(values)
            self._args = args
        return args

    def getHeader(self, key: Any) -> Any:
        """The last value of a request header."""
        name = key.encode("ascii") if isinstance(key, str) else key
        values = self.requestHeaders.getRawHeaders(name)
        if not values:
            return None
        return values[-1].decode("utf-8") if isinstance(key, str) else values[-1]

    def getAllHeaders(self) -> dict[bytes, bytes]:
        """The last value of each request header, by lower-case name."""
        return {name.lower(): value for name, value in self.headers}

    def getCookie(self, key: bytes) -> bytes | None:
        """A cookie of the request."""
        for line in self.fields(b"cookie"):
            for part in line.split(b";"):
                name, _, value = part.strip().partition(b"=")
                if name == key:
                    return value
        return None

    def getHost(self) -> IAddress:
        """Our end of the connection."""
        address: IAddress = self.channel.transport.getHost()
        return address

    def getClientAddress(self) -> IAddress:
        """The client's end of the connection."""
        address: IAddress = self.channel.transport.getPeer()
        return address

    def getClientIP(self) -> str:
        """The address that the connection comes from."""
        return self.peer

    def getRequestHostname(self) -> bytes:
        """The host that the client asked for, without a port and brackets."""
        name, colon, port = self.host.rpartition(b":")
        if not colon or b"]" in port:
            name = self.host
        return name[1:-1] if name[:1] == b"[" else name

    def getUser(self) -> bytes:
        """The user name of Basic authentication, empty without."""
        return self._basic()[0]

    def getPassword(self) -> bytes:
        """The password of Basic authentication, empty without."""
        return self._basic()[1]

    def _basic(self) -> tuple[bytes, bytes]:
        kind, _, text = (self.field(b"authorization") or b"").partition(b" ")
        if kind.lower() != b"basic":
            return b"", b""
        try:
            user, _, password = base64.b64decode(text).partition(b":")
        except ValueError:
            return b"", b""
        return user, password

    def isSecure(self) -> bool:
        """Whether the connection is TLS."""
        return self.channel.secure

    def getRootURL(self) -> bytes | None:
        """What :meth:`rememberRootURL` kept."""
        return self._root_url

    def rememberRootURL(self) -> None:
        """Keep the URL of the resource now reached."""
        self._root_url = self._url(self.prepath[:-1])

    def prePathURL(self) -> bytes:
        """The URL up to the resource now reached."""
        return self._url(self.prepath)

    def URLPath(self) -> Any:
        """The URL as an object."""
        from twisted.python import urlpath

        return urlpath.URLPath.fromRequest(self)

    def _url(self, segments: list[bytes]) -> bytes:
        scheme = b"https" if self.isSecure() else b"http"
        path = b"/".join(quote(segment, safe=b"").encode() for segment in segments)
        return b"%b://%b/%b" % (scheme, self.host, path)

    def getSession(self, sessionInterface: Any = None) -> Any:
        """Sessions are not kept by a gateway.

        :raises RuntimeError: always.
        """
        raise RuntimeError("the gateway keeps no sessions")

    def setHost(self, host: bytes, port: int, ssl: int = 0) -> None:
        """Replace the host that the client asked for."""
        default = 443 if ssl else 80
        self.host = host if port == default else b"%b:%d" % (host, port)
        self.headers = [pair for pair in self.headers if pair[0].lower() != b"host"] + [
            (b"Host", self.host)
        ]
        if self._request_headers is not None:
            self._request_headers.setRawHeaders(b"host", [self.host])

    # --- IRequest: answering

    @property
    def responseHeaders(self) -> Headers:
        """Header fields of the answer, added to whatever answers."""
        headers = self._response_headers
        if headers is None:
            headers = self._response_headers = Headers()
        return headers

    def setResponseCode(self, code: int, message: bytes | None = None) -> None:
        """The status of the answer."""
        self.code = code

    def setHeader(self, k: Any, v: Any) -> None:
        """Replace a header field of the answer."""
        name = k.encode("ascii") if isinstance(k, str) else k
        value = v.encode("utf-8") if isinstance(v, str) else v
        self.responseHeaders.setRawHeaders(name, [value])

    def addCookie(
        self,
        k: Any,
        v: Any,
        expires: Any = None,
        domain: Any = None,
        path: Any = None,
        max_age: Any = None,
        comment: Any = None,
        secure: Any = None,
        httpOnly: bool = False,  # noqa: N803 - Twisted's name
        sameSite: Any = None,  # noqa: N803 - Twisted's name
    ) -> None:
        """Set a cookie (RFC 6265 §4.1)."""
        cookie = _crumb(k) + b"=" + _crumb(v)
        for name, value in (
            (b"Expires", expires),
            (b"Domain", domain),
            (b"Path", path),
            (b"Max-Age", max_age),
            (b"Comment", comment),
        ):
            if value is not None:
                cookie += b"; " + name + b"=" + _crumb(value)
        if secure:
            cookie += b"; Secure"
        if httpOnly:
            cookie += b"; HttpOnly"
        if sameSite:
            cookie += b"; SameSite=" + _crumb(sameSite)
        self.responseHeaders.addRawHeader(b"set-cookie", cookie)

    def setLastModified(self, when: float) -> None:
        """The time of the last change, in seconds since the epoch."""
        self.setHeader(b"last-modified", datetimeToString(when))

    def setETag(self, etag: bytes) -> None:
        """The entity tag of the answer."""
        self.setHeader(b"etag", etag)

    def redirect(self, url: bytes) -> None:
        """Send the client elsewhere with 302."""
        self.setResponseCode(302)
        self.setHeader(b"location", url)

    def write(self, data: bytes) -> None:
        """Send a piece of the answer's body; the head goes first."""
        if self._finished:
            return
        if not self._head_sent:
            self._start_answer()
        if data and self.method != b"HEAD" and self.code not in BODILESS:
            self._write_body(data)

    def finish(self) -> None:
        """The answer is complete."""
        if self._finished:
            return
        self._drop_producer()
        if not self._head_sent:
            if self.code not in BODILESS and self.method != b"HEAD":
                self.setHeader(b"content-length", b"0")
            self._start_answer()
        self._end_body()

    def _start_answer(self) -> None:
        if self.edit is not None:
            lines = self._edited(b"").split(b"\r\n")[:-1]
            for name, _, value in (line.partition(b": ") for line in lines):
                self.responseHeaders.addRawHeader(name, value)
        headers = self.responseHeaders
        length = headers.getRawHeaders(b"content-length")
        framing = b""
        if length is None and self.code not in BODILESS and self.method != b"HEAD":
            if self.channel.speaks_11:
                framing = b"Transfer-Encoding: chunked\r\n"
                self._chunked = True
            else:
                self.keep_alive = False
        date = self.channel.site.date_line()
        self._write_head(self.lines_before + _lines(headers) + date + framing)

    def notifyFinish(self) -> Deferred[None]:
        """Fires when the answer is sent, fails when the client has left."""
        deferred: Deferred[None] = Deferred()
        if self._notifications is None:
            self._notifications = []
        self._notifications.append(deferred)
        return deferred

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Let ``producer`` write the answer under back-pressure."""
        self._producer = producer
        self.channel.transport.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """The producer is done."""
        self._drop_producer()

    def send_rendered(self, result: Any, resource: Any) -> None:
        """Send what ``resource.render`` returned.

        :raises TypeError: it is not bytes.
        """
        if type(result) is not bytes:
            raise TypeError(f"{resource!r} rendered {result!r}, which is not bytes")
        if self._finished:
            return
        if self._head_sent or (not result and self.method == b"HEAD"):
            # The rest of what was written; or HEAD, whose length may be set.
            self.write(result)
            self.finish()
            return
        headers = self._response_headers
        if headers is not None:
            headers.removeHeader(b"content-length")
        head = b""
        if result and (headers is None or not headers.hasHeader(b"content-type")):
            head = b"Content-Type: text/html\r\n"
        self.answer(self.code, head, result)

    def whole_body(self) -> Deferred[Body]:
        """The body once all of it is there, kept in :attr:`body`."""
        body = self.body
        if type(body) is not BodyStream:
            return succeed(body)
        return body.read_all().addCallback(self._keep_body)

    def _keep_body(self, body: bytes) -> bytes:
        self.body = body
        return body


classImplements(
    GatewayRequest, IRequest
)  # which a compiled class is not decorated with

_NO_PARAMS: dict[str, str] = {}
"""Shared by requests without parameters; the pipe's request copies it."""


def _crumb(value: Any) -> bytes:
    """A part of a cookie, in which a semicolon would begin the next one."""
    raw = value if isinstance(value, bytes) else str(value).encode("utf-8")
    return raw.replace(b";", b" ")


def _lines(headers: Headers) -> bytes:
    """Header lines of Twisted's headers, canonical names."""
    return b"".join(
        b"%b: %b\r\n" % (name, value)
        for name, values in headers.getAllRawHeaders()
        for value in values
    )
