"""The access log, line for line as KrakenD's router writes it.

``[GIN] 2026/01/02 - 15:04:05 | 200 |   1.77ms |       127.0.0.1 | GET      "/a?b"``
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

from krakendtw.go_quote import quote
from krakendtw.go_time import format_duration

AccessLog: TypeAlias = Callable[[int, float, str, str, str, str, Sequence[str]], None]
"""Takes status, seconds, client's address, method, path with query, path and
the texts of the errors that were met."""

_MILLISECOND = 1_000_000
_SECOND = 1_000_000_000

_RESET = "\x1b[0m"
_WHITE, _GREEN, _YELLOW = "\x1b[90;47m", "\x1b[97;42m", "\x1b[90;43m"
_RED, _BLUE, _MAGENTA, _CYAN = (
    "\x1b[97;41m",
    "\x1b[97;44m",
    "\x1b[97;45m",
    "\x1b[97;46m",
)
_STATUS_COLORS = {1: _WHITE, 2: _GREEN, 3: _WHITE, 4: _YELLOW}
_METHOD_COLORS = {
    "GET": _BLUE,
    "POST": _CYAN,
    "PUT": _YELLOW,
    "DELETE": _RED,
    "PATCH": _GREEN,
    "HEAD": _MAGENTA,
    "OPTIONS": _WHITE,
}
_LATENCY_COLORS = (
    (0.1, _WHITE),
    (0.2, _GREEN),
    (0.3, _CYAN),
    (0.5, _BLUE),
    (1.0, _YELLOW),
    (2.0, _MAGENTA),
)


def compile_access_log(
    write: Callable[[str], object],
    skip_paths: Collection[str] = (),
    *,
    is_colored: bool = False,
    now: Callable[[], float] = time.time,
) -> AccessLog:
    """The function that writes the line of one request.

    :param write: takes the line, or lines, with newlines.
    :param skip_paths: exact paths that leave no line (``logger_skip_paths``).
    :param is_colored: whether the output is a terminal.
    :param now: seconds since the epoch.
    """
    skipped = frozenset(skip_paths)
    columns = _colored if is_colored else _plain
    current = -1
    date = ""

    def log(
        status: int,
        seconds: float,
        client_ip: str,
        method: str,
        uri: str,
        path: str,
        errors: Sequence[str],
    ) -> None:
        nonlocal current, date
        if path in skipped:
            return
        second = int(now())
        if second != current:
            current = second
            date = time.strftime("[GIN] %Y/%m/%d - %H:%M:%S ", time.localtime(second))
        line = f"{date}{columns(status, seconds, client_ip, method)}{quote(uri)}\n"
        if errors:
            line += _error_lines(errors)
        write(line)

    return log


def _plain(status: int, seconds: float, client_ip: str, method: str) -> str:
    latency = format_latency(seconds)
    return f"| {status:3d} | {latency:>8} | {client_ip:>15} | {method:<7}  "


def _colored(status: int, seconds: float, client_ip: str, method: str) -> str:
    code = _STATUS_COLORS.get(status // 100, _RED)
    verb = _METHOD_COLORS.get(method, _RESET)
    speed = next((color for least, color in _LATENCY_COLORS if seconds < least), _RED)
    latency = format_latency(seconds)
    return (
        f"|{code} {status:3d} {_RESET}|{speed} {latency:>8} {_RESET}|"
        f" {client_ip:>15} |{verb} {method:<7} {_RESET} "
    )


def _error_lines(errors: Sequence[str]) -> str:
    return "".join(
        f"Error #{number:02d}: {error}\n" for number, error in enumerate(errors, 1)
    )


def format_latency(seconds: float) -> str:
    """A time as Go prints a ``Duration``, cut to the router's steps.

    Steps of 10 µs above 1 ms, of 10 ms above 1 s, of 10 s above 1 min.
    """
    nanoseconds = max(0, round(seconds * _SECOND))
    if nanoseconds > _MILLISECOND:
        step = 10_000
        if nanoseconds > _SECOND:
            step = 10 * (_SECOND if nanoseconds > 60 * _SECOND else _MILLISECOND)
        nanoseconds -= nanoseconds % step
    return format_duration(nanoseconds)
