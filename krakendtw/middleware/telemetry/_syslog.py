"""The local syslog daemon, spoken to as Go's ``log/syslog`` does (RFC 3164)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence

from krakendtw.go_time import compile_layout

PATHS = ("/dev/log", "/var/run/syslog", "/var/run/log")
"""Where daemons listen; the first that answers is taken."""

_WAIT_S = 0.1
"""A stuck daemon costs lines, never the gateway's time."""


class SyslogError(OSError):
    """No daemon listens."""


class SyslogWriter:
    """Sends lines to the daemon, over a new connection if the old one breaks.

    :param priority: facility and severity of all lines.
    :param tag: the program's name in each line.
    :param paths: the daemon's sockets to try.
    :raises SyslogError: none of them answers.
    """

    def __init__(self, priority: int, tag: str, paths: Sequence[str] = PATHS) -> None:
        self._head = f"<{priority}>"
        self._tag = f"{tag}[{os.getpid()}]: "
        self._paths = paths
        self._date = compile_layout("Jan _2 15:04:05")
        self._socket = connect(paths)

    def __call__(self, line: str) -> None:
        """Send one line; it is lost if the daemon is gone or stuck."""
        date = self._date(time.time())
        text = line if line.endswith("\n") else line + "\n"
        message = f"{self._head}{date} {self._tag}{text}"
        data = message.encode("utf-8", "backslashreplace")
        try:
            self._socket.sendall(data)
        except TimeoutError:
            return
        except OSError:
            self._send_anew(data)

    def _send_anew(self, data: bytes) -> None:
        self._socket.close()
        try:
            self._socket = connect(self._paths)
            self._socket.sendall(data)
        except OSError:
            return

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def connect(paths: Sequence[str] = PATHS) -> socket.socket:
    """A connection to the daemon, by datagrams or else by a stream.

    :raises SyslogError: nobody listens at any of ``paths``.
    """
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        for path in paths:
            connection = socket.socket(socket.AF_UNIX, kind)
            connection.settimeout(_WAIT_S)
            try:
                connection.connect(path)
            except OSError:
                connection.close()
                continue
            return connection
    raise SyslogError("Unix syslog delivery error")
