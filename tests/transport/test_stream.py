"""Tests of :mod:`krakendtw.transport.stream`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import CancelledError
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.transport.stream import HIGH_WATER, BodyStream, BodyTooLarge
from tests.transport.doubles import Reader, Wire

LOT = b"x" * HIGH_WATER


class BodyStreamTests(SynchronousTestCase):
    """``BodyStream``: from a source that pushes to one reader."""

    def setUp(self) -> None:
        self.source = Wire()
        self.abandoned = 0
        self.stream = BodyStream(self.source, None, self.abandon)

    def abandon(self) -> None:
        """Count."""
        self.abandoned += 1

    def test_promises(self) -> None:
        """A stream can be a transport's producer."""
        verifyObject(IPushProducer, self.stream)

    def test_before_reader(self) -> None:
        """What comes before the reader is held and can be looked at."""
        self.stream.data_received(b"a")
        self.stream.data_received(b"b")
        self.assertEqual(b"ab", self.stream.peek())
        reader = Reader()
        self.stream.start(reader)
        self.assertEqual(([b"ab"], None), (reader.pieces, reader.outcome))

    def test_with_reader(self) -> None:
        """What comes later is handed on piece by piece, then the end."""
        reader = Reader()
        self.stream.start(reader)
        self.stream.data_received(b"a")
        self.stream.data_received(b"b")
        self.assertEqual([b"a", b"b"], reader.pieces)
        self.stream.finish()
        self.assertEqual("end", reader.outcome)
        self.assertTrue(self.stream.complete)

    def test_ended_before_reader(self) -> None:
        """A late reader gets everything and the end."""
        self.stream.data_received(b"a")
        self.stream.finish()
        reader = Reader()
        self.stream.start(reader)
        self.assertEqual((b"a", "end"), (reader.text, reader.outcome))

    def test_failure(self) -> None:
        """A failure comes behind what was held; the stream is not complete."""
        self.stream.data_received(b"a")
        error = ValueError()
        self.stream.fail(Failure(error))
        reader = Reader()
        self.stream.start(reader)
        self.assertEqual((b"a", error), (reader.text, reader.outcome))
        self.assertFalse(self.stream.complete)

    def test_after_end(self) -> None:
        """Nothing counts after the end."""
        reader = Reader()
        self.stream.start(reader)
        self.stream.finish()
        self.stream.data_received(b"late")
        self.stream.fail(Failure(ValueError()))
        self.assertEqual((b"", "end"), (reader.text, reader.outcome))

    def test_high_water(self) -> None:
        """Without a reader the source is paused at the mark, until one comes."""
        self.stream.data_received(LOT[1:])
        self.assertFalse(self.source.is_paused)
        self.stream.data_received(b"yz")
        self.assertTrue(self.source.is_paused)
        self.stream.start(Reader())
        self.assertFalse(self.source.is_paused)

    def test_reader_pauses(self) -> None:
        """A reader that has enough holds the source back at once."""
        reader = Reader(self.stream)
        self.stream.start(reader)
        self.stream.data_received(b"a")
        self.assertTrue(self.source.is_paused)
        self.stream.data_received(b"b")
        self.assertEqual([b"a"], reader.pieces)
        self.stream.resumeProducing()
        self.assertEqual([b"a", b"b"], reader.pieces)
        self.assertTrue(self.source.is_paused)
        self.stream.resumeProducing()
        self.assertFalse(self.source.is_paused)

    def test_end_waits_for_reader(self) -> None:
        """A paused reader hears of the end when it reads again."""
        reader = Reader()
        self.stream.start(reader)
        self.stream.pauseProducing()
        self.stream.data_received(b"a")
        self.stream.finish()
        self.assertEqual((b"", None), (reader.text, reader.outcome))
        self.stream.resumeProducing()
        self.assertEqual((b"a", "end"), (reader.text, reader.outcome))

    def test_end_frees_source(self) -> None:
        """A source that has given everything is not held back any longer."""
        self.stream.start(Reader())
        self.stream.pauseProducing()
        self.assertTrue(self.source.is_paused)
        self.stream.finish()
        self.assertFalse(self.source.is_paused)
        self.stream.pauseProducing()
        self.assertFalse(self.source.is_paused)

    def test_stop(self) -> None:
        """Who reads no more abandons the source, once."""
        reader = Reader()
        self.stream.start(reader)
        self.stream.stopProducing()
        self.stream.stopProducing()
        self.stream.data_received(b"late")
        self.stream.finish()
        self.assertEqual((b"", None), (reader.text, reader.outcome))
        self.assertEqual(1, self.abandoned)
        self.assertFalse(self.stream.complete)

    def test_stop_after_end(self) -> None:
        """A source that is at its end is not abandoned."""
        self.stream.data_received(b"a")
        self.stream.finish()
        self.stream.stopProducing()
        self.assertEqual((0, b""), (self.abandoned, self.stream.peek()))

    def test_stop_without_abandon(self) -> None:
        """A source that cannot be abandoned goes on, to nobody."""
        stream = BodyStream(self.source)
        stream.data_received(LOT)
        self.assertTrue(self.source.is_paused)
        stream.stopProducing()
        self.assertFalse(self.source.is_paused)
        stream.data_received(LOT)
        self.assertFalse(self.source.is_paused)


