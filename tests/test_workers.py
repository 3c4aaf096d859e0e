"""Tests of :mod:`krakendtw.workers`."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.workers import ENVIRONMENT, Place, Supervisor, wanted_workers

_SERVE_ONCE = """
import os, socket
index, count, listener, board = map(int, os.environ["KRAKENDTW_WORKER"].split(","))
served = socket.socket(fileno=listener)
served.setblocking(True)
connection, _ = served.accept()
connection.sendall(os.pread(board, count, 0))
os.kill(os.getppid(), 15)
"""


@contextmanager
def signals_kept() -> Iterator[None]:
    """The process's signal mask as it was, whatever a supervisor does to it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class WantedWorkersTests(SynchronousTestCase):
    """Tests of :func:`wanted_workers`."""

    def test_number(self) -> None:
        """A number stands for itself."""
        self.assertEqual(wanted_workers("3"), 3)

    def test_auto(self) -> None:
        """``auto`` stands for the cores that may be used."""
        with mock.patch.dict(os.environ, GOMAXPROCS="5"):
            self.assertEqual(wanted_workers("auto"), 5)

    def test_refused(self) -> None:
        """Less than one worker, and what is no number, is refused."""
        for text in ("0", "-1", "many", ""):
            self.assertRaises(ValueError, wanted_workers, text)


class PlaceTests(SynchronousTestCase):
    """Tests of :class:`Place`."""

    def test_no_worker(self) -> None:
        """A process that nobody supervises has no place."""
        with mock.patch.dict(os.environ):
            os.environ.pop(ENVIRONMENT, None)
            self.assertIsNone(Place.of_process())

    def test_worker(self) -> None:
        """A worker learns its place once; its own children are no workers."""
        with mock.patch.dict(os.environ, {ENVIRONMENT: "1,2,7,8"}):
            self.assertEqual(Place.of_process(), Place(1, 2, 7, 8))
            self.assertNotIn(ENVIRONMENT, os.environ)

    def test_health(self) -> None:
        """The health check tells how many workers run of those wanted."""
        board = os.memfd_create("board")
        self.addCleanup(os.close, board)
        os.pwrite(board, b"\1\0\1", 0)
        self.assertEqual(
            Place(0, 3, -1, board).health(), {"workers": {"running": 2, "wanted": 3}}
        )

    def test_family(self) -> None:
        """The address family is that of the listening socket, which stays open."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            place = Place(0, 1, listener.fileno(), -1)
            self.assertEqual(place.family(), socket.AF_INET)
            self.assertGreater(listener.getsockname()[1], 0)


class SupervisorTests(SynchronousTestCase):
    """Tests of :class:`Supervisor`, with real processes."""

    def test_failed_start(self) -> None:
        """A first worker that will not start ends it with that worker's code."""
        command = [sys.executable, "-c", "raise SystemExit(3)"]
        with signals_kept():
            self.assertEqual(Supervisor(command, 1, ["127.0.0.1"], 0).run(), 3)

    def test_serves_until_signal(self) -> None:
        """A worker has the socket and the board; a signal ends everything."""
        command = [sys.executable, "-c", _SERVE_ONCE]
        supervisor = Supervisor(command, 1, ["127.0.0.1"], 0)
        address = supervisor._sockets[0].getsockname()
        with signals_kept(), socket.create_connection(address) as client:
            self.assertEqual(supervisor.run(), 0)
            self.assertEqual(client.recv(10), b"\1")

    def test_no_address(self) -> None:
        """An address that cannot be listened on is an error."""
        with self.assertRaises(OSError):
            Supervisor(["true"], 1, ["192.0.2.1"], 0)

    def test_second_address(self) -> None:
        """Of several addresses the first that works is taken."""
        supervisor = Supervisor(["true"], 2, ["192.0.2.1", "127.0.0.1"], 0)
        self.assertEqual(
            {each.getsockname()[0] for each in supervisor._sockets}, {"127.0.0.1"}
        )
        for each in supervisor._sockets:
            each.close()
