"""Tests of :mod:`krakendtw.transport.server.status`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.server.status import BODILESS, reason, status_line


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
