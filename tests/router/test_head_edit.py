"""Tests of changes of an answer's head at the last moment."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.head_edit import compile_edit
from krakendtw.testing import answer_of, gateway_request
from krakendtw.transport.server.http2_stream import Http2Request
from krakendtw.transport.stream import BodyStream


class Source:
    """What a body comes from."""

    def pauseProducing(self) -> None:
        """Nothing to pause."""

    def resumeProducing(self) -> None:
        """Nothing to resume."""


class EditTests(SynchronousTestCase):
    """Heads that go through an edit."""

    def setUp(self) -> None:
        self.heads: list[bytes] = []
        self.mark = compile_edit(self.edit)
        self.request: Any = gateway_request()
        self.mark(self.request)

    def edit(self, head: bytes) -> bytes:
        """Keep what comes, and add a field."""
        self.heads.append(head)
        return head + b"X-New: 1\r\n"

    def test_answer(self) -> None:
        """All lines come at once: those before, the head, and Twisted's own."""
        self.request.lines_before = b"A: 1\r\n"
        self.request.setHeader(b"c", b"3")
        self.request.answer(201, b"B: 2\r\n", b"x")
        self.assertEqual(self.heads, [b"A: 1\r\nB: 2\r\nC: 3\r\n"])
        answer = answer_of(self.request)
        self.assertEqual(
            (answer.status, answer.headers, answer.body),
            (201, {"A": ["1"], "B": ["2"], "C": ["3"], "X-New": ["1"]}, b"x"),
        )

    def test_stream(self) -> None:
        """An answer that still arrives, or whose body is dropped, is edited once."""
        stream = BodyStream(Source())
        stream.data_received(b"ab")
        stream.finish()
        self.request.answer(200, b"", stream)
        self.assertEqual(answer_of(self.request).headers, {"X-New": ["1"]})
        head = gateway_request("HEAD")
        self.mark(head)
        stream = BodyStream(Source(), 2)
        head.answer(200, b"", stream)
        self.assertEqual(self.heads, [b"", b""])

    def test_twisted(self) -> None:
        """So is an answer that a resource writes piece by piece."""
        self.request.setHeader(b"a", b"1")
        self.request.write(b"x")
        self.request.write(b"y")
        self.request.finish()
        self.assertEqual(self.heads, [b"A: 1\r\n"])
        answer = answer_of(self.request)
        self.assertEqual(
            (answer.headers, answer.body), ({"A": ["1"], "X-New": ["1"]}, b"xy")
        )

    def test_rendered(self) -> None:
        """And what a resource returns."""
        self.request.send_rendered(b"x", None)
        answer = answer_of(self.request)
        self.assertEqual(
            (answer.headers, answer.body),
            ({"Content-Type": ["text/html"], "X-New": ["1"]}, b"x"),
        )

    def test_twice(self) -> None:
        """Of two edits the later one comes first."""
        compile_edit(lambda head: head + b"X-Later: 1\r\n")(self.request)
        self.request.answer(200, b"", b"x")
        self.assertEqual(self.heads, [b"X-Later: 1\r\n"])

    def test_others(self) -> None:
        """Other requests know of none; those of HTTP/2 take one too."""
        self.assertIsNone(gateway_request().edit)
        channel: Any = Stream()
        request = Http2Request(channel, b"GET", b"/", [])
        self.mark(request)
        request.answer(200, b"", b"x")
        self.assertIn((b"x-new", b"1"), channel.fields)


class Stream:
    """A stream of HTTP/2.

    :ivar fields: of the answer.
    """

    def __init__(self) -> None:
        self.site = self
        self.fields: list[tuple[bytes, bytes]] = []

    def date_line(self) -> bytes:
        """No date."""
        return b""

    def send_whole(self, status: int, fields: Any, body: bytes) -> None:
        """Keep the fields."""
        self.fields = list(fields)

    def request_done(self, request: object) -> None:
        """It is answered."""
