"""A backend's header fields on their way to the client of a no-op endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import define

if TYPE_CHECKING:
    from krakendtw.proxy.message import Metadata

_HIDDEN = frozenset(
    (
        b"connection",
        b"content-length",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authentication-info",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
"""Fields that are between a backend and us only (RFC 9110 §7.6.1)."""

_NOTED = {
    b"content-type": "has_type",
    b"content-encoding": "has_encoding",
    b"date": "is_dated",
}

_MOST = 1024
"""How many spellings of names are remembered."""

_kinds: dict[bytes, str] = {}
"""By name as it is spelt: ``hidden``, an attribute of :class:`Relayed`, or
nothing of note."""


@define
class Relayed:
    """Header lines for the client, and what is among them.

    :ivar length: the Content-Length that a component has left, or looked at;
        ``None`` where the fields are as the backend sent them.
    """

    lines: bytes = b""
    has_type: bool = False
    has_encoding: bool = False
    is_dated: bool = False
    length: int | None = None

    def add_block(self, block: bytes) -> None:
        """Take the fields of a raw head, its first line left out."""
        kept = []
        kinds = _kinds
        for line in block.split(b"\r\n")[1:]:
            name = line[: line.find(b":")]
            kind = kinds.get(name)
            if kind is None:
                kind = _classify(name)
            if kind:
                if kind == "hidden":
                    continue
                setattr(self, kind, True)
            kept.append(line)
        if kept:
            self._keep(kept, block)

    def _keep(self, kept: list[bytes], block: bytes) -> None:
        """Add lines, less those that the backend's Connection field names."""
        at = block.find(b"onnection:")
        if at >= 0 and not _is_usual(block, at) and (named := _named(block)):
            kept = [
                line for line in kept if line[: line.find(b":")].lower() not in named
            ]
        self.lines += b"\r\n".join(kept) + b"\r\n"

    def add_pairs(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        """Take fields by name and value."""
        for name, value in pairs:
            kind = _classify(name)
            if kind == "hidden":
                continue
            if kind:
                setattr(self, kind, True)
            self.lines += b"%b: %b\r\n" % (name, value)

    def add(self, metadata: Metadata) -> None:
        """Take the fields of a response, by the quickest way there is."""
        block: bytes | None = getattr(metadata, "block", None)
        if block is not None:
            self.add_block(block)
            return
        length = metadata.headers.get("Content-Length", [""])[:1]
        if length and length[0].isdecimal():
            self.length = int(length[0])
        self.add_pairs(
            (
                name.encode("utf-8", "surrogateescape"),
                value.encode("utf-8", "surrogateescape"),
            )
            for name, values in metadata.headers.items()
            for value in values
        )


def _is_usual(block: bytes, at: int) -> bool:
    """Whether the only Connection field is a plain keep-alive or close."""
    at += 10
    end = block.find(b"\r\n", at)
    value = block[at : end if end >= 0 else len(block)].strip().lower()
    return value in _OPTIONS and block.find(b"onnection:", at) < 0


def _named(block: bytes) -> set[bytes]:
    """The fields that Connection fields name, the usual options left out."""
    found = _connection(block)
    if not found:
        return set()
    names = {name.strip().lower() for line in found for name in line.split(b",")}
    return names - _OPTIONS


_connection = re.compile(rb"\r\n[Cc]onnection:([^\r\n]*)").findall
_OPTIONS = frozenset((b"keep-alive", b"close", b""))


def _classify(name: bytes) -> str:
    lower = name.lower()
    kind = "hidden" if lower in _HIDDEN else _NOTED.get(lower, "")
    if len(_kinds) < _MOST:
        _kinds[name] = kind
    return kind


def header_lines(metadata: Metadata) -> bytes:
    """The header lines of a response, hop-by-hop fields left out."""
    relayed = Relayed()
    relayed.add(metadata)
    return relayed.lines
