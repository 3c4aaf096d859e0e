"""Heads of HTTP/2 messages: requests checked, answers translated.

h2's own checks are switched off: they end the whole connection where RFC 9113
§8.1.1 asks for the end of one stream.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from attrs import frozen
from hpack.struct import NeverIndexedHeaderTuple

from krakendtw.transport.names import canonical_name

Fields: TypeAlias = list[tuple[bytes, bytes]]

_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9a-z]+\Z")
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_BAD_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_BAD_TARGET = re.compile(rb"[\x00-\x20\x7f]")
_AUTHORITY = re.compile(
    rb"(?:[0-9A-Za-z!$%&'()*+,.;=_~-]*|\[[0-9A-Fa-f:.]+(?:%[!-Z^-~]+)?\])(?::[0-9]*)?\Z"
)

_CONNECTION_FIELDS = frozenset(
    (
        b"connection",
        b"proxy-connection",
        b"keep-alive",
        b"transfer-encoding",
        b"upgrade",
    )
)
"""Fields of HTTP/1.1 connections, which HTTP/2 must not have (RFC 9113 §8.2.2)."""

_SECRET = frozenset((b"set-cookie", b"authorization"))
"""Fields kept out of the compression state (RFC 7541 §7.1.3)."""

_REMEMBERED = 1024
_REMEMBERED_SIZE = 1024


class Malformed(Exception):
    """A request that HTTP/2 does not allow (RFC 9113 §8.1.1)."""


@frozen
class RequestHead:
    """The head of a request, as HTTP/1.1's channel would have it.

    :ivar target: the request target: origin form, ``*``, or CONNECT's authority.
    :ivar host: the authority, or the Host field.
    :ivar fields: all fields, Host first, cookies in one, names canonical.
    """

    method: bytes
    target: bytes
    host: bytes
    fields: Fields


_names: dict[bytes, bytes] = {}


def _canonical(name: bytes) -> bytes:
    """A field's name as a client of HTTP/1.1 would spell it."""
    if not _NAME.match(name):
        raise Malformed(f"field name {name!r}")
    if name in _CONNECTION_FIELDS:
        raise Malformed(f"connection-specific field {name!r}")
    canonical = canonical_name(name).encode()
    if len(_names) < _REMEMBERED:
        _names[name] = canonical
    return canonical


def read_head(raw: Iterable[tuple[bytes, bytes]]) -> RequestHead:
    """A request's head out of decoded fields.

    :raises Malformed: it must not be used.
    """
    pseudo: dict[bytes, bytes] = {}
    fields: Fields = [(b"Host", b"")]
    hosts: list[bytes] = []
    cookies: list[bytes] = []
    for name, value in raw:
        if name[:1] == b":":
            if name in pseudo or len(fields) + len(hosts) + len(cookies) > 1:
                raise Malformed(f"misplaced {name!r}")
            pseudo[name] = value
            continue
        canonical = _names.get(name) or _canonical(name)
        if _BAD_VALUE.search(value):
            raise Malformed(f"value of {name!r}")
        value = value.strip(b" \t")
        if name == b"host":
            hosts.append(value)
        elif name == b"cookie":
            cookies.append(value)
        elif name == b"te" and value.lower() != b"trailers":
            raise Malformed("TE is not trailers")
        else:
            fields.append((canonical, value))
    method, target, host = _control_data(pseudo, hosts)
    fields[0] = (b"Host", host)
    if cookies:
        fields.append((b"Cookie", b"; ".join(cookies)))
    return RequestHead(method, target, host, fields)


def _control_data(
    pseudo: dict[bytes, bytes], hosts: Sequence[bytes]
) -> tuple[bytes, bytes, bytes]:
    """Method, target and host out of the pseudo-header fields (RFC 9113 §8.3.1)."""
    method = pseudo.pop(b":method", b"")
    scheme = pseudo.pop(b":scheme", None)
    target = pseudo.pop(b":path", None)
    host = pseudo.pop(b":authority", None)
    if pseudo:
        raise Malformed(f"unknown {next(iter(pseudo))!r}")
    if not _TOKEN.match(method):
        raise Malformed("method")
    if len(hosts) > 1 or (hosts and host is not None and hosts[0] != host):
        raise Malformed("more than one host")
    if host is None:
        host = hosts[0] if hosts else b""
    if not _AUTHORITY.match(host):
        raise Malformed("authority")
    if method == b"CONNECT":
        if scheme is not None or target is not None or not host:
            raise Malformed("CONNECT with scheme or path")
        return method, host, host
    if scheme not in (b"http", b"https"):
        raise Malformed("scheme")
    is_star = target == b"*" and method == b"OPTIONS"
    if target is None or _BAD_TARGET.search(target):
        raise Malformed("path")
    if target[:1] != b"/" and not is_star:
        raise Malformed("path")
    return method, target, host


_heads: dict[bytes, Fields] = {}


def answer_fields(head: bytes) -> Fields:
    """The fields of an answer out of HTTP/1.1 header lines; not to be changed."""
    fields = _heads.get(head)
    if fields is None:
        fields = [
            _field(line) for line in head.split(b"\r\n") if line and _belongs(line)
        ]
        if len(head) < _REMEMBERED_SIZE:
            if len(_heads) >= _REMEMBERED:
                _heads.clear()
            _heads[head] = fields
    return fields


def _belongs(line: bytes) -> bool:
    return line.partition(b":")[0].lower() not in _CONNECTION_FIELDS


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    name = name.lower()
    value = value.strip(b" \t")
    return NeverIndexedHeaderTuple(name, value) if name in _SECRET else (name, value)
