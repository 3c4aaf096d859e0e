"""Several processes behind one port: ``krakendtw run --workers N``.

A supervisor owns one listening socket a worker, all of one address, among which
the kernel shares the connections out.  A worker that dies leaves its socket
with the supervisor: what waits there is accepted by its successor.  What limits
and breakers mean with several workers is told in
``docs/decisions/0040-workers.md``.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from attrs import define, frozen

from krakendtw.proxy.balancing import usable_cores
from krakendtw.proxy.turns import BOARD_BYTES, shuffle

ENVIRONMENT = "KRAKENDTW_WORKER"
"""Tells a program that takes a worker's place what it is: its fields as numbers."""

BACKLOG = 4096
"""How many connections the kernel holds for each worker until it accepts."""

_SETTLED_S = 5.0
"""A worker that has run so long has started well; its end is no failed start."""

_PAUSE_S = 1.0
"""How long a worker that will not start is left alone."""

_PR_SET_PDEATHSIG = 1
_EVENTS = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}


def wanted_workers(text: str) -> int:
    """The number that ``--workers`` stands for.

    :param text: a number, or ``auto`` for the cores that may be used.
    :raises ValueError: neither, or less than one.
    """
    count = usable_cores() if text == "auto" else int(text)
    if count < 1:
        raise ValueError(f"found {text}, want a number from 1 on, or auto")
    return count


@frozen
class Place:
    """What a worker knows of itself.

    :ivar index: its number, from 0 on.
    :ivar workers: how many there are to be.
    :ivar listener: the descriptor of its listening socket.
    :ivar board: the descriptor of the memory that tells who is alive.
    :ivar inbox: the descriptor that the other workers' news come from.
    :ivar outboxes: the descriptors that lead to theirs.
    """

    index: int
    workers: int
    listener: int
    board: int
    inbox: int = -1
    outboxes: tuple[int, ...] = ()

    @classmethod
    def of_process(cls) -> Place | None:
        """This process's place if a supervisor has started its program anew."""
        text = os.environ.pop(ENVIRONMENT, "")
        if not text:
            return None
        index, workers, listener, board, inbox, *outboxes = map(int, text.split(","))
        return cls(index, workers, listener, board, inbox, tuple(outboxes))

    def become(self, command: Sequence[str]) -> NoReturn:
        """Run a program in this process's stead, which finds its place there."""
        kept = (self.listener, self.board, self.inbox, *self.outboxes)
        for descriptor in kept:
            os.set_inheritable(descriptor, True)
        text = ",".join(map(str, (self.index, self.workers, *kept)))
        os.execve(command[0], tuple(command), {**os.environ, ENVIRONMENT: text})  # noqa: S606

    def family(self) -> socket.AddressFamily:
        """The address family of the listening socket."""
        with socket.socket(fileno=os.dup(self.listener)) as listener:
            return socket.AddressFamily(listener.family)

    def health(self) -> dict[str, Any]:
        """What the health check adds: how many workers run, if some are missing."""
        running = sum(os.pread(self.board, self.workers, 0))
        if running == self.workers:
            return {}
        return {"workers": {"running": running, "wanted": self.workers}}


@define
class _Worker:
    """One worker as the supervisor sees it; ``pid`` is 0 while there is none."""

    place: Place
    pid: int = 0
    started: float = 0.0
    failures: int = 0


