"""Rate limits in the memory of this process: the store unless another is named."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from time import monotonic_ns
from typing import TYPE_CHECKING

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.interfaces import IRateLimitStore
from krakendtw.middleware.qos.ratelimit._bucket import (
    EMPTY,
    Now,
    compile_bucket,
    fill_interval,
    refill,
)

if TYPE_CHECKING:
    from krakendtw.interfaces import TakeToken, TakeTokenOf

MAX_CLIENTS = 100_000
"""Clients that one limit remembers; the one not seen for longest goes first."""

LONGEST_KEY = 128
"""A client's text beyond these characters is kept as its hash."""

_SECOND = 1_000_000_000


def short_key(key: str) -> str:
    """A client's text in a size that cannot be used to fill the memory."""
    if len(key) <= LONGEST_KEY:
        return key
    return "sha256:" + sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@implementer(IRateLimitStore)
@frozen
class MemoryStore:
    """Buckets of this process.

    :ivar sweep_s: how often clients that have not been seen for long are dropped.
    :ivar max_clients: how many one limit remembers at most.
    :ivar now: nanoseconds of a clock that never goes back.
    """

    sweep_s: float = 60.0
    max_clients: int = MAX_CLIENTS
    now: Now = field(default=monotonic_ns, repr=False, eq=False)

    def bucket(self, name: str, rate: float, capacity: int) -> TakeToken:
        """See :class:`~krakendtw.interfaces.IRateLimitStore`."""
        return compile_bucket(rate, capacity, self.now)

    def buckets(
        self, name: str, rate: float, capacity: int, idle_s: float
    ) -> TakeTokenOf:
        """See :class:`~krakendtw.interfaces.IRateLimitStore`."""
        return ClientBuckets(
            rate,
            capacity,
            idle_ns=int(idle_s * _SECOND),
            sweep_ns=max(int(self.sweep_s * _SECOND), _SECOND),
            max_clients=self.max_clients,
            now=self.now,
        ).take


class _Client:
    """One client's bucket."""

    __slots__ = ("filled", "seen", "tokens")

    def __init__(self, tokens: int, now: int) -> None:
        self.tokens = tokens
        self.filled = self.seen = now


class ClientBuckets:
    """A bucket for each client, those seen last at the end.

    No timer runs: whoever comes first after a sweep was due makes it, and what
    it drops is what the sweep would have dropped at its time.

    :param idle_ns: how long a client is remembered.
    :ivar take: takes a token of a client's bucket.
    """

    __slots__ = ("_clients", "take")

    def __init__(
        self,
        rate: float,
        capacity: int,
        *,
        idle_ns: int,
        sweep_ns: int,
        max_clients: int,
        now: Now,
    ) -> None:
        clients: OrderedDict[str, _Client] = OrderedDict()
        interval = fill_interval(rate)
        capacity = max(capacity, 1)
        find = clients.get
        to_end = clients.move_to_end
        start = now()
        due = start + sweep_ns

        def sweep(at: int) -> None:
            nonlocal due
            last = at - (at - start) % sweep_ns
            due = last + sweep_ns
            while clients:
                key = next(iter(clients))
                if clients[key].seen + idle_ns >= last:
                    return
                del clients[key]

        def admit(key: str, at: int) -> bool:
            if len(clients) >= max_clients:
                clients.popitem(last=False)
            clients[key] = _Client(capacity - 1, at)
            return True

        def take(key: str) -> bool:
            at = now()
            if at >= due:
                sweep(at)
            if len(key) > LONGEST_KEY:
                key = short_key(key)
            client = find(key)
            if client is None:
                return admit(key, at)
            to_end(key)
            client.seen = at
            if client.tokens:
                client.tokens -= 1
                return True
            left, accounted = refill(at - client.filled, interval, capacity)
            if left == EMPTY:
                return False
            client.tokens = left
            client.filled += accounted
            return True

        self._clients = clients
        self.take: Callable[[str], bool] = take

    def __len__(self) -> int:
        return len(self._clients)
