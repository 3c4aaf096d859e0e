"""Tests of :mod:`krakendtw.proxy.wire`."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import TransportError
from krakendtw.proxy.wire import RawMetadata, WireHead, head_of
from krakendtw.testing import request
from krakendtw.transport.client.exchange import Incoming
from krakendtw.transport.stream import BodyStream
from tests.transport.doubles import Wire

AGENT = {"User-Agent": "u"}
AGENT_LINE = b"User-Agent: u\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nx-a: 1\r\nX-A: caf\xc3\xa9\r\nX-B: \xff\r\n\r\n"


def head(headers: dict[str, Any], body: Any = None) -> WireHead:
    """The head of a request with these headers."""
    return head_of(request(headers=headers, body=body))


class HeadTests(SynchronousTestCase):
    """``head_of``: header lines from the pipe's text."""

    def test_lines(self) -> None:
        """Fields are sorted by name, values keep their order and their bytes."""
        found = head({**AGENT, "X-B": ["2", "1"], "A": "é\udcff"})
        self.assertEqual(
            b"A: \xc3\xa9\xff\r\n" + AGENT_LINE + b"X-B: 2\r\nX-B: 1\r\n", found.lines
        )

    def test_agent(self) -> None:
        """Without an agent Go's is named; an empty one is no field at all."""
        for headers, lines in (
            ({}, b"User-Agent: Go-http-client/1.1\r\n"),
            ({"User-Agent": ""}, b""),
            ({"User-Agent": []}, b""),
            ({"User-Agent": ["", "v"]}, b""),
            ({"User-Agent": ["u", "v"]}, AGENT_LINE),
        ):
            self.assertEqual(lines, head(headers).lines)

    def test_framing(self) -> None:
        """What the transport decides is left out."""
        found = head(
            {
                **AGENT,
                "Host": ["other", "x"],
                "Content-Length": "5",
                "Transfer-Encoding": "chunked",
                "Connection": "close",
                "Trailer": "x",
            }
        )
        self.assertEqual((AGENT_LINE, b"other"), (found.lines, found.host))
        self.assertEqual(b"", head({**AGENT, "Host": []}).host)

    def test_gzip(self) -> None:
        """Gzip is ours to ask for unless somebody speaks of encodings or ranges."""
        for headers, wanted in (
            ({}, True),
            ({"Accept-Encoding": "br"}, False),
            ({"Range": "bytes=0-1"}, False),
            ({"Accept-Encoding": "", "Range": []}, True),
        ):
            self.assertEqual(wanted, head(headers).gzip)

    def test_length(self) -> None:
        """A length counts if it is one number, and there is a body."""
        stream = BodyStream(Wire())
        for value, body, wanted in (
            ("5", b"hello", 5),
            ("5", stream, 5),
            ("5", None, None),
            (["5", "5"], b"hello", None),
            ("x", b"hello", None),
            ("-1", b"hello", None),
            ([], b"hello", None),
        ):
            self.assertEqual(wanted, head({"Content-Length": value}, body).length)
        self.assertIsNone(head({}, b"hello").length)

    def test_bad_values(self) -> None:
        """A value with a control character is refused."""
        for value in ("1\r\nX-Evil: 1", "1\n", "\r", "\x00", "\x7f"):
            error = self.assertRaises(TransportError, head, {"X-A": ["0", value]})
            self.assertEqual(
                'net/http: invalid header field value for "X-A"', str(error)
            )
        self.assertIn(b"X-A: 1\t2\r\n", head({"X-A": "1\t2"}).lines)

    def test_bad_names(self) -> None:
        """So is a name that is none."""
        for name in ("X A", "X:A", "", "X\r\nY", "é"):
            error = self.assertRaises(TransportError, head, {name: "1"})
            self.assertIn("net/http: invalid header field name ", str(error))


class RawMetadataTests(SynchronousTestCase):
    """``RawMetadata``: a backend's fields as they came."""

    def setUp(self) -> None:
        self.incoming = Incoming(200, HEAD, b"")
        self.metadata = RawMetadata(200, self.incoming)

    def test_headers(self) -> None:
        """Fields are made when first read, by canonical name."""
        wanted = {"X-A": ["1", "café"], "X-B": ["\udcff"]}
        self.assertEqual(wanted, self.metadata.headers)
        self.assertIs(self.metadata.headers, self.metadata.headers)
        self.assertEqual(200, self.metadata.status)

    def test_block(self) -> None:
        """The head as it came is there until somebody looks at the fields."""
        self.assertEqual(HEAD[:-4], self.metadata.block)
        self.metadata.headers["X-New"] = ["1"]
        self.assertIsNone(self.metadata.block)

    def test_replaced(self) -> None:
        """Or replaces them."""
        self.metadata.headers = {"X-New": ["1"]}
        self.assertIsNone(self.metadata.block)
        self.assertEqual({"X-New": ["1"]}, self.metadata.headers)

    def test_given(self) -> None:
        """A backend's answer always has some."""
        self.assertTrue(self.metadata.is_given)
