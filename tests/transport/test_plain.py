"""Tests of :mod:`krakendtw.transport.plain`: the same as llhttp, or nothing."""

from __future__ import annotations

from typing import Any

from httptools import HttpParserError, HttpRequestParser, HttpResponseParser
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.plain import read_answer, read_request

PLAIN = b"GET /a?b=c HTTP/1.1\r\nHost: gw:80\r\nX-A: 1\r\n\r\n"

IS_COMPILED = read_request(PLAIN, None) is not None

METHODS = st.sampled_from(
    [b"GET", b"POST", b"HEAD", b"DELETE", b"OPTIONS", b"get", b""]
)
TARGETS = st.sampled_from(
    [
        b"/",
        b"/a/b?c=d",
        b"/%41",
        b"/a b",
        b"*",
        b"a",
        b"/#",
        b"http://h/",
        b'/"',
        b"/\xff",
    ]
)
VERSIONS = st.sampled_from([b"HTTP/1.1"] * 5 + [b"HTTP/1.0", b"HTTP/2.0", b"http/1.1"])
NAMES = st.sampled_from(
    [
        b"Host",
        b"host",
        b"Content-Length",
        b"content-LENGTH",
        b"Transfer-Encoding",
        b"Connection",
        b"Upgrade",
        b"Expect",
        b"Trailer",
        b"X-A",
        b"Te",
        b"X A",
        b"",
        b"Content-Encoding",
        b"Proxy-Connection",
        b"HTTP2-Settings",
        b"X-\xff",
        b" X",
    ]
)
VALUES = st.sampled_from(
    [
        b"gw",
        b"1",
        b"3",
        b"03",
        b"+3",
        b"3, 3",
        b"chunked",
        b"close",
        b"keep-alive",
        b"Keep-Alive",
        b"",
        b"a b",
        b"a ",
        b"\ta",
        b"a\tb",
        b"a\x00",
        b"\xe9",
        b"a\rb",
        b"h2c",
        b"100-continue",
        b"gzip",
        b"a\r\n b",
        b"99999999999999999999",
    ]
)
GAPS = st.sampled_from([b": "] * 6 + [b":", b":  ", b" : ", b":\t", b""])
ENDS = st.sampled_from([b"\r\n"] * 12 + [b"\n", b"\r", b"\r\r\n", b"\r\n "])
FIELDS = st.lists(
    st.tuples(NAMES, GAPS, VALUES, ENDS).map(b"".join), min_size=0, max_size=4
).map(b"".join)
BODIES = st.sampled_from([b""] * 4 + [b"abc", b"a", b"\r\n", b"GET / HTTP/1.1\r\n"])
HOSTS = st.sampled_from([b"Host: gw\r\n"] * 4 + [b""])

REQUESTS = st.tuples(
    METHODS, st.just(b" "), TARGETS, st.just(b" "), VERSIONS, ENDS, HOSTS, FIELDS, ENDS
).map(b"".join)
STATUSES = st.sampled_from(
    [
        b"200 OK",
        b"200",
        b"200 ",
        b"404 Not Found",
        b"204 No",
        b"304 N",
        b"101 S",
        b"600 X",
        b"20 X",
        b"2000 X",
        b"200 \xe9",
        b"100 Continue",
    ]
)
ANSWERS = st.tuples(VERSIONS, st.just(b" "), STATUSES, ENDS, FIELDS, ENDS).map(b"".join)


