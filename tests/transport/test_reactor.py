"""Tests of :mod:`krakendtw.transport.reactor`."""

from __future__ import annotations

import errno
import select
from typing import Any

from twisted.internet import main
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport import reactor as module
from krakendtw.transport.eager import EagerClient, EagerServer
from krakendtw.transport.reactor import GatewayReactor, install

EAGER = module._EAGER


class Connection:
    """A connection of ours.

    :param outcome: what its ``doRead`` returns, or raises.
    """

    def __init__(self, outcome: Any = None) -> None:
        self._outcome = outcome
        self.reads = 0

    def logPrefix(self) -> str:
        """For Twisted's way."""
        return "test"

    def doRead(self) -> Any:
        """Count, and do as told."""
        self.reads += 1
        if isinstance(self._outcome, ValueError):
            raise self._outcome
        return self._outcome


class Port:
    """Something of Twisted's."""

    def logPrefix(self) -> str:
        """For Twisted's way."""
        return "port"


class Poller:
    """An epoll object that knows its events.

    :ivar asked: the timeouts and counts it was asked with.
    """

    def __init__(self, *events: tuple[int, int], error: OSError | None = None) -> None:
        self._events = events
        self._error = error
        self.asked: list[tuple[float, int]] = []

    def poll(self, timeout: float, most: int) -> tuple[tuple[int, int], ...]:
        """The events."""
        self.asked.append((timeout, most))
        if self._error is not None:
            raise self._error
        return self._events


class WatchedReactor(GatewayReactor):
    """A reactor without an epoll of its own, which notes what it does.

    :ivar ends: the connections that it ended, and why.
    :ivar others: events that went Twisted's way.
    """

    def __init__(self, poller: Poller, **selectables: Any) -> None:
        self._poller = poller
        self.due = []
        self._selectables = {int(name[1:]): it for name, it in selectables.items()}
        self.ends: list[tuple[Any, ...]] = []
        self.others: list[tuple[Any, ...]] = []

    def _disconnectSelectable(self, *given: Any) -> None:
        self.ends.append(given)

    def _doReadOrWrite(self, *given: Any) -> None:
        self.others.append(given)


class DoPollTests(SynchronousTestCase):
    """``GatewayReactor.doPoll``: who gets which event."""

    def setUp(self) -> None:
        self.patch(module, "_EAGER", frozenset((Connection,)))

    def test_read(self) -> None:
        """A plain read event of a connection of ours goes straight to it."""
        connection = Connection()
        poller = Poller((5, select.EPOLLIN))
        reactor = WatchedReactor(poller, _5=connection)
        reactor.doPoll(0.5)
        self.assertEqual(1, connection.reads)
        self.assertEqual(([], []), (reactor.ends, reactor.others))
        self.assertEqual([(0.5, 1)], poller.asked)

    def test_other_events(self) -> None:
        """Other events, and everything of others, go Twisted's way."""
        connection, stranger = Connection(), Port()
        hang_up = select.EPOLLIN | select.EPOLLHUP
        poller = Poller((5, select.EPOLLOUT), (5, hang_up), (6, select.EPOLLIN))
        reactor = WatchedReactor(poller, _5=connection, _6=stranger)
        reactor.doPoll(0.5)
        self.assertEqual(0, connection.reads)
        self.assertEqual(
            [
                (connection, 5, select.EPOLLOUT),
                (connection, 5, hang_up),
                (stranger, 6, select.EPOLLIN),
            ],
            reactor.others,
        )

    def test_gone(self) -> None:
        """An event of a connection that an earlier event ended is dropped."""
        reactor = WatchedReactor(Poller((9, select.EPOLLIN)))
        reactor.doPoll(0)
        self.assertEqual(([], []), (reactor.ends, reactor.others))

    def test_end(self) -> None:
        """A connection at its end is disconnected."""
        connection = Connection(main.CONNECTION_DONE)
        reactor = WatchedReactor(Poller((5, select.EPOLLIN)), _5=connection)
        reactor.doPoll(0)
        self.assertEqual([(connection, main.CONNECTION_DONE, True)], reactor.ends)

    def test_fault(self) -> None:
        """A fault of a protocol is logged and ends its connection alone."""
        error = ValueError("fault")
        faulty, sound = Connection(error), Connection()
        poller = Poller((5, select.EPOLLIN), (6, select.EPOLLIN))
        reactor = WatchedReactor(poller, _5=faulty, _6=sound)
        reactor.doPoll(0)
        self.assertEqual([(faulty, error, True)], reactor.ends)
        self.assertEqual(1, sound.reads)
        self.assertEqual(1, len(self.flushLoggedErrors(ValueError)))

    def test_no_timeout(self) -> None:
        """No timeout waits for ever."""
        poller = Poller()
        WatchedReactor(poller).doPoll(None)
        self.assertEqual([(-1, 0)], poller.asked)

    def test_interrupted(self) -> None:
        """A signal is no error, anything else is."""
        WatchedReactor(Poller(error=OSError(errno.EINTR, "signal"))).doPoll(0)
        broken = WatchedReactor(Poller(error=OSError(errno.EBADF, "closed")))
        self.assertRaises(OSError, broken.doPoll, 0)

    def test_kinds(self) -> None:
        """The connections of ours are the eager ones."""
        self.assertEqual({EagerServer, EagerClient}, EAGER)

    def test_due(self) -> None:
        """What is written, by timers or by events, is sent before the next wait."""
        sent: list[str] = []

        class Writer(Connection):
            def __init__(self, name: str) -> None:
                super().__init__()
                self._name = name

            def doRead(self) -> None:
                reactor.due.append(self)

            def flush(self) -> None:
                if self._name == "broken":
                    raise ValueError("fault")
                sent.append(self._name)

        self.patch(module, "_EAGER", frozenset((Writer,)))
        poller = Poller((5, select.EPOLLIN), (6, select.EPOLLIN))
        reactor: Any = WatchedReactor(poller, _5=Writer("broken"), _6=Writer("sound"))
        reactor.due.append(Writer("timer"))
        reactor.doPoll(0)
        self.assertEqual((["timer", "sound"], []), (sent, reactor.due))
        self.assertEqual(1, len(self.flushLoggedErrors(ValueError)))

    def test_iteration(self) -> None:
        """It is what the reactor's loop calls."""
        self.assertIs(GatewayReactor.doPoll, GatewayReactor.doIteration)


class InstallTests(SynchronousTestCase):
    """``install``."""

    def test_installs(self) -> None:
        """It installs a reactor of this kind."""
        installed: list[Any] = []
        self.patch(main, "installReactor", installed.append)
        self.patch(module, "GatewayReactor", lambda: "ours")
        install()
        self.assertEqual(["ours"], installed)
