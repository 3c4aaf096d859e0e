"""Tests of :mod:`krakendtw.proxy.http`."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding import json, noop, string
from krakendtw.errors import (
    Canceled,
    DecodeError,
    InvalidStatus,
    NoHosts,
    PipeError,
    TransportError,
)
from krakendtw.gojson.writer import dumps
from krakendtw.proxy.balancing import Fixed
from krakendtw.proxy.http import Exchange, Host, decoding_reader, noop_reader
from krakendtw.proxy.message import Response
from krakendtw.proxy.status import compile_status
from krakendtw.proxy.url import compile_path
from krakendtw.testing import gateway_request, request
from krakendtw.transport.client.client import GatewayClient
from krakendtw.transport.client.exchange import Incoming
from krakendtw.transport.client.settings import ClientSettings
from krakendtw.transport.stream import BodyStream
from tests.transport.client.doubles import MemoryPool, answer
from tests.transport.doubles import Reader, Wire

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred


def whole(incoming: Incoming) -> Response:
    """A reader that takes everything."""
    return Response({"body": incoming.body, "encoding": incoming.encoding}, True)


def says(body: bytes, *fields: bytes, status: int = 200) -> bytes:
    """An answer on the wire."""
    lines = b"".join(field + b"\r\n" for field in fields)
    head = b"HTTP/1.1 %d X\r\n%bContent-Length: %d\r\n\r\n"
    return head % (status, lines, len(body)) + body


class ExchangeTestCase(SynchronousTestCase):
    """An exchange over a pool in memory."""

    def setUp(self) -> None:
        self.pool = MemoryPool()

    def exchange(
        self,
        pattern: str = "/a",
        *,
        host: str = "http://h",
        method: str = "GET",
        fixed: bool = True,
        **more: Any,
    ) -> Exchange:
        """The leaf of a backend's pipe."""
        client: Any = GatewayClient(self.pool)
        try:
            found = Host(host, self.pool.plain_origin(host))
        except ValueError:
            found = Host(host, None)
        choose: Any = Fixed(found) if fixed else (lambda: found)
        options = {"read": whole, "compression": True, "streams": False, **more}
        settings = options.pop("settings", ClientSettings())
        path = compile_path(pattern)
        return Exchange(client, settings, method, choose, path, **options)

    def wire(self, base: str = "http://h:80") -> Wire:
        """The last connection."""
        return self.pool.wires(base)[-1]

    def head(self, base: str = "http://h:80") -> list[bytes]:
        """The lines of what was sent."""
        head, _, self.body = self.wire(base).take().partition(b"\r\n\r\n")
        return head.split(b"\r\n")

    def error_of(self, asked: Deferred[Response]) -> str:
        """The text of a failed exchange."""
        return str(self.failureResultOf(asked, PipeError).value)