class Seen:
    """What llhttp says of a message."""

    def __init__(self, kind: Any, data: bytes) -> None:
        self.target = self.body = b""
        self.fields: list[tuple[bytes, bytes]] = []
        self.begun = self.ended = 0
        self.goes_on = False
        self.parser = kind(self)
        self.is_sound = True
        try:
            self.parser.feed_data(data)
        except HttpParserError:
            self.is_sound = False

    def on_message_begin(self) -> None:
        """Count it."""
        self.begun += 1

    def on_url(self, url: bytes) -> None:
        """Keep it."""
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep it."""
        self.fields.append((name, value))

    def on_headers_complete(self) -> None:
        """Ask what becomes of the connection."""
        self.goes_on = self.parser.should_keep_alive()

    def on_body(self, data: bytes) -> None:
        """Keep it."""
        self.body += data

    def on_message_complete(self) -> None:
        """Count it."""
        self.ended += 1

    @property
    def is_whole(self) -> bool:
        """Whether it was one message, all of it, on a connection that goes on."""
        once = (self.begun, self.ended) == (1, 1)
        return self.is_sound and once and self.goes_on


class PlainTestCase(SynchronousTestCase):
    """Tests of what is there only where it is compiled."""

    def setUp(self) -> None:
        if not IS_COMPILED:
            self.skipTest("not compiled")


class RequestTests(PlainTestCase):
    """``read_request``."""

    def assert_same(self, data: bytes, known: Any = None) -> Any:
        """What is taken is what llhttp finds."""
        found = read_request(data, known)
        if found is None:
            return None
        seen = Seen(HttpRequestParser, data)
        self.assertTrue(seen.is_whole, data)
        method, target, fields, host, start, block, _ = found
        body = data[start:] if start >= 0 else b""
        self.assertEqual(
            (method, target, fields, body),
            (seen.parser.get_method(), seen.target, seen.fields, seen.body),
        )
        hosts = [value for name, value in fields if name.lower() == b"host"]
        self.assertEqual([host], hosts)
        self.assertTrue(data.removesuffix(body).endswith(block))
        self.assertEqual("1.1", seen.parser.get_http_version())
        self.assertFalse(seen.parser.should_upgrade())
        return found

    @given(REQUESTS, BODIES)
    def test_any(self, head: bytes, body: bytes) -> None:
        """Whatever comes gives what llhttp gives, or nothing."""
        self.assert_same(head + body)

    @given(REQUESTS, BODIES, REQUESTS, BODIES)
    def test_known(self, head: bytes, body: bytes, second: bytes, rest: bytes) -> None:
        """So it does where the fields before were the same, or others."""
        known = self.assert_same(head + body) or self.assert_same(PLAIN)
        self.assert_same(second + rest, known)
        line, end, fields = head.partition(b"\r\n")
        for again in (b"GET /other HTTP/1.1" + end + fields, line + end + fields[:-1]):
            self.assert_same(again + body, known)
            self.assert_same(again + rest, known)

    @given(st.binary(max_size=60), st.integers(0, len(PLAIN)))
    def test_damaged(self, rubbish: bytes, at: int) -> None:
        """Damage is noticed."""
        self.assert_same(PLAIN[:at] + rubbish + PLAIN[at + len(rubbish) :])
        self.assert_same(PLAIN[:at])
        self.assert_same(PLAIN + rubbish)

    def test_taken(self) -> None:
        """Plain requests are taken, with and without a body."""
        found = self.assert_same(PLAIN)
        self.assertEqual((b"GET", b"/a?b=c"), found[:2])
        self.assertEqual([(b"Host", b"gw:80"), (b"X-A", b"1")], found[2])
        again = self.assert_same(PLAIN.replace(b"/a", b"/z"), found)
        self.assertEqual(b"/z?b=c", again[1])
        self.assertIs(found[2], again[2])
        post = b"PUT /p HTTP/1.1\r\nhost:h\r\nContent-Length: 3\r\n\r\nabc"
        self.assertEqual(len(post) - 3, self.assert_same(post)[4])
        empty = b"POST / HTTP/1.1\r\nHost: h\r\ncontent-length: 0\r\n\r\n"
        self.assertEqual(-1, self.assert_same(empty)[4])
        alive = b"GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n"
        self.assertIsNotNone(self.assert_same(alive))

    def test_declined(self) -> None:
        """What changes framing or the connection is declined, as is what is odd."""
        for line in (
            b"Transfer-Encoding: chunked",
            b"Content-Length: 3\r\nContent-Length: 3",
            b"Content-Length: 03",
            b"Content-Length: +3",
            b"Content-Length: 4",
            b"Content-Length: 2",
            b"Connection: close",
            b"Connection: upgrade",
            b"Upgrade: h2c",
            b"Expect: 100-continue",
            b"Trailer: X",
            b"Proxy-Connection: close",
            b"HTTP2-Settings: AA",
            b"Host: other",
            b"X-A: b\r\n folded",
            b"X-A : b",
            b"X-A: b\x00",
            b"X-A: \xe9",
            b"X-A: b ",
            b"X-A:",
            b"X A: b",
        ):
            data = b"POST / HTTP/1.1\r\nHost: h\r\n%b\r\n\r\nabc" % line
            self.assertIsNone(read_request(data, None), line)
        for start in (
            b"GET / HTTP/1.0",
            b"GET  / HTTP/1.1",
            b"GET http://h/ HTTP/1.1",
            b"OPTIONS * HTTP/1.1",
            b"CONNECT h:1 HTTP/1.1",
            b"BREW / HTTP/1.1",
            b"GET /\x7f HTTP/1.1",
            b"\r\nGET / HTTP/1.1",
        ):
            data = b"%b\r\nHost: h\r\nX-Fill: xxxxxxxx\r\n\r\n" % start
            self.assertIsNone(read_request(data, None), start)
        self.assertIsNone(read_request(b"GET / HTTP/1.1\r\nX: y\r\n\r\n", None))
        self.assertIsNone(read_request(PLAIN + PLAIN, None))


class AnswerTests(PlainTestCase):
    """``read_answer``."""

    def assert_same(self, data: bytes) -> Any:
        """What is taken is what llhttp finds."""
        found = read_answer(data)
        if found is None:
            return None
        seen = Seen(HttpResponseParser, data)
        self.assertTrue(seen.is_whole, data)
        status, body = found
        is_coded = any(name.lower() == b"content-encoding" for name, _ in seen.fields)
        self.assertEqual(
            (-status if is_coded else status, body),
            (seen.parser.get_status_code(), seen.body),
        )
        return found

    @given(ANSWERS, BODIES)
    def test_any(self, head: bytes, body: bytes) -> None:
        """Whatever comes gives what llhttp gives, or nothing."""
        self.assert_same(head + body)
        self.assert_same(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc" + body)

    def test_taken(self) -> None:
        """Plain answers are taken."""
        plain = b"HTTP/1.1 404 Not Found\r\nServer: x y\r\nContent-Length: 3\r\n\r\nabc"
        self.assertEqual((404, b"abc"), self.assert_same(plain))
        coded = b"HTTP/1.1 200 \r\ncontent-encoding: gzip\r\ncontent-length: 0\r\n\r\n"
        self.assertEqual((-200, b""), self.assert_same(coded))
        alive = (
            b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"
        )
        self.assertEqual((200, b""), self.assert_same(alive))

    def test_declined(self) -> None:
        """What has another framing, or no body by its status, is declined."""
        for start, lines in (
            (b"HTTP/1.0 200 OK", b"Content-Length: 3\r\n"),
            (b"HTTP/1.1 204 No", b"Content-Length: 3\r\n"),
            (b"HTTP/1.1 304 Not", b"Content-Length: 3\r\n"),
            (b"HTTP/1.1 100 Go", b"Content-Length: 3\r\n"),
            (b"HTTP/1.1 200 OK", b""),
            (b"HTTP/1.1 200 OK", b"Content-Length: 2\r\n"),
            (b"HTTP/1.1 200 OK", b"Content-Length: 4\r\n"),
            (
                b"HTTP/1.1 200 OK",
                b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            ),
            (b"HTTP/1.1 200 OK", b"Content-Length: 3\r\nConnection: close\r\n"),
            (b"HTTP/1.1 200 OK", b"Content-Length: 3\r\ncontent-length: 3\r\n"),
        ):
            data = b"%b\r\n%b\r\nabc" % (start, lines)
            self.assertIsNone(read_answer(data), data)


class AbsenceTests(SynchronousTestCase):
    """Without the compiled module."""

    def test_nothing(self) -> None:
        """Everything is llhttp's."""
        if IS_COMPILED:
            self.skipTest("compiled")
        self.assertIsNone(read_request(PLAIN, None))
        self.assertIsNone(read_answer(PLAIN))
