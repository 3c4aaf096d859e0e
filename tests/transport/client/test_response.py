"""Tests of :mod:`krakendtw.transport.client.response`."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import ResponseDone, readBody
from twisted.web.iweb import UNKNOWN_LENGTH, IResponse
from zope.interface.verify import verifyObject

from krakendtw.errors import TransportError
from krakendtw.transport.client.exchange import Incoming
from krakendtw.transport.client.response import PooledResponse
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Wire

HEAD = b"HTTP/1.1 404 Not Found\r\nX-A: 1\r\nx-a: 2\r\n\r\n"


class Receiver(Protocol):
    """Takes a body.

    :ivar data: what has come.
    :ivar reason: why it ended.
    """

    def __init__(self) -> None:
        self.data = b""
        self.reason: Any = None

    def dataReceived(self, data: bytes) -> None:
        """Keep a piece."""
        self.data += data

    def connectionLost(self, reason: Any = None) -> None:
        """Keep the reason."""
        self.reason = reason.value


class PooledResponseTests(SynchronousTestCase):
    """``PooledResponse``: an answer for Twisted's code."""

    def test_promises(self) -> None:
        """It is a response, with status, phrase and fields."""
        response = PooledResponse(Incoming(404, HEAD, b"hello"), "request")
        verifyObject(IResponse, response)
        self.assertEqual(
            (404, b"Not Found", 5), (response.code, response.phrase, response.length)
        )
        self.assertEqual([b"1", b"2"], response.headers.getRawHeaders(b"x-a"))
        self.assertEqual("request", response.request)

    def test_previous(self) -> None:
        """The answer that redirected here can be kept."""
        response = PooledResponse(Incoming(200, HEAD, b""))
        self.assertIsNone(response.previousResponse)
        response.setPreviousResponse("before")
        self.assertEqual("before", response.previousResponse)

    def test_whole_body(self) -> None:
        """A whole body is delivered at once."""
        for body in (b"hello", b""):
            receiver = Receiver()
            PooledResponse(Incoming(200, HEAD, body)).deliverBody(receiver)
            self.assertEqual(body, receiver.data)
            self.assertIsInstance(receiver.reason, ResponseDone)

    def test_idle_transport(self) -> None:
        """Its transport takes what a transport takes."""
        receiver = Receiver()
        PooledResponse(Incoming(200, HEAD, b"")).deliverBody(receiver)
        transport: Any = receiver.transport
        transport.pauseProducing()
        transport.resumeProducing()
        transport.stopProducing()
        transport.loseConnection()
        transport.abortConnection()

    def test_cut_body(self) -> None:
        """One that broke off says so."""
        incoming = Incoming(200, HEAD, b"he")
        incoming.cut = "unexpected EOF"
        receiver = Receiver()
        PooledResponse(incoming).deliverBody(receiver)
        self.assertEqual(b"he", receiver.data)
        self.assertIsInstance(receiver.reason, TransportError)

    def test_stream(self) -> None:
        """A stream is delivered as it comes, under back-pressure."""
        source = Wire()
        stream = BodyStream(source, 5)
        response = PooledResponse(Incoming(200, HEAD, stream))
        self.assertEqual(5, response.length)
        receiver = Receiver()
        response.deliverBody(receiver)
        transport: Any = receiver.transport
        verifyObject(IPushProducer, transport)
        stream.data_received(b"he")
        self.assertEqual(b"he", receiver.data)
        transport.pauseProducing()
        self.assertTrue(source.is_paused)
        transport.resumeProducing()
        stream.data_received(b"llo")
        stream.finish()
        self.assertEqual(b"hello", receiver.data)
        self.assertIsInstance(receiver.reason, ResponseDone)

    def test_broken_stream(self) -> None:
        """A stream that breaks off ends with its failure."""
        stream = BodyStream(Wire())
        receiver = Receiver()
        response = PooledResponse(Incoming(200, HEAD, stream))
        self.assertIs(UNKNOWN_LENGTH, response.length)
        response.deliverBody(receiver)
        error = TransportError("unexpected EOF")
        stream.fail(Failure(error))
        self.assertIs(error, receiver.reason)

    def test_read_body(self) -> None:
        """Twisted reads it; who reads no more ends the connection."""
        source = Wire()
        stream = BodyStream(source, None, source.abortConnection)
        reading = readBody(PooledResponse(Incoming(200, HEAD, stream)))
        stream.data_received(b"he")
        reading.cancel()
        self.failureResultOf(reading)
        self.assertTrue(source.disconnected)
