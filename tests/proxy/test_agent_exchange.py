"""Tests of the exchange over an agent."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import ResponseDone
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH, IAgent
from zope.interface import implementer

from krakendtw.config.model import TransportConfig
from krakendtw.errors import Canceled, DeadlineExceeded, StatusError, TransportError
from krakendtw.memory import MemoryResponse
from krakendtw.proxy.agent_exchange import AgentExchange
from krakendtw.proxy.http import Host
from krakendtw.proxy.message import Request, Response
from krakendtw.transport.client.agent import Asked
from krakendtw.transport.client.client import GatewayClient
from krakendtw.transport.client.exchange import Incoming
from krakendtw.transport.client.pool import Pool
from krakendtw.transport.client.response import PooledResponse
from krakendtw.transport.client.settings import ClientSettings
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Reader


class Collector:
    """Takes a request's body.

    :ivar text: what has come.
    """

    def __init__(self) -> None:
        self.text = b""

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.text += data


@implementer(IAgent)
class Backend:
    """Gives the answers that it was given, and keeps what it was asked.

    :ivar asked: methods, URLs and fields.
    :ivar bodies: of the requests that have one.
    :ivar lengths: that were announced for them.
    """

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[bytes, bytes]] = []
        self.headers: list[dict[bytes, list[bytes]]] = []
        self.bodies: list[bytes] = []
        self.lengths: list[Any] = []

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Any = None,
        bodyProducer: Any = None,
    ) -> Deferred[Any]:
        """The next answer."""
        self.asked.append((method, uri))
        self.headers.append(dict(headers.getAllRawHeaders()))
        if bodyProducer is not None:
            collector = Collector()
            bodyProducer.startProducing(collector)
            self.bodies.append(collector.text)
            self.lengths.append(bodyProducer.length)
        answer = self._answers.pop(0)
        if isinstance(answer, Deferred):
            return answer
        return fail(answer) if isinstance(answer, Exception) else succeed(answer)


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


def redirect(to: str, status: int = 302) -> MemoryResponse:
    """A redirect."""
    return MemoryResponse(status, {"Location": [to]}, b"over there")


class ExchangeTestCase(SynchronousTestCase):
    """Sends requests through an agent."""

    def setUp(self) -> None:
        self.clock = MemoryReactorClock()
        self.pool = Pool(self.clock, TimerWheel(self.clock), TransportConfig())
        self.read: list[Incoming] = []

    def send(
        self,
        backend: Backend,
        request: Request | None = None,
        *,
        streams: bool = False,
        follows: bool = True,
        settings: ClientSettings | None = None,
    ) -> Deferred[Response]:
        """One exchange with ``http://h/a``, or what ``request`` says."""

        def read(incoming: Incoming) -> Response:
            self.read.append(incoming)
            return Response({"status": incoming.status}, True)

        exchange = AgentExchange(
            GatewayClient(self.pool),
            settings or ClientSettings(),
            request.method if request else "GET",
            lambda: Host("http://h", self.pool.plain_origin("http://h")),
            lambda params: "/a",
            agent=backend,
            follows=follows,
            read=read,
            compression=True,
            streams=streams,
        )
        return exchange(request or Request())

    def body(self, *answers: Any, **options: Any) -> Any:
        """The body that the reader gets at last."""
        self.successResultOf(self.send(Backend(*answers), **options))
        return self.read[-1].body


class RequestTests(ExchangeTestCase):
    """What the agent is asked."""

    def test_request(self) -> None:
        """Method, URL and fields are the request's; gzip is not asked for here."""
        backend = Backend(MemoryResponse())
        self.successResultOf(self.send(backend, Request(headers={"X-A": ["1", "2"]})))
        self.assertEqual(backend.asked, [(b"GET", b"http://h/a")])
        self.assertEqual(backend.headers[0][b"X-A"], [b"1", b"2"])
        self.assertNotIn(b"Accept-Encoding", backend.headers[0])

    def test_body(self) -> None:
        """A body is produced, whole or as it arrives."""
        stream = BodyStream(StringTransport())
        stream.data_received(b"late")
        stream.finish()
        backend = Backend(MemoryResponse(), MemoryResponse())
        for body in (b"whole", stream):
            self.successResultOf(self.send(backend, Request("POST", body=body)))
        self.assertEqual(backend.bodies, [b"whole", b"late"])

    def test_length(self) -> None:
        """A body is announced as the request says: by its length, or in chunks."""
        backend = Backend(MemoryResponse(), MemoryResponse())
        for headers in ({"Content-Length": ["5"]}, {}):
            request = Request("POST", body=b"whole", headers=headers)
            self.successResultOf(self.send(backend, request))
        self.assertEqual(backend.lengths, [5, UNKNOWN_LENGTH])


