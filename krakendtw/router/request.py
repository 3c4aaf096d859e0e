"""From the client's request to the pipe's: what is let through, and how.

Header lines for backends are made straight from the wire's bytes, once a
request, as long as nothing in the pipe looks at ``Request.headers``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from krakendtw.compat import USER_AGENT
from krakendtw.proxy.message import Headers, Request
from krakendtw.proxy.query import parse_query
from krakendtw.proxy.url import unescape_path
from krakendtw.transport.names import canonical_name

if TYPE_CHECKING:
    from krakendtw.config.model import EndpointConfig
    from krakendtw.transport.deadline import TimerWheel
    from krakendtw.transport.server.request import GatewayRequest, RawHeaders

ClientIP = Callable[[str, "RawHeaders"], str]

_match_single = re.compile(rb"([A-Za-z0-9_.~-]+)=[A-Za-z0-9_.~-]*").fullmatch

_AGENT_LINE = b"User-Agent: %b\r\n" % USER_AGENT.encode()
_VIA_LINE = b"X-Forwarded-Via: %b\r\n" % USER_AGENT.encode()

HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
"""Fields that are between a client and us only (RFC 9110 §7.6.1)."""

_POISON = frozenset((b"proxy",))
"""What a backend run by CGI would take for its outgoing proxy (CVE-2016-5385)."""

_OURS = frozenset((b"host", b"x-forwarded-for", b"x-forwarded-host"))
_METHODS = {
    name.encode(): name
    for name in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
}


ForwardedHead = tuple[bytes, bool, int | None]
"""Header lines for backends, made from the client's: the lines, without Host and
the body's framing; whether we may ask for gzip, since the client asked for
nothing; the client's Content-Length where it is passed on."""


class RequestBuilder:
    """Makes the pipe's requests of one endpoint.

    :param client_ip: tells the client's address from peer and headers.
    """

    def __init__(
        self, endpoint: EndpointConfig, client_ip: ClientIP, wheel: TimerWheel
    ) -> None:
        names = endpoint.input_headers or ("Content-Type",)
        self._all_headers = "*" in names
        self._wanted = {
            name.lower().encode("utf-8", "replace"): name
            for name in names
            if name != "*"
        }
        self._sizes = frozenset(len(name) for name in self._wanted)
        self._all_queries = "*" in endpoint.input_query_strings
        self._queries = endpoint.input_query_strings
        self._client_ip = client_ip
        self._wheel = wheel
        self._timeout = endpoint.timeout

    def __call__(self, source: GatewayRequest) -> Request:
        """The pipe's request for a client's."""
        return self.build(source)

    def build(self, source: GatewayRequest) -> Request:
        """The same."""
        request = Request.__new__(Request)
        method = source.method
        request.method = _METHODS.get(method) or method.decode("latin-1")
        path = source.path
        request.path = (
            unescape_path(path)
            if path.find(b"%") >= 0
            else path.decode("utf-8", "surrogateescape")
        )
        request.params = source.route_params or {}
        request._query = None
        request._plain_query = ""
        if self._queries and source.query_string:
            self._forward_query(source.query_string, request)
        request._headers = None
        request._forward = self.headers
        request._parent = None
        request.body = source.body
        request.url = ""
        request.deadline = self._wheel.seconds + self._timeout
        request.source = source
        # Clients repeat their headers on a connection, and so what is made of them.
        channel = source.channel
        memo = channel.memo
        if (
            memo is not None
            and memo[0] is self
            and memo[1] == source.headers
            and memo[3] == source.host  # an absolute target has its own
        ):
            source.forwarded = memo[2]
        else:
            source.forwarded = forwarded = self.head(source)
            channel.memo = (self, source.headers, forwarded, source.host)
        return request

    def _forward_query(self, raw: bytes, request: Request) -> None:
        """Let the query strings through that may pass."""
        single = _match_single(raw)
        if single is not None and (
            self._all_queries or single[1].decode() in self._queries
        ):
            # One pair that Go would write just so needs no taking apart.
            request._plain_query = raw.decode()
            return
        found = parse_query(raw)
        if not self._all_queries:
            found = {name: found[name] for name in self._queries if name in found}
        request.query = found

    def _passing(self, source: GatewayRequest) -> Iterator[tuple[bytes, bytes, bytes]]:
        """Name, lower-case name and value of the fields that may pass."""
        sizes, wanted, every = self._sizes, self._wanted, self._all_headers
        hop = _listed_hop(source) if every else HOP_BY_HOP
        for name, value in source.headers:
            if not every and len(name) not in sizes:
                continue
            lower = name.lower()
            if lower in _OURS or (not every and lower not in wanted):
                continue
            if lower not in hop or (not every and _asks_trailers(lower, value)):
                yield name, lower, value
        if (every or b"cache-control" in wanted) and _implies_no_cache(source):
            yield b"Cache-Control", b"cache-control", b"no-cache"

    def head(self, source: GatewayRequest) -> ForwardedHead:
        """The header lines for backends, from the wire's bytes."""
        lines = via = b""
        agent = _AGENT_LINE
        gzip = True
        length = None
        for name, lower, value in self._passing(source):
            line = b"%b: %b\r\n" % (name, value)
            if lower == b"content-length":
                length = int(value)
                continue
            if lower == b"x-forwarded-via":
                via += line
                continue
            if lower == b"user-agent":
                if agent is _VIA_LINE:
                    continue  # Go's client sends one, and none that is empty
                agent = _VIA_LINE
                if not value:
                    continue
            elif lower == b"accept-encoding" or lower == b"range":
                gzip = gzip and not value
            lines += line
        return (
            b"%bX-Forwarded-For: %b\r\nX-Forwarded-Host: %b\r\n%b%b"
            % (
                agent,
                self._client_ip(source.channel.peer, source.headers).encode(),
                source.host,
                lines,
                via if agent is _AGENT_LINE else b"",
            ),
            gzip,
            length,
        )

    def headers(self, source: GatewayRequest) -> Headers:
        """``Request.headers``, for steps that look at them."""
        headers: Headers = {}
        for name, _, value in self._passing(source):
            text = value.decode("utf-8", "surrogateescape")
            headers.setdefault(canonical_name(name), []).append(text)
        headers["X-Forwarded-For"] = [self._client_ip(source.peer, source.headers)]
        headers["X-Forwarded-Host"] = [source.host.decode("utf-8", "surrogateescape")]
        if "User-Agent" in headers:
            headers["X-Forwarded-Via"] = [USER_AGENT]
        else:
            headers["User-Agent"] = [USER_AGENT]
        return headers


def _asks_trailers(lower: bytes, value: bytes) -> bool:
    """Whether a field is the one use of TE that may be passed on by name."""
    return lower == b"te" and value.lower() == b"trailers"


def _implies_no_cache(source: GatewayRequest) -> bool:
    """Whether Pragma stands for a Cache-Control, as Go reads it (RFC 9111 §5.4)."""
    return (
        source.field(b"pragma") == b"no-cache"
        and source.field(b"cache-control") is None
    )


def _listed_hop(source: GatewayRequest) -> frozenset[bytes]:
    """The hop-by-hop fields, those that Connection names included."""
    listed = source.field(b"connection")
    if listed is None:
        return HOP_BY_HOP | _POISON
    return HOP_BY_HOP | _POISON | {name.strip().lower() for name in listed.split(b",")}
