"""Tests of URLs as they are sent and shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import PipeError
from krakendtw.proxy.target import parse_target


class ParseTargetTests(SynchronousTestCase):
    """What Go makes of a host and a path."""

    def test_all_of_it(self) -> None:
        """A target knows where to connect and what to say."""
        target = parse_target("http://h:8080", "/a b?c=d", "e=f")
        self.assertEqual(("http", "h", 8080), (target.scheme, target.host, target.port))
        self.assertEqual("h:8080", target.authority)
        self.assertEqual(b"/a%20b?c=d&e=f", target.target)
        self.assertEqual("http://h:8080/a%20b?c=d&e=f", target.url)
        self.assertEqual(("", ""), (target.authorization, target.flaw))

    def test_default_ports(self) -> None:
        """Without a port the scheme has one; an empty one is not told the backend."""
        self.assertEqual(80, parse_target("http://h", "/").port)
        target = parse_target("https://h:", "/")
        self.assertEqual((443, "h"), (target.port, target.authority))

    def test_no_path(self) -> None:
        """The target of a URL without a path is ``/``."""
        target = parse_target("http://h", "", "a=1")
        self.assertEqual((b"/?a=1", "http://h?a=1"), (target.target, target.url))

    def test_query_is_raw(self) -> None:
        """The query goes as it is, even where that makes no valid request line."""
        target = parse_target("http://h", "/s?q=red cars&é=%zz")
        self.assertEqual("/s?q=red cars&é=%zz".encode(), target.target)

    def test_fragment_stays_here(self) -> None:
        """A fragment is shown, but not sent."""
        target = parse_target("http://h", "/a#b c", "d=1")
        self.assertEqual(b"/a?d=1", target.target)
        self.assertEqual("http://h/a?d=1#b%20c", target.url)

    def test_bytes(self) -> None:
        """Bytes that are no UTF-8 are sent as those bytes."""
        target = parse_target("http://h", "/\udcff?\udcfe")
        self.assertEqual(b"/%FF?\xfe", target.target)

    def test_credentials(self) -> None:
        """A user in the URL makes an Authorization field."""
        target = parse_target("http://us%3Aer:p@h", "/")
        self.assertEqual("Basic dXM6ZXI6cA==", target.authorization)
        self.assertEqual("http://us%3Aer:p@h/", target.url)
        self.assertEqual("http://u@h/", parse_target("http://u@h", "/").url)
        self.assertEqual("http://u:@h/", parse_target("http://u:@h", "/").url)

    def test_literal_address(self) -> None:
        """Brackets are for URLs, zones for connecting."""
        target = parse_target("http://[fe80::1%25en0]:1", "/")
        self.assertEqual("fe80::1%en0", target.host)
        self.assertEqual("[fe80::1]:1", target.authority)
        self.assertEqual("http://[fe80::1%25en0]:1/", target.url)

    def test_flaws(self) -> None:
        """Some URLs are ones, but not for an HTTP client."""
        for host, flaw in (
            ("localhost:80", 'unsupported protocol scheme "localhost"'),
            ("ftp://h", 'unsupported protocol scheme "ftp"'),
            ("", 'unsupported protocol scheme ""'),
            ("http://", "http: no Host in request URL"),
        ):
            self.assertEqual(flaw, parse_target(host, "/x").flaw)

    @given(st.text(), st.sampled_from([None, "", "a=1"]))
    def test_printed_is_parsed_the_same(self, path: str, query: str | None) -> None:
        """Parsing what was printed changes nothing any more."""
        try:
            target = parse_target("http://h", "/" + path, query)
        except PipeError:
            return
        self.assertEqual(target, parse_target("", target.url))

    @given(st.binary())
    def test_one_line(self, raw: bytes) -> None:
        """No target has a line break or another control character in it."""
        try:
            target = parse_target(
                "http://h", "/" + raw.decode("utf-8", "surrogateescape")
            )
        except PipeError:
            return
        self.assertTrue(all(byte >= 0x20 and byte != 0x7F for byte in target.target))
