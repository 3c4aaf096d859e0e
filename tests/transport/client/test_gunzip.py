"""Tests of :mod:`krakendtw.transport.client.gunzip`."""

from __future__ import annotations

import gzip
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import TransportError
from krakendtw.transport.client.exchange import Incoming
from krakendtw.transport.client.gunzip import gunzip, inflate
from krakendtw.transport.stream import HIGH_WATER, BodyStream
from tests.transport.doubles import Reader, Wire

HELLO = gzip.compress(b"hello")
TWO = HELLO + gzip.compress(b" world")
BOMB = gzip.compress(b"x" * 10_000_000)
FIELDS = [(b"Content-Encoding", b"gzip"), (b"Content-Length", b"9"), (b"X-A", b"1")]


class GunzipTests(SynchronousTestCase):
    """``gunzip``: a whole body."""

    def test_members(self) -> None:
        """One member or several."""
        self.assertEqual((b"hello", ""), gunzip(HELLO, 100))
        self.assertEqual((b"hello world", ""), gunzip(TWO, 100))

    def test_nothing(self) -> None:
        """No data is no gzip."""
        self.assertEqual("EOF", str(self.assertRaises(TransportError, gunzip, b"", 9)))

    def test_no_gzip(self) -> None:
        """Nor is anything else."""
        error = self.assertRaises(TransportError, gunzip, b"hello there", 9)
        self.assertEqual("gzip: invalid header", str(error))

    def test_cut(self) -> None:
        """What is cut gives what has come, and the reason."""
        content, cut = gunzip(BOMB[:5000], 1 << 30)
        self.assertEqual("unexpected EOF", cut)
        self.assertEqual(b"x" * len(content), content)
        self.assertEqual((b"hello", "unexpected EOF"), gunzip(TWO[:30], 100))

    def test_junk_behind(self) -> None:
        """So does junk behind it."""
        self.assertEqual(
            (b"hello", "gzip: invalid header"), gunzip(HELLO + b"x" * 20, 9)
        )

    def test_limit(self) -> None:
        """Content beyond the limit is refused, before it is all there."""
        self.assertEqual((b"hello", ""), gunzip(HELLO, 5))
        for data in (TWO, BOMB):
            error = self.assertRaises(TransportError, gunzip, data, 10)
            self.assertEqual("body larger than 10 bytes", str(error))


class InflateTests(SynchronousTestCase):
    """``inflate``: an answer whose compression we had asked for."""

    def test_whole(self) -> None:
        """Body and fields look as if it had never been compressed."""
        incoming = Incoming(200, list(FIELDS), HELLO)
        inflate(incoming)
        self.assertEqual(
            (b"hello", [(b"X-A", b"1")]), (incoming.body, incoming.headers)
        )

    def test_empty(self) -> None:
        """An empty body stays as it is."""
        incoming = Incoming(200, list(FIELDS), b"")
        inflate(incoming)
        self.assertEqual((b"", ""), (incoming.body, incoming.cut))

    def test_cut(self) -> None:
        """The first thing that cut it is told."""
        incoming = Incoming(200, list(FIELDS), HELLO[:-2])
        inflate(incoming)
        self.assertEqual("unexpected EOF", incoming.cut)
        incoming = Incoming(200, list(FIELDS), HELLO[:-2])
        incoming.cut = "reset"
        inflate(incoming)
        self.assertEqual("reset", incoming.cut)

    def test_limit(self) -> None:
        """There is a limit to what is held."""
        incoming = Incoming(200, list(FIELDS), BOMB)
        self.assertRaises(TransportError, inflate, incoming, 1000)


class StreamTests(SynchronousTestCase):
    """``inflate`` with a body that is still arriving."""

    def setUp(self) -> None:
        self.source = Wire()
        self.raw = BodyStream(self.source, 9, self.source.abortConnection)
        self.reader = Reader()

    def plain(self) -> Any:
        """The inflated stream."""
        incoming = Incoming(200, list(FIELDS), self.raw)
        inflate(incoming)
        return incoming.body

    def test_pieces(self) -> None:
        """Content comes as its data does; its length is unknown."""
        plain = self.plain()
        self.assertIsNone(plain.length)
        plain.start(self.reader)
        for byte in TWO:
            self.raw.data_received(bytes((byte,)))
        self.assertEqual(
            (b"hello world", None), (self.reader.text, self.reader.outcome)
        )
        self.raw.finish()
        self.assertEqual("end", self.reader.outcome)

    @given(cuts=st.lists(st.integers(1, 30), max_size=6))
    def test_any_cuts(self, cuts: list[int]) -> None:
        """However it is cut, it is the same content."""
        self.setUp()
        plain = self.plain()
        data = TWO
        for size in cuts:
            self.raw.data_received(data[:size])
            data = data[size:]
        plain.start(self.reader)
        self.raw.data_received(data)
        self.raw.finish()
        self.assertEqual(
            (b"hello world", "end"), (self.reader.text, self.reader.outcome)
        )

    def test_here_already(self) -> None:
        """What came before is not lost."""
        self.raw.data_received(HELLO)
        self.raw.finish()
        self.plain().start(self.reader)
        self.assertEqual((b"hello", "end"), (self.reader.text, self.reader.outcome))

    def test_bomb(self) -> None:
        """A small piece that becomes a large one is inflated as it is read."""
        plain = self.plain()
        self.raw.data_received(BOMB)
        self.raw.finish()
        self.assertLess(len(plain.peek()), 3 * HIGH_WATER)
        reader = Reader(plain)
        plain.start(reader)
        while reader.outcome is None:
            plain.resumeProducing()
        self.assertEqual(10_000_000, len(reader.text))
        self.assertLess(max(map(len, reader.pieces)), 3 * HIGH_WATER)

    def test_back_pressure(self) -> None:
        """A reader that has enough holds the source back."""
        plain = self.plain()
        plain.start(Reader(plain))
        self.raw.data_received(HELLO)
        self.assertTrue(self.source.is_paused)
        plain.resumeProducing()
        self.assertFalse(self.source.is_paused)

    def test_no_gzip(self) -> None:
        """What is no gzip fails, and the source is abandoned."""
        for data in (b"hello there", HELLO + b"junk" * 9):
            self.setUp()
            self.plain().start(self.reader)
            self.raw.data_received(data)
            self.assertEqual("gzip: invalid header", str(self.reader.outcome))
            self.assertTrue(self.source.disconnected)

    def test_cut(self) -> None:
        """What is cut fails."""
        self.plain().start(self.reader)
        self.raw.data_received(HELLO[:-2])
        self.raw.finish()
        self.assertEqual("unexpected EOF", str(self.reader.outcome))

    def test_nothing(self) -> None:
        """So does nothing at all."""
        self.plain().start(self.reader)
        self.raw.finish()
        self.assertIsInstance(self.reader.outcome, TransportError)

    def test_source_fails(self) -> None:
        """The source's failure is the content's."""
        self.plain().start(self.reader)
        self.raw.data_received(HELLO)
        error = TransportError("reset")
        self.raw.fail(Failure(error))
        self.assertEqual((b"hello", error), (self.reader.text, self.reader.outcome))

    def test_abandoned(self) -> None:
        """A reader that wants no more abandons the source."""
        plain = self.plain()
        plain.start(self.reader)
        plain.stopProducing()
        self.assertTrue(self.source.disconnected)
