"""The key source of one endpoint, out of its settings and the service's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from attrs import field, frozen
from twisted.internet.defer import Deferred

from krakendtw.config.duration import parse_duration
from krakendtw.middleware.auth._jwk_fetch import build_client, build_fetch
from krakendtw.middleware.auth._key_id import STRATEGIES, key_id_of
from krakendtw.middleware.auth._keys import (
    CachedKeys,
    FileKeys,
    KeySource,
    KeyStore,
    Misses,
    NoKey,
    UncachedKeys,
)

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime
    from twisted.python.failure import Failure

    from krakendtw.middleware.auth._source import SourceSettings
    from krakendtw.scope import ServiceScope

DEFAULT_CACHE_S = 900

_prefetched: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""The URLs that each gateway, known by its client, asks for when it starts."""


@frozen
class SharedKeys:
    """Service level: keys that every endpoint with a cache may use.

    :ivar max_age: seconds that a key is kept.
    """

    max_age: float
    _stores: dict[str, KeyStore] = field(factory=dict, eq=False, repr=False)

    def store(self, strategy: str, clock: IReactorTime) -> KeyStore | None:
        """The store of one key identification strategy; none of an unknown one."""
        if strategy not in STRATEGIES:
            return None
        store = self._stores.get(strategy)
        if store is None:
            store = KeyStore(self.max_age, key_id_of(strategy), clock)
            self._stores[strategy] = store
        return store


def build_keys(
    source: SourceSettings, values: Mapping[str, Any], scope: ServiceScope
) -> KeySource:
    """Where an endpoint's keys come from.

    :param values: ``cache``, ``cache_duration``, ``key_identify_strategy`` and
        ``failed_jwk_key_cooldown``.
    :raises krakendtw.errors.ConfigError: a file that is needed cannot be used.
    """
    strategy = values["key_identify_strategy"]
    identify = key_id_of(strategy)
    tls = source.tls()
    if source.path:
        return FileKeys(source.file_keys(), identify)
    clock = scope.clock
    fetch = build_fetch(source.url, build_client(source.url, tls, clock), clock)
    misses = Misses(duration_or(values["failed_jwk_key_cooldown"], 0.0), clock)
    if not values["cache"]:
        return UncachedKeys(fetch, identify, misses)
    max_age = float(values["cache_duration"] or DEFAULT_CACHE_S)
    shared = scope.config.extra.get(SharedKeys)
    keys = CachedKeys(
        fetch,
        identify,
        misses,
        KeyStore(max_age, identify, clock),
        None if shared is None else shared.store(strategy or "kid", clock),
    )
    _prefetch(source.url, keys, scope)
    return keys


def duration_or(text: str, default: float) -> float:
    """The seconds of a duration; ``default`` for what is none."""
    try:
        return parse_duration(text)
    except ValueError:
        return default


def _prefetch(url: str, keys: CachedKeys, scope: ServiceScope) -> None:
    """Download a set when the gateway starts; once for each URL."""
    asked = _prefetched.setdefault(scope.client, set())
    if url in asked:
        return
    asked.add(url)

    def start() -> None:
        try:
            found: Any = keys.get("unknown")
        except NoKey:
            return
        if isinstance(found, Deferred):
            found.addErrback(_forget)

    scope.clock.callLater(0, start)


def _forget(failure: Failure) -> None:
    """Nobody waits for a set that is downloaded in advance."""
    failure.trap(NoKey)
