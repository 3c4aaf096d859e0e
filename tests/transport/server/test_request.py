"""Tests of :mod:`krakendtw.transport.server.request`."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import IRequest
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET
from twisted.web.static import File
from zope.interface.verify import verifyObject

from krakendtw.testing import WireAnswer, answer_of, gateway_request, render
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Reader, Wire

if TYPE_CHECKING:
    from krakendtw.transport.server.request import GatewayRequest

GONE = Failure(ConnectionDone())


def wire_of(request: GatewayRequest) -> Any:
    """The transport behind a request."""
    return request.channel.transport


def written(request: GatewayRequest) -> bytes:
    """What was sent."""
    found: bytes = wire_of(request).value()
    return found


def asked(method: str = "GET", *, speaks_11: bool = True, **given: Any) -> Any:
    """A request, of an old client perhaps."""
    request = gateway_request(method, **given)
    channel: Any = request.channel
    channel.speaks_11 = speaks_11
    channel.transport = Wire()
    return request


class AnswerTests(SynchronousTestCase):
    """``answer``: the gateway's own way."""

    def test_promises(self) -> None:
        """It is a request to any resource of twisted.web."""
        verifyObject(IRequest, gateway_request())

    def test_one_write(self) -> None:
        """Status, fields and body go out as they are, and the request is done."""
        request = asked()
        request.answer(200, b"X-A: 1\r\n", b"hello")
        self.assertEqual(
            b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello",
            written(request),
        )
        self.assertTrue(request.finished)
        self.assertTrue(request.channel.is_done)

    def test_no_body(self) -> None:
        """No body has the length 0, but where there cannot be any."""
        for status, lengths in ((404, [b"0"]), (204, []), (304, [])):
            request = asked()
            request.answer(status, b"", None)
            head, _, body = written(request).partition(b"\r\n\r\n")
            found = [
                line.partition(b": ")[2]
                for line in head.split(b"\r\n")
                if line.startswith(b"Content-Length")
            ]
            self.assertEqual((lengths, b""), (found, body))

    def test_bodiless_status(self) -> None:
        """A body that cannot be sent is left out."""
        request = asked()
        request.answer(204, b"", b"hello")
        self.assertEqual(b"HTTP/1.1 204 No Content\r\n\r\n", written(request))

    def test_head(self) -> None:
        """HEAD gets the length without the body."""
        request = asked("HEAD")
        request.answer(200, b"", b"hello")
        self.assertTrue(written(request).endswith(b"Content-Length: 5\r\n\r\n"))

    def test_close(self) -> None:
        """The last answer of a connection says so."""
        for name in ("request", "channel"):
            request = asked()
            if name == "request":
                request.keep_alive = False
            else:
                request.channel.persists = lambda _: False
            request.answer(200, b"", b"")
            self.assertIn(b"\r\nConnection: close\r\n", written(request))

    def test_date(self) -> None:
        """The site's date is added unless there is one."""
        for dated, count in ((False, 1), (True, 0)):
            request = asked()
            request.channel.date_line = lambda: b"Date: today\r\n"
            request.answer(200, b"", b"", dated=dated)
            self.assertEqual(count, written(request).count(b"Date: today\r\n"))

    def test_added_fields(self) -> None:
        """Fields that were set before are added behind, lines before go first."""
        request = asked()
        request.setHeader("x-set", "é")
        request.lines_before = b"X-Before: 1\r\n"
        request.answer(200, b"X-Own: 1\r\n", b"")
        self.assertEqual(
            b"HTTP/1.1 200 OK\r\nX-Before: 1\r\nX-Own: 1\r\nX-Set: \xc3\xa9\r\n"
            b"Content-Length: 0\r\n\r\n",
            written(request),
        )

    def test_disarmed(self) -> None:
        """An answer ends the deadline and the waiting."""
        request = asked()
        request.slot = {request}
        request.pending = Deferred()
        request.answer(200, b"", b"")
        self.assertEqual((set(), None), (request.slot, request.pending))

    def test_notified(self) -> None:
        """Who wanted to know is told."""
        request = asked()
        finished = request.notifyFinish()
        self.assertNoResult(finished)
        request.answer(200, b"", b"")
        self.assertIsNone(self.successResultOf(finished))


