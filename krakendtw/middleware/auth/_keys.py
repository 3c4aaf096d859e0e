"""Where the keys of an endpoint come from: a file, or a URL with its cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from attrs import define, field

from krakendtw.middleware.auth._flight import Flight

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IReactorTime

    from krakendtw.middleware.auth._jwk import Key
    from krakendtw.middleware.auth._key_id import KeyId

Fetch: TypeAlias = "Callable[[], Deferred[tuple[Key, ...]]]"
"""Downloads a set; fails with :exc:`NoKey`."""

MAX_MISSES = 10_000
"""How many unknown key ids are remembered at most."""


class NoKey(Exception):
    """There is no such key, or no set to look into; the text is for the log."""


class KeySource(Protocol):
    """Finds keys by what tokens call them.

    :ivar is_volatile: whether a key is worth one look only.
    """

    is_volatile: bool

    def current(self, key_id: str) -> Key | None:
        """The key, if it is at hand now."""

    def get(self, key_id: str) -> Key | Deferred[Key]:
        """The key, also if it has to be downloaded.

        :raises NoKey: also through the Deferred.
        """


class FileKeys:
    """The keys of a file; of two with the same id the last one counts."""

    is_volatile = False

    def __init__(self, keys: tuple[Key, ...], key_id_of: KeyId) -> None:
        self._keys = {key_id_of(key): key for key in keys}
        self.current = self._keys.get

    def get(self, key_id: str) -> Key:
        """See :class:`KeySource`."""
        key = self._keys.get(key_id)
        if key is None:
            raise NoKey(f"key '{key_id}' not found in the key set")
        return key


@define
class KeyStore:
    """Keys for some time, by id.

    :ivar max_age: seconds that a key is kept.
    """

    max_age: float
    key_id_of: KeyId
    clock: IReactorTime
    _entries: dict[str, tuple[float, Key]] = field(factory=dict)

    def get(self, key_id: str) -> Key | None:
        """The key, unless its time is over."""
        entry = self._entries.get(key_id)
        if entry is None:
            return None
        if self.clock.seconds() > entry[0]:
            del self._entries[key_id]
            return None
        return entry[1]

    def add(self, keys: tuple[Key, ...]) -> None:
        """Keep keys from now on.

        A key that is the same as before stays the same object, so that what was
        verified with it stays verified.
        """
        now = self.clock.seconds()
        until = now + self.max_age
        for key_id in [old for old, entry in self._entries.items() if entry[0] < now]:
            del self._entries[key_id]
        for key in keys:
            key_id = self.key_id_of(key)
            known = self._entries.get(key_id)
            if known is not None and known[1].material == key.material:
                key = known[1]
            self._entries[key_id] = (until, key)


@define
class Misses:
    """Key ids that were looked for in vain a short while ago.

    :ivar cooldown: seconds that they are not looked for again; below one second
        nothing is remembered.
    """

    cooldown: float
    clock: IReactorTime
    _since: dict[str, float] = field(factory=dict)

    def __contains__(self, key_id: str) -> bool:
        since = self._since.get(key_id)
        if since is None:
            return False
        if self.clock.seconds() - since < self.cooldown:
            return True
        del self._since[key_id]
        return False

    def add(self, key_id: str) -> None:
        """Remember one; the oldest are forgotten where there are too many."""
        if self.cooldown < 1:
            return
        self._since.pop(key_id, None)
        while len(self._since) >= MAX_MISSES:
            del self._since[next(iter(self._since))]
        self._since[key_id] = self.clock.seconds()


class UncachedKeys:
    """The keys of a URL, downloaded whenever one is wanted.

    :param fetch: one download serves all who ask while it is under way.
    """

    is_volatile = True

    def __init__(self, fetch: Fetch, key_id_of: KeyId, misses: Misses) -> None:
        self._flight = Flight(fetch)
        self._key_id_of = key_id_of
        self._misses = misses

    def current(self, key_id: str) -> None:
        """See :class:`KeySource`: none is ever at hand."""

    def get(self, key_id: str) -> Deferred[Key]:
        """See :class:`KeySource`."""
        if key_id in self._misses:
            raise NoKey("no Keys have been found")
        found: Any = self._flight.join()
        return _picked(found, self._pick, key_id, self._misses)

    def _pick(self, keys: tuple[Key, ...], key_id: str) -> Key:
        for key in reversed(keys):
            if self._key_id_of(key) == key_id:
                return key
        self._misses.add(key_id)
        raise NoKey("no Keys have been found")


class CachedKeys:
    """The keys of a URL, kept for some time.

    A download that fails takes nothing away: what is kept stays good to its
    end.  An id that is not kept causes a download.

    :param own: the endpoint's store.
    :param shared: the store of all endpoints, if there is one.
    """

    is_volatile = False

    def __init__(
        self,
        fetch: Fetch,
        key_id_of: KeyId,
        misses: Misses,
        own: KeyStore,
        shared: KeyStore | None = None,
    ) -> None:
        self._fetch = fetch
        self._flight = Flight(self._download)
        self._key_id_of = key_id_of
        self._misses = misses
        self._own = own
        self._shared = shared
        self.current = own.get

    def get(self, key_id: str) -> Key | Deferred[Key]:
        """See :class:`KeySource`."""
        if key_id in self._misses:
            raise NoKey("no Keys have been found")
        key = self._own.get(key_id)
        if key is None and self._shared is not None:
            key = self._shared.get(key_id)
            if key is not None:
                self._own.add((key,))
        if key is not None:
            return key
        found: Any = self._flight.join()
        return _picked(found, self._pick, key_id, self._misses)

    def _download(self) -> Deferred[None]:
        return self._fetch().addCallback(self._keep)

    def _keep(self, keys: tuple[Key, ...]) -> None:
        self._own.add(keys)
        if self._shared is not None:
            self._shared.add(keys)

    def _pick(self, _: None, key_id: str) -> Key:
        key = self._own.get(key_id)
        if key is None:
            self._misses.add(key_id)
            raise NoKey("no Keys have been found")
        return key


def _picked(
    downloading: Any, pick: Callable[..., Key], key_id: str, misses: Misses
) -> Deferred[Key]:
    """The key out of a download."""
    downloading.addCallbacks(pick, _missed, (key_id,), None, (key_id, misses))
    found: Deferred[Key] = downloading
    return found


def _missed(failure: Any, key_id: str, misses: Misses) -> Any:
    """A download failed: whatever was looked for was looked for in vain."""
    misses.add(key_id)
    return failure
