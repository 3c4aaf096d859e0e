"""Revoked elements: three Bloom filters that take turns.

Elements are put into the current filter and the next one, and looked for in the
current one and the one before.  At each turn the next becomes the current one,
so that an element lives between one and two turns more.  The filters are
``rbloom``'s; elements are hashed with BLAKE2b, so that nobody can make two that
look the same.
"""

from __future__ import annotations

import json
import zlib
from hashlib import blake2b
from typing import Any

from rbloom import Bloom

_MAGIC = b"krakendtw-bloom 1\n"


class FilterError(ValueError):
    """Bytes that are no filters, or not such ones."""


def hash_element(element: bytes) -> int:
    """The signed 128 bits that a filter knows an element by."""
    digest = blake2b(element, digest_size=16).digest()
    return int.from_bytes(digest, "little", signed=True)


def _same(number: int) -> int:
    return number


class RotatingFilter:
    """The three filters.

    :param expected: how many elements a turn is expected to bring: ``N``.
    :param rate: the share of false positives with that many: ``P``.
    :raises FilterError: there is no such filter.
    """

    def __init__(self, expected: int, rate: float) -> None:
        self._expected = expected
        self._rate = rate
        try:
            self._next = self._new()
        except (ValueError, OverflowError, MemoryError) as error:
            raise FilterError(str(error)) from error
        self._current = self._new()
        self._previous = self._new()
        self._size = len(self._next.save_bytes())

    def _new(self) -> Any:
        return Bloom(self._expected, self._rate, _same)

    def add(self, element: bytes) -> None:
        """Put an element in."""
        number = hash_element(element)
        self._current.add(number)
        self._next.add(number)

    def __contains__(self, element: bytes) -> bool:
        number = hash_element(element)
        return number in self._current or number in self._previous

    @property
    def approx_items(self) -> float:
        """About how many elements the current filter holds."""
        found: float = self._current.approx_items
        return found

    def rotate(self) -> None:
        """Begin another turn."""
        self._previous = self._current
        self._current = self._next
        self._next = self._new()

    @property
    def max_export_bytes(self) -> int:
        """No export of such filters is longer."""
        return 3 * self._size + self._size // 64 + 4096

    def snapshot(self) -> tuple[bytes, bytes, bytes]:
        """The bytes of the three filters as they are now."""
        return (
            self._previous.save_bytes(),
            self._current.save_bytes(),
            self._next.save_bytes(),
        )

    def pack(self, snapshot: tuple[bytes, bytes, bytes]) -> bytes:
        """A snapshot as one piece to be kept or sent; takes its time."""
        head = json.dumps({"n": self._expected, "p": self._rate}).encode()
        return b"%b%b\n%b" % (_MAGIC, head, zlib.compress(b"".join(snapshot), 1))

    def unpack(self, packed: bytes) -> tuple[bytes, bytes, bytes]:
        """The snapshot in a piece that :meth:`pack` made; takes its time.

        :raises FilterError: it is none, or one of filters with another size.
        """
        if not packed.startswith(_MAGIC):
            raise FilterError("no exported filter")
        head, _, body = packed[len(_MAGIC) :].partition(b"\n")
        try:
            told = json.loads(head)
        except ValueError:
            raise FilterError("no exported filter") from None
        if told != {"n": self._expected, "p": self._rate}:
            raise FilterError("the exported filter has another N or P")
        size = self._size
        try:
            raw = zlib.decompressobj().decompress(body, 3 * size + 1)
        except zlib.error as error:
            raise FilterError(str(error)) from None
        if len(raw) != 3 * size:
            raise FilterError("the exported filter has another size")
        return raw[:size], raw[size : 2 * size], raw[2 * size :]

    def merge(self, snapshot: tuple[bytes, bytes, bytes]) -> None:
        """Add all the elements of another node's filters to these.

        :raises FilterError: they do not fit together.
        """
        ours = (self._previous, self._current, self._next)
        try:
            theirs = [Bloom.load_bytes(data, _same) for data in snapshot]
            for own, other in zip(ours, theirs, strict=True):
                own.update(other)
        except ValueError as error:
            raise FilterError(str(error)) from None
