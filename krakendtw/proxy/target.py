"""URLs printed again as Go's ``net/url`` and HTTP client do it."""

from __future__ import annotations

from base64 import b64encode

from attrs import frozen

from krakendtw.go_quote import quote
from krakendtw.proxy.escape import HOST, USER, escape, to_bytes, to_text
from krakendtw.proxy.go_url import Parts, parse_url

_PORTS = {"http": 80, "https": 443}


@frozen
class Target:
    """Where a request goes, and what stands in its first line.

    :ivar host: the name or address to connect to, an IPv6 one without brackets.
    :ivar port: the port to connect to; 0 if the scheme has none of its own.
    :ivar authority: what the ``Host`` field says.
    :ivar target: the request target.
    :ivar url: the whole URL as Go prints it.
    :ivar authorization: an ``Authorization`` field made from the URL's user and
        password, for requests that have none; empty without them.
    :ivar flaw: why Go's client would not even connect; empty if it would.
    """

    scheme: str
    host: str
    port: int
    authority: str
    target: bytes
    url: str
    authorization: str = ""
    flaw: str = ""


def parse_target(host: str, path: str, encoded_query: str | None = None) -> Target:
    """What Go makes of ``host + path`` and a query that it appends.

    :param encoded_query: comes after the path's own query; ``None`` for none.
    :raises PipeError: with Go's words, if it is no URL.
    """
    parts = parse_url(to_bytes(host + path))
    if encoded_query is not None:
        query = to_bytes(encoded_query)
        parts.query = parts.query + b"&" + query if parts.query else query
    parts.host = parts.host.removesuffix(b":")
    name, port = _split_port(parts.host)
    return Target(
        scheme=parts.scheme,
        host=to_text(name),
        port=int(port) if port else _PORTS.get(parts.scheme, 0),
        authority=to_text(_without_zone(parts.host)),
        target=_print_target(parts),
        url=_print_url(parts),
        authorization=_basic(parts.userinfo),
        flaw=_find_flaw(parts),
    )


def _print_url(parts: Parts) -> str:
    text = f"{parts.scheme}:" if parts.scheme else ""
    if parts.opaque:
        text += to_text(parts.opaque)
    else:
        if parts.has_authority and (parts.host or parts.path or parts.userinfo):
            text += "//"
        if parts.userinfo:
            text += ":".join(escape(part or b"", USER) for part in _given(parts)) + "@"
        text += escape(parts.host, HOST)
        if not text and ":" in parts.path.partition("/")[0]:
            text = "./"
        text += parts.path
    if parts.query or parts.has_query:
        text += "?" + to_text(parts.query)
    return f"{text}#{parts.fragment}" if parts.fragment else text


def _given(parts: Parts) -> tuple[bytes, ...]:
    """The user name, and the password if there is one."""
    return tuple(part for part in parts.userinfo or () if part is not None)


def _print_target(parts: Parts) -> bytes:
    target = parts.opaque
    if not target:
        target = parts.path.encode("ascii") or b"/"
    elif target.startswith(b"//"):
        target = parts.scheme.encode("ascii") + b":" + target
    if parts.query or parts.has_query:
        target += b"?" + parts.query
    return target


def _split_port(host: bytes) -> tuple[bytes, bytes]:
    name, colon, port = host.rpartition(b":")
    if not colon or (port and not port.isdigit()):
        name, port = host, b""
    if name.startswith(b"[") and name.endswith(b"]"):
        name = name[1:-1]
    return name, port


def _without_zone(host: bytes) -> bytes:
    """``host`` without an IPv6 zone, which is nobody's business but ours."""
    end = host.rfind(b"]")
    zone = host.rfind(b"%", 0, end) if end > 0 else -1
    return host if zone < 0 else host[:zone] + host[end:]


def _basic(userinfo: tuple[bytes, bytes | None] | None) -> str:
    if userinfo is None:
        return ""
    name, password = userinfo
    return "Basic " + b64encode(name + b":" + (password or b"")).decode("ascii")


def _find_flaw(parts: Parts) -> str:
    if parts.scheme not in _PORTS:
        return f"unsupported protocol scheme {quote(parts.scheme)}"
    return "" if parts.host else "http: no Host in request URL"
