"""An epoll reactor without a log context for each event, which sends at the end.

Twisted's calls every reader inside ``log.callWithLogger``, ten Python calls
that only set the ``system`` of messages logged meanwhile.  Here a plain read
event of a connection of ours goes straight to its ``doRead``; everything else
goes Twisted's way.  What our connections have to send is sent when all events of a
turn have been seen to (see :mod:`krakendtw.transport.eager`).
"""

from __future__ import annotations

import errno
import select
from typing import Any

from twisted.internet.epollreactor import EPollReactor
from twisted.python import log
from twisted.python.failure import Failure

from krakendtw.transport.eager import EagerClient, EagerMixin, EagerServer

_EAGER = frozenset((EagerServer, EagerClient))
"""Connections whose ``doRead`` needs none of Twisted's care."""


class GatewayReactor(EPollReactor):
    """The reactor of the programs ``krakendtw run`` and ``--reactor=krakendtw``.

    :ivar due: connections of ours that have something to send.
    """

    _poller: Any
    _selectables: dict[int, Any]
    _disconnectSelectable: Any

    def __init__(self) -> None:
        self.due: list[EagerMixin] = []
        super().__init__()  # type: ignore[no-untyped-call]

    def flush(self) -> None:
        """Let the connections send that have something to send."""
        due = self.due
        for connection in due:  # who is told of an end may write, and is added
            try:
                connection.flush()
            except Exception:
                log.err()
        due.clear()

    def doPoll(self, timeout: float | None) -> None:
        """Send what timers wrote, wait for events, hand them out, send again."""
        if self.due:
            self.flush()
        selectables = self._selectables
        try:
            events = self._poller.poll(
                -1 if timeout is None else timeout, len(selectables)
            )
        except OSError as error:
            if error.errno == errno.EINTR:
                return
            raise
        read = select.EPOLLIN
        for fd, event in events:
            selectable = selectables.get(fd)
            if selectable is None:
                continue  # an event before it ended this one
            if event == read and type(selectable) in _EAGER:
                try:
                    why = selectable.doRead()
                except BaseException:
                    log.err()
                    why = Failure().value
                if why:
                    self._disconnectSelectable(selectable, why, True)
                continue
            log.callWithLogger(selectable, self._doReadOrWrite, selectable, fd, event)
        if self.due:
            self.flush()

    doIteration = doPoll


def install() -> None:
    """Make this the process's reactor."""
    from twisted.internet.main import installReactor

    kind: Any = GatewayReactor
    installReactor(kind())