class TargetTests(ExchangeTestCase):
    """Where the request goes."""

    def test_targets(self) -> None:
        """Host, pattern, params and query make the target, fixed or not."""
        for pattern, params, query, target in (
            ("/a", {}, {}, b"/a"),
            ("/a/{{.Id}}", {"Id": "7"}, {}, b"/a/7"),
            ("/a", {}, {"b": ["1", "2"]}, b"/a?b=1&b=2"),
            ("/a?x=y", {}, {"b": ["1"]}, b"/a?x=y&b=1"),
            ("/a?x=y", {}, {}, b"/a?x=y"),
            ("/{{.Id}}", {}, {}, b"/%7B%7B.Id%7D%7D"),
            ("/{{.Id}}", {"Id": "\u00e9"}, {"b": ["1"]}, b"/%C3%A9?b=1"),
        ):
            for fixed in (True, False):
                self.setUp()
                exchange = self.exchange(pattern, fixed=fixed)
                exchange(request(params=params, query=query))
                line = b"GET " + target + b" HTTP/1.1"
                self.assertEqual([line, b"Host: h"], self.head()[:2])

    def test_base_path(self) -> None:
        """A host may have a path, or a user, of its own."""
        self.exchange(host="http://u:p@h:81/base")(request())
        lines = self.head("http://h:81")
        self.assertEqual([b"GET /base/a HTTP/1.1", b"Host: h:81"], lines[:2])
        self.assertIn(b"Authorization: Basic dTpw", lines)

    def test_own_authorization(self) -> None:
        """A field of the request's own counts more than the URL's user."""
        asked = request(headers={"Authorization": "mine"})
        self.exchange(host="http://u:p@h")(asked)
        found = [line for line in self.head() if line.startswith(b"Authorization")]
        self.assertEqual([b"Authorization: mine"], found)

    def test_fixed_url(self) -> None:
        """A URL that a step has fixed is asked, by the method it has set."""
        asked = request("POST", url="http://other:81/x?y")
        self.exchange()(asked)
        lines = self.head("http://other:81")
        self.assertEqual([b"POST /x?y HTTP/1.1", b"Host: other:81"], lines[:2])

    def test_no_hosts(self) -> None:
        """Without a host there is nobody to ask."""

        def nobody() -> Host:
            raise NoHosts

        exchange = self.exchange(fixed=False)
        exchange.choose = nobody
        self.assertEqual("no hosts available", self.error_of(exchange(request())))

    def test_bad_urls(self) -> None:
        """What cannot be asked fails in Go's words, through the Deferred."""
        for host, params, text in (
            ("http://h", {"Id": "%zz"}, "invalid URL escape"),
            (
                "ftp://h",
                {"Id": "7"},
                'Get "ftp://h/a?b=7": unsupported protocol scheme',
            ),
            ("http://", {"Id": "7"}, "no Host in request URL"),
            ("http://h", {"Id": "1 2"}, "malformed request target"),
            ("http://a..b", {"Id": "7"}, "no such host"),
        ):
            pattern = "/{{.Id}}" if "%" in params["Id"] else "/a?b={{.Id}}"
            asked = self.exchange(pattern, host=host)(request(params=params))
            self.assertIn(text, self.error_of(asked))


class HeadTests(ExchangeTestCase):
    """What the request says."""

    def test_forwarded(self) -> None:
        """The client's lines go out as they were made, while nobody looks."""
        source: Any = gateway_request()
        source.forwarded = (b"X-Raw: 1\r\n", True, None)
        asked = request(source=source)
        asked._headers = None
        self.exchange()(asked)
        self.assertEqual(
            [b"GET /a HTTP/1.1", b"Host: h", b"X-Raw: 1", b"Accept-Encoding: gzip"],
            self.head(),
        )

    def test_looked_at(self) -> None:
        """Else the fields are made anew, of the request or one above it."""
        source: Any = gateway_request()
        source.forwarded = (b"X-Raw: 1\r\n", True, None)
        for above in (False, True):
            asked = request(source=source, forward=lambda _: {"X-A": ["1"]})
            asked._headers = None
            below = asked.clone() if above else asked
            asked.headers["X-B"] = ["2"]
            self.exchange()(below)
            self.assertLess({b"X-A: 1", b"X-B: 2"}, set(self.head()))

    def test_untouched_clone(self) -> None:
        """A clone of what nobody has looked at is as good."""
        source: Any = gateway_request()
        source.forwarded = (b"X-Raw: 1\r\n", False, None)
        asked = request(source=source)
        asked._headers = None
        self.exchange()(asked.clone())
        self.assertIn(b"X-Raw: 1", self.head())

    def test_host(self) -> None:
        """A Host that a step has set is sent in place of the URL's."""
        self.exchange()(request(headers={"Host": "virtual"}))
        self.assertEqual(b"Host: virtual", self.head()[1])

    def test_bad_field(self) -> None:
        """A field that cannot be sent fails the request."""
        asked = self.exchange()(request(headers={"X-A": "1\r\nX-B: 2"}))
        self.assertEqual(
            'Get "http://h/a": net/http: invalid header field value for "X-A"',
            self.error_of(asked),
        )
        self.assertEqual([], self.pool.wires("http://h:80"))

    def test_gzip(self) -> None:
        """Gzip is asked for unless it is disabled, or somebody else's business."""
        for more, headers, wanted in (
            ({}, {}, True),
            ({"compression": False}, {}, False),
            ({"method": "HEAD"}, {}, False),
            ({}, {"Range": "bytes=0-1"}, False),
            ({}, {"Accept-Encoding": "identity"}, False),
        ):
            self.setUp()
            self.exchange(**more)(request(headers=headers))
            self.assertEqual(wanted, b"Accept-Encoding: gzip" in self.head())

    def test_body(self) -> None:
        """A body is sized where its length is passed on, else it is chunked."""
        for headers, wanted in (
            ({"Content-Length": "5"}, b"hello"),
            ({}, b"5\r\nhello\r\n0\r\n\r\n"),
        ):
            self.setUp()
            exchange = self.exchange(method="POST")
            exchange(request("POST", headers=headers, body=b"hello"))
            self.head()
            self.assertEqual(wanted, self.body)

    def test_wrong_length(self) -> None:
        """A length that does not fit the body is an error."""
        asked = self.exchange(method="POST")(
            request("POST", headers={"Content-Length": "5"}, body=b"hello there")
        )
        self.assertEqual(
            'Post "http://h/a": http: ContentLength=5 with Body length 11',
            self.error_of(asked),
        )

    def test_no_length(self) -> None:
        """A length of 0 is none where there is a body: it goes in chunks."""
        headers = {"Content-Length": "0"}
        exchange = self.exchange(method="POST")
        exchange(request("POST", headers=headers, body=b"hello"))
        self.assertIn(b"Transfer-Encoding: chunked", self.head())


