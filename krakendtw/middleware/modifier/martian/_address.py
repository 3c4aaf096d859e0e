"""The URL of an exchange, in the parts that modifiers change."""

from __future__ import annotations

from urllib.parse import quote_from_bytes, unquote_to_bytes

from attrs import define

from krakendtw.errors import PipeError

_PATH_SAFE = "$&+,/:;=@"
"""What stays as it is in a path, beside letters, digits and ``-._~``."""


@define
class Address:
    """A URL that has a host.

    :ivar host: with its port if it has one.
    :ivar raw_path: as it is sent.
    :ivar raw_query: as it is sent.
    """

    scheme: str
    host: str
    raw_path: str
    raw_query: str

    @property
    def path(self) -> str:
        """The path with its escapes undone."""
        raw = self.raw_path.encode("utf-8", "surrogateescape")
        return unquote_to_bytes(raw).decode("utf-8", "surrogateescape")

    @path.setter
    def path(self, path: str) -> None:
        raw = path.encode("utf-8", "surrogateescape")
        self.raw_path = quote_from_bytes(raw, _PATH_SAFE)

    def __str__(self) -> str:
        path = self.raw_path
        slash = "" if path.startswith("/") or not path else "/"
        query = f"?{self.raw_query}" if self.raw_query else ""
        return f"{self.scheme}://{self.host}{slash}{path}{query}"

    def split_port(self) -> tuple[str, str | None]:
        """Host and port; no port where the host has no colon.

        :raises PipeError: where it has one and Go finds no port behind it.
        """
        host = self.host
        if ":" not in host:
            return host, None
        name, _, port = host.rpartition(":")
        if host.startswith("["):
            if not name.endswith("]"):
                raise PipeError(f"address {host}: missing port in address")
            return name[1:-1], port
        if ":" in name:
            raise PipeError(f"address {host}: too many colons in address")
        return name, port


def parse_address(url: str) -> Address:
    """The parts of a URL that was printed before."""
    scheme, _, rest = url.partition("://")
    rest, _, query = rest.partition("?")
    host, slash, path = rest.partition("/")
    return Address(scheme, host, slash + path, query)


def join_port(host: str, port: str) -> str:
    """``host:port``, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def matches_host(host: str, pattern: str) -> bool:
    """Whether a host fits, from its end on; a star stands for what has no dot."""
    if not host:
        return False
    if host == pattern:
        return True
    at = len(host) - 1
    for place in range(len(pattern) - 1, -1, -1):
        char = pattern[place]
        if char == "*":
            while at > 0 and host[at] != ".":
                at -= 1
            if place == 0 and at == 0:
                return True
        elif host[at] != char:
            return False
        elif at == 0:
            return place == 0
        else:
            at -= 1
    return False
