"""Tests of bodies that are copied as they pass."""

from __future__ import annotations

from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import ResponseDone
from twisted.web.iweb import IResponse
from zope.interface.verify import verifyObject

from krakendtw.memory import MemoryResponse
from krakendtw.middleware.qos._cache_tee import KeptResponse, refuse


class Slow(MemoryResponse):
    """An answer whose body comes when the test says.

    :ivar reader: who reads it.
    """

    reader: Any = None

    def deliverBody(self, protocol: Any) -> None:
        """Keep the reader."""
        self.reader = protocol
        self.wire = StringTransport()
        protocol.makeConnection(self.wire)


class Reader(Protocol):
    """Reads a body.

    :ivar text: what has come.
    :ivar reason: why it ended.
    """

    def __init__(self) -> None:
        self.text = b""
        self.reason: Any = None

    def dataReceived(self, data: bytes) -> None:
        """Keep it."""
        self.text += data

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Keep it."""
        self.reason = reason


class KeptResponseTests(SynchronousTestCase):
    """What is kept of a body."""

    def setUp(self) -> None:
        self.kept: list[bytes] = []
        self.slow = Slow(201, {"X-A": ["1"]})
        self.reader = Reader()

    def deliver(self, limit: int = 100) -> Any:
        """Begin to read; the result takes the body's pieces."""
        response = KeptResponse(self.slow, self.kept.append, limit)
        response.deliverBody(self.reader)
        return self.slow.reader

    def test_looks_alike(self) -> None:
        """It is the answer that it stands for."""
        response = KeptResponse(self.slow, self.kept.append, 100)
        verifyObject(IResponse, response)
        self.assertEqual((response.code, response.phrase), (201, b"Created"))
        self.assertIs(response.headers, self.slow.headers)
        response.setPreviousResponse(self.slow)
        self.assertIs(response.previousResponse, self.slow)

    def test_whole(self) -> None:
        """A body that has been read to its end is kept, before the reader knows."""
        source = self.deliver()
        source.connectionMade()
        source.dataReceived(b"on")
        source.dataReceived(b"e")
        self.assertEqual((self.reader.text, self.kept), (b"one", []))
        source.connectionLost(Failure(ResponseDone()))
        self.assertEqual(self.kept, [b"one"])
        self.assertTrue(self.reader.reason.check(ResponseDone))

    def test_cut(self) -> None:
        """One that breaks off is not."""
        source = self.deliver()
        source.dataReceived(b"on")
        source.connectionLost(Failure(ConnectionDone()))
        self.assertEqual(self.kept, [])
        self.assertTrue(self.reader.reason.check(ConnectionDone))

    def test_abandoned(self) -> None:
        """Nor is one that the reader does not want to the end."""
        for name in ("stopProducing", "loseConnection", "abortConnection"):
            source = self.deliver()
            source.dataReceived(b"on")
            getattr(self.reader.transport, name)()
            source.connectionLost(Failure(ResponseDone()))
            self.assertEqual(self.kept, [])
            self.assertEqual(self.slow.wire.producerState, "stopped")

    def test_too_long(self) -> None:
        """Nor is one that fills the cache; the reader gets all of it."""
        source = self.deliver(limit=4)
        source.dataReceived(b"one")
        source.dataReceived(b"two")
        source.connectionLost(Failure(ResponseDone()))
        self.assertEqual((self.reader.text, self.kept), (b"onetwo", []))

    def test_pauses(self) -> None:
        """The reader holds the body back through it."""
        self.deliver()
        transport: Any = self.reader.transport
        transport.pauseProducing()
        self.assertEqual(self.slow.wire.producerState, "paused")
        transport.resumeProducing()
        self.assertEqual(self.slow.wire.producerState, "producing")


class RefuseTests(SynchronousTestCase):
    """Bodies that nobody reads."""

    def test_stopped(self) -> None:
        """Who sends it is told."""
        slow = Slow()
        refuse(slow)
        self.assertEqual(slow.wire.producerState, "stopped")

    def test_nobody_to_tell(self) -> None:
        """A source that cannot be stopped is let be."""

        class Mute(MemoryResponse):
            def deliverBody(self, protocol: Any) -> None:
                protocol.makeConnection(None)

        refuse(Mute())
