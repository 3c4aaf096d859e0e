"""``qos/http-cache``: answers of a backend kept in memory.

It stands between the backend's client and the network, so that each step of a
redirect is an answer of its own.  How long answers are fresh is the backend's to
say; nothing of it is configured here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from attrs import define, frozen
from zope.interface import implementer

from krakendtw.errors import NotConfigured
from krakendtw.interfaces import IClientMiddleware
from krakendtw.middleware._place import BACKEND, level_of, stands_in
from krakendtw.middleware.auth._go_struct import Mismatch, decode_struct
from krakendtw.middleware.qos._cache_agent import CachingAgent, IsRead
from krakendtw.middleware.qos._cache_news import ToldStore
from krakendtw.middleware.qos._cache_store import Store

if TYPE_CHECKING:
    from twisted.web.iweb import IAgent, IResponse

    from krakendtw.config.model import BackendConfig
    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import INews
    from krakendtw.middleware.qos._cache_entry import Entry
    from krakendtw.scope import BackendScope

_FIELDS = {
    "shared": ("bool", False),
    "max_size": ("uint", 0),
    "max_items": ("uint", 0),
}
_REDIRECTS = frozenset((301, 302, 303, 307, 308))

_SLURP = 2048
"""Bytes of a redirect's body, if announced, that the client still reads."""


@define
class _Stores:
    """The stores of one gateway.

    :ivar count: how many there are.
    :ivar plain: the one without limits that backends share.
    :ivar limited: the one with limits.
    """

    count: int = 0
    plain: Store[Entry] | None = None
    limited: Store[Entry] | None = None

    def new(self, news: INews | None, *limits: int) -> Store[Entry]:
        """Another one; workers that build the same keep it alike."""
        self.count += 1
        if news is None:
            return Store(*limits)
        return ToldStore(news, b"qos/http-cache/%d" % self.count, *limits)


_made: WeakKeyDictionary[Any, _Stores] = WeakKeyDictionary()
"""By the gateway's client, of which each gateway has one."""


@implementer(IClientMiddleware)
@frozen
class HTTPCache:
    """How one backend's answers are kept.

    :ivar is_shared: whether in a store with other backends.
    :ivar max_size: bytes; 0 for no limit.
    :ivar max_items: answers; 0 for no limit.
    """

    client_order = 300
    is_shared: bool = False
    max_size: int = 0
    max_items: int = 0

    def wrap_agent(self, scope: BackendScope, agent: IAgent) -> IAgent:
        """See :class:`~krakendtw.interfaces.IClientMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return agent
        return CachingAgent(agent, self._store(scope), _reading(scope.config))

    def _store(self, scope: BackendScope) -> Store[Entry]:
        """The backend's store; limits count only if there are both of them.

        Those of a shared store are the ones of its first backend.
        """
        is_limited = bool(self.max_size and self.max_items)
        limits = (self.max_size, self.max_items) if is_limited else ()
        service = scope.service
        stores = _made.setdefault(service.client, _Stores())
        if not self.is_shared:
            return stores.new(service.news, *limits)
        name = "limited" if is_limited else "plain"
        store: Store[Entry] | None = getattr(stores, name)
        if store is None:
            store = stores.new(service.news, *limits)
            setattr(stores, name, store)
        return store


def _reading(backend: BackendConfig) -> IsRead:
    """Which answers' bodies the gateway reads: the others are not kept.

    A redirect's is read before it is followed, unless it is long; else a decoder
    reads the good ones, and the rest only those who pass failures on.
    """
    passed_on = backend.extra.settings.get("backend/http")
    reads_failures = backend.encoding == "no-op" or bool(
        passed_on is not None and (passed_on.error_name or passed_on.error_code)
    )

    def is_read(response: IResponse) -> bool:
        if response.code in _REDIRECTS and response.headers.hasHeader(b"location"):
            lengths = response.headers.getRawHeaders(b"content-length", [b"0"])
            return int(lengths[0]) <= _SLURP
        return reads_failures or response.code in (200, 201)

    return is_read


def configure(raw: Any, where: ConfigPath) -> HTTPCache:
    """The settings; a value of a wrong type leaves a cache without limits.

    :raises NotConfigured: not a backend's part.
    """
    if level_of(where) != BACKEND:
        raise NotConfigured("qos/http-cache has an effect in a backend's part only")
    try:
        options = decode_struct(raw, "options", _FIELDS)
    except Mismatch:
        return HTTPCache()
    return HTTPCache(options["shared"], options["max_size"], options["max_items"])
