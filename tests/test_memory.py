"""Tests of answers that come from no wire."""

from __future__ import annotations

from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import ResponseDone, readBody
from twisted.web.iweb import IResponse
from zope.interface.verify import verifyObject

from krakendtw.memory import MemoryResponse


class Reader(Protocol):
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.reason = Failure(connectionDone.value)

    def dataReceived(self, data: bytes) -> None:
        """Keep a piece."""
        self.pieces.append(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Keep the reason."""
        self.reason = reason


class MemoryResponseTests(SynchronousTestCase):
    """A whole answer."""

    def test_interface(self) -> None:
        """It is a response as agents give it."""
        verifyObject(IResponse, MemoryResponse())

    def test_head(self) -> None:
        """Status, its phrase, headers and length are there."""
        response = MemoryResponse(404, {"X-A": ["1", "2"]}, b"gone", "request")
        self.assertEqual((404, b"Not Found", 4), _head(response))
        self.assertEqual([b"1", b"2"], response.headers.getRawHeaders(b"x-a"))
        self.assertEqual("request", response.request)

    def test_unknown_status(self) -> None:
        """A status that nobody has named has a phrase all the same."""
        self.assertEqual((599, b"Unknown", 0), _head(MemoryResponse(599)))

    def test_body(self) -> None:
        """The body is delivered in one piece, and then done."""
        reader = Reader()
        MemoryResponse(body=b"all of it").deliverBody(reader)
        self.assertEqual([b"all of it"], reader.pieces)
        self.assertTrue(reader.reason.check(ResponseDone))

    def test_empty_body(self) -> None:
        """An empty body is no piece at all."""
        reader = Reader()
        MemoryResponse().deliverBody(reader)
        self.assertEqual([], reader.pieces)
        self.assertTrue(reader.reason.check(ResponseDone))

    def test_back_pressure(self) -> None:
        """A reader may treat the body's transport as one from the network."""
        reader = Reader()
        MemoryResponse(body=b"x").deliverBody(reader)
        for name in (
            "pauseProducing",
            "resumeProducing",
            "stopProducing",
            "loseConnection",
            "abortConnection",
        ):
            self.assertIsNone(getattr(reader.transport, name)())

    def test_read_body(self) -> None:
        """Twisted's own reader reads it."""
        response = MemoryResponse(body=b"x")
        self.assertEqual(b"x", self.successResultOf(readBody(response)))

    def test_previous(self) -> None:
        """A redirect that led here is remembered."""
        first, second = MemoryResponse(302), MemoryResponse()
        self.assertIsNone(second.previousResponse)
        second.setPreviousResponse(first)
        self.assertIs(first, second.previousResponse)


def _head(response: MemoryResponse) -> tuple[int, bytes, int]:
    return response.code, response.phrase, response.length