class RelayTests(SynchronousTestCase):
    """``answer`` with a body that is still arriving."""

    def relay(
        self, length: int | None = None, status: int = 200, **given: Any
    ) -> tuple[Any, BodyStream, Wire]:
        """A request answered with a stream, the stream, and its source."""
        request, source = asked(**given), Wire()
        stream = BodyStream(source, length, source.loseConnection)
        stream.data_received(b"he")
        request.answer(status, b"X-A: 1\r\n", stream)
        return request, stream, source

    def test_length(self) -> None:
        """A known length is announced, and the pieces go out as they come."""
        request, stream, _ = self.relay(5)
        head = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\n"
        self.assertEqual(head + b"he", written(request))
        stream.data_received(b"llo")
        self.assertFalse(request.finished)
        stream.finish()
        self.assertEqual(head + b"hello", written(request))
        self.assertTrue(request.channel.is_done)

    def test_chunked(self) -> None:
        """Else it goes in chunks."""
        request, stream, _ = self.relay()
        stream.data_received(b"llo world, again")
        stream.finish()
        head, _, body = written(request).partition(b"\r\n\r\n")
        self.assertIn(b"\r\nTransfer-Encoding: chunked", head)
        self.assertEqual(b"2\r\nhe\r\n10\r\nllo world, again\r\n0\r\n\r\n", body)

    def test_old_client(self) -> None:
        """To HTTP/1.0 the end of the connection is the end of the body."""
        request, stream, _ = self.relay(speaks_11=False)
        stream.finish()
        head, _, body = written(request).partition(b"\r\n\r\n")
        self.assertNotIn(b"Transfer-Encoding", head)
        self.assertIn(b"\r\nConnection: close", head)
        self.assertEqual((b"he", False), (body, request.keep_alive))

    def test_nobody_wants_body(self) -> None:
        """HEAD, 204 and 304 abandon the body."""
        for given in ({"method": "HEAD"}, {"status": 204}, {"status": 304}):
            request, _, source = self.relay(**given)
            self.assertEqual(b"", written(request).partition(b"\r\n\r\n")[2])
            self.assertTrue(source.disconnecting)
            self.assertTrue(request.finished)

    def test_back_pressure(self) -> None:
        """The client's connection holds the source back."""
        request, stream, source = self.relay()
        producer = wire_of(request).producer
        self.assertIs(stream, producer)
        producer.pauseProducing()
        stream.data_received(b"x")
        self.assertTrue(source.is_paused)
        producer.resumeProducing()
        self.assertFalse(source.is_paused)
        stream.finish()
        self.assertIsNone(wire_of(request).producer)

    def test_broken(self) -> None:
        """A body that breaks off breaks the connection off, unmistakably."""
        request, stream, _ = self.relay(5)
        stream.fail(GONE)
        self.assertTrue(request.channel.is_aborted)
        self.assertFalse(request.channel.is_done)
        self.assertIsNone(wire_of(request).producer)
        self.assertTrue(request.finished)

    def test_client_leaves(self) -> None:
        """A client that leaves abandons the body."""
        request, stream, source = self.relay()
        request.connection_lost(GONE)
        self.assertTrue(source.disconnecting)
        stream.data_received(b"x")
        self.assertTrue(written(request).endswith(b"2\r\nhe\r\n"))

    def test_late(self) -> None:
        """Pieces and ends that come too late change nothing."""
        request, _, _ = self.relay()
        request.connection_lost(GONE)
        before = written(request)
        request.body_data(b"x")
        request.body_end()
        request.body_failed(GONE)
        self.assertEqual(before, written(request))
        self.assertFalse(request.channel.is_aborted)

    def test_fields(self) -> None:
        """Fields that were set before go with it."""
        request = asked()
        request.setHeader(b"x-set", b"1")
        stream = BodyStream(Wire(), 0)
        stream.finish()
        request.answer(200, b"", stream)
        self.assertIn(b"\r\nX-Set: 1\r\nContent-Length: 0\r\n\r\n", written(request))


