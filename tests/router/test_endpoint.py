"""Tests of :mod:`krakendtw.router.endpoint`."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.server import NOT_DONE_YET

from krakendtw.config.model import EndpointConfig
from krakendtw.errors import (
    Canceled,
    DeadlineExceeded,
    MergeError,
    PipeError,
    Rejected,
    StatusError,
)
from krakendtw.proxy.message import Metadata, Response
from krakendtw.proxy.wire import RawMetadata
from krakendtw.router.answer import Answer
from krakendtw.router.endpoint import EndpointHandler, EndpointResource, send
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    WireAnswer,
    answer_of,
    gateway_request,
    request,
    response,
)
from krakendtw.transport.client.exchange import Incoming
from krakendtw.transport.deadline import TimerWheel
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Wire

COMPLETE = {"X-Krakend": ["v"], "X-Krakend-Completed": ["true"]}
INCOMPLETE = {"X-Krakend": ["v"], "X-Krakend-Completed": ["false"]}


def render_keys(found: Response | None, asked: Any) -> tuple[bytes, bytes]:
    """A renderer that tells the keys of the data."""
    if found is None:
        return b"text/x", b"none"
    return b"text/x", ",".join(found.data or ()).encode()


class EndpointTestCase(SynchronousTestCase):
    """One endpoint with a backend in memory."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.wheel = TimerWheel(self.clock)
        self.log = MemoryLog()

    def handler(
        self,
        proxy: Any,
        *,
        noop: bool = False,
        show: bool = False,
        render: Any = render_keys,
        **config: Any,
    ) -> EndpointHandler:
        """The handler."""
        return EndpointHandler(
            EndpointConfig("/e", **config),
            proxy,
            lambda _: request(),
            ("no-op" if noop else "keys", render),
            self.log,
            version="v",
            show_errors=show,
        )

    def ask(self, outcome: Any, **options: Any) -> WireAnswer:
        """What the client gets for an outcome of the pipe, by both ways."""
        proxy = outcome if callable(outcome) else MemoryBackend(outcome)
        asked = gateway_request()
        self.handler(proxy, **options).answer(asked)
        self.asked = asked
        return answer_of(asked)


class RenderTests(EndpointTestCase):
    """Responses and their headers."""

    def test_complete(self) -> None:
        """Complete data says so, whatever status the backend had."""
        found = self.ask(response({"a": 1, "b": 2}, status=201))
        headers = {"Content-Type": ["text/x"], **COMPLETE}
        self.assertEqual(WireAnswer(200, headers, b"a,b"), found)

    def test_incomplete(self) -> None:
        """Incomplete, empty or missing data is not complete."""
        for outcome, body in (
            (response({"a": 1}, is_complete=False), b"a"),
            (response({}), b""),
            (Response(None, True), b""),
        ):
            found = self.ask(outcome)
            headers = {"Content-Type": ["text/x"], **INCOMPLETE}
            self.assertEqual(WireAnswer(200, headers, body), found)

    def test_nothing(self) -> None:
        """No response at all is rendered as such."""
        nothing: Any = succeed(None)
        found = self.ask(nothing)
        self.assertEqual((200, b"none"), (found.status, found.body))
        self.assertEqual(["false"], found.headers["X-Krakend-Completed"])

    def test_cache(self) -> None:
        """``cache_ttl`` is told with complete answers only, in whole seconds."""
        for ttl, value in ((300.0, "300"), (0.5, "0")):
            found = self.ask(response({"a": 1}), cache_ttl=ttl)
            control = found.headers["Cache-Control"]
            self.assertEqual([f"public, max-age={value}"], control)
        for outcome in (response({}), response({"a": 1}, is_complete=False)):
            found = self.ask(outcome, cache_ttl=300.0)
            self.assertNotIn("Cache-Control", found.headers)

    def test_fields(self) -> None:
        """Fields of a response with data are added, hop-by-hop ones left out."""
        fields = {"X-A": ["1", "2"], "Connection": "close"}
        found = self.ask(response({"a": 1}, headers=fields))
        self.assertEqual(["1", "2"], found.headers["X-A"])
        self.assertNotIn("Connection", found.headers)
        found = self.ask(response({}, headers=fields))
        self.assertNotIn("X-A", found.headers)

    def test_other_type(self) -> None:
        """A type among the response's fields stands in place of the renderer's."""
        found = self.ask(response({"a": 1}, headers={"Content-Type": "text/x"}))
        self.assertEqual(["text/x"], found.headers["Content-Type"])

    def test_no_type(self) -> None:
        """A renderer may leave the type out."""
        found = self.ask(response({"a": 1}), render=lambda *_: (b"", b"x"))
        self.assertNotIn("Content-Type", found.headers)

    def test_many_types(self) -> None:
        """A renderer may find a new type each time."""
        handler = self.handler(
            MemoryBackend({"a": 1}),
            render=lambda found, asked: (b"text/" + asked.uri[1:], b""),
        )
        for number in range(100):
            asked = gateway_request(uri=f"/{number}")
            handler.answer(asked)
            self.assertEqual(
                [f"text/{number}"], answer_of(asked).headers["Content-Type"]
            )
        self.assertLess(len(handler._heads), 100)

    def test_unread_body(self) -> None:
        """An undecoded body that nobody renders is abandoned."""
        source = Wire()
        stream = BodyStream(source, None, source.abortConnection)
        self.assertEqual(b"", self.ask(response({}, io=stream)).body)
        self.assertTrue(source.disconnected)

    def test_renderer_fails(self) -> None:
        """A renderer that fails is an error of its own."""

        def broken(found: Any, asked: Any) -> Any:
            raise ValueError("broken")

        found = self.ask(response({"a": 1}), render=broken, show=True)
        self.assertEqual((500, b"ValueError: broken"), (found.status, found.body))

    def test_renderer_fails_twice(self) -> None:
        """Even on the partial answer of a failure."""

        def broken(found: Any, asked: Any) -> Any:
            raise ValueError("broken")

        error = MergeError([PipeError("x")], response({"a": 1}))
        found = self.ask(error, render=broken)
        self.assertEqual(WireAnswer(500, INCOMPLETE, b""), found)


