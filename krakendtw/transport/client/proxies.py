"""Which proxy a backend is asked through: ``HTTP_PROXY`` and the like.

The rules are those of Go's standard client, which KrakenD's backends are asked with.
They are read once, at the start.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from attrs import frozen

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}

Rule: TypeAlias = "Callable[[str, int, Any], bool]"
"""Whether a host, by its name, port and address (if it is one), needs no proxy."""


@frozen
class Proxy:
    """A proxy.

    :ivar scheme: how it is spoken to: ``https`` with TLS, any other without.
    :ivar authorization: the Proxy-Authorization line; empty for none.
    """

    scheme: str
    host: str
    port: int
    authorization: bytes = b""

    @property
    def address(self) -> str:
        """``name:port`` for messages."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@frozen
class Proxies:
    """The proxies of the environment.

    :ivar plain: for ``http``.
    :ivar secure: for ``https``.
    :ivar exempt: tells who is asked without.
    """

    plain: Proxy | None = None
    secure: Proxy | None = None
    exempt: tuple[Rule, ...] = ()

    @classmethod
    def of_environment(cls, environ: Mapping[str, str]) -> Proxies:
        """What the variables say; capitals count first, what is no URL not at all.

        With ``REQUEST_METHOD``, the mark of a CGI program, anybody's ``Proxy`` header
        could have become ``HTTP_PROXY``: it is not used.
        """
        plain = _proxy(_first(environ, "HTTP_PROXY"))
        return cls(
            None if environ.get("REQUEST_METHOD") else plain,
            _proxy(_first(environ, "HTTPS_PROXY")),
            tuple(_rules(_first(environ, "NO_PROXY"))),
        )

    def of(self, scheme: str, host: str, port: int) -> Proxy | None:
        """The proxy through which a host is asked; none for this very machine."""
        proxy = self.secure if scheme == "https" else self.plain
        if proxy is None or host == "localhost":
            return None
        address = _address(host)
        if address is not None and address.is_loopback:
            return None
        name = _ascii(host.strip().lower())
        if any(rule(name, port, address) for rule in self.exempt):
            return None
        return proxy


def _first(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.lower()) or ""


def _proxy(text: str) -> Proxy | None:
    """A proxy by its URL, or by ``host:port``."""
    for candidate in (text, f"http://{text}"):
        try:
            parts = urlsplit(candidate)
            port = parts.port
        except ValueError:
            continue
        if not parts.scheme or not parts.hostname:
            continue
        line = b""
        if parts.username is not None:
            name, password = unquote(parts.username), unquote(parts.password or "")
            token = base64.b64encode(f"{name}:{password}".encode())
            line = b"Proxy-Authorization: Basic %b\r\n" % token
        default = _PORTS.get(parts.scheme, 80)
        return Proxy(parts.scheme, parts.hostname, port or default, line)
    return None


def _rules(text: str) -> Iterator[Rule]:
    """The rules of ``NO_PROXY``."""
    for part in text.split(","):
        entry = part.strip().lower()
        if entry == "*":
            yield lambda *_: True
            return
        if entry:
            rule = _rule(entry)
            if rule is not None:
                yield rule


def _rule(entry: str) -> Rule | None:
    """A network, an address or a domain, the latter two with or without a port."""
    if "/" in entry:
        try:
            network: Any = ip_network(entry, strict=False)
        except ValueError:
            pass
        else:
            return lambda _, __, address: address is not None and address in network
    host, port = _split_port(entry)
    if not host:
        return None
    wanted = _address(host)
    if wanted is not None:
        return lambda _, at, address: address == wanted and port in ("", str(at))
    host = host.removeprefix("*") if host.startswith("*.") else host
    itself = not host.startswith(".")
    suffix = f".{_ascii(host.removeprefix('.'))}"

    def is_in(name: str, at: int, _: Any) -> bool:
        found = name.endswith(suffix) or (itself and name == suffix[1:])
        return found and port in ("", str(at))

    return is_in


def _split_port(entry: str) -> tuple[str, str]:
    """Host and port of ``host``, ``host:port`` or ``[address]:port``."""
    if entry.startswith("["):
        host, bracket, rest = entry[1:].partition("]")
        return (host, rest[1:]) if bracket and rest[:1] == ":" else (entry, "")
    if entry.count(":") != 1:
        return entry, ""
    host, _, port = entry.partition(":")
    return host, port


def _ascii(name: str) -> str:
    """A name as it stands in the DNS, if it can."""
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def _address(host: str) -> Any:
    """An address; ``None`` for a name."""
    try:
        found: Any = ip_address(host)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