class AnswerTests(ExchangeTestCase):
    """What becomes of the agent's answer."""

    def test_whole(self) -> None:
        """A body is read before the reader gets it, with status and fields."""
        answer = MemoryResponse(201, {"X-A": ["1"]}, b"body")
        self.assertEqual(self.body(answer), b"body")
        incoming = self.read[0]
        self.assertEqual((incoming.status, incoming.headers), (201, [(b"X-A", b"1")]))
        self.assertEqual(incoming.location(), "http://h/a")

    def test_late(self) -> None:
        """A body that is still coming is waited for."""
        slow = Slow()
        pending = self.send(Backend(slow))
        slow.reader.dataReceived(b"bo")
        slow.reader.dataReceived(b"dy")
        self.assertNoResult(pending)
        slow.reader.connectionLost(Failure(ResponseDone()))
        self.successResultOf(pending)
        self.assertEqual((self.read[0].body, self.read[0].cut), (b"body", ""))

    def test_cut(self) -> None:
        """The reader gets what came of a body that broke off, and is told."""
        for error, text in (
            (ConnectionDone(), "unexpected EOF"),
            (TransportError("gzip: invalid header"), "gzip: invalid header"),
        ):
            slow = Slow()
            pending = self.send(Backend(slow))
            slow.reader.dataReceived(b"bo")
            slow.reader.connectionLost(Failure(error))
            self.successResultOf(pending)
            self.assertEqual((self.read[-1].body, self.read[-1].cut), (b"bo", text))

    def test_too_long(self) -> None:
        """A body that is longer than may be held is refused."""
        settings = ClientSettings(max_body_bytes=3)
        incoming = Incoming(200, [], b"body")
        for answer in (MemoryResponse(200, None, b"body"), PooledResponse(incoming)):
            failed = self.send(Backend(answer), settings=settings)
            error = self.failureResultOf(failed, TransportError).value
            self.assertIn("body larger than 3 bytes", str(error))

    def test_streamed(self) -> None:
        """A reader that wants the body as it arrives gets a stream of it."""
        slow = Slow()
        slow.length = UNKNOWN_LENGTH
        stream = self.body(slow, streams=True)
        reader = Reader()
        stream.start(reader)
        slow.reader.dataReceived(b"body")
        slow.reader.connectionLost(Failure(ResponseDone()))
        self.assertEqual((reader.text, reader.outcome), (b"body", "end"))

    def test_streamed_and_cut(self) -> None:
        """The stream fails with the body."""
        slow = Slow()
        reader = Reader()
        self.body(slow, streams=True).start(reader)
        slow.reader.connectionLost(Failure(ConnectionDone()))
        self.assertEqual(str(reader.outcome), "unexpected EOF")

    def test_streamed_and_held_back(self) -> None:
        """Who reads the stream holds the body back, and may want no more of it."""
        slow = Slow()
        stream = self.body(slow, streams=True)
        stream.pauseProducing()
        self.assertEqual(slow.wire.producerState, "paused")
        stream.resumeProducing()
        self.assertEqual(slow.wire.producerState, "producing")
        stream.stopProducing()
        self.assertEqual(slow.wire.producerState, "stopped")

    def test_pools_answer(self) -> None:
        """An answer of the pool is handed on, with fields that others changed."""
        incoming = Incoming(200, [(b"X-A", b"1")], b"body")
        answer = PooledResponse(incoming)
        answer.headers.addRawHeader(b"X-B", b"2")
        self.assertEqual(self.body(answer), b"body")
        self.assertIs(self.read[0], incoming)
        self.assertEqual(incoming.headers, [(b"X-A", b"1"), (b"X-B", b"2")])

    def test_pools_stream(self) -> None:
        """A stream of the pool's is read, or handed on."""
        for streams in (False, True):
            stream = BodyStream(StringTransport())
            stream.data_received(b"body")
            answer = PooledResponse(Incoming(200, [], stream))
            pending = self.send(Backend(answer), streams=streams)
            stream.finish()
            self.successResultOf(pending)
            self.assertEqual(self.read[-1].body, stream if streams else b"body")


