"""Tests of :mod:`krakendtw.transport.client.agent`."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import readBody
from twisted.web.error import SchemeNotSupported
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH, IAgent, IClientRequest
from zope.interface.verify import verifyObject

from krakendtw.errors import Canceled, TransportError
from krakendtw.transport.client.agent import PooledAgent
from tests.transport.client.doubles import OK, MemoryPool, Producer, answer

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from tests.transport.doubles import Wire


class AgentTestCase(SynchronousTestCase):
    """An agent on a pool in memory."""

    def setUp(self) -> None:
        self.pool = MemoryPool()
        self.agent: Any = PooledAgent(self.pool)

    def ask(
        self,
        uri: bytes = b"http://h/t",
        method: bytes = b"GET",
        headers: dict[str, list[str]] | None = None,
        body: Any = None,
    ) -> Deferred[Any]:
        """Send a request."""
        given = None if headers is None else Headers(headers)
        asked: Deferred[Any] = self.agent.request(method, uri, given, body)
        return asked

    @property
    def wire(self) -> Wire:
        """The last connection."""
        (endpoint,) = self.pool.endpoints.values()
        return endpoint.wires[-1]

    def written(self) -> bytes:
        """What was sent on it."""
        return self.wire.value()


class RequestTests(AgentTestCase):
    """What goes out."""

    def test_promises(self) -> None:
        """It is an agent."""
        verifyObject(IAgent, self.agent)

    def test_plain(self) -> None:
        """The target is path and query, the host is the URL's."""
        for uri, target, host in (
            (b"http://h/a/b?c=d", b"/a/b?c=d", b"h"),
            (b"http://h:81", b"/", b"h:81"),
            (b"http://h/a#fragment", b"/a", b"h"),
            (b"http://h?c=d", b"/?c=d", b"h"),
            (b"http://h#fragment", b"/", b"h"),
            (b"http://u:p@h/a", b"/a", b"h"),
        ):
            self.setUp()
            self.ask(uri)
            wanted = b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
            self.assertEqual(wanted, self.written(), uri)

    def test_fields(self) -> None:
        """Fields are sent, but those that the wire decides."""
        self.ask(
            headers={
                "X-A": ["1", "2"],
                "Connection": ["close"],
                "Content-Length": ["9"],
                "Transfer-Encoding": ["chunked"],
            }
        )
        self.assertEqual(
            b"GET /t HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nX-A: 2\r\n\r\n", self.written()
        )

    def test_host(self) -> None:
        """A Host that is given counts."""
        self.ask(headers={"Host": ["other"]})
        self.assertEqual(b"GET /t HTTP/1.1\r\nHost: other\r\n\r\n", self.written())

    def test_bad_urls(self) -> None:
        """A URL that cannot be asked fails through the Deferred."""
        self.failureResultOf(self.ask(b"ftp://h/"), SchemeNotSupported)
        self.failureResultOf(self.ask(b"http://h:x/"), ValueError)
        self.failureResultOf(self.ask(b"http://\xff/"), ValueError)

    def test_cancel(self) -> None:
        """Who waits no more ends the exchange."""
        asked = self.ask()
        asked.cancel()
        self.failureResultOf(asked, Canceled)
        self.assertTrue(self.wire.disconnected)


