"""A real Redis for tests: Debian's package ``redis-server``."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest import SkipTest

PROGRAM = shutil.which("redis-server")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class RedisServer:
    """A server on a free port of this machine, nothing kept on disk.

    :raises SkipTest: the program is not installed.
    """

    def __init__(self, *options: str, port: int | None = None) -> None:
        if PROGRAM is None:
            raise SkipTest("redis-server is not installed (Debian: redis-server)")
        self.port = port or free_port()
        self._options = options
        self._folder = Path(tempfile.mkdtemp(prefix="krakendtw-redis-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start, and wait until it listens."""
        command = [str(PROGRAM), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--dir", str(self._folder), *self._options]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise SkipTest("redis-server does not start")

    def pause(self) -> None:
        """Let it hang."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def close(self) -> None:
        """End it, and remove what it has left."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def command(self, *words: str) -> str:
        """Ask it something, in the protocol's inline form."""
        with socket.create_connection(("127.0.0.1", self.port), 2) as connection:
            connection.sendall(" ".join(words).encode() + b"\r\n")
            return connection.recv(65536).decode()

    def _signal(self, number: Any) -> None:
        if self._process is not None:
            self._process.send_signal(number)
