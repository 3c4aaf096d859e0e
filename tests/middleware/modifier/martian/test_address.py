"""Tests of URLs in parts."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import PipeError
from krakendtw.middleware.modifier.martian._address import (
    Address,
    join_port,
    matches_host,
    parse_address,
)


class AddressTests(SynchronousTestCase):
    """Parts, and the whole again."""

    def test_round_trip(self) -> None:
        """A URL is printed as it was."""
        for url in ("http://a", "http://a:1/b%20c?d=e", "https://[::1]:9/?x"):
            self.assertEqual(str(parse_address(url)), url)

    def test_path(self) -> None:
        """The path is read without escapes and written with those it needs."""
        address = parse_address("http://a/b%2Fc")
        self.assertEqual(address.path, "/b/c")
        address.path = "/a b?c%"
        self.assertEqual(address.raw_path, "/a%20b%3Fc%25")

    def test_relative_path(self) -> None:
        """A path gets the slash that it lacks."""
        self.assertEqual(str(Address("http", "a", "b", "")), "http://a/b")

    def test_ports(self) -> None:
        """Host and port, whatever the host is."""
        for host, wanted in (
            ("a", ("a", None)),
            ("a:1", ("a", "1")),
            ("[::1]:2", ("::1", "2")),
        ):
            self.assertEqual(Address("http", host, "/", "").split_port(), wanted)
        for host in ("[::1]", "a:b:1"):
            address = Address("http", host, "/", "")
            self.assertRaises(PipeError, address.split_port)
        self.assertEqual(join_port("::1", "2"), "[::1]:2")

    def test_hosts(self) -> None:
        """A star stands for a part of a name."""
        for host, pattern, wanted in (
            ("a.b", "a.b", True),
            ("x.b", "*.b", True),
            ("x.y.b", "*.b", False),
            ("b", "*.b", False),
            ("a.b", "b", False),
            ("", "*", False),
            ("abc", "*", True),
            ("127.0.0.1", "127.*.0.1", True),
        ):
            self.assertEqual(matches_host(host, pattern), wanted, (host, pattern))
