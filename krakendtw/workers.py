"""Several processes behind one port: ``krakendtw run --workers N``.

A supervisor owns one listening socket a worker, all of one address, among which
the kernel shares the connections out.  A worker that dies leaves its socket
with the supervisor: what waits there is accepted by its successor.  What limits
and breakers mean with several workers is told in
``docs/decisions/0040-workers.md``.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from attrs import define, frozen

from krakendtw.proxy.balancing import usable_cores

ENVIRONMENT = "KRAKENDTW_WORKER"
"""Tells a worker what it is: ``<place>,<workers>,<socket>,<board>``."""

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
    """

    index: int
    workers: int
    listener: int
    board: int

    @classmethod
    def of_process(cls) -> Place | None:
        """This process's place; ``None`` if it is no worker."""
        text = os.environ.pop(ENVIRONMENT, "")
        return cls(*map(int, text.split(","))) if text else None

    def family(self) -> socket.AddressFamily:
        """The address family of the listening socket."""
        with socket.socket(fileno=os.dup(self.listener)) as listener:
            return socket.AddressFamily(listener.family)

    def health(self) -> dict[str, Any]:
        """What the health check adds: how many workers there are, and run."""
        board = os.pread(self.board, self.workers, 0)
        return {"workers": {"running": sum(board), "wanted": self.workers}}


@define
class _Worker:
    """One worker as the supervisor sees it."""

    place: Place
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0


class Supervisor:
    """Starts workers, starts them anew when they die, ends them all.

    :param command: how a worker is started.
    :param addresses: the interfaces to try, the first that works is taken.
    :raises OSError: none of them can be listened on.
    """

    def __init__(
        self,
        command: Sequence[str],
        count: int,
        addresses: Sequence[str],
        port: int,
    ) -> None:
        self._command = tuple(command)
        self._sockets = _listen(count, addresses, port)
        self._board_file = os.memfd_create("krakendtw-workers")
        os.ftruncate(self._board_file, mmap.PAGESIZE)
        self._board = mmap.mmap(self._board_file, mmap.PAGESIZE)
        self._workers = [
            _Worker(Place(index, count, listener.fileno(), self._board_file))
            for index, listener in enumerate(self._sockets)
        ]
        self._ending = False

    def run(self) -> int:
        """Supervise until a signal ends it.

        :returns: 0, or the exit code of a first worker that will not start.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, _EVENTS)
        for worker in self._workers:
            self._start(worker)
        while True:
            event = signal.sigtimedwait(_EVENTS, self._patience())
            if event is not None and event.si_signo != signal.SIGCHLD:
                self._end()
            code = self._reap()
            if code is not None:
                return code
            if self._ending and not any(each.process for each in self._workers):
                return 0

    def _patience(self) -> float:
        """How long to wait for a signal, in seconds."""
        waiting = any(each.process is None for each in self._workers)
        return 0.05 if waiting and not self._ending else 60.0

    def _start(self, worker: _Worker) -> None:
        place = worker.place
        text = f"{place.index},{place.workers},{place.listener},{place.board}"
        worker.started = time.monotonic()
        worker.process = subprocess.Popen(  # noqa: S603 - our own program
            self._command,
            env={**os.environ, ENVIRONMENT: text},
            pass_fds=(place.listener, place.board),
            preexec_fn=_prepare,
        )
        self._board[place.index] = 1

    def _reap(self) -> int | None:
        """Look after the dead, and after those that wait for their next start."""
        now = time.monotonic()
        for worker in self._workers:
            process = worker.process
            if process is not None and process.poll() is not None:
                worker.process = None
                self._board[worker.place.index] = 0
                if self._ending:
                    continue
                young = now - worker.started < _SETTLED_S
                worker.failures = worker.failures + 1 if young else 0
                if process.returncode > 0 and worker.failures == 1 and self._fresh():
                    self._end()
                    self._wait_for_all()
                    return process.returncode
                _say(
                    f"worker {worker.place.index} has ended with "
                    f"{process.returncode}, starting another"
                )
            if worker.process is None and not self._ending:
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
            if worker.process is not None:
                worker.process.send_signal(signal.SIGTERM)

    def _wait_for_all(self) -> None:
        for worker in self._workers:
            if worker.process is not None:
                worker.process.wait()


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


def _prepare() -> None:
    """In a worker before its program: signals arrive, and it ends with us."""
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _say(text: str) -> None:
    stamp = time.strftime("%Y/%m/%d %H:%M:%S")
    sys.stdout.write(f"{stamp} KRAKEND ERROR: [SERVICE: Workers] {text}\n")
    sys.stdout.flush()