class BodyTests(AgentTestCase):
    """Request bodies."""

    def test_whole(self) -> None:
        """A body that is there at once goes out with the head."""
        self.ask(method=b"POST", body=Producer(5, b"he", b"llo"))
        self.assertIn(b"\r\nContent-Length: 5\r\n\r\nhello", self.written())

    def test_unknown_length(self) -> None:
        """Without a length it is chunked."""
        self.ask(method=b"POST", body=Producer(UNKNOWN_LENGTH, b"hello"))
        self.assertTrue(
            self.written().endswith(b"chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        )

    def test_empty(self) -> None:
        """An empty body has the length 0."""
        self.ask(method=b"POST", body=Producer(0))
        self.assertIn(b"\r\nContent-Length: 0\r\n\r\n", self.written())

    def test_wrong_length(self) -> None:
        """A body of another length than its own is not sent."""
        asked = self.ask(method=b"POST", body=Producer(3, b"hello"))
        error = self.failureResultOf(asked, TransportError).value
        self.assertEqual("http: ContentLength=3 with Body length 5", str(error))
        self.assertEqual([], self.pool.wires("http://h:80"))

    def test_later(self) -> None:
        """A body that comes later is relayed, under back-pressure."""
        producer = Producer(5, b"he", is_done=False)
        asked = self.ask(method=b"POST", body=producer)
        self.assertTrue(self.written().endswith(b"\r\n\r\nhe"))
        self.wire.producer.pauseProducing()
        self.wire.producer.resumeProducing()
        self.assertEqual(["pause", "resume"], producer.calls)
        producer.consumer.write(b"llo")
        producer.consumer.unregisterProducer()
        producer.done.callback(None)
        self.assertTrue(self.written().endswith(b"\r\n\r\nhello"))
        answer(self.wire)
        self.assertEqual(200, self.successResultOf(asked).code)

    def test_fails(self) -> None:
        """A body that fails fails the exchange."""
        producer = Producer(5, b"he", is_done=False)
        asked = self.ask(method=b"POST", body=producer)
        producer.done.errback(Failure(ValueError("no more")))
        error = self.failureResultOf(asked, TransportError).value
        self.assertEqual("no more", str(error))
        self.assertTrue(self.wire.disconnected)


class AnswerTests(AgentTestCase):
    """What comes back."""

    def test_whole(self) -> None:
        """An answer has its fields and its body, and knows what was asked."""
        asked = self.ask()
        answer(self.wire)
        response = self.successResultOf(asked)
        self.assertEqual((200, 2), (response.code, response.length))
        verifyObject(IClientRequest, response.request)
        self.assertEqual(b"http://h/t", response.request.absoluteURI)
        self.assertEqual(b"GET", response.request.method)
        self.assertEqual(b"ok", self.successResultOf(readBody(response)))

    def test_streams(self) -> None:
        """A body may come later, unless the agent is told otherwise."""
        for streams in (True, False):
            self.setUp()
            self.agent = PooledAgent(self.pool, streams=streams)
            asked = self.ask()
            answer(self.wire, OK[:-1])
            if streams:
                reading = readBody(self.successResultOf(asked))
            else:
                self.assertNoResult(asked)
            answer(self.wire, OK[-1:])
            if not streams:
                reading = readBody(self.successResultOf(asked))
            self.assertEqual(b"ok", self.successResultOf(reading))

    def test_fails(self) -> None:
        """A failed exchange fails."""
        asked = self.ask()
        self.wire.lose()
        self.failureResultOf(asked, TransportError)


def zipped(body: bytes, kind: bytes = b"gzip") -> bytes:
    """An answer with a compressed body."""
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\nContent-Length: %d\r\n\r\n"
    return head % (kind, len(body)) + body


class CompressionTests(AgentTestCase):
    """``compression``."""

    def setUp(self) -> None:
        super().setUp()
        self.agent = PooledAgent(self.pool, compression=True)

    def test_asks(self) -> None:
        """Gzip is asked for where nobody says anything about it."""
        for method, headers, asks in (
            (b"GET", {}, True),
            (b"POST", {}, True),
            (b"HEAD", {}, False),
            (b"GET", {"Range": ["bytes=0-1"]}, False),
            (b"GET", {"Accept-Encoding": ["br"]}, False),
            (b"GET", {"Accept-Encoding": [""], "Range": [""]}, True),
        ):
            self.setUp()
            self.ask(method=method, headers=headers)
            line = b"\r\nAccept-Encoding: gzip\r\n"
            self.assertEqual(asks, line in self.written())

    def test_undone(self) -> None:
        """What was asked for is undone unseen."""
        for at in (0, 5):
            self.setUp()
            asked = self.ask()
            data = zipped(gzip.compress(b"hello"), b"GZIP")
            cut = len(data) - at
            answer(self.wire, data[:cut])
            response = self.successResultOf(asked)
            reading = readBody(response)
            if at:
                answer(self.wire, data[cut:])
            self.assertEqual(b"hello", self.successResultOf(reading))
            self.assertFalse(response.headers.hasHeader(b"content-encoding"))
            self.assertFalse(response.headers.hasHeader(b"content-length"))

    def test_not_asked(self) -> None:
        """What the caller asked for is the caller's."""
        for headers in ({"Accept-Encoding": ["gzip"]}, {"Range": ["bytes=0-9"]}):
            self.setUp()
            asked = self.ask(headers=headers)
            data = gzip.compress(b"hello")
            answer(self.wire, zipped(data))
            response = self.successResultOf(asked)
            self.assertEqual(data, self.successResultOf(readBody(response)))
            self.assertTrue(response.headers.hasHeader(b"content-encoding"))

    def test_other_coding(self) -> None:
        """What is not gzip stays."""
        asked = self.ask()
        answer(self.wire, zipped(b"hello", b"br"))
        response = self.successResultOf(asked)
        self.assertEqual(b"hello", self.successResultOf(readBody(response)))

    def test_broken(self) -> None:
        """What says gzip and is not fails for who reads it."""
        asked = self.ask()
        answer(self.wire, zipped(b"hello there"))
        response = self.successResultOf(asked)
        error = self.failureResultOf(readBody(response), TransportError).value
        self.assertEqual("gzip: invalid header", str(error))