class FailureTests(EndpointTestCase):
    """Errors."""

    def test_error(self) -> None:
        """An error has its status, and its text where that is shown."""
        for error, show, status, body in (
            (PipeError("no"), False, 500, b""),
            (PipeError("no"), True, 500, b"no"),
            (StatusError(404, "gone", "text/y"), True, 404, b"gone"),
            (StatusError(404, "gone", "text/y"), False, 404, b""),
            (ValueError("no"), True, 500, b"ValueError: no"),
        ):
            found = self.ask(error, show=show)
            self.assertEqual((status, body), (found.status, found.body))
            self.assertEqual(["false"], found.headers["X-Krakend-Completed"])

    def test_partial(self) -> None:
        """What came about in spite of it is rendered, incomplete."""
        partial = response({"a": 1}, is_complete=False)
        error = MergeError([PipeError("one"), PipeError("two")], partial)
        found = self.ask(error)
        headers = {"Content-Type": ["text/x"], **INCOMPLETE}
        self.assertEqual(WireAnswer(200, headers, b"a"), found)
        self.assertEqual(["one", "two"], self.asked.errors)

    def test_logged(self) -> None:
        """Errors are logged, those of a sum one by one."""
        self.ask(PipeError("no"))
        self.ask(MergeError([PipeError("one"), PipeError("two")]))
        self.assertEqual(
            ["ERROR no", "ERROR Error #0: one", "ERROR Error #1: two"], self.log.lines
        )

    def test_build_fails(self) -> None:
        """What fails before the pipe is an error like others."""

        def broken(asked: Any) -> Any:
            raise Rejected("no", 400)

        self.assertEqual(400, self.ask(broken).status)

    def test_nobody_waits(self) -> None:
        """Nobody hears of what became of a request whose client has left."""
        pending: Deferred[Response] = Deferred()
        asked = gateway_request()
        self.handler(MemoryBackend(pending)).answer(asked)
        asked.connection_lost(Failure(ConnectionDone()))
        channel: Any = asked.channel
        self.assertEqual(b"", channel.transport.value())
        self.assertEqual([], self.log.lines)

    def test_late_body(self) -> None:
        """A body that comes too late is abandoned."""
        source = Wire()
        asked = gateway_request()
        asked.connection_lost(Failure(ConnectionDone()))
        send(Answer(200, b"", BodyStream(source, None, source.abortConnection)), asked)
        self.assertTrue(source.disconnected)


def relayed(*lines: bytes, status: int = 200, body: Any = b"hello") -> Response:
    """A backend's answer as it came."""
    head = b"\r\n".join((b"HTTP/1.1 200 OK", *lines)) + b"\r\n\r\n"
    metadata = RawMetadata(status, Incoming(status, head, b""))
    return Response({}, True, metadata, body)