class AnswerTests(ExchangeTestCase):
    """What becomes of the answer."""

    def ask(self, data: bytes, **more: Any) -> Response:
        """One whole exchange."""
        asked = self.exchange(**more)(request())
        answer(self.wire(), data)
        return self.successResultOf(asked)

    def test_read(self) -> None:
        """It is read."""
        found = self.ask(says(b"hello"))
        self.assertEqual({"body": b"hello", "encoding": b""}, found.data)

    def test_gzip_undone(self) -> None:
        """Gzip that we asked for is undone unseen."""
        data = says(gzip.compress(b"hello"), b"Content-Encoding: GZIP")
        self.assertEqual({"body": b"hello", "encoding": b""}, self.ask(data).data)

    def test_gzip_left(self) -> None:
        """Other codings, and what nobody of us asked for, are left to the reader."""
        zipped = gzip.compress(b"hello")
        for data, more in (
            (says(zipped, b"Content-Encoding: gzip"), {"compression": False}),
            (says(zipped, b"Content-Encoding: br"), {}),
        ):
            self.setUp()
            found: Any = self.ask(data, **more).data
            self.assertEqual(zipped, found["body"])
            self.assertIn(found["encoding"], (b"gzip", b"br"))

    def test_no_gzip(self) -> None:
        """What says gzip and is not is an error."""
        asked = self.exchange()(request())
        answer(self.wire(), says(b"hello there", b"Content-Encoding: gzip"))
        self.assertEqual("gzip: invalid header", self.error_of(asked))

    def test_stream(self) -> None:
        """A body may come later where that is wanted."""
        asked = self.exchange(streams=True)(request())
        answer(self.wire(), says(b"hello")[:-2])
        found: Any = self.successResultOf(asked).data
        reader = Reader()
        found["body"].start(reader)
        answer(self.wire(), b"lo")
        self.assertEqual((b"hello", "end"), (reader.text, reader.outcome))

    def test_fails(self) -> None:
        """Go's client names method and URL."""
        for base, text in (
            ("http://h", 'Post "http://h/a": EOF'),
            ("http://h:81", 'Post "http://h:81/a": EOF'),
        ):
            self.setUp()
            asked = self.exchange(host=base, method="POST")(request())
            (endpoint,) = self.pool.endpoints.values()
            endpoint.wires[-1].lose()
            self.assertEqual(text, self.error_of(asked))

    def test_reader_fails(self) -> None:
        """What the reader raises is the outcome as it is."""

        def fail(incoming: Incoming) -> Response:
            raise DecodeError("no")

        asked = self.exchange(read=fail)(request())
        answer(self.wire(), says(b""))
        self.failureResultOf(asked, DecodeError)

    def test_cancelled(self) -> None:
        """Who waits no more ends the exchange, unnamed."""
        asked = self.exchange()(request())
        asked.cancel()
        self.assertEqual("context canceled", self.error_of(asked))
        self.assertTrue(self.wire().disconnected)

    def test_limit(self) -> None:
        """Bodies beyond ``max_body_bytes`` are errors, compressed or not."""
        settings = ClientSettings(max_body_bytes=10)
        for data in (
            says(gzip.compress(b"x" * 1000), b"Content-Encoding: gzip"),
            says(b"x" * 11),
        ):
            self.setUp()
            asked = self.exchange(settings=settings)(request())
            cut = data.index(b"\r\n\r\n") + 5
            answer(self.wire(), data[:cut])
            answer(self.wire(), data[cut:])
            self.assertIn("larger than 10 bytes", self.error_of(asked))

    def test_location(self) -> None:
        """The reader can tell where the answer came from."""
        seen: list[str] = []

        def look(incoming: Incoming) -> Response:
            seen.append(incoming.location())
            return Response()

        self.ask(says(b""), read=look)
        self.assertEqual(["http://h/a"], seen)


