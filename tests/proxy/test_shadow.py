"""Tests of :mod:`krakendtw.proxy.shadow`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import Rejected
from krakendtw.proxy.shadow import with_shadow
from krakendtw.testing import MemoryBackend, request, response
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Wire

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request, Response


class ShadowTests(SynchronousTestCase):
    """``with_shadow``: a copy for nobody."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.wheel = TimerWheel(self.clock)

    def cast(
        self, main: Any, shadow: Any, asked: Request | None = None
    ) -> Deferred[Response]:
        """Send a request, and its shadow."""
        return with_shadow(main, shadow, 0.5, self.wheel)(asked or request())

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.pump([0.01] * round(seconds * 100))

    def test_copy(self) -> None:
        """The shadow gets a copy of its own."""
        main, shadow = MemoryBackend({"a": 1}), MemoryBackend({"b": 2})
        asked = request("POST", "/x", headers={"X-A": "1"}, body=b"body")
        found = self.successResultOf(self.cast(main, shadow, asked))
        self.assertEqual({"a": 1}, found.data)
        (twin,) = shadow.requests
        self.assertEqual(("POST", "/x", b"body"), (twin.method, twin.path, twin.body))
        self.assertIsNot(asked.headers, twin.headers)

    def test_ignored(self) -> None:
        """Whatever becomes of it, the answer is the main one."""

        def broken(asked: Request) -> Any:
            raise ValueError("broken")

        shadow: Any
        for shadow in (
            MemoryBackend(Rejected("no")),
            MemoryBackend(Deferred()),
            broken,
        ):
            answer = self.cast(MemoryBackend({"a": 1}), shadow)
            self.assertEqual({"a": 1}, self.successResultOf(answer).data)
        self.wait(1)
        self.assertEqual([], self.flushLoggedErrors())

    def test_main_fails(self) -> None:
        """A failure of the main one is the outcome."""
        answer = self.cast(MemoryBackend(Rejected("no")), MemoryBackend({}))
        self.failureResultOf(answer, Rejected)

    def test_outlives(self) -> None:
        """It goes on when nobody waits for the main one any more."""
        under_way: Deferred[Response] = Deferred()
        shadow = MemoryBackend(under_way)
        answer = self.cast(MemoryBackend(Deferred()), shadow)
        answer.cancel()
        self.failureResultOf(answer)
        self.assertFalse(under_way.called)

    def test_own_time(self) -> None:
        """It has a time limit of its own, whatever the client's."""
        under_way: Deferred[Response] = Deferred()
        shadow = MemoryBackend(under_way)
        self.cast(MemoryBackend({}), shadow, request(deadline=0.1))
        self.assertAlmostEqual(0.5, shadow.requests[0].deadline)
        self.wait(0.49)
        self.assertFalse(under_way.called)
        self.wait(0.05)
        self.assertTrue(under_way.called)

    def test_done(self) -> None:
        """A shadow that is done has no time limit any more."""
        self.cast(MemoryBackend({}), MemoryBackend({}))
        self.wait(1)
        self.assertEqual([], self.clock.getDelayedCalls())

    def test_unread_body(self) -> None:
        """Its body is not read: the connection is not held for it."""
        source = Wire()
        stream = BodyStream(source, None, source.abortConnection)
        self.cast(MemoryBackend({}), MemoryBackend(response({}, io=stream)))
        self.assertTrue(source.disconnected)

    def test_stream(self) -> None:
        """Both wait for a body that is still arriving."""
        main, shadow = MemoryBackend({"a": 1}), MemoryBackend({})
        stream = BodyStream(Wire())
        answer = self.cast(main, shadow, request("POST", body=stream))
        self.assertEqual([], main.requests)
        stream.data_received(b"body")
        stream.finish()
        self.successResultOf(answer)
        self.assertEqual(b"body", main.requests[0].body)
        self.assertEqual(b"body", shadow.requests[0].body)
