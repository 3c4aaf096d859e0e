"""Keys that are found without telling, by the time it takes, how near a guess was.

What a client presents is hashed with a secret of this process and looked up: the
look-up compares hashes that nobody outside can steer.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from typing import Final

_FNV128_OFFSET: Final = 0x6C62272E07BB014262B821756295C58D
_FNV128_PRIME: Final = 0x0000000001000000000000000000013B
_FNV128_MASK: Final = (1 << 128) - 1


def fnv128(data: bytes) -> str:
    """FNV-1 of 128 bits, in hexadecimal."""
    value = _FNV128_OFFSET
    for byte in data:
        value = (value * _FNV128_PRIME & _FNV128_MASK) ^ byte
    return f"{value:032x}"


def fnv128a(data: bytes) -> str:
    """FNV-1a of 128 bits, in hexadecimal; ours, for keys made by other tools."""
    value = _FNV128_OFFSET
    for byte in data:
        value = (value ^ byte) * _FNV128_PRIME & _FNV128_MASK
    return f"{value:032x}"


HASHES: Final[Mapping[str, Callable[[bytes], str] | None]] = {
    "plain": None,
    "fnv128": fnv128,
    "fnv128a": fnv128a,
    "sha1": lambda data: hashlib.sha1(data).hexdigest(),  # noqa: S324 - the user's choice
    "sha256": lambda data: hashlib.sha256(data).hexdigest(),
}
"""How keys may be stored."""

LONGEST = 4096
"""Bytes of a key beyond which nobody has one."""


class KeyTable:
    """The keys of a service.

    :param keys: each as it is stored, and its roles.
    :param method: how: one of :data:`HASHES`.
    :param salt: put in front of a key before it is hashed.
    :ivar roles: the roles by a mark that stands for the key.
    """

    def __init__(
        self, keys: Mapping[str, tuple[str, ...]], method: str, salt: str
    ) -> None:
        self._secret = os.urandom(32)
        self._hash = HASHES[method]
        self._salt = salt.encode()
        self.roles: dict[str, tuple[str, ...]] = {}
        for key, roles in keys.items():
            stored = key if self._hash is None else key.lower()
            mark = self._mark(stored.encode("utf-8", "surrogateescape"))
            self.roles[mark] = (*self.roles.get(mark, ()), *roles)

    def find(self, value: bytes) -> str | None:
        """The mark of the key that a client presents; ``None`` if there is none."""
        if len(value) > LONGEST:
            return None
        if self._hash is not None:
            value = self._hash(self._salt + value).encode()
        mark = self._mark(value)
        return mark if mark in self.roles else None

    def _mark(self, stored: bytes) -> str:
        return hashlib.blake2b(stored, key=self._secret, digest_size=16).hexdigest()
