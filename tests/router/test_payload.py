"""Tests of ``max_payload``."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IHandlerMiddleware, IRouterMiddleware
from krakendtw.router.answer import Answer
from krakendtw.router.payload import PayloadLimit, payload_limits, read_max_payload
from krakendtw.testing import (
    MemoryRouter,
    answer_of,
    gateway_request,
    handler_scope,
    render,
    service_scope,
    start,
)
from krakendtw.transport.stream import BodyStream


class Source:
    """A transport that is never full."""

    def pauseProducing(self) -> None:
        """Nothing to hold back."""

    def resumeProducing(self) -> None:
        """Nothing is held."""


def streaming(length: int | None = None) -> tuple[Any, BodyStream]:
    """A request whose body is on its way."""
    request = gateway_request("POST")
    stream = BodyStream(Source(), length)
    request.body = stream
    return request, stream


class ReadTests(SynchronousTestCase):
    """The key."""

    def test_sizes(self) -> None:
        """Bytes, or nothing for no limit."""
        where = ConfigPath()
        for options, size in (
            ({}, 0),
            (None, 0),
            ({"max_payload": 10}, 10),
            ({"max_payload": 1e3}, 1000),
        ):
            self.assertEqual(size, read_max_payload(options, where))

    def test_nonsense(self) -> None:
        """What is no size does not start."""
        for value in ("10", -1, True, 1.5, [1]):
            self.assertRaises(
                ConfigError, read_max_payload, {"max_payload": value}, ConfigPath()
            )

    def test_limits(self) -> None:
        """0 is no limit."""
        self.assertEqual([], payload_limits({"max_payload": 0}, ConfigPath()))
        self.assertEqual(
            [PayloadLimit(5)], payload_limits({"max_payload": 5}, ConfigPath())
        )


class HandlerTests(SynchronousTestCase):
    """In front of an endpoint's handler."""

    def setUp(self) -> None:
        self.bodies: list[Any] = []

    def handle(self, request: Any) -> Any:
        """What an endpoint of four bytes answers."""

        def handler(asked: Any) -> Answer:
            self.bodies.append(asked.body)
            return Answer(200)

        limit = PayloadLimit(4)
        verifyObject(IHandlerMiddleware, limit)
        return limit.wrap_handler(handler_scope(), handler)(request)

    def test_whole(self) -> None:
        """A body that is here is measured."""
        for body, status in ((None, 200), (b"", 200), (b"1234", 200), (b"12345", 413)):
            self.assertEqual(status, self.handle(gateway_request(body=body)).status)

    def test_announced(self) -> None:
        """One that announces too much is refused unread, and the connection ends."""
        request, _ = streaming(5)
        answer = self.handle(request)
        self.assertEqual((413, b""), (answer.status, answer.body))
        self.assertFalse(request.keep_alive)

    def test_announced_within(self) -> None:
        """One that announces less goes on as it arrives."""
        request, stream = streaming(4)
        self.assertEqual(200, self.handle(request).status)
        self.assertEqual([stream], self.bodies)

    def test_counted(self) -> None:
        """One that announces nothing is counted."""
        request, stream = streaming()
        answer = self.handle(request)
        stream.data_received(b"123")
        self.assertIsInstance(answer, Deferred)
        stream.data_received(b"45")
        self.assertEqual(413, self.successResultOf(answer).status)

    def test_counted_within(self) -> None:
        """Within the limit it is there as a whole."""
        request, stream = streaming()
        answer = self.handle(request)
        stream.data_received(b"1234")
        stream.finish()
        self.assertEqual(200, self.successResultOf(answer).status)
        self.assertEqual([b"1234"], self.bodies)

    def test_broken(self) -> None:
        """One that breaks off is a bad request."""
        request, stream = streaming()
        answer = self.handle(request)
        stream.fail(Failure(ConnectionError("malformed")))
        self.assertEqual(400, self.successResultOf(answer).status)


class LeafTests(SynchronousTestCase):
    """In front of all leaves."""

    def setUp(self) -> None:
        self.router = MemoryRouter()
        limit = PayloadLimit(4)
        verifyObject(IRouterMiddleware, limit)
        self.leaf = limit.wrap_leaf(service_scope(), self.router)

    def test_whole(self) -> None:
        """A body that is here is measured."""
        for body, status in ((None, 200), (b"1234", 200), (b"12345", 413)):
            self.assertEqual(
                status, render(self.leaf, gateway_request(body=body)).status
            )

    def test_counted(self) -> None:
        """One that announces nothing is counted while it arrives."""
        request, stream = streaming()
        start(self.leaf, request)
        stream.data_received(b"12345")
        self.assertEqual(413, answer_of(request).status)
        self.assertEqual([], self.router.requests)

    def test_whole_for_those_who_want_it(self) -> None:
        """A leaf that takes no stream is given the whole body."""
        request, stream = streaming(2)
        start(self.leaf, request)
        self.assertEqual([], self.router.requests)
        stream.data_received(b"12")
        stream.finish()
        self.assertEqual(200, answer_of(request).status)
        self.assertEqual(b"12", self.router.requests[0].body)

    def test_client_leaves(self) -> None:
        """Nobody is answered who has left."""
        request, _ = streaming()
        start(self.leaf, request)
        request.connection_lost(Failure(ConnectionDone()))
        self.assertEqual([], self.router.requests)
