"""The agent in front of a backend: answers from the store, or asks and keeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IBodyProducer, IResponse
from zope.interface import implementer

from krakendtw.errors import Canceled, DeadlineExceeded
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.qos._cache_entry import (
    FRESH,
    STALE,
    Entry,
    first,
    note_dependencies,
)
from krakendtw.middleware.qos._cache_rules import Control, parse_control
from krakendtw.middleware.qos._cache_tee import KeptResponse, refuse

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.middleware.qos._cache_store import Store

IsRead: TypeAlias = "Callable[[IResponse], bool]"
"""Says whether the gateway reads the body of an answer; else it is not kept."""

_GET, _HEAD = b"GET", b"HEAD"


@frozen
class _Asked:
    """A request that goes to the backend, and what is stored for it.

    :ivar control: the directives of its Cache-Control.
    :ivar suits: whether the stored answer may be given to this very request.
    """

    method: bytes
    key: bytes
    headers: Headers
    control: Control
    is_cacheable: bool
    entry: Entry | None
    suits: bool


@implementer(IAgent)
class CachingAgent:
    """Keeps what GET and HEAD are answered.

    :param agent: asks the backend.
    :param now: the time, in seconds since the epoch.
    """

    def __init__(
        self,
        agent: IAgent,
        store: Store[Entry],
        is_read: IsRead,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._agent = agent
        self._store = store
        self._is_read = is_read
        self._now = now

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """See :class:`twisted.web.iweb.IAgent`."""
        headers = Headers() if headers is None else headers
        control = parse_control(first(headers, b"cache-control"))
        is_cacheable = method in (_GET, _HEAD) and not first(headers, b"range")
        key = uri if method == _GET else b"%b %b" % (method, uri)
        entry = None
        if is_cacheable:
            entry = self._store.get(key)
        else:
            self._store.drop(key)
        suits = entry is not None and entry.suits(headers)
        if entry is not None and suits:
            freshness = entry.freshness(control, self._now())
            if freshness == FRESH:
                return succeed(entry.response())
            if freshness == STALE:
                headers = entry.conditional(headers)
        asked = _Asked(method, key, headers, control, is_cacheable, entry, suits)
        if entry is None and "only-if-cached" in control:
            return succeed(self._keep(MemoryResponse(504), asked))
        answer: Any = self._agent.request(method, uri, headers, bodyProducer)
        if entry is None:
            answer.addCallback(self._keep, asked)
        else:
            answer.addCallbacks(self._answered, self._failed, (asked,), None, (asked,))
        found: Deferred[IResponse] = answer
        return found

    def _answered(self, response: IResponse, asked: _Asked) -> IResponse:
        """The backend has answered, and there is a stored answer too."""
        entry = asked.entry
        assert entry is not None  # only then is this the callback
        if asked.method == _GET and asked.suits:
            if response.code == 304:
                refuse(response)
                return self._keep(entry.refreshed(response.headers), asked)
            if response.code >= 500 and self._stands_in(entry, asked):
                refuse(response)
                return entry.response()
        if response.code != 200:
            self._store.drop(asked.key)
        return self._keep(response, asked)

    def _failed(self, failure: Failure, asked: _Asked) -> IResponse | Failure:
        """The backend has not answered, but there is a stored answer."""
        entry = asked.entry
        assert entry is not None  # only then is this the errback
        if asked.method != _GET or not asked.suits or not self._stands_in(entry, asked):
            self._store.drop(asked.key)
            return failure
        if failure.check(Canceled, CancelledError, DeadlineExceeded):
            return failure  # nobody waits for an answer any more
        return entry.response()

    def _stands_in(self, entry: Entry, asked: _Asked) -> bool:
        return entry.outlasts_errors(asked.control, self._now())

    def _keep(self, response: IResponse, asked: _Asked) -> IResponse:
        """An answer that is kept once its body has been read."""
        headers = response.headers
        control = parse_control(first(headers, b"cache-control"))
        if (
            not asked.is_cacheable
            or response.code == 304  # to the client's own conditions
            or "no-store" in asked.control
            or "no-store" in control
        ):
            self._store.drop(asked.key)
            return response
        varied = note_dependencies(asked.headers, headers)
        status, fields = response.code, headers.copy()
        if asked.method == _HEAD:
            entry = Entry(status, fields, b"", varied, is_bodiless=True)
            self._store.put(asked.key, entry)
            return response
        if not self._is_read(response):
            return response

        def keep(body: bytes) -> None:
            self._store.put(asked.key, Entry(status, fields, body, varied))

        return KeptResponse(response, keep, self._store.max_size)
