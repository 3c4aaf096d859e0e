"""Tests of :mod:`krakendtw.workers`."""

from __future__ import annotations

import gc
import io
import os
import signal
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.workers import ENVIRONMENT, Place, Supervisor, wanted_workers


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
        with mock.patch.dict(os.environ, {ENVIRONMENT: "1,2,7,8,9,10,11"}):
            self.assertEqual(Place.of_process(), Place(1, 2, 7, 8, 9, (10, 11)))
            self.assertNotIn(ENVIRONMENT, os.environ)

    def test_become(self) -> None:
        """A program that takes a worker's place finds all that the worker had."""
        started: list[tuple[object, ...]] = []
        self.patch(os, "execve", lambda *given: started.append(given))
        inherited: list[tuple[int, bool]] = []
        self.patch(os, "set_inheritable", lambda *given: inherited.append(given))
        place = Place(0, 2, 7, 8, 9, (10,))
        place.become(["/bin/python", "-c", "x"])
        ((program, command, environment),) = started
        self.assertEqual(
            ("/bin/python", ("/bin/python", "-c", "x")), (program, command)
        )
        with mock.patch.dict(os.environ, environment):
            self.assertEqual(place, Place.of_process())
        self.assertEqual([(number, True) for number in (7, 8, 9, 10)], inherited)

    def test_health(self) -> None:
        """The health check tells when fewer workers run than there are to be."""
        board = os.memfd_create("board")
        self.addCleanup(os.close, board)
        os.pwrite(board, b"\1\0\1", 0)
        self.assertEqual(
            Place(0, 3, -1, board).health(), {"workers": {"running": 2, "wanted": 3}}
        )
        os.pwrite(board, b"\1", 1)
        self.assertEqual(Place(0, 3, -1, board).health(), {})

    def test_family(self) -> None:
        """The address family is that of the listening socket, which stays open."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            place = Place(0, 1, listener.fileno(), -1)
            self.assertEqual(place.family(), socket.AF_INET)
            self.assertGreater(listener.getsockname()[1], 0)


def fail(place: Place) -> int:
    """A worker that will not start."""
    return 3


def serve_once(place: Place) -> int:
    """A worker that tells its only client who is alive, and ends the supervisor."""
    served = socket.socket(fileno=place.listener)
    served.setblocking(True)
    connection, _ = served.accept()
    connection.sendall(os.pread(place.board, place.workers, 0))
    os.kill(os.getppid(), signal.SIGTERM)
    return 0


def stumble(place: Place) -> int:
    """A worker that dies, and serves when it is started again."""
    if os.pread(place.board, 1, 100) == b"\0":
        os.pwrite(place.board, b"\1", 100)
        os.kill(os.getpid(), signal.SIGKILL)
    return serve_once(place)


def tell(place: Place) -> int:
    """A worker that serves once; the other tells it what to say."""
    if place.index == 0:
        listener = socket.socket(fileno=place.listener)
        os.write(place.outboxes[0], b"%d" % listener.getsockname()[1])
        signal.pause()
    inbox = socket.socket(fileno=place.inbox)
    inbox.setblocking(True)
    port = inbox.recv(100)
    os.pwrite(place.board, port, 200)
    os.kill(os.getppid(), signal.SIGTERM)
    return 0


class SupervisorTests(SynchronousTestCase):
    """Tests of :class:`Supervisor`, with real processes."""

    def run_with(self, supervisor: Supervisor) -> int:
        """Let it run; forks of a test's process are none of its warnings."""
        self.patch(gc, "freeze", lambda: None)
        said = io.StringIO()
        self.patch(sys, "stdout", said)
        with signals_kept(), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            code = supervisor.run()
        self.said = said.getvalue()
        return code

    def test_failed_start(self) -> None:
        """A first worker that will not start ends it with that worker's code."""
        self.assertEqual(3, self.run_with(Supervisor(fail, 1, ["127.0.0.1"], 0)))

    def test_serves_until_signal(self) -> None:
        """A worker has the socket and the board; a signal ends everything."""
        supervisor = Supervisor(serve_once, 1, ["127.0.0.1"], 0)
        address = supervisor._sockets[0].getsockname()
        with socket.create_connection(address) as client:
            self.assertEqual(self.run_with(supervisor), 0)
            self.assertEqual(client.recv(10), b"\1")

    def test_dies(self) -> None:
        """A worker that dies is started again; who waits for it is served."""
        supervisor = Supervisor(stumble, 1, ["127.0.0.1"], 0)
        address = supervisor._sockets[0].getsockname()
        with socket.create_connection(address) as client:
            self.assertEqual(self.run_with(supervisor), 0)
            self.assertEqual(client.recv(10), b"\1")
        self.assertIn("worker 0 has ended with -9, starting another", self.said)

    def test_news(self) -> None:
        """Workers have a way to each other."""
        supervisor = Supervisor(tell, 2, ["127.0.0.1"], 0)
        port = supervisor._sockets[0].getsockname()[1]
        self.run_with(supervisor)
        told = os.pread(supervisor._board_file, 10, 200).rstrip(b"\0")
        self.assertEqual(b"%d" % port, told)

    def test_handlers_of_the_parent(self) -> None:
        """A handler that the parent has for SIGTERM is none of a worker's."""
        before = signal.signal(signal.SIGTERM, lambda *_: None)
        self.addCleanup(signal.signal, signal.SIGTERM, before)
        self.assertEqual(0, self.run_with(Supervisor(tell, 2, ["127.0.0.1"], 0)))

    def test_no_address(self) -> None:
        """An address that cannot be listened on is an error."""
        with self.assertRaises(OSError):
            Supervisor(fail, 1, ["192.0.2.1"], 0)

    def test_second_address(self) -> None:
        """Of several addresses the first that works is taken."""
        supervisor = Supervisor(fail, 2, ["192.0.2.1", "127.0.0.1"], 0)
        self.assertEqual(
            {each.getsockname()[0] for each in supervisor._sockets}, {"127.0.0.1"}
        )
        for each in supervisor._sockets:
            each.close()