class EndTests(SynchronousTestCase):
    """Deadlines, and clients that leave."""

    def test_expired(self) -> None:
        """A deadline cancels what is under way, and says that it was it."""
        request = asked()
        request.pending = pending = Deferred()
        request.expire()
        self.failureResultOf(pending, CancelledError)
        self.assertTrue(request.expired)

    def test_expired_while_relaying(self) -> None:
        """A body that takes too long is cut."""
        request, source = asked(), Wire()
        stream = BodyStream(source, None, source.loseConnection)
        request.answer(200, b"", stream)
        request.expire()
        self.assertTrue(request.channel.is_aborted)
        self.assertTrue(source.disconnecting)
        self.assertIsNone(wire_of(request).producer)

    def test_expired_idle(self) -> None:
        """A deadline with nothing to end is harmless."""
        request = asked()
        request.expire()
        self.assertFalse(request.channel.is_aborted)

    def test_client_leaves(self) -> None:
        """A client that leaves cancels what is under way."""
        request = asked()
        request.pending = pending = Deferred()
        request.slot = {request}
        finished = request.notifyFinish()
        request.connection_lost(GONE)
        self.failureResultOf(pending, CancelledError)
        self.failureResultOf(finished, ConnectionDone)
        self.assertEqual((True, set()), (request.finished, request.slot))
        self.assertFalse(request.expired)

    def test_body_breaks_off(self) -> None:
        """So does the body that it was still sending."""
        request = asked()
        request.body = stream = BodyStream(Wire())
        request.connection_lost(GONE)
        reader = Reader()
        stream.start(reader)
        self.assertIs(GONE.value, reader.outcome)


class Written(Resource):
    """Answers in pieces.

    :param pieces: what is written before the end.
    :param result: what ``render`` returns.
    """

    isLeaf = True

    def __init__(self, *pieces: bytes, result: Any = NOT_DONE_YET) -> None:
        Resource.__init__(self)
        self._pieces = pieces
        self._result = result

    def render(self, request: Any) -> Any:
        """Write, and finish."""
        for piece in self._pieces:
            request.write(piece)
        if self._result == NOT_DONE_YET:
            request.finish()
        return self._result


