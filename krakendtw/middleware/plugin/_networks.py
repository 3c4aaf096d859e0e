"""Networks of addresses, and whose address a request is from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from krakendtw.router.client_ip import parse_ip

if TYPE_CHECKING:
    RawHeaders = Sequence[tuple[bytes, bytes]]

Contains = Callable[[bytes], bool]
"""Whether a packed address lies in one of some networks."""

_MAPPED = bytes(10) + b"\xff\xff"


def parse_network(text: str) -> tuple[int, int, int]:
    """``10.0.0.0/8``, or an address as the network of it alone.

    :returns: bytes of its addresses, bits that are not looked at, the others.
    :raises ValueError: it is neither.
    """
    address, slash, length = text.strip().partition("/")
    packed = parse_ip(address)
    if packed is None:
        raise ValueError(f"{text!r} found, an address or a network is wanted")
    bits = 8 * len(packed)
    used = bits
    if slash:
        if not (length.isascii() and length.isdigit()):
            raise ValueError(f"{text!r} found, a network is wanted")
        used = int(length)
        if ":" in address and len(packed) == 4:
            used -= 96  # an address of IPv4 in IPv6's spelling
        if not 0 <= used <= bits:
            raise ValueError(f"{text!r} found, its length is out of range")
    return len(packed), bits - used, int.from_bytes(packed, "big") >> (bits - used)


def compile_networks(texts: Iterable[str]) -> Contains:
    """Whether an address lies in one of the networks.

    :raises ValueError: one of them is none.
    """
    networks: dict[tuple[int, int], set[int]] = {}
    for text in texts:
        size, unused, prefix = parse_network(text)
        networks.setdefault((size, unused), set()).add(prefix)
    groups = tuple((size, unused, found) for (size, unused), found in networks.items())

    def contains(packed: bytes) -> bool:
        number = int.from_bytes(packed, "big")
        return any(
            size == len(packed) and number >> unused in prefixes
            for size, unused, prefixes in groups
        )

    return contains


def client_address(
    peer: str, headers: RawHeaders, names: Sequence[bytes], trusted: Contains
) -> bytes | None:
    """The client's address, packed; ``None`` if it is none.

    Headers count only from trusted peers: the first of ``names`` that has an
    address, and in a list the last one that is not a trusted proxy's.

    :param names: in lower case.
    """
    packed = parse_ip(peer.partition("%")[0])
    if packed is None or not trusted(packed):
        return packed
    for name in names:
        values = [value for key, value in headers if key.lower() == name]
        if values:
            found = _last_foreign(b",".join(values).decode("latin-1"), trusted)
            if found is not None:
                return found
    return packed


def _last_foreign(listed: str, trusted: Contains) -> bytes | None:
    """The last address that is not a trusted proxy's, else the first of all.

    ``None`` if what is met before is no address.
    """
    packed = None
    for item in reversed(listed.split(",")):
        packed = parse_ip(item.strip())
        if packed is None or not trusted(packed):
            return packed
    return packed
