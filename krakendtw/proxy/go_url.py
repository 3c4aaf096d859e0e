"""URLs taken apart as Go's ``net/url`` does it, with its words for what is none."""

from __future__ import annotations

import re

from attrs import define

from krakendtw.errors import PipeError
from krakendtw.go_address import AddressError, parse_address
from krakendtw.go_quote import quote
from krakendtw.proxy.escape import (
    FRAGMENT,
    PATH,
    EscapeError,
    escape,
    to_text,
    unescape,
)

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_SCHEME = re.compile(rb"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_PORT = re.compile(rb"(?::[0-9]*)?")
_USERINFO = re.compile(rb"[A-Za-z0-9._:~!$&'()*+,;=%@-]*")
_NOT_IN_HOST = re.compile(
    rb"%(?![0-9A-Fa-f]{2}).{0,2}"  # no escape at all
    rb"|%(?!25)[0-7][0-9A-Fa-f]"  # only bytes above ASCII may be escaped
    rb"|[\x00-\x20#/?@\\^`{|}\x7f]",
    re.DOTALL,
)
_NOT_IN_ZONE = re.compile(
    rb"%(?![0-9A-Fa-f]{2}).{0,2}"
    rb"|%(?!2[0-24-9A-E]|3[A-E0-9]|[46][1-9A-F]|[57][0-9A]|5[BDF]|7E)[0-9A-Fa-f]{2}"
    rb"|[\x00-\x20#/?@\\^`{|}\x7f]",
    re.DOTALL | re.IGNORECASE,
)
_VALID_PATH = re.compile(rb"[\w$&+,./:;=@~!'()*\[\]%-]*")
_VALID_FRAGMENT = re.compile(rb"[\w$&+,./:;=?@~!'()*\[\]%-]*")


class _ParseError(ValueError):
    """What is wrong with a URL, in Go's words."""


@define
class Parts:
    """A URL taken apart; path and fragment escaped as they will be printed."""

    scheme: str = ""
    opaque: bytes = b""
    userinfo: tuple[bytes, bytes | None] | None = None
    host: bytes = b""
    has_authority: bool = False
    path: str = ""
    query: bytes = b""
    has_query: bool = False
    fragment: str = ""


def parse_url(raw: bytes) -> Parts:
    """``raw`` as Go's ``url.Parse``.

    :raises PipeError: if it is no URL: ``parse "http://x/%zz": …``.
    """
    text, _, fragment = raw.partition(b"#")
    shown = text
    try:
        parts = _parse_without_fragment(text)
        shown = raw
        parts.fragment = _normalise(fragment, _VALID_FRAGMENT, FRAGMENT)
    except (_ParseError, EscapeError) as error:
        raise PipeError(f"parse {quote(to_text(shown))}: {error}") from None
    return parts


def _parse_without_fragment(raw: bytes) -> Parts:
    if _CONTROL.search(raw):
        raise _ParseError("net/url: invalid control character in URL")
    if raw.startswith(b":"):
        raise _ParseError("missing protocol scheme")
    parts = Parts()
    rest = raw
    match = _SCHEME.fullmatch(raw)
    if match:
        parts.scheme, rest = match[1].decode("ascii").lower(), match[2]
    rest, mark, parts.query = rest.partition(b"?")
    parts.has_query = bool(mark) and not parts.query
    if not rest.startswith(b"/"):
        if parts.scheme:
            parts.opaque = rest
            return parts
        if b":" in rest.partition(b"/")[0]:
            raise _ParseError("first path segment in URL cannot contain colon")
    if rest.startswith(b"//") and (parts.scheme or not rest.startswith(b"///")):
        authority, slash, rest = rest[2:].partition(b"/")
        _parse_authority(parts, authority)
        rest = slash + rest
        parts.has_authority = True
    parts.path = _normalise(rest, _VALID_PATH, PATH)
    return parts


def _normalise(raw: bytes, valid: re.Pattern[bytes], safe: str) -> str:
    """``raw`` as it was if it may be printed so, else escaped anew."""
    plain = unescape(raw)
    return raw.decode("ascii") if valid.fullmatch(raw) else escape(plain, safe)


def _parse_authority(parts: Parts, authority: bytes) -> None:
    userinfo, at, host = authority.rpartition(b"@")
    parts.host = _parse_host(host)
    if not at:
        return
    if not _USERINFO.fullmatch(userinfo):
        raise _ParseError("net/url: invalid userinfo")
    name, colon, password = userinfo.partition(b":")
    parts.userinfo = (unescape(name), unescape(password) if colon else None)


def _parse_host(host: bytes) -> bytes:
    bracket = host.rfind(b"[")
    if bracket > 0:
        raise _ParseError("invalid IP-literal")
    if bracket == 0:
        return _parse_literal(host)
    colon = host.rfind(b":")
    if colon >= 0:
        _check_port(host[colon:])
    return _unescape_host(host, _NOT_IN_HOST)


def _parse_literal(host: bytes) -> bytes:
    """An IPv6 address in brackets, with or without a zone and a port."""
    end = host.rfind(b"]")
    if end < 0:
        raise _ParseError("missing ']' in host")
    port = host[end + 1 :]
    _check_port(port)
    address = host[1:end]
    zone = address.find(b"%25")
    if zone >= 0:
        name = _unescape_host(address[:zone], _NOT_IN_HOST)
        name += _unescape_host(address[zone:], _NOT_IN_ZONE)
    else:
        name = _unescape_host(address, _NOT_IN_HOST)
    _check_address(to_text(name))
    return b"[" + name + b"]" + port


def _check_address(text: str) -> None:
    try:
        address = parse_address(text)
    except AddressError as error:
        raise _ParseError(f"invalid host: {error}") from None
    if address.is_short:
        raise _ParseError("invalid IP-literal")


def _check_port(port: bytes) -> None:
    if not _PORT.fullmatch(port):
        raise _ParseError(f"invalid port {quote(to_text(port))} after host")


def _unescape_host(raw: bytes, wrong: re.Pattern[bytes]) -> bytes:
    match = wrong.search(raw)
    if match is None:
        return unescape(raw)
    found = quote(to_text(match.group()))
    if found.startswith('"%'):
        raise EscapeError(f"invalid URL escape {found}")
    raise _ParseError(f"invalid character {found} in host name")
