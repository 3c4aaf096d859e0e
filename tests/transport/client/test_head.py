"""Tests of :mod:`krakendtw.transport.client.head`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.client.head import read_fields

HEAD = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a:\t 2 \t\r\nEmpty:\r\nURL: http://h:1/\r\n\r\n"
FIELDS = [(b"X-A", b"1"), (b"x-a", b"2"), (b"Empty", b""), (b"URL", b"http://h:1/")]


class ReadFieldsTests(SynchronousTestCase):
    """``read_fields``: a head in pairs."""

    def test_fields(self) -> None:
        """Names keep their case and order, values lose the blanks around them."""
        self.assertEqual(FIELDS, read_fields(HEAD))

    def test_body_behind(self) -> None:
        """What stands behind the head is no field, whatever it looks like."""
        self.assertEqual(FIELDS, read_fields(HEAD + b"X-B: 3\r\n\r\nX-C: 4\r\n"))

    def test_without_end(self) -> None:
        """A head may come without its last line break."""
        self.assertEqual(FIELDS, read_fields(HEAD.removesuffix(b"\r\n\r\n")))

    def test_no_fields(self) -> None:
        """A status line alone has none."""
        self.assertEqual([], read_fields(b"HTTP/1.1 200 OK\r\n\r\n"))
        self.assertEqual([], read_fields(b""))

    def test_interim(self) -> None:
        """Interim answers before it are left out."""
        interim = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        for count in range(3):
            self.assertEqual(FIELDS, read_fields(interim * count + HEAD, count))

    def test_pragma(self) -> None:
        """``Pragma: no-cache`` stands for the Cache-Control that is not there."""
        implied = (b"Cache-Control", b"no-cache")
        for lines, is_implied in (
            (b"Pragma: no-cache", True),
            (b"pragma: no-cache\r\nPragma: x", True),
            (b"Pragma: x\r\nPragma: no-cache", False),
            (b"Pragma: No-Cache", False),
            (b"Pragma: no-cache\r\ncache-control: max-age=1", False),
            (b"X-Pragma: no-cache", False),
        ):
            found = read_fields(b"HTTP/1.1 200 OK\r\n%b\r\n\r\n" % lines)
            self.assertEqual(is_implied, implied in found, lines)
