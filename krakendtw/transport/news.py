"""What the workers of one gateway tell each other.

Each worker has an inbox that all the others can write to.  News come in the
order in which one worker sent them; who does not read for long misses some, so
that nobody waits for anybody.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IReadDescriptor
from zope.interface import implementer

from krakendtw.interfaces import INews

if TYPE_CHECKING:
    from krakendtw.workers import Place

LETTER = 49152
"""Bytes that are sent as they are; what is longer goes in memory of its own."""

_MOST = 32
"""News that are read in one turn of the reactor."""


@implementer(INews, IReadDescriptor)
class News:
    """A worker's way to the others.

    :param reactor: tells when something has come.
    :param is_first: whether it is the worker with the number 0.
    """

    def __init__(
        self,
        reactor: Any,
        inbox: socket.socket,
        outboxes: Sequence[socket.socket],
        *,
        is_first: bool = False,
    ) -> None:
        self._reactor = reactor
        self._inbox = inbox
        self._outboxes = tuple(outboxes)
        self._readers: dict[bytes, Callable[[bytes], object]] = {}
        self.is_first = is_first

    @classmethod
    def of_place(cls, reactor: Any, place: Place) -> News:
        """The news of a worker."""
        boxes = [
            socket.socket(fileno=number) for number in (place.inbox, *place.outboxes)
        ]
        for box in boxes:
            box.setblocking(False)
        inbox, *outboxes = boxes
        return cls(reactor, inbox, outboxes, is_first=place.index == 0)

    # --- INews

    def subscribe(self, topic: bytes, hear: Callable[[bytes], object]) -> None:
        """See :class:`~krakendtw.interfaces.INews`."""
        if not self._readers:
            self._reactor.addReader(self)
        self._readers[topic] = hear

    def publish(self, topic: bytes, news: bytes) -> None:
        """See :class:`~krakendtw.interfaces.INews`."""
        letter = b"%b\0%b" % (topic, news)
        if len(letter) <= LETTER:
            for outbox in self._outboxes:
                with suppress(OSError):  # full: that worker misses it
                    outbox.send(letter)
            return
        parcel = os.memfd_create("krakendtw-news")
        try:
            with open(parcel, "wb", closefd=False) as file:
                file.write(news)
            for outbox in self._outboxes:
                with suppress(OSError):
                    socket.send_fds(outbox, [topic + b"\0"], [parcel])
        finally:
            os.close(parcel)

    # --- IReadDescriptor

    def doRead(self) -> None:
        """See :class:`twisted.internet.interfaces.IReadDescriptor`."""
        for _ in range(_MOST):
            try:
                letter, parcels, *_ = socket.recv_fds(self._inbox, LETTER, 1)
            except OSError:
                return
            if not letter:  # nobody is left who could write
                self._reactor.removeReader(self)
                return
            topic, _, news = letter.partition(b"\0")
            for parcel in parcels:
                with open(parcel, "rb") as file:
                    file.seek(0)
                    news = file.read()
            hear = self._readers.get(topic)
            if hear is not None:
                hear(news)

    def fileno(self) -> int:
        """See :class:`twisted.internet.interfaces.IFileDescriptor`."""
        return self._inbox.fileno()

    def connectionLost(self, reason: Any) -> None:
        """See :class:`twisted.internet.interfaces.IFileDescriptor`."""

    def logPrefix(self) -> str:
        """See :class:`twisted.internet.interfaces.ILoggingContext`."""
        return "news"