class StrangerTests(SynchronousTestCase):
    """Resources of anybody: ``write``, ``finish``, and what ``render`` returns."""

    def test_pieces(self) -> None:
        """What is written piece by piece goes in chunks."""
        request = asked()
        render(Written(b"hello", b"", b" world"), request)
        self.assertEqual(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
            written(request),
        )

    def test_own_length(self) -> None:
        """A length that the resource knows is used."""
        request = asked()
        request.setHeader(b"content-length", b"5")
        self.assertEqual(
            WireAnswer(200, {}, b"hello"), render(Written(b"he", b"llo"), request)
        )
        self.assertNotIn(b"chunked", written(request))

    def test_nothing(self) -> None:
        """Nothing written has the length 0, but where there cannot be any."""
        for code, lengths in ((200, 1), (204, 0), (304, 0)):
            request = asked()
            request.setResponseCode(code)
            render(Written(), request)
            self.assertEqual(lengths, written(request).count(b"Content-Length: 0"))

    def test_bodiless(self) -> None:
        """HEAD, 204 and 304 send no body, whatever is written."""
        for method, code in (("HEAD", 200), ("GET", 204), ("GET", 304)):
            request = asked(method)
            request.setResponseCode(code)
            render(Written(b"hello"), request)
            head, _, body = written(request).partition(b"\r\n\r\n")
            self.assertEqual(b"", body)
            self.assertNotIn(b"chunked", head)

    def test_old_client(self) -> None:
        """HTTP/1.0 gets it plain, and the connection's end as end."""
        request = asked(speaks_11=False)
        render(Written(b"he", b"llo"), request)
        self.assertEqual(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", written(request)
        )

    def test_returned(self) -> None:
        """What ``render`` returns is the body; HTML unless it says otherwise."""
        answer = render(Written(result=b"hello"), asked())
        self.assertEqual({"Content-Type": ["text/html"]}, dict(answer.headers))
        request = asked()
        request.setHeader(b"content-type", b"text/x")
        answer = render(Written(result=b"hello"), request)
        self.assertEqual({"Content-Type": ["text/x"]}, dict(answer.headers))
        self.assertEqual({}, dict(render(Written(result=b""), asked()).headers))

    def test_returned_status(self) -> None:
        """With the status that was set."""
        request = asked()
        request.setResponseCode(418, b"whatever")
        self.assertEqual(418, render(Written(result=b""), request).status)

    def test_written_and_returned(self) -> None:
        """What is returned behind something written is the last piece."""
        self.assertEqual(b"hello", render(Written(b"he", result=b"llo"), asked()).body)

    def test_no_bytes(self) -> None:
        """Nothing but bytes can be sent."""
        for result in ("text", None, bytearray(b"x")):
            request = asked()
            self.assertRaises(TypeError, render, Written(result=result), request)

    def test_head_of_file(self) -> None:
        """HEAD of a file tells the length of the file."""
        path = Path(self.mktemp())
        path.write_bytes(b"x" * 100_000)
        head = asked("HEAD")
        resource: Any = File(str(path))
        head.send_rendered(resource.render(head), resource)
        self.assertEqual(b"", answer_of(head).body)
        self.assertIn(b"\r\nContent-Length: 100000\r\n", written(head))

    def test_file(self) -> None:
        """A file, which is a pull producer, is sent as the client takes it."""
        path = Path(self.mktemp())
        path.write_bytes(b"x" * 100_000)
        request = asked()
        resource: Any = File(str(path))
        self.assertEqual(NOT_DONE_YET, resource.render(request))
        wire = wire_of(request)
        self.assertFalse(wire.streaming)
        while wire.producer is not None:
            wire.producer.resumeProducing()
        self.assertEqual(b"x" * 100_000, answer_of(request).body)

    def test_producer_left(self) -> None:
        """A producer that was not unregistered does not outlive the answer."""
        request = asked()
        request.registerProducer(Wire(), True)
        self.assertIsNotNone(wire_of(request).producer)
        request.finish()
        self.assertIsNone(wire_of(request).producer)

    def test_unregistered(self) -> None:
        """One that was is gone at once."""
        request = asked()
        request.registerProducer(Wire(), True)
        request.unregisterProducer()
        request.unregisterProducer()
        self.assertIsNone(wire_of(request).producer)

    def test_after_end(self) -> None:
        """Whoever writes or finishes too late is not heard."""
        request = asked()
        request.connection_lost(GONE)
        request.write(b"late")
        request.finish()
        request.send_rendered(b"late", None)
        self.assertEqual(b"", written(request))

    def test_begun(self) -> None:
        """An answer has begun when its head is sent."""
        request = asked()
        self.assertFalse(request.begun)
        request.write(b"x")
        self.assertTrue(request.begun)


