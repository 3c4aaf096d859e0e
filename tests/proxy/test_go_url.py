"""Tests of URLs taken apart."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import PipeError
from krakendtw.proxy.go_url import parse_url


class ParseURLTests(SynchronousTestCase):
    """The parts of a URL."""

    def test_parts(self) -> None:
        """A URL has a scheme, a host, a path, a query and a fragment."""
        parts = parse_url(b"HTTP://user:p%40ss@host:80/a%20b?c=d e#f g")
        self.assertEqual("http", parts.scheme)
        self.assertEqual((b"user", b"p@ss"), parts.userinfo)
        self.assertEqual(b"host:80", parts.host)
        self.assertEqual("/a%20b", parts.path)
        self.assertEqual(b"c=d e", parts.query)
        self.assertEqual("f%20g", parts.fragment)

    def test_path_stays_if_valid(self) -> None:
        """A valid path keeps its own way of escaping."""
        self.assertEqual("/a%2fb'(c)", parse_url(b"http://h/a%2fb'(c)").path)

    def test_path_is_escaped_anew(self) -> None:
        """One character that must be escaped makes all of the path Go's."""
        self.assertEqual("/a/b%27%20", parse_url(b"http://h/a%2fb' ").path)

    def test_empty_query(self) -> None:
        """A mark without a query is remembered; two marks are a query."""
        self.assertTrue(parse_url(b"http://h/?").has_query)
        self.assertEqual(b"?", parse_url(b"http://h/??").query)
        self.assertFalse(parse_url(b"http://h/").has_query)

    def test_opaque(self) -> None:
        """Behind a scheme without slash all is opaque: ``localhost:80`` is such."""
        parts = parse_url(b"localhost:80/x?y")
        self.assertEqual(("localhost", b"80/x"), (parts.scheme, parts.opaque))

    def test_literal_address(self) -> None:
        """IPv6 addresses stand in brackets, possibly with a zone."""
        self.assertEqual(b"[::1]:80", parse_url(b"http://[::1]:80/").host)
        self.assertEqual(
            b"[fe80::1%en 0]", parse_url(b"http://[fe80::1%25en%200]").host
        )

    def test_several_colons(self) -> None:
        """In a host only the last colon begins the port."""
        self.assertEqual(b"a:b:1", parse_url(b"http://a:b:1/").host)

    def test_refused(self) -> None:
        """What is no URL is refused in Go's words."""
        for raw, reason in (
            (b"http://h/%zz", 'invalid URL escape "%zz"'),
            (b"http://h/\x01", "net/url: invalid control character in URL"),
            (b":x", "missing protocol scheme"),
            (b"127.0.0.1:80/", "first path segment in URL cannot contain colon"),
            (b"http://h:x/", 'invalid port ":x" after host'),
            (b"http://a b/", 'invalid character " " in host name'),
            (b"http://h%41/", 'invalid URL escape "%41"'),
            (b"http://h%4/", 'invalid URL escape "%4"'),
            (b"http://x[::1]/", "invalid IP-literal"),
            (b"http://[1.2.3.4]/", "invalid IP-literal"),
            (b"http://[::1/", "missing ']' in host"),
            (b"http://[::1]x/", 'invalid port "x" after host'),
            (b"http://[x]/", 'invalid host: ParseAddr("x"): unable to parse IP'),
            (b"http://[fe80::1%25%2F]/", 'invalid URL escape "%2F"'),
            (b'http://"u@h|/', 'invalid character "|" in host name'),
            (b'http://"@h/', "net/url: invalid userinfo"),
            (b"http://%zz@h/", 'invalid URL escape "%zz"'),
        ):
            error = self.assertRaises(PipeError, parse_url, raw)
            self.assertTrue(error.message.endswith(f'": {reason}'), error.message)

    def test_refused_part(self) -> None:
        """The error shows the URL, its fragment only if that is to blame."""
        error = self.assertRaises(PipeError, parse_url, b"http://h/%z#f")
        self.assertEqual('parse "http://h/%z": invalid URL escape "%z"', str(error))
        error = self.assertRaises(PipeError, parse_url, b"http://h/#%z")
        self.assertEqual('parse "http://h/#%z": invalid URL escape "%z"', str(error))