class ReadAllTests(SynchronousTestCase):
    """``BodyStream.read_all``: the whole in one piece."""

    def test_pieces(self) -> None:
        """The pieces are joined when the end comes."""
        stream = BodyStream(Wire())
        stream.data_received(b"a")
        done = stream.read_all()
        stream.data_received(b"b")
        self.assertNoResult(done)
        stream.finish()
        self.assertEqual(b"ab", self.successResultOf(done))

    def test_empty(self) -> None:
        """No piece at all is an empty body."""
        stream = BodyStream(Wire())
        stream.finish()
        self.assertEqual(b"", self.successResultOf(stream.read_all()))

    def test_failure(self) -> None:
        """A stream that breaks off fails."""
        stream = BodyStream(Wire())
        done = stream.read_all()
        stream.fail(Failure(ValueError()))
        self.failureResultOf(done, ValueError)

    def test_limit(self) -> None:
        """More than the limit is refused, held or not; the limit itself is not."""
        for early in (True, False):
            stopped: list[None] = []
            stream = BodyStream(Wire(), None, lambda s=stopped: s.append(None))
            if early:
                stream.data_received(b"abc")
            done = stream.read_all(2)
            if not early:
                stream.data_received(b"ab")
                self.assertNoResult(done)
                stream.data_received(b"c")
            self.failureResultOf(done, BodyTooLarge)
            self.assertEqual([None], stopped)

    def test_cancel(self) -> None:
        """Who waits no more abandons the source."""
        stopped: list[None] = []
        stream = BodyStream(Wire(), None, lambda: stopped.append(None))
        done = stream.read_all()
        done.cancel()
        self.failureResultOf(done, CancelledError)
        self.assertEqual([None], stopped)

    def test_never_paused(self) -> None:
        """Reading all holds nothing back."""
        source = Wire()
        stream = BodyStream(source)
        done = stream.read_all()
        stream.data_received(LOT)
        stream.data_received(LOT)
        stream.finish()
        self.assertEqual(LOT + LOT, self.successResultOf(done))
        self.assertEqual(0, source.pauses)


STEPS = st.lists(st.sampled_from(["data", "pause", "resume", "start"]))


class OrderTests(SynchronousTestCase):
    """What holds whatever happens."""

    @given(steps=STEPS)
    def test_nothing_lost(self, steps: list[str]) -> None:
        """Every piece arrives once and in order, and the source is free at last."""
        source, reader = Wire(), Reader()
        stream = BodyStream(source)
        sent = b""
        started = False
        for number, step in enumerate(steps):
            if step == "data":
                piece = b"%d," % number
                sent += piece
                stream.data_received(piece)
            elif step == "start" and not started:
                started = True
                stream.start(reader)
            elif step == "pause":
                stream.pauseProducing()
            elif step == "resume":
                stream.resumeProducing()
        stream.finish()
        if not started:
            stream.start(reader)
        stream.resumeProducing()
        self.assertEqual((sent, "end"), (reader.text, reader.outcome))
        self.assertFalse(source.is_paused)