class FailureTests(ExchangeTestCase):
    """What the agent fails with."""

    def failed(self, error: Exception, deadline: float = 10) -> Exception:
        """What the exchange fails with."""
        pending = self.send(Backend(error), Request(deadline=deadline))
        found: Exception = self.failureResultOf(pending).value
        return found

    def test_strange(self) -> None:
        """A stranger's error is told in Go's words."""
        error = self.failed(ValueError("odd"))
        self.assertIsInstance(error, TransportError)
        self.assertEqual(str(error), 'Get "http://h/a": odd')

    def test_ours(self) -> None:
        """One of ours stays."""
        error = StatusError(404, "no", "")
        self.assertIs(self.failed(error), error)

    def test_too_late(self) -> None:
        """A strange one behind the deadline is the deadline's, a cancel too."""
        for error in (ValueError("odd"), Canceled()):
            self.assertIsInstance(self.failed(error, deadline=0), DeadlineExceeded)

    def test_cancelled(self) -> None:
        """Who does not wait any more ends the request, and the body."""
        slow = Slow()
        for answer in (Deferred(), slow):
            pending = self.send(Backend(answer), Request(deadline=10))
            pending.cancel()
            self.failureResultOf(pending, Canceled)
        self.assertEqual(slow.wire.producerState, "stopped")


class RedirectTests(ExchangeTestCase):
    """Redirects are followed through the agent, step by step."""

    def test_followed(self) -> None:
        """The next step goes through the agent too, with a Referer."""
        backend = Backend(redirect("/b"), MemoryResponse())
        self.successResultOf(self.send(backend))
        urls = [url for _, url in backend.asked]
        self.assertEqual(urls, [b"http://h/a", b"http://h/b"])
        self.assertEqual(backend.headers[1][b"Referer"], [b"http://h/a"])
        self.assertEqual(self.read[0].location(), "http://h/b")

    def test_changed_on_the_way(self) -> None:
        """A component may ask elsewhere, and tell so in what it answers."""
        answer = MemoryResponse()
        answer.request = Asked(b"GET", b"http://i/c", Headers())
        self.successResultOf(self.send(Backend(answer)))
        self.assertEqual(self.read[0].location(), "http://i/c")
        error = TransportError("EOF")
        error.url = "http://i/c"
        failed = self.failureResultOf(self.send(Backend(error)), TransportError)
        self.assertEqual(str(failed.value), 'Get "http://i/c": EOF')

    def test_body_first(self) -> None:
        """The redirect's own body is read before, so that it may be kept."""
        slow = Slow(302, {"Location": ["/b"]})
        backend = Backend(slow, MemoryResponse())
        pending = self.send(backend)
        slow.reader.dataReceived(b"over there")
        self.assertEqual(len(backend.asked), 1)
        slow.reader.connectionLost(Failure(ResponseDone()))
        self.successResultOf(pending)
        self.assertEqual(len(backend.asked), 2)

    def test_long_body(self) -> None:
        """A long one is not."""
        slow = Slow(302, {"Location": ["/b"]})
        pending = self.send(Backend(slow, MemoryResponse()))
        slow.reader.dataReceived(b"x" * 70000)
        self.assertEqual(slow.wire.producerState, "stopped")
        slow.reader.connectionLost(Failure(ConnectionDone()))
        self.successResultOf(pending)

    def test_not_followed(self) -> None:
        """Where a component stands in for the client its redirect is the answer."""
        self.assertEqual(self.body(redirect("/b"), follows=False), b"over there")
        self.assertEqual(self.read[0].status, 302)

    def test_nowhere(self) -> None:
        """A redirect without a Location is the answer."""
        self.assertEqual(self.body(MemoryResponse(302, None, b"where")), b"where")
        self.assertEqual(self.read[0].location(), "http://h/a")

    def test_body_cannot_be_repeated(self) -> None:
        """307 to a request with a body is the answer, unless the body is kept."""
        request = Request("POST", body=b"x")
        backend = Backend(redirect("/b", 307))
        self.successResultOf(self.send(backend, request))
        self.assertEqual(self.read[0].status, 307)
        backend = Backend(redirect("/b", 307), MemoryResponse())
        settings = ClientSettings(send_body_on_redirect=True)
        self.successResultOf(self.send(backend, request, settings=settings))
        self.assertEqual(backend.bodies, [b"x", b"x"])

    def test_too_many(self) -> None:
        """The tenth answer must not be one more."""
        last = Slow(302, {"Location": ["/a"]})
        backend = Backend(*[redirect("/a") for _ in range(9)], last)
        failed = self.failureResultOf(self.send(backend), TransportError)
        text = 'Get "/a": stopped after 10 redirects'
        self.assertEqual(str(failed.value), text)
        self.assertEqual(last.wire.producerState, "stopped")

    def test_later_step_fails(self) -> None:
        """What fails on the way names its own URL."""
        backend = Backend(redirect("http://i/b"), TransportError("refused"))
        failed = self.failureResultOf(self.send(backend), TransportError)
        self.assertEqual(str(failed.value), 'Get "http://i/b": refused')
