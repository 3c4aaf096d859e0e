"""Header fields between the pipe's text and the wire's bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from krakendtw.errors import TransportError
from krakendtw.go_quote import quote
from krakendtw.proxy.message import Headers, Metadata
from krakendtw.transport.names import canonical_name

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request
    from krakendtw.transport.client.exchange import Incoming

_GO_AGENT = b"User-Agent: Go-http-client/1.1\r\n"

_FRAMING = frozenset(
    ("Host", "Content-Length", "Transfer-Encoding", "Connection", "Trailer")
)
"""Fields that the transport writes itself, whatever the pipe holds."""

_CONTROLS = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
"""What no line may hold; line breaks are counted."""

_is_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_has_control = re.compile(r"[\x00-\x08\n-\x1f\x7f]").search

_good_names: set[str] = set()
_MOST_NAMES = 2048


@frozen
class WireHead:
    """The header lines of one request to a backend.

    :ivar lines: without Host, Accept-Encoding of ours and the body's framing.
    :ivar gzip: whether we may ask for gzip.
    :ivar length: the Content-Length to announce; ``None`` for chunked.
    :ivar host: the Host field's value if a step set one.
    """

    lines: bytes
    gzip: bool
    length: int | None
    host: bytes = b""


def head_of(request: Request) -> WireHead:
    """The header lines of a request whose headers somebody has looked at.

    :raises TransportError: a field cannot be sent.
    """
    headers = request.headers
    if not headers.keys() <= _good_names:
        _vet_names(headers)
    lines: list[str] = []
    for name in sorted(headers):
        if name in _FRAMING:
            continue
        if name == "User-Agent":
            agent = headers[name][:1]
            if agent != [""]:
                lines += [f"User-Agent: {value}\r\n" for value in agent]
            continue
        lines += [f"{name}: {value}\r\n" for value in headers[name]]
    text = "".join(lines).encode("utf-8", "surrogateescape")
    count = len(lines)
    if (
        text.count(b"\n") != count
        or text.count(b"\r") != count
        or len(text.translate(None, _CONTROLS)) != len(text)
    ):
        raise _bad_value(headers)
    if "User-Agent" not in headers:
        text = _GO_AGENT + text
    gzip = not (_says(headers, "Accept-Encoding") or _says(headers, "Range"))
    host = headers.get("Host")
    return WireHead(
        text,
        gzip,
        _length(headers, request),
        host[0].encode("utf-8", "surrogateescape") if host else b"",
    )


def _vet_names(headers: Headers) -> None:
    """Refuse names that are no tokens (RFC 9110 §5.1); remember those that are."""
    for name in headers:
        if _is_token(name):
            if len(_good_names) < _MOST_NAMES:
                _good_names.add(name)
        else:
            raise TransportError(f"net/http: invalid header field name {quote(name)}")


def _bad_value(headers: Headers) -> TransportError:
    """The error that names the field with a control character in its value."""
    for name, values in headers.items():
        if any(_has_control(value) for value in values):
            text = f"invalid header field value for {quote(name)}"
            return TransportError(f"net/http: {text}")
    return TransportError("net/http: invalid header field value")


def _says(headers: Headers, name: str) -> bool:
    """Whether a field is there and, in its first value, not empty."""
    values = headers.get(name)
    return bool(values and values[0])


def _length(headers: Headers, request: Request) -> int | None:
    """The announced length, honoured where it is a single number."""
    values = headers.get("Content-Length")
    body = request.body
    if body is None or values is None or len(values) != 1:
        return None
    try:
        length = int(values[0])
    except ValueError:
        return None
    return length if length >= 0 else None


class RawMetadata(Metadata):
    """Metadata over a backend's answer as it came.

    As long as nobody asks for ``headers`` they are relayed as bytes.
    """

    __slots__ = ("_incoming", "_made", "status")

    def __init__(self, status: int, incoming: Incoming) -> None:
        self.status = status
        self._incoming = incoming
        self._made: Headers | None = None

    @property
    def block(self) -> bytes | None:
        """The head as it came; ``None`` once somebody has looked at it."""
        return self._incoming.block if self._made is None else None

    @property
    def is_given(self) -> bool:
        """Whether there are header fields; those of a backend always are."""
        return True

    @property
    def headers(self) -> Headers:
        """The fields by canonical name; made when first read."""
        made = self._made
        if made is None:
            made = self._made = {}
            for name, value in self._incoming.headers:
                made.setdefault(canonical_name(name), []).append(
                    value.decode("utf-8", "surrogateescape")
                )
        return made

    @headers.setter
    def headers(self, headers: Headers) -> None:
        self._made = headers
