"""A shared store for tests: what Redis would be."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

from krakendtw.interfaces import IRateLimitStores
from krakendtw.middleware.qos.ratelimit._store import MemoryStore
from tests.middleware.qos.doubles import Time


class LateStore:
    """A store whose answers come by a Deferred.

    :ivar names: of the buckets that were made.
    """

    def __init__(self) -> None:
        self.memory = MemoryStore(now=Time())
        self.names: list[str] = []

    def bucket(self, name: str, rate: float, capacity: int) -> Any:
        """See :class:`~krakendtw.interfaces.IRateLimitStore`."""
        self.names.append(name)
        take: Any = self.memory.bucket(name, rate, capacity)
        return lambda: succeed(take())

    def buckets(self, name: str, rate: float, capacity: int, idle_s: float) -> Any:
        """See :class:`~krakendtw.interfaces.IRateLimitStore`."""
        self.names.append(name)
        take: Any = self.memory.buckets(name, rate, capacity, idle_s)
        return lambda client: succeed(take(client))


@implementer(IRateLimitStores)
class Stores:
    """Has one store, behind the connection ``shared``."""

    def __init__(self) -> None:
        self.store = LateStore()
        self.allowed: list[bool] = []

    def rate_limit_store(self, scope: Any, name: str, allow_on_failure: bool) -> Any:
        """See :class:`~krakendtw.interfaces.IRateLimitStores`."""
        self.allowed.append(allow_on_failure)
        return self.store if name == "shared" else None


def settled(value: Any) -> Any:
    """What a Deferred that has fired holds, or the value itself."""
    return value.result if isinstance(value, Deferred) else value
