"""Tests of :mod:`krakendtw.transport.server.status`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.server import status as module
from krakendtw.transport.server.status import (
    BODILESS,
    length_line,
    reason,
    status_line,
)


class StatusTests(SynchronousTestCase):
    """Status lines."""

    def test_known(self) -> None:
        """A known status has its reason phrase, in Go's words."""
        for code, name in (
            (200, b"OK"),
            (204, b"No Content"),
            (404, b"Not Found"),
            (413, b"Request Entity Too Large"),
            (418, b"I'm a teapot"),
            (429, b"Too Many Requests"),
            (431, b"Request Header Fields Too Large"),
            (500, b"Internal Server Error"),
            (503, b"Service Unavailable"),
        ):
            self.assertEqual(name, reason(code))
            self.assertEqual(b"HTTP/1.1 %d %b\r\n" % (code, name), status_line(code))

    def test_unknown(self) -> None:
        """An unknown one has none, and the blank before it stays."""
        self.assertEqual(b"", reason(799))
        self.assertEqual(b"HTTP/1.1 799 \r\n", status_line(799))

    def test_bodiless(self) -> None:
        """Interim answers, 204 and 304 have no body."""
        self.assertLess({100, 101, 199, 204, 304}, BODILESS)
        self.assertTrue(BODILESS.isdisjoint({200, 205, 301, 303, 400}))


class LengthTests(SynchronousTestCase):
    """Content-Length lines."""

    def test_lines(self) -> None:
        """Each length has its line, remembered or not."""
        for size in (0, 7, 7, 1 << 40):
            self.assertEqual(b"Content-Length: %d\r\n" % size, length_line(size))

    def test_memory(self) -> None:
        """Not all lengths there may be are remembered."""
        known: dict[int, bytes] = {}
        self.patch(module, "_lengths", known)
        for size in range(module._MOST_LENGTHS + 10):
            length_line(size)
        self.assertEqual(module._MOST_LENGTHS, len(known))
