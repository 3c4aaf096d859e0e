"""Status lines, rendered once."""

from __future__ import annotations

from twisted.web.http import RESPONSES

_NAMES = {
    **RESPONSES,
    413: b"Request Entity Too Large",
    414: b"Request URI Too Long",
    418: b"I'm a teapot",
    429: b"Too Many Requests",
    431: b"Request Header Fields Too Large",
}


def reason(code: int) -> bytes:
    """The reason phrase of a status, empty where there is none (RFC 9110 §15)."""
    return _NAMES.get(code, b"")


def status_line(code: int) -> bytes:
    """The first line of an HTTP/1.1 answer."""
    line = _LINES.get(code)
    return b"HTTP/1.1 %d \r\n" % code if line is None else line


_LINES = {code: b"HTTP/1.1 %d %b\r\n" % (code, name) for code, name in _NAMES.items()}

BODILESS = frozenset((*range(100, 200), 204, 304))
"""Statuses whose answers have no body (RFC 9110 §6.4.1)."""

_lengths: dict[int, bytes] = {}
_MOST_LENGTHS = 4096


def length_line(size: int) -> bytes:
    """The Content-Length line of a body; those of the first sizes are remembered."""
    line = _lengths.get(size)
    if line is None:
        line = b"Content-Length: %d\r\n" % size
        if len(_lengths) < _MOST_LENGTHS:
            _lengths[size] = line
    return line