class RelayTests(EndpointTestCase):
    """No-op endpoints."""

    def relay(self, found: Any, **options: Any) -> WireAnswer:
        """What the client gets."""
        return self.ask(found, noop=True, **options)

    def test_as_it_came(self) -> None:
        """Status, fields and body are the backend's, ours stand before them."""
        found = self.relay(
            relayed(b"Content-Type: text/y", b"X-Krakend: theirs", status=404),
            cache_ttl=300.0,
        )
        self.assertEqual((404, b"hello"), (found.status, found.body))
        self.assertEqual(
            {
                "X-Krakend": ["v", "theirs"],
                "X-Krakend-Completed": ["false"],
                "Content-Type": ["text/y"],
            },
            found.headers,
        )

    def test_static_data(self) -> None:
        """With data of its own it is complete, and the fields come twice."""
        found = relayed(b"X-A: 1", b"Content-Type: text/y")
        found.data = {"s": 1}
        answer = self.relay(found, cache_ttl=300.0)
        self.assertEqual(["1", "1"], answer.headers["X-A"])
        self.assertEqual(["true"], answer.headers["X-Krakend-Completed"])
        self.assertIn("Cache-Control", answer.headers)

    def test_type(self) -> None:
        """A missing type is found, but for encoded and empty bodies."""
        text = ["text/plain; charset=utf-8"]
        stream = BodyStream(Wire(), 5)
        stream.data_received(b"<p>hi")
        for found, kind in (
            (relayed(), text),
            (relayed(body=b""), None),
            (relayed(body=None), None),
            (relayed(b"Content-Encoding: br"), None),
            (relayed(status=204), None),
            (relayed(b"Content-Type: a/b", status=304), None),
        ):
            self.assertEqual(kind, self.relay(found).headers.get("Content-Type"))
        asked = gateway_request()
        self.handler(MemoryBackend(relayed(body=stream)), noop=True).answer(asked)
        channel: Any = asked.channel
        self.assertIn(b"\r\nContent-Type: text/html", channel.transport.value())

    def test_date(self) -> None:
        """The backend's date stays the only one."""
        for lines, count in (((b"Date: theirs",), 0), ((), 1)):
            asked = gateway_request()
            channel: Any = asked.channel
            channel.date_line = lambda: b"Date: ours\r\n"
            self.handler(MemoryBackend(relayed(*lines)), noop=True).answer(asked)
            self.assertEqual(count, channel.transport.value().count(b"Date: ours"))

    def test_stream(self) -> None:
        """A body that still arrives is relayed."""
        stream = BodyStream(Wire(), 5)
        asked = gateway_request()
        self.handler(MemoryBackend(relayed(body=stream)), noop=True).answer(asked)
        stream.data_received(b"hello")
        stream.finish()
        self.assertEqual(b"hello", answer_of(asked).body)

    def test_odd_status(self) -> None:
        """What is no final status becomes 200."""
        for status, wanted in ((100, 200), (0, 200), (1000, 200), (600, 600)):
            self.assertEqual(wanted, self.relay(relayed(status=status)).status)

    def test_nothing(self) -> None:
        """No response at all is an empty 500."""
        nothing: Any = succeed(None)
        self.assertEqual(WireAnswer(500, INCOMPLETE, b""), self.relay(nothing))

    def test_wrong_length(self) -> None:
        """A body that is not as long as declared breaks off, as Go's does."""
        for body, sent in (
            (b"hel", b"hel"),
            (b"hello there", b""),
            (b"x" * 70_000, b"x" * 70_000),
        ):
            declared = 90_000 if len(body) > 100 else 5
            metadata = Metadata(200, {"Content-Length": [str(declared)]})
            asked = gateway_request()
            found = Response({}, True, metadata, body)
            self.handler(MemoryBackend(found), noop=True).answer(asked)
            channel: Any = asked.channel
            head, _, written = channel.transport.value().partition(b"\r\n\r\n")
            self.assertIn(b"\r\nContent-Length: %d" % declared, head)
            self.assertIn(b"\r\nConnection: close", head)
            self.assertEqual(sent, written)

    def test_error(self) -> None:
        """An error is answered as everywhere."""
        found = self.relay(PipeError("no"), show=True)
        self.assertEqual((500, b"no"), (found.status, found.body))


