"""Tests of :mod:`krakendtw.transport.server.http2_head`."""

from __future__ import annotations

from hpack.struct import NeverIndexedHeaderTuple
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.server import http2_head
from krakendtw.transport.server.http2_head import (
    Malformed,
    RequestHead,
    answer_fields,
    read_head,
)

Fields = list[tuple[bytes, bytes]]

PSEUDO = [
    (b":method", b"GET"),
    (b":scheme", b"https"),
    (b":path", b"/a?b"),
    (b":authority", b"gw:8080"),
]


def pseudo(**changed: bytes | None) -> Fields:
    """The pseudo-header fields, changed or left out."""
    fields: dict[bytes, bytes | None] = {**dict(PSEUDO)}
    for name, value in changed.items():
        fields[b":" + name.encode()] = value
    return [(name, value) for name, value in fields.items() if value is not None]


class RequestTests(SynchronousTestCase):
    """``read_head``."""

    def assert_malformed(self, *heads: Fields) -> None:
        """None of these is a request."""
        for head in heads:
            self.assertRaises(Malformed, read_head, head)

    def test_whole(self) -> None:
        """A head becomes what HTTP/1.1 would have made of it."""
        head = read_head(
            [
                *PSEUDO,
                (b"cookie", b"a=1"),
                (b"x-some-name", b" \tvalue "),
                (b"cookie", b"b=2"),
                (b"te", b"Trailers"),
                (b"x-bytes", b"caf\xc3\xa9\ttab"),
            ]
        )
        self.assertEqual(
            RequestHead(
                b"GET",
                b"/a?b",
                b"gw:8080",
                [
                    (b"Host", b"gw:8080"),
                    (b"X-Some-Name", b"value"),
                    (b"Te", b"Trailers"),
                    (b"X-Bytes", b"caf\xc3\xa9\ttab"),
                    (b"Cookie", b"a=1; b=2"),
                ],
            ),
            head,
        )

    def test_pseudo_fields(self) -> None:
        """They come first, once each, and no others."""
        self.assert_malformed(
            [(b"x-a", b"1"), *PSEUDO],
            [*PSEUDO[:3], (b"host", b"gw"), PSEUDO[3]],
            [*PSEUDO[:3], (b"cookie", b"a=1"), PSEUDO[3]],
            [*PSEUDO, PSEUDO[0]],
            [*PSEUDO, (b":protocol", b"websocket")],
            [*PSEUDO, (b":status", b"200")],
        )

    def test_control_data(self) -> None:
        """Method, scheme and path must be there and sound."""
        self.assert_malformed(
            pseudo(method=None),
            pseudo(method=b"GE T"),
            pseudo(scheme=None),
            pseudo(scheme=b"ftp"),
            pseudo(path=None),
            pseudo(path=b""),
            pseudo(path=b"a"),
            pseudo(path=b"*"),
            pseudo(path=b"http://gw/"),
            pseudo(path=b"/a b"),
            pseudo(path=b"/a\r\nX: 1"),
            pseudo(path=b"/a\x7f"),
        )

    def test_star(self) -> None:
        """``*`` is what OPTIONS may ask of."""
        self.assertEqual(b"*", read_head(pseudo(method=b"OPTIONS", path=b"*")).target)

    def test_connect(self) -> None:
        """CONNECT has an authority and nothing else."""
        plain = pseudo(method=b"CONNECT", scheme=None, path=None)
        self.assertEqual(b"gw:8080", read_head(plain).target)
        self.assert_malformed(
            pseudo(method=b"CONNECT"),
            pseudo(method=b"CONNECT", scheme=None, path=None, authority=None),
        )

    def test_host(self) -> None:
        """Host stands in for the authority, and must not differ from it."""
        host = (b"host", b"other")
        self.assertEqual(b"other", read_head([*pseudo(authority=None), host]).host)
        self.assertEqual(b"", read_head(pseudo(authority=None)).host)
        same = read_head([*PSEUDO, (b"host", b"gw:8080")])
        self.assertEqual([(b"Host", b"gw:8080")], same.fields)
        self.assert_malformed(
            [*PSEUDO, host],
            [*pseudo(authority=None), host, host],
            pseudo(authority=b"user@gw"),
            pseudo(authority=b"gw/path"),
            pseudo(authority=b"gw\r\nX: 1"),
            pseudo(authority=b"gw:80:80"),
        )
        for authority in (b"[::1]:8080", b"[fe80::1%25eth0]", b"gw.", b"10.0.0.1:1"):
            self.assertEqual(authority, read_head(pseudo(authority=authority)).host)

    def test_names(self) -> None:
        """Names are lower-case tokens, and none of HTTP/1.1's connections."""
        for name in (
            b"Upper",
            b"",
            b"a b",
            b"a:",
            b"a\n",
            b"caf\xc3\xa9",
            b"connection",
            b"proxy-connection",
            b"keep-alive",
            b"transfer-encoding",
            b"upgrade",
        ):
            self.assert_malformed([*PSEUDO, (name, b"1")])
        self.assert_malformed([*PSEUDO, (b"te", b"gzip")])

    def test_values(self) -> None:
        """Values hold no control characters but the tab."""
        for value in (b"a\r\nb", b"a\nb", b"a\0b", b"\x1b", b"\x7f", b"a\r"):
            self.assert_malformed([*PSEUDO, (b"x-a", value)])

    def test_memory_is_bounded(self) -> None:
        """Names without end are not all remembered."""
        self.patch(http2_head, "_names", {})
        self.patch(http2_head, "_REMEMBERED", 3)
        for number in range(5):
            read_head([*PSEUDO, (b"x-%d" % number, b"1")])
        self.assertEqual(3, len(http2_head._names))


class AnswerTests(SynchronousTestCase):
    """``answer_fields``."""

    def test_lines(self) -> None:
        """Header lines become fields in small letters."""
        self.assertEqual(
            [(b"x-a", b"1: 2"), (b"x-empty", b"")],
            answer_fields(b"X-A: 1: 2\r\nX-Empty:\r\n"),
        )
        self.assertEqual([], answer_fields(b""))

    def test_connection_fields(self) -> None:
        """Fields of HTTP/1.1's connections are dropped."""
        head = (
            b"Connection: close\r\nKeep-Alive: 5\r\nTransfer-Encoding: chunked\r\n"
            b"Upgrade: x\r\nProxy-Connection: x\r\nX-Kept: 1\r\n"
        )
        self.assertEqual([(b"x-kept", b"1")], answer_fields(head))

    def test_secrets(self) -> None:
        """Cookies stay out of the compression's memory."""
        (cookie,) = answer_fields(b"Set-Cookie: a=1\r\n")
        self.assertIsInstance(cookie, NeverIndexedHeaderTuple)

    def test_memory_is_bounded(self) -> None:
        """Heads without end are not all remembered, and large ones never."""
        self.patch(http2_head, "_heads", {})
        self.patch(http2_head, "_REMEMBERED", 3)
        for number in range(10):
            answer_fields(b"X-Number: %d\r\n" % number)
            self.assertLessEqual(len(http2_head._heads), 3)
        known = len(http2_head._heads)
        answer_fields(b"X-Large: %b\r\n" % (b"x" * 2000))
        self.assertEqual(known, len(http2_head._heads))