class FieldTests(SynchronousTestCase):
    """What a resource reads."""

    def test_fields(self) -> None:
        """Fields are found by their lower-case names, values as they came."""
        request = asked(headers={"X-A": ["1", "2"], "x-B": "é"})
        self.assertEqual(b"1", request.field(b"x-a"))
        self.assertEqual([b"1", b"2"], request.fields(b"x-a"))
        self.assertEqual("é".encode(), request.field(b"x-b"))
        self.assertIsNone(request.field(b"x-c"))
        self.assertEqual([], request.fields(b"x-c"))

    def test_twisted_fields(self) -> None:
        """Twisted's ways find the last value, as bytes or text."""
        request = asked(headers={"X-A": ["1", "2"]})
        self.assertEqual(b"2", request.getHeader(b"x-a"))
        self.assertEqual("2", request.getHeader("X-A"))
        self.assertIsNone(request.getHeader("x-c"))
        self.assertEqual(b"2", request.getAllHeaders()[b"x-a"])
        self.assertEqual([b"1", b"2"], request.requestHeaders.getRawHeaders(b"x-a"))
        self.assertIs(request.requestHeaders, request.requestHeaders)

    def test_arguments(self) -> None:
        """Arguments come from the query, and from an urlencoded form of POST."""
        uri = "/?a=1&a=2&b=%20+&c"
        form = {"Content-Type": "application/x-www-form-urlencoded; charset=x"}
        query = {b"a": [b"1", b"2"], b"b": [b"  "], b"c": [b""]}
        for method, headers, wanted in (
            ("POST", form, {**query, b"a": [b"1", b"2", b"3"], b"d": [b""]}),
            ("PUT", form, query),
            ("POST", {"Content-Type": "text/plain"}, query),
            ("POST", {}, query),
        ):
            request = asked(method, uri=uri, headers=headers, body=b"a=3&d=")
            self.assertEqual(wanted, request.args)
            self.assertIs(request.args, request.args)

    def test_content(self) -> None:
        """The body can be read as a file; a stream is empty there."""
        request = asked(body=b"hello")
        self.assertEqual(b"he", request.content.read(2))
        self.assertEqual(b"llo", request.content.read())
        for body in (None, BodyStream(Wire())):
            request = asked()
            request.body = body
            self.assertEqual(b"", request.content.read())

    def test_whole_body(self) -> None:
        """The body can be waited for, and is kept."""
        self.assertIsNone(self.successResultOf(asked().whole_body()))
        request = asked()
        request.body = stream = BodyStream(Wire())
        self.assertFalse(request.body_complete)
        whole = request.whole_body()
        stream.data_received(b"hello")
        stream.finish()
        self.assertEqual(b"hello", self.successResultOf(whole))
        self.assertEqual((b"hello", True), (request.body, request.body_complete))

    def test_cookies(self) -> None:
        """Cookies are found in any Cookie field."""
        request = asked(headers={"Cookie": ["a=1; b=2=3", "c="]})
        self.assertEqual(b"1", request.getCookie(b"a"))
        self.assertEqual(b"2=3", request.getCookie(b"b"))
        self.assertEqual(b"", request.getCookie(b"c"))
        self.assertIsNone(request.getCookie(b"d"))

    def test_basic(self) -> None:
        """User and password come from Basic authentication, or are empty."""
        token = base64.b64encode(b"user:pass:word").decode()
        for value, wanted in (
            (f"Basic {token}", (b"user", b"pass:word")),
            (f"bAsIc {token}", (b"user", b"pass:word")),
            ("Basic %%%", (b"", b"")),
            ("Bearer x", (b"", b"")),
        ):
            request = asked(headers={"Authorization": value})
            self.assertEqual(wanted, (request.getUser(), request.getPassword()))
        self.assertEqual(b"", asked().getUser())


