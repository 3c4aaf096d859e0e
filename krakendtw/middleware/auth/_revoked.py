"""The revoked tokens of one gateway: filters, their journal, the latest of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from krakendtw.gojson.text import encode_raw
from krakendtw.middleware.auth._bloom import FilterError, RotatingFilter
from krakendtw.middleware.auth._journal import Change, Journal

if TYPE_CHECKING:
    from krakendtw.interfaces import INews

MAX_LISTED = 10_000
"""How many of the latest elements can be listed; a filter itself cannot be."""

_TOPIC = b"auth/revoker"
_WHAT = b"?"
_ALSO = b"+"
"""What workers tell each other: a question, elements, or else a packed filter."""

Snapshot = tuple[bytes, bytes, bytes]


class RevokedTokens:
    """What is revoked.

    :param ttl: seconds of a turn.
    :param journal: keeps changes over restarts; ``None`` if nothing does.
    :param now: seconds since the epoch.
    :param news: the gateway's other workers, for which the same is revoked.
    """

    def __init__(
        self,
        filters: RotatingFilter,
        ttl: float,
        journal: Journal | None = None,
        now: Callable[[], float] = time.time,
        news: INews | None = None,
    ) -> None:
        self.filters = filters
        self._news = news
        self._ttl = ttl
        self._journal = journal
        self._now = now
        self._latest: dict[str, float] = {}
        self._is_complete = True
        self._is_empty = True
        if news is not None:
            news.subscribe(_TOPIC, self._hear)
            news.publish(_TOPIC, _WHAT)

    def load(self) -> int:
        """Take over what the journal holds.

        :returns: how many changes that were.
        :raises OSError: the journal cannot be used.
        """
        if self._journal is None:
            return 0
        changes = self._journal.load(self._now() - 2 * self._ttl)
        self._is_empty = not changes
        for change in changes:
            if change.imported:
                self._take_import(change.imported)
            else:
                self._remember(change.element, change.at)
                self.filters.add(encode_raw(change.element))
        return len(changes)

    def _take_import(self, packed: bytes) -> None:
        """An import written down with other settings is no use any more."""
        try:
            self.filters.merge(self.filters.unpack(packed))
        except FilterError:
            return
        self._is_complete = False

    def add(self, elements: Sequence[str]) -> None:
        """Revoke elements: texts ``claim-value``.

        :raises OSError: they are revoked, but could not be written down.
        """
        if self._news is not None:
            self._news.publish(_TOPIC, _ALSO + json.dumps(list(elements)).encode())
        self._add(elements)

    def _add(self, elements: Sequence[str]) -> None:
        now = self._now()
        self._is_empty = False
        for element in elements:
            self._remember(element, now)
            self.filters.add(encode_raw(element))
        if self._journal is not None:
            self._journal.append(Change(now, element) for element in elements)

    def merge(self, snapshot: Snapshot, packed: bytes) -> None:
        """Revoke all that another node has revoked.

        :param packed: the same as it came, to be written down.
        :raises FilterError: the filters do not fit together.
        :raises OSError: they are merged, but could not be written down.
        """
        self.filters.merge(snapshot)
        if self._news is not None:
            self._news.publish(_TOPIC, packed)
        self._merged(packed)

    def _merged(self, packed: bytes) -> None:
        self._is_complete = self._is_empty = False
        if self._journal is not None:
            self._journal.append([Change(self._now(), imported=packed)])

    def _hear(self, news: bytes) -> None:
        """What another worker has revoked, or a new one wants to know.

        :raises OSError: it is revoked here too, but could not be written down.
        """
        if news == _WHAT:
            if not self._is_empty and self._news is not None:
                packed = self.filters.pack(self.filters.snapshot())
                self._news.publish(_TOPIC, packed)
        elif news.startswith(_ALSO):
            self._add(json.loads(news.removeprefix(_ALSO)))
        else:
            self.filters.merge(self.filters.unpack(news))
            self._merged(news)

    def check(self, elements: Sequence[str]) -> list[bool]:
        """Which elements are revoked, or look as if they were."""
        return [encode_raw(element) in self.filters for element in elements]

    def latest(self) -> tuple[list[tuple[str, float]], bool]:
        """The latest elements and when they were added, oldest first.

        :returns: with whether these are all that can be revoked now.
        """
        since = self._now() - 2 * self._ttl
        listed = [item for item in self._latest.items() if item[1] >= since]
        return listed, self._is_complete

    def _remember(self, element: str, at: float) -> None:
        latest = self._latest
        latest.pop(element, None)
        if len(latest) >= MAX_LISTED:
            del latest[next(iter(latest))]
            self._is_complete = False
        latest[element] = at

    def rotate(self) -> None:
        """Begin another turn.

        :raises OSError: the journal cannot begin another file.
        """
        self.filters.rotate()
        if self._journal is not None:
            self._journal.rotate()

    def rejecter(
        self, claim_names: Sequence[str]
    ) -> Callable[[Mapping[str, Any]], bool]:
        """The function that says whether a token with these claims is revoked.

        Claims that are no texts are passed over.
        """
        filters = self.filters
        steps = tuple((name, encode_raw(f"{name}-")) for name in claim_names)

        def rejects(claims: Mapping[str, Any]) -> bool:
            for name, prefix in steps:
                value = claims.get(name)
                if type(value) is str and prefix + encode_raw(value) in filters:
                    return True
            return False

        return rejects
