"""Where answers are kept: in memory, the ones used last."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, Protocol, TypeVar

CEILING = 256 << 20
"""Bytes of a cache without limits of its own: clients choose the keys, and must
not fill the memory."""


class Sized(Protocol):
    """What a store keeps."""

    @property
    def size(self) -> int:
        """Its bytes."""


T = TypeVar("T", bound=Sized)


class Store(Generic[T]):
    """Answers by key; when there are too many, the ones used least lately go.

    :param max_size: bytes of all; an answer as large as that is never kept.
    :param max_items: how many; ``None`` for any number.
    :ivar used: the bytes of what is there.
    """

    def __init__(self, max_size: int = CEILING, max_items: int | None = None) -> None:
        self.max_size = max_size
        self._max_items = max_items
        self._items: OrderedDict[bytes, T] = OrderedDict()
        self.used = 0

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: bytes) -> T | None:
        """What is kept for a key."""
        item = self._items.get(key)
        if item is not None:
            self._items.move_to_end(key)
        return item

    def put(self, key: bytes, item: T) -> None:
        """Keep something, in place of what was there; too large a thing is not."""
        if item.size < self.max_size:
            self._keep(key, item)

    def _keep(self, key: bytes, item: T) -> None:
        self._forget(key)
        self._items[key] = item
        self.used += item.size
        limit = len(self._items) if self._max_items is None else self._max_items
        while self.used > self.max_size or len(self._items) > limit:
            _, oldest = self._items.popitem(last=False)
            self.used -= oldest.size

    def drop(self, key: bytes) -> None:
        """Forget a key."""
        self._forget(key)

    def _forget(self, key: bytes) -> bool:
        """Whether there was something to forget."""
        item = self._items.pop(key, None)
        if item is None:
            return False
        self.used -= item.size
        return True
