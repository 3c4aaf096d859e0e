"""A store that the workers of one gateway keep alike.

What one of them stores or forgets, it tells the others: a client finds the answer
whichever worker its connection has come to.
"""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any

from twisted.web.http_headers import Headers

from krakendtw.middleware.qos._cache_entry import Entry
from krakendtw.middleware.qos._cache_store import Store

if TYPE_CHECKING:
    from krakendtw.interfaces import INews


class ToldStore(Store[Entry]):
    """The same store in each worker, as far as the news have come.

    :param topic: the store's name, the same in all workers.
    """

    def __init__(self, news: INews, topic: bytes, *limits: Any) -> None:
        super().__init__(*limits)
        self._news = news
        self._topic = topic
        news.subscribe(topic, self._hear)

    def _keep(self, key: bytes, item: Entry) -> None:
        super()._keep(key, item)
        self._news.publish(self._topic, marshal.dumps((key, _pack(item))))

    def drop(self, key: bytes) -> None:
        """See :class:`Store`."""
        if self._forget(key):
            self._news.publish(self._topic, marshal.dumps((key, None)))

    def _hear(self, news: bytes) -> None:
        """Do what another worker has done; it is a fork of the same program."""
        key, packed = marshal.loads(news)  # noqa: S302 - from our own worker
        if packed is None:
            self._forget(key)
        else:
            super()._keep(key, _unpack(packed))


def _pack(entry: Entry) -> tuple[Any, ...]:
    fields = [(name, list(values)) for name, values in entry.headers.getAllRawHeaders()]
    varied = dict(entry.varied)
    return entry.status, fields, entry.body, varied, entry.is_bodiless


def _unpack(packed: tuple[Any, ...]) -> Entry:
    status, fields, body, varied, is_bodiless = packed
    headers = Headers()
    for name, values in fields:
        headers.setRawHeaders(name, values)
    return Entry(status, headers, body, varied, is_bodiless=is_bodiless)