class RedirectTests(ExchangeTestCase):
    """Redirects."""

    def test_followed(self) -> None:
        """They are followed, and what comes at last is read."""
        asked = self.exchange()(request())
        answer(self.wire(), says(b"", b"Location: /b", status=302))
        self.assertNoResult(asked)
        self.assertIn(b"GET /b HTTP/1.1\r\n", self.wire().value())
        data = says(gzip.compress(b"hello"), b"Content-Encoding: gzip")
        answer(self.wire(), data)
        found: Any = self.successResultOf(asked).data
        self.assertEqual(b"hello", found["body"])

    def test_not_followed(self) -> None:
        """One without a place is an answer like others."""
        asked = self.exchange()(request())
        answer(self.wire(), says(b"here", status=302))
        found: Any = self.successResultOf(asked).data
        self.assertEqual(b"here", found["body"])

    def test_behind_fails(self) -> None:
        """A chain that fails names the URL that did."""
        asked = self.exchange()(request())
        answer(self.wire(), says(b"", b"Location: http://other/b", status=302))
        self.wire("http://other:80").lose()
        self.assertIn('"http://other/b": EOF', self.error_of(asked))

    def test_kept_body(self) -> None:
        """With ``send_body_on_redirect`` a stream is read first, to be sent again."""
        settings = ClientSettings(send_body_on_redirect=True)
        stream = BodyStream(Wire())
        asked = self.exchange(method="POST", settings=settings)(
            request("POST", body=stream)
        )
        stream.data_received(b"hello")
        self.assertEqual([], self.pool.wires("http://h:80"))
        stream.finish()
        self.assertIn(b"Content-Length: 5", self.head())
        answer(self.wire(), says(b"", b"Location: /b", status=307))
        self.assertIn(b"POST /b HTTP/1.1", self.head())
        self.assertEqual(b"hello", self.body)
        answer(self.wire(), says(b"ok"))
        found: Any = self.successResultOf(asked).data
        self.assertEqual(b"ok", found["body"])

    def test_kept_body_breaks_off(self) -> None:
        """A stream that breaks off meanwhile is never sent."""
        settings = ClientSettings(send_body_on_redirect=True)
        stream = BodyStream(Wire())
        asked = self.exchange(method="POST", settings=settings)(
            request("POST", body=stream)
        )
        stream.fail(Failure(Canceled()))
        self.failureResultOf(asked, Canceled)


JSON = json.encoding.decoder(False)
STRING = string.encoding.decoder(False)
assert JSON is not None
assert STRING is not None


