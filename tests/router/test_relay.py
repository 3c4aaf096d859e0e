"""Tests of :mod:`krakendtw.router.relay`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.proxy.message import Metadata
from krakendtw.proxy.wire import RawMetadata
from krakendtw.router import relay
from krakendtw.router.relay import Relayed, header_lines
from krakendtw.transport.client.exchange import Incoming


def raw(*lines: bytes) -> RawMetadata:
    """The metadata of an answer with these header lines."""
    head = b"\r\n".join((b"HTTP/1.1 200 OK", *lines)) + b"\r\n\r\n"
    return RawMetadata(200, Incoming(200, head, b""))


class RelayedTests(SynchronousTestCase):
    """``Relayed``: fields on their way to the client."""

    def both(self, *lines: bytes) -> list[Relayed]:
        """The fields as they came, and looked at."""
        looked_at = raw(*lines)
        self.assertIsNotNone(looked_at.headers)
        found = []
        for metadata in (raw(*lines), looked_at):
            relayed = Relayed(b"X-Ours: 1\r\n")
            relayed.add(metadata)
            found.append(relayed)
        return found

    def test_lines(self) -> None:
        """Fields stand behind ours in their order, values as they were."""
        for relayed in self.both(b"X-A: 1", b"X-B: \xff", b"X-A: 2"):
            lines = sorted(relayed.lines.splitlines())
            self.assertEqual([b"X-A: 1", b"X-A: 2", b"X-B: \xff", b"X-Ours: 1"], lines)
            self.assertTrue(relayed.lines.startswith(b"X-Ours: 1\r\n"))
            self.assertTrue(relayed.lines.endswith(b"\r\n"))

    def test_none(self) -> None:
        """No field adds nothing."""
        for lines in ((), (b"Content-Length: 5",)):
            for relayed in self.both(*lines):
                self.assertEqual(b"X-Ours: 1\r\n", relayed.lines)

    def test_hop_by_hop(self) -> None:
        """What is between the backend and us stays there, in any case."""
        for relayed in self.both(
            b"CONNECTION: close",
            b"Keep-Alive: timeout=5",
            b"proxy-authenticate: x",
            b"Transfer-Encoding: chunked",
            b"Upgrade: x",
            b"Te: x",
            b"Trailer: x",
            b"content-length: 5",
            b"X-A: 1",
        ):
            self.assertEqual(b"X-Ours: 1\r\nX-A: 1\r\n", relayed.lines)

    def test_named(self) -> None:
        """So does what the Connection field names."""
        relayed = Relayed()
        relayed.add(raw(b"X-A: 1", b"X-Hop: 2", b"Connection: close, x-hop", b"X-B: 3"))
        self.assertEqual(b"X-A: 1\r\nX-B: 3\r\n", relayed.lines)
        relayed = Relayed()
        relayed.add(
            raw(b"Connection: close", b"X-Hop: 2", b"Connection: X-Hop", b"X-B: 3")
        )
        self.assertEqual(b"X-B: 3\r\n", relayed.lines)

    def test_usual_connection(self) -> None:
        """A plain one names nothing."""
        for value in (b"close", b"Keep-Alive", b""):
            relayed = Relayed()
            relayed.add(raw(b"Connection: " + value, b"X-A: 1"))
            self.assertEqual(b"X-A: 1\r\n", relayed.lines)

    def test_noted(self) -> None:
        """Type, encoding and date are noted."""
        for line, wanted in (
            (b"content-type: text/x", (True, False, False)),
            (b"Content-Encoding: br", (False, True, False)),
            (b"DATE: today", (False, False, True)),
            (b"X-Date: today", (False, False, False)),
        ):
            for relayed in self.both(line):
                self.assertEqual(
                    wanted, (relayed.has_type, relayed.has_encoding, relayed.is_dated)
                )

    def test_length(self) -> None:
        """A length counts once a component may have changed it."""
        untouched, looked_at = self.both(b"Content-Length: 5")
        self.assertEqual((None, 5), (untouched.length, looked_at.length))
        for values in (["x"], [""], []):
            relayed = Relayed()
            relayed.add(Metadata(200, {"Content-Length": values}))
            self.assertIsNone(relayed.length)

    def test_remembered(self) -> None:
        """Strangers cannot fill the memory with names."""
        self.patch(relay, "_kinds", {})
        self.patch(relay, "_MOST", 2)
        metadata = raw(*(b"X-%d: 1" % number for number in range(9)))
        self.assertEqual(9, header_lines(metadata).count(b"\r\n"))
        self.assertEqual(2, len(relay._kinds))


class HeaderLinesTests(SynchronousTestCase):
    """``header_lines``."""

    def test_made(self) -> None:
        """Fields that a component has made are written as UTF-8."""
        metadata = Metadata(200, {"X-A": ["1", "é\udcff"], "Connection": ["close"]})
        self.assertEqual(b"X-A: 1\r\nX-A: \xc3\xa9\xff\r\n", header_lines(metadata))