class AddressTests(SynchronousTestCase):
    """Where a request comes from and goes to."""

    def test_ends(self) -> None:
        """Both ends of the connection are known."""
        request = asked(peer="10.9.8.7")
        self.assertEqual("10.9.8.7", request.getClientIP())
        self.assertEqual("10.9.8.7", request.peer)
        self.assertEqual(54321, request.getClientAddress().port)
        self.assertEqual(12345, request.getHost().port)
        self.assertFalse(request.isSecure())

    def test_host_name(self) -> None:
        """The host's name has neither port nor brackets."""
        for host, name in (
            ("gw", b"gw"),
            ("gw:80", b"gw"),
            ("[::1]", b"::1"),
            ("[::1]:80", b"::1"),
            ("", b""),
        ):
            request = asked(headers={"Host": host})
            self.assertEqual(name, request.getRequestHostname())

    def test_set_host(self) -> None:
        """A host that is set replaces the client's, everywhere."""
        for port, ssl, wanted in (
            (80, 0, b"other"),
            (443, 1, b"other"),
            (443, 0, b"other:443"),
        ):
            request = asked(headers={"X-A": "1"})
            self.assertEqual([b"1"], request.requestHeaders.getRawHeaders(b"x-a"))
            request.setHost(b"other", port, ssl)
            self.assertEqual(wanted, request.host)
            self.assertEqual([wanted], request.fields(b"host"))
            self.assertEqual(wanted, request.getHeader(b"host"))

    def test_urls(self) -> None:
        """URLs are put together from the way through the tree."""
        request = asked(uri="/a%20b/c/d")
        request.prepath, request.postpath = request.postpath[:2], [b"d"]
        self.assertEqual(b"http://localhost:8080/a%20b/c", request.prePathURL())
        self.assertIsNone(request.getRootURL())
        request.rememberRootURL()
        self.assertEqual(b"http://localhost:8080/a%20b", request.getRootURL())
        self.assertEqual("http://localhost:8080/a%20b/c", str(request.URLPath()))

    def test_sessions(self) -> None:
        """A gateway keeps no sessions."""
        self.assertRaises(RuntimeError, asked().getSession)

    def test_repr(self) -> None:
        """It says what was asked, whatever bytes that has."""
        request = asked("POST", uri="/a")
        request.uri = b"/\xff"
        self.assertEqual("<GatewayRequest POST /\xff>", repr(request))


class SettingTests(SynchronousTestCase):
    """What a resource sets."""

    def test_header(self) -> None:
        """A field is replaced, text or bytes."""
        request = asked()
        request.setHeader(b"x-a", b"1")
        request.setHeader("X-A", "2")
        self.assertEqual([b"2"], request.responseHeaders.getRawHeaders(b"x-a"))

    def test_no_injection(self) -> None:
        """A line break in a value does not begin another field."""
        request = asked()
        request.setHeader(b"x-a", b"1\r\nX-Evil: 1")
        request.addCookie("k", "v\r\nX-Evil: 1; Path=/")
        request.answer(200, b"", b"")
        self.assertNotIn(b"\r\nX-Evil", written(request))
        self.assertNotIn(b"; Path", written(request))

    def test_cookie(self) -> None:
        """A cookie is set with what it is given."""
        request = asked()
        request.addCookie("k", "v")
        request.addCookie(
            b"k2",
            b"v2",
            expires="tomorrow",
            domain="d",
            path="/",
            max_age=5,
            comment="c",
            secure=True,
            httpOnly=True,
            sameSite="lax",
        )
        self.assertEqual(
            [
                b"k=v",
                b"k2=v2; Expires=tomorrow; Domain=d; Path=/; Max-Age=5; Comment=c; "
                b"Secure; HttpOnly; SameSite=lax",
            ],
            request.responseHeaders.getRawHeaders(b"set-cookie"),
        )

    def test_validators(self) -> None:
        """Last-Modified and ETag."""
        request = asked()
        request.setLastModified(0)
        request.setETag(b'"x"')
        headers = request.responseHeaders
        self.assertEqual(
            [b"Thu, 01 Jan 1970 00:00:00 GMT"], headers.getRawHeaders(b"last-modified")
        )
        self.assertEqual([b'"x"'], headers.getRawHeaders(b"etag"))

    def test_redirect(self) -> None:
        """The client is sent elsewhere."""
        request = asked()
        request.redirect(b"/there")
        self.assertEqual(302, request.code)
        self.assertEqual(
            [b"/there"], request.responseHeaders.getRawHeaders(b"location")
        )
