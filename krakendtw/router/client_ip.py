"""The client's address behind proxies, as gin finds it.

Headers are believed if the connection comes from a trusted proxy.  Without
``trusted_proxies`` everybody is one, and clients choose their address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import TYPE_CHECKING, TypeAlias

from krakendtw.gojson.text import decode_raw

if TYPE_CHECKING:
    from krakendtw.router.settings import RouterSettings

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]
"""Header fields as they came, names in any case."""

ClientIP: TypeAlias = Callable[[str, Headers], str]
"""The client's address, of the connection's (see :func:`peer_ip`) and headers."""

Network: TypeAlias = tuple[int, int, int]
"""Bytes of its addresses, bits of them that are not looked at, the others."""

_APP_ENGINE = b"x-appengine-remote-addr"
_MAPPED = bytes(10) + b"\xff\xff"


def compile_client_ip(settings: RouterSettings) -> ClientIP:
    """The function that finds the client's address, by the options of ``router``."""
    names = [name.lower().encode() for name in settings.remote_ip_headers]
    if not settings.forwarded_by_client_ip:
        names = []
    is_trusted = compile_trust(settings.trusted_proxies)
    wanted = frozenset(names)
    if settings.app_engine:
        wanted |= {_APP_ENGINE}
    sizes = frozenset(map(len, wanted))
    app_engine = _APP_ENGINE if settings.app_engine else None

    def client_ip(peer: str, headers: Headers) -> str:
        found: dict[bytes, list[bytes]] | None = None
        for name, value in headers:
            # By length first: most headers cost one look-up of an integer.
            if len(name) in sizes and name.lower() in wanted:
                if found is None:
                    found = {}
                found.setdefault(name.lower(), []).append(value)
        if found is None:
            return peer
        if app_engine is not None and app_engine in found and found[app_engine][0]:
            return decode_raw(found[app_engine][0])
        if is_trusted(peer):
            for name in names:
                values = found.get(name)
                if values is not None:
                    address = _forwarded(decode_raw(b",".join(values)), is_trusted)
                    if address is not None:
                        return address
        return peer

    return client_ip if wanted else lambda peer, _: peer


def _forwarded(value: str, is_trusted: Callable[[str], bool]) -> str | None:
    """The last address in a list that is not a trusted one, or the first of all.

    ``None`` if something that is no address is met before.
    """
    items = value.split(",")
    for place in range(len(items) - 1, -1, -1):
        address = items[place].strip()
        if parse_ip(address) is None:
            return None
        if not place or not is_trusted(address):
            return address
    return None


def compile_trust(proxies: Iterable[str]) -> Callable[[str], bool]:
    """Whether an address is one of ``proxies``: addresses and networks.

    A bad entry ends the list, those before it count; no error, as in KrakenD.
    """
    networks: list[Network] = []
    for proxy in proxies:
        network = _parse_network(proxy)
        if network is None:
            break
        networks.append(network)

    @lru_cache(maxsize=1024)
    def is_trusted(address: str) -> bool:
        packed = parse_ip(address)
        if packed is None:
            return False
        number = int.from_bytes(packed, "big")
        return any(
            size == len(packed) and number >> unused == prefix
            for size, unused, prefix in networks
        )

    return is_trusted


def parse_ip(text: str) -> bytes | None:
    """An address as 4 or 16 bytes, ``None`` if it is none.

    An IPv4 address written as IPv6 is taken for what it is.  No zones.
    """
    try:
        if ":" not in text:
            return inet_pton(AF_INET, text)
        packed = inet_pton(AF_INET6, text)
    except (OSError, ValueError):
        return None
    return packed[12:] if packed.startswith(_MAPPED) else packed


def peer_ip(host: str) -> str:
    """The address of a connection's other end as Go prints it; empty if none."""
    packed = parse_ip(host.partition("%")[0])
    if packed is None:
        return ""
    return inet_ntop(AF_INET if len(packed) == 4 else AF_INET6, packed)


def _parse_network(text: str) -> Network | None:
    """``10.0.0.0/8``, or an address as the network of it alone."""
    address, slash, length = text.partition("/")
    packed = parse_ip(address)
    if packed is None:
        return None
    size = len(packed)
    # Like gin, take 32 bits of an IPv4 address, even of one written as IPv6.
    length = length if slash else str(8 * size)
    if not (length.isascii() and length.isdigit()):
        return None
    used = int(length)
    if size == 4 and ":" in address:
        if used >= 96:
            used -= 96
        else:
            packed = _MAPPED + packed
    bits = 8 * len(packed)
    if used > bits:
        return None
    return len(packed), bits - used, int.from_bytes(packed, "big") >> (bits - used)