class HandlerTests(EndpointTestCase):
    """The way around which components stand."""

    def test_answer(self) -> None:
        """It gives the answer instead of sending it."""
        handler = self.handler(MemoryBackend({"a": 1}))
        answer = self.successResultOf(handler(gateway_request()))
        self.assertEqual((200, b"a"), (answer.status, answer.body))

    def test_error(self) -> None:
        """An error is an answer too."""
        handler = self.handler(MemoryBackend(Rejected("no", 403)))
        answer = self.successResultOf(handler(gateway_request()))
        self.assertEqual((403, ["no"]), (answer.status, answer.errors))


class ResourceTests(EndpointTestCase):
    """``EndpointResource``: in the tree."""

    def mount(self, handler: Any, timeout: float = 1.0) -> Any:
        """Let a request come."""
        resource = EndpointResource(handler, self.wheel, timeout, self.log)
        asked = gateway_request()
        self.assertEqual(NOT_DONE_YET, resource.render(asked))
        return asked

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.pump([0.01] * round(seconds * 100))

    def test_direct(self) -> None:
        """An endpoint's own handler answers directly."""
        asked = self.mount(self.handler(MemoryBackend({"a": 1})))
        self.assertEqual(b"a", answer_of(asked).body)
        self.assertIsNone(asked.pending)

    def test_wrapped(self) -> None:
        """A component's may answer now or later."""
        asked = self.mount(lambda _: Answer(401))
        self.assertEqual(WireAnswer(401, {}, b""), answer_of(asked))
        later: Deferred[Answer] = Deferred()
        asked = self.mount(lambda _: later)
        self.assertIs(later, asked.pending)
        later.callback(Answer(403, b"X-A: 1\r\n", b"no"))
        self.assertEqual(WireAnswer(403, {"X-A": ["1"]}, b"no"), answer_of(asked))
        asked = self.mount(lambda _: succeed(Answer(200)))
        self.assertEqual(200, answer_of(asked).status)
        self.assertIsNone(asked.pending)

    def test_crash(self) -> None:
        """One that fails is logged, and answered with 500 or what it says."""

        def broken(asked: Any) -> Any:
            raise ValueError("broken")

        for handler, status in (
            (broken, 500),
            (lambda _: fail(ValueError("broken")), 500),
            (lambda _: fail(Rejected("broken", 403)), 403),
        ):
            self.log.lines.clear()
            self.assertEqual(
                WireAnswer(status, {}, b""), answer_of(self.mount(handler))
            )
            self.assertIn("broken", self.log.lines[-1])

    def test_crash_for_nobody(self) -> None:
        """Nobody hears of one that fails when the client has left."""
        later: Deferred[Answer] = Deferred()
        asked = self.mount(lambda _: later)
        asked.connection_lost(Failure(ConnectionDone()))
        self.assertEqual([], self.log.lines)

    def test_deadline(self) -> None:
        """The endpoint's time ends the pipe."""
        for handler in (
            self.handler(MemoryBackend(Deferred()), show=True),
            lambda _: Deferred(),
        ):
            asked = self.mount(handler)
            self.wait(0.99)
            self.assertFalse(asked.finished)
            self.wait(0.1)
            self.assertEqual(500, answer_of(asked).status)
        self.assertEqual(["ERROR context deadline exceeded"], self.log.lines)

    def test_deadline_text(self) -> None:
        """It says so."""
        asked = self.mount(self.handler(MemoryBackend(Deferred()), show=True))
        self.wait(1.1)
        self.assertEqual(b"context deadline exceeded", answer_of(asked).body)

    def test_no_deadline(self) -> None:
        """A request that is answered has no deadline any more."""
        self.mount(self.handler(MemoryBackend({"a": 1})))
        self.wait(1.1)
        self.assertEqual([], self.clock.getDelayedCalls())

    def test_client_leaves(self) -> None:
        """A client that leaves ends the pipe."""
        ended: list[Any] = []

        def end(pending: Deferred[Response]) -> None:
            ended.append(pending)
            pending.errback(Canceled())

        asked = self.mount(self.handler(MemoryBackend(Deferred(end))))
        asked.connection_lost(Failure(ConnectionDone()))
        self.assertEqual(1, len(ended))

    def test_errors(self) -> None:
        """Errors are kept for the access log."""
        asked = self.mount(self.handler(MemoryBackend(DeadlineExceeded())))
        self.assertEqual(["context deadline exceeded"], asked.errors)

    def test_kind(self) -> None:
        """It reads bodies itself, and is the end of the tree."""
        resource = EndpointResource(lambda _: Answer(200), self.wheel, 1.0, self.log)
        self.assertTrue(resource.isLeaf)
        self.assertTrue(resource.streams_body)