class DecodingReaderTests(SynchronousTestCase):
    """``decoding_reader``: status, decoding, formatting."""

    def read(
        self,
        body: bytes,
        status: int = 200,
        *,
        cut: str = "",
        encoding: bytes = b"",
        decode: Any = JSON,
        format_data: Any = None,
    ) -> Response:
        """Read an answer."""
        incoming = Incoming(status, [(b"Content-Type", b"text/x")], body)
        incoming.cut = cut
        incoming.encoding = encoding
        incoming.url = "http://h/a"
        on_status = compile_status(None, "GET", "/a")
        return decoding_reader(decode, on_status, format_data, 100)(incoming)

    def test_good(self) -> None:
        """200 and 201 are decoded and complete; status and fields are dropped."""
        for status in (200, 201):
            found = self.read(b'{"a": 1.50}', status)
            self.assertTrue(found.is_complete)
            self.assertEqual(b'{"a":1.50}', dumps(found.data))
            self.assertEqual((0, {}), (found.metadata.status, found.metadata.headers))

    def test_bad(self) -> None:
        """Other statuses are judged."""
        for status in (202, 204, 206, 304, 404, 500):
            error = self.assertRaises(InvalidStatus, self.read, b"{}", status)
            self.assertIn(f"invalid status code {status} [GET /a]", str(error))

    def test_formatted(self) -> None:
        """What is decoded is formatted."""
        found = self.read(b'{"a": 1}', format_data=lambda data: {"g": data})
        self.assertEqual(b'{"g":{"a":1}}', dumps(found.data))

    def test_not_decoded(self) -> None:
        """What cannot be decoded is an error."""
        self.assertRaises(DecodeError, self.read, b"")
        self.assertRaises(DecodeError, self.read, b"[1]")

    def test_gzip(self) -> None:
        """A decoder undoes gzip that the client has asked for, with its limit."""
        found = self.read(gzip.compress(b'{"a": 1}'), encoding=b"gzip")
        self.assertEqual(b'{"a":1}', dumps(found.data))
        bomb = gzip.compress(b" " * 1000)
        self.assertRaises(TransportError, self.read, bomb, encoding=b"gzip")
        self.assertRaises(TransportError, self.read, b"{}", encoding=b"gzip")
        self.assertRaises(DecodeError, self.read, bomb, encoding=b"GZIP")

    def test_cut(self) -> None:
        """A cut body will do if it holds the whole value."""
        found = self.read(b'{"a": 1} ', cut="unexpected EOF")
        self.assertEqual(b'{"a":1}', dumps(found.data))
        for body, decode in ((b'{"a": ', JSON), (b"text", STRING)):
            error = self.assertRaises(
                TransportError, self.read, body, cut="unexpected EOF", decode=decode
            )
            self.assertEqual("unexpected EOF", str(error))


class NoopReaderTests(SynchronousTestCase):
    """``noop_reader``: an answer as it came."""

    def test_relayed(self) -> None:
        """Any status, all fields, the body."""
        head = b"HTTP/1.1 404 X\r\nX-A: 1\r\nX-A: 2\r\n\r\n"
        found = noop_reader(Incoming(404, head, b"hello"))
        self.assertEqual(
            ({}, True, b"hello"), (found.data, found.is_complete, found.io)
        )
        self.assertEqual(404, found.metadata.status)
        self.assertEqual({"X-A": ["1", "2"]}, found.metadata.headers)

    def test_cut(self) -> None:
        """What is cut must not look whole."""
        incoming = Incoming(200, [], b"he")
        incoming.cut = "unexpected EOF"
        error = self.assertRaises(TransportError, noop_reader, incoming)
        self.assertEqual("unexpected EOF", str(error))

    def test_no_decoder(self) -> None:
        """The encoding itself decodes nothing."""
        self.assertIsNotNone(noop.encoding)


class HostTests(SynchronousTestCase):
    """``Host``."""

    def test_parts(self) -> None:
        """Its text, and its origin if it is plain."""
        host = Host("http://h", None)
        self.assertEqual(("http://h", None), (host.text, host.origin))