class Supervisor:
    """Starts workers, starts them anew when they die, ends them all.

    A worker is a fork: it is there at once, has the configuration that the others
    have, and shares the memory of all that was loaded before.

    :param work: what a worker does; returns its exit code.
    :param addresses: the interfaces to try, the first that works is taken.
    :raises OSError: none of them can be listened on.
    """

    def __init__(
        self,
        work: Callable[[Place], int],
        count: int,
        addresses: Sequence[str],
        port: int,
    ) -> None:
        self._work = work
        self._sockets = _listen(count, addresses, port)
        self._board_file = os.memfd_create("krakendtw-workers")
        os.ftruncate(self._board_file, BOARD_BYTES)
        shuffle(self._board_file)
        self._board = mmap.mmap(self._board_file, mmap.PAGESIZE)
        self._news = [_news_pair() for _ in self._sockets]
        boxes = [outbox.fileno() for _, outbox in self._news]
        self._workers = [
            _Worker(
                Place(
                    index,
                    count,
                    listener.fileno(),
                    self._board_file,
                    self._news[index][0].fileno(),
                    (*boxes[:index], *boxes[index + 1 :]),
                )
            )
            for index, listener in enumerate(self._sockets)
        ]
        self._ending = False

    def run(self) -> int:
        """Supervise until a signal ends it.

        :returns: 0, or the exit code of a first worker that will not start.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, _EVENTS)
        gc.collect()
        gc.freeze()  # what is never looked at stays shared with the workers
        for worker in self._workers:
            self._start(worker)
        while True:
            event = signal.sigtimedwait(_EVENTS, self._patience())
            if event is not None and event.si_signo != signal.SIGCHLD:
                self._end()
            code = self._reap()
            if code is not None:
                return code
            if self._ending and not any(each.pid for each in self._workers):
                return 0

    def _patience(self) -> float:
        """How long to wait for a signal, in seconds."""
        waiting = not all(each.pid for each in self._workers)
        return 0.05 if waiting and not self._ending else 60.0

    def _start(self, worker: _Worker) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        worker.started = time.monotonic()
        supervisor = os.getpid()
        self._board[worker.place.index] = 1
        worker.pid = os.fork()
        if not worker.pid:
            self._be(worker.place, supervisor)

    def _be(self, place: Place, supervisor: int) -> NoReturn:
        """Be a worker, to the process's end."""
        code = 1
        try:
            _prepare(supervisor)
            for listener in self._sockets:
                # A listening socket counts as long as somebody has it open.
                if listener.fileno() != place.listener:
                    listener.close()
            code = self._work(place)
        except BaseException:  # nothing of the supervisor may go on here
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> int | None:
        """Look after the dead, and after those that wait for their next start."""
        now = time.monotonic()
        for worker in self._workers:
            code = _ended(worker.pid) if worker.pid else None
            if code is not None:
                worker.pid = 0
                self._board[worker.place.index] = 0
                if self._ending:
                    continue
                young = now - worker.started < _SETTLED_S
                worker.failures = worker.failures + 1 if young else 0
                if code > 0 and worker.failures == 1 and self._fresh():
                    self._end()
                    self._wait_for_all()
                    return code
                _say(
                    f"worker {worker.place.index} has ended with {code}, "
                    "starting another"
                )
            if not worker.pid and not self._ending:
                pause = _PAUSE_S if worker.failures > 2 else 0.0
                if now - worker.started >= pause:
                    self._start(worker)
        return None

    def _fresh(self) -> bool:
        """Whether nothing has run long enough to have started well."""
        now = time.monotonic()
        return all(now - each.started < _SETTLED_S for each in self._workers)

    def _end(self) -> None:
        """Take no more connections and let the workers finish."""
        if self._ending:
            return
        self._ending = True
        for listener in self._sockets:
            listener.close()
        for worker in self._workers:
            if worker.pid:
                os.kill(worker.pid, signal.SIGTERM)

    def _wait_for_all(self) -> None:
        for worker in self._workers:
            if worker.pid:
                os.waitpid(worker.pid, 0)


def _ended(pid: int) -> int | None:
    """A child's exit code, negative for a signal; ``None`` while it runs."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _news_pair() -> tuple[socket.socket, socket.socket]:
    """Where a worker hears from the others, and the end they speak into."""
    inbox, outbox = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    inbox.setblocking(False)
    outbox.setblocking(False)
    return inbox, outbox


def _listen(count: int, addresses: Sequence[str], port: int) -> list[socket.socket]:
    """One listening socket a worker; all share one address."""
    for place, address in enumerate(addresses):
        sockets: list[socket.socket] = []
        try:
            for _ in range(count):
                sockets.append(_listener(address, port))  # noqa: PERF401
        except OSError:
            for opened in sockets:
                opened.close()
            if place == len(addresses) - 1:
                raise
            continue
        return sockets
    raise OSError("no address to listen on")


def _listener(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _prepare(supervisor: int) -> None:
    """In a worker before its work: signals arrive, and it ends with us.

    A terminal's interrupt goes to all; the workers leave it to their supervisor.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever the parent did with it: until its work sees to it, it ends a worker.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:
        os.kill(os.getpid(), signal.SIGTERM)  # it was gone before


def _say(text: str) -> None:
    stamp = time.strftime("%Y/%m/%d %H:%M:%S")
    sys.stdout.write(f"{stamp} KRAKEND ERROR: [SERVICE: Workers] {text}\n")
    sys.stdout.flush()
