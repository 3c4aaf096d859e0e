"""Tests of :mod:`krakendtw.transport.client.exchange`."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.client.exchange import Incoming, Outgoing, length_flaw

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nX-A: 1\r\nx-a: 2\r\n"
    b"X-About: content-encoding\r\n\r\nX-Body: 3\r\n\r\n"
)
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"


class FakeOrigin:
    """An origin that tells URLs."""

    def url_of(self, target: bytes) -> str:
        """The URL of a target."""
        return "http://h" + target.decode()


class OutgoingTests(SynchronousTestCase):
    """``Outgoing``: what is asked."""

    def test_defaults(self) -> None:
        """Without more it is chunked, read whole, and waited for without end."""
        request = Outgoing(b"GET", b"/", b"Host: h\r\n", None)
        self.assertIsNone(request.length)
        self.assertFalse(request.streams)
        self.assertEqual(float("inf"), request.deadline)


class IncomingTests(SynchronousTestCase):
    """``Incoming``: what comes back."""

    def test_raw_fields(self) -> None:
        """Fields of a head as it came are found by their lower-case names."""
        for incoming in (
            Incoming(200, HEAD, b""),
            Incoming(200, INTERIM + HEAD, b"", 1),
            Incoming(200, Incoming(200, HEAD, b"").headers, b""),
        ):
            for name, wanted in (
                (b"content-type", b"text/x"),
                (b"x-a", b"1"),
                (b"content-encoding", None),
                (b"x-body", None),
                (b"link", None),
                (b"a", None),
            ):
                self.assertEqual(wanted, incoming.field(name))
            self.assertEqual(4, len(incoming.headers))
            self.assertEqual(b"1", incoming.field(b"x-a"))

    def test_bare_head(self) -> None:
        """An answer without fields has none."""
        incoming = Incoming(204, b"HTTP/1.1 204 No Content\r\n\r\n", b"")
        self.assertIsNone(incoming.field(b"x-a"))
        self.assertEqual([], incoming.headers)
        self.assertEqual([], Incoming(0, b"", b"").headers)

    def test_without(self) -> None:
        """Fields can be dropped."""
        incoming = Incoming(200, HEAD, b"")
        incoming.without(b"x-a", b"x-about")
        self.assertEqual([(b"Content-Type", b"text/x")], incoming.headers)
        self.assertIsNone(incoming.field(b"x-a"))

    def test_replaced(self) -> None:
        """Fields can be replaced, read before or not."""
        incoming = Incoming(200, HEAD, b"")
        incoming.headers = [(b"X-New", b"1")]
        self.assertEqual(b"1", incoming.field(b"x-new"))
        self.assertIsNone(incoming.field(b"x-a"))

    def test_block(self) -> None:
        """The head as it came is there until somebody reads or changes it."""
        incoming = Incoming(200, HEAD, b"")
        self.assertEqual(HEAD.partition(b"\r\n\r\n")[0], incoming.block)
        self.assertIsNone(incoming.field(b"x-nothing"))
        self.assertIsNotNone(incoming.block)
        self.assertEqual(b"1", incoming.field(b"x-a"))
        self.assertIsNone(incoming.block)
        self.assertIsNone(Incoming(200, [(b"X-A", b"1")], b"").block)

    def test_block_with_more(self) -> None:
        """A head that says more than stands there is none to copy."""
        head = HEAD.replace(b"\r\n\r\n", b"\r\nPragma: no-cache\r\n\r\n", 1)
        incoming = Incoming(200, head, b"")
        self.assertIsNone(incoming.block)
        self.assertIn((b"Cache-Control", b"no-cache"), incoming.headers)

    def test_block_behind_interim(self) -> None:
        """Behind interim answers there is no telling where it begins."""
        self.assertIsNone(Incoming(200, INTERIM + HEAD, b"", 1).block)

    def test_location(self) -> None:
        """The URL that answered is that of the last redirect, or the one asked."""
        incoming = Incoming(200, b"", b"")
        self.assertEqual("", incoming.location())
        origin: Any = FakeOrigin()
        incoming.at = (origin, b"/t?q")
        self.assertEqual("http://h/t?q", incoming.location())
        incoming.url = "http://elsewhere/"
        self.assertEqual("http://elsewhere/", incoming.location())


class LengthTests(SynchronousTestCase):
    """Bodies that have not the length announced."""

    def test_flaw(self) -> None:
        """Go's client has words for them."""
        self.assertEqual(
            "http: ContentLength=5 with Body length 1", str(length_flaw(5, b"x"))
        )
