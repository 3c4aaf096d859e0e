"""URLs as Go's net/url reads and writes them."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from attrs import frozen

from krakendtw.go_address import AddressError, parse_address
from krakendtw.go_quote import quote
from krakendtw.gojson.text import decode_raw, encode_raw
from krakendtw.template.failure import Failure

_WORD: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"


_HOST: Final = _WORD + b"!$&'()*+,;=:[]<>\""


class Part(Enum):
    """A part of a URL, by the bytes that stand in it as they are."""

    PATH = frozenset(_WORD + b"$&+,/:;=@")
    USER = frozenset(_WORD + b"$&+,;=")
    HOST = frozenset(_HOST)
    ZONE = frozenset(_HOST + b" ")
    FRAGMENT = frozenset(_WORD + b"$&+,/:;=?@!()*")


_SIGN: Final = ord("%")
_PERCENT = re.compile(rb"%(?:([0-9A-Fa-f]{2})|.{0,2})", re.DOTALL)
# What is escaped, or one of the characters that no host may have.
_HOST_PIECE = re.compile(_PERCENT.pattern + rb"|[\x00-\x20#/?@\\^`{|}\x7f]", re.DOTALL)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PORT = re.compile(r"(?::[0-9]*)?")
_USER = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")


@frozen
class URL:
    """The parts of a URL, not escaped but for the query."""

    scheme: str = ""
    opaque: str = ""
    user: str | None = None
    password: str | None = None
    host: str = ""
    path: str = ""
    query: str = ""
    fragment: str = ""

    @property
    def host_name(self) -> str:
        """The host without port and brackets."""
        name, colon, port = self.host.rpartition(":")
        if not colon or not _PORT.fullmatch(f":{port}"):
            name = self.host
        return name[1:-1] if name.startswith("[") and name.endswith("]") else name

    @property
    def user_info(self) -> str:
        """User and password, escaped."""
        if self.user is None:
            return ""
        user = escape(self.user, Part.USER)
        if self.password is None:
            return user
        return f"{user}:{escape(self.password, Part.USER)}"

    def __str__(self) -> str:
        out = f"{self.scheme}:" if self.scheme else ""
        out += self.opaque or self._after_scheme(out)
        if self.query:
            out += f"?{self.query}"
        if self.fragment:
            out += f"#{escape(self.fragment, Part.FRAGMENT)}"
        return out

    def _after_scheme(self, scheme: str) -> str:
        """User, host and path."""
        out = ""
        has_user = self.user is not None
        if self.host or has_user or (self.scheme and self.path):
            out = "//"
        if has_user:
            out += f"{self.user_info}@"
        out += escape(self.host, Part.HOST)
        path = "*" if self.path == "*" else escape(self.path, Part.PATH)
        if path and not path.startswith("/") and self.host:
            out += "/"
        if not scheme and not out and ":" in path.partition("/")[0]:
            out = "./"  # or else the path would begin with a scheme
        return out + path


def escape(text: str, part: Part) -> str:
    """``text`` as it stands in a part of a URL."""
    plain = part.value
    raw = encode_raw(text)
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in raw)


def unescape(text: str, part: Part) -> str:
    """What stands in a part of a URL.

    :raises Failure: something in it means nothing, or must not stand there.
    """
    raw = encode_raw(text)
    is_host = part in (Part.HOST, Part.ZONE)
    for match in (_HOST_PIECE if is_host else _PERCENT).finditer(raw):
        if match[0][0] != _SIGN:
            raise Failure(
                f"invalid character {quote(decode_raw(match[0]))} in host name"
            )
        if match[1] is None or (is_host and _is_refused(match[1], part)):
            raise Failure(f"invalid URL escape {quote(decode_raw(match[0]))}")
    return decode_raw(_PERCENT.sub(lambda found: bytes((int(found[1], 16),)), raw))


def _is_refused(digits: bytes, part: Part) -> bool:
    """Whether a byte must not be escaped in a host or in its zone."""
    byte = int(digits, 16)
    if byte == _SIGN:
        return False
    return byte < 0x80 if part is Part.HOST else byte not in part.value


def parse(text: str) -> URL:
    """The parts of a URL.

    :raises Failure: it is none, in Go's words.
    """
    head, _, fragment = text.partition("#")
    try:
        url = _parse(head)
    except Failure as failure:
        raise Failure(f"parse {quote(head)}: {failure}") from None
    try:
        fragment = unescape(fragment, Part.FRAGMENT)
    except Failure as failure:
        raise Failure(f"parse {quote(text)}: {failure}") from None
    return URL(
        url.scheme,
        url.opaque,
        url.user,
        url.password,
        url.host,
        url.path,
        url.query,
        fragment,
    )


def _parse(text: str) -> URL:
    """The parts of a URL without a fragment."""
    if _CONTROL.search(text):
        raise Failure("net/url: invalid control character in URL")
    if text == "*":
        return URL(path="*")
    if text.startswith(":"):
        raise Failure("missing protocol scheme")
    found = _SCHEME.match(text)
    scheme, rest = (found[1].lower(), text[found.end() :]) if found else ("", text)
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return URL(scheme, rest, query=query)
        if ":" in rest.partition("/")[0]:
            raise Failure("first path segment in URL cannot contain colon")
    user, password, host = None, None, ""
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        user, password, host = _authority(authority)
    path = unescape(rest, Part.PATH)
    return URL(scheme, "", user, password, host, path, query)


def _authority(text: str) -> tuple[str | None, str | None, str]:
    """User, password and host."""
    info, at, host = text.rpartition("@")
    host = _host(host)
    if not at:
        return None, None, host
    if not _USER.fullmatch(info):
        raise Failure("net/url: invalid userinfo")
    user, colon, password = info.partition(":")
    user = unescape(user, Part.USER)
    return user, unescape(password, Part.USER) if colon else None, host


def _host(text: str) -> str:
    bracket = text.rfind("[")
    if bracket > 0:
        raise Failure("invalid IP-literal")
    if bracket == 0:
        return _literal(text)
    at = text.rfind(":")
    if at >= 0 and not _PORT.fullmatch(text[at:]):
        raise Failure(f"invalid port {quote(text[at:])} after host")
    return unescape(text, Part.HOST)


def _literal(text: str) -> str:
    """An IPv6 address in brackets."""
    name, bracket, port = text[1:].rpartition("]")
    if not bracket:
        raise Failure("missing ']' in host")
    if not _PORT.fullmatch(port):
        raise Failure(f"invalid port {quote(port)} after host")
    address, percent, zone = name.partition("%25")
    address = unescape(address, Part.HOST)
    zone = unescape(percent + zone, Part.ZONE) if percent else ""
    try:
        found = parse_address(address + zone)
    except AddressError as error:
        raise Failure(f"invalid host: {error}") from None
    if found.is_short:
        raise Failure("invalid IP-literal")
    return f"[{address}{zone}]{port}"
