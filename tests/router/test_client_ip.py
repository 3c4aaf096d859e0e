"""Tests of :mod:`krakendtw.router.client_ip`."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.client_ip import (
    compile_client_ip,
    compile_trust,
    parse_ip,
    peer_ip,
)
from krakendtw.router.settings import RouterSettings

XFF, REAL = b"X-Forwarded-For", b"X-Real-IP"


def client_ip(*headers: tuple[bytes, bytes], **options: Any) -> str:
    """The client's address of a request from 127.0.0.1."""
    return compile_client_ip(RouterSettings(**options))("127.0.0.1", list(headers))


class DefaultTests(SynchronousTestCase):
    """Everybody is trusted."""

    def test_peer(self) -> None:
        """Without headers it is the connection's other end."""
        self.assertEqual("127.0.0.1", client_ip())
        self.assertEqual("127.0.0.1", client_ip((b"Accept-Encoding", b"1.1.1.1")))

    def test_leftmost(self) -> None:
        """The first of a list is taken, of several fields as well."""
        self.assertEqual("1.2.3.4", client_ip((XFF, b"1.2.3.4, 5.6.7.8,9.9.9.9")))
        self.assertEqual("7.7.7.7", client_ip((XFF, b"7.7.7.7"), (XFF, b"8.8.8.8")))
        self.assertEqual("2001:DB8::1", client_ip((XFF, b" 2001:DB8::1 ")))

    def test_any_case(self) -> None:
        """Header names have no case."""
        self.assertEqual("1.2.3.4", client_ip((b"x-FORWARDED-for", b"1.2.3.4")))

    def test_order_of_headers(self) -> None:
        """The first header of the list that can be used is."""
        both = (REAL, b"4.4.4.4"), (XFF, b"3.3.3.3")
        self.assertEqual("3.3.3.3", client_ip(*both))
        self.assertEqual("4.4.4.4", client_ip((REAL, b"4.4.4.4"), (XFF, b"junk")))

    def test_junk(self) -> None:
        """What is no address spoils its header."""
        for value in (
            b"",
            b"not an ip",
            b"1.1.1.1, junk, 2.2.2.2",
            b"1.1.1.1,",
            b"\xff",
        ):
            self.assertEqual("127.0.0.1", client_ip((XFF, value)), value)


class TrustedTests(SynchronousTestCase):
    """``trusted_proxies``."""

    def test_first_stranger_from_the_right(self) -> None:
        """Trusted addresses are passed over."""
        trusted = ("127.0.0.1/32", "10.0.0.0/8", "5.6.7.8")
        for value, address in (
            (b"1.2.3.4, 5.6.7.8, 10.0.0.9", "1.2.3.4"),
            (b"1.1.1.1, junk, 2.2.2.2", "2.2.2.2"),
            (b"10.1.1.1, 10.2.2.2", "10.1.1.1"),
            (b"junk, 10.2.2.2", "127.0.0.1"),
        ):
            found = client_ip((XFF, value), trusted_proxies=trusted)
            self.assertEqual(address, found, value)

    def test_untrusted_peer(self) -> None:
        """Headers from elsewhere count for nothing."""
        found = client_ip((XFF, b"1.2.3.4"), trusted_proxies=("172.16.0.0/12",))
        self.assertEqual("127.0.0.1", found)

    def test_not_forwarded(self) -> None:
        """``forwarded_by_client_ip: false`` does the same."""
        found = client_ip((XFF, b"1.2.3.4"), forwarded_by_client_ip=False)
        self.assertEqual("127.0.0.1", found)

    def test_own_headers(self) -> None:
        """``remote_ip_headers`` replaces the list."""
        own = {"remote_ip_headers": ("X-Client", "X-Other")}
        self.assertEqual("127.0.0.1", client_ip((XFF, b"1.2.3.4"), **own))
        self.assertEqual("1.2.3.4", client_ip((b"x-other", b"1.2.3.4"), **own))


class AppEngineTests(SynchronousTestCase):
    """``app_engine``."""

    def test_wins(self) -> None:
        """Its header goes before all else, whatever it holds."""
        own = (b"X-Appengine-Remote-Addr", b"who knows")
        self.assertEqual(
            "who knows", client_ip((XFF, b"1.1.1.1"), own, app_engine=True)
        )
        self.assertEqual("1.1.1.1", client_ip((XFF, b"1.1.1.1"), own))

    def test_empty(self) -> None:
        """Without a value it is passed over."""
        own = (b"X-Appengine-Remote-Addr", b"")
        self.assertEqual("1.1.1.1", client_ip((XFF, b"1.1.1.1"), own, app_engine=True))
        alone = {"app_engine": True, "forwarded_by_client_ip": False}
        self.assertEqual("127.0.0.1", client_ip(own, **alone))


class CompileTrustTests(SynchronousTestCase):
    """``compile_trust``: networks."""

    def test_networks(self) -> None:
        """Addresses belong to networks of their kind."""
        is_trusted = compile_trust(("10.1.2.3/8", "fe80::/10", "2001:db8::1"))
        for address, answer in (
            ("10.255.0.1", True),
            ("11.0.0.1", False),
            ("::ffff:10.0.0.1", True),
            ("febf::1", True),
            ("fec0::1", False),
            ("2001:db8::1", True),
            ("2001:db8::2", False),
            ("", False),
        ):
            self.assertEqual(answer, is_trusted(address), address)

    def test_bad_entry_ends_the_list(self) -> None:
        """Entries behind a bad one do not count."""
        for bad in ("x", "1.1.1.1/33", "1.1.1.1/", "1.1.1.1/-1", "01.1.1.1", "::/129"):
            is_trusted = compile_trust(("10.0.0.0/8", bad, "11.0.0.0/8"))
            self.assertTrue(is_trusted("10.0.0.1"))
            self.assertFalse(is_trusted("11.0.0.1"), bad)

    def test_everybody(self) -> None:
        """The default holds all addresses there are."""
        is_trusted = compile_trust(("0.0.0.0/0", "::/0"))
        self.assertTrue(is_trusted("1.2.3.4") and is_trusted("1::2"))
        self.assertFalse(compile_trust(("::/0",))("1.2.3.4"))

    def test_ipv4_written_as_ipv6(self) -> None:
        """A long mask makes it IPv4; none at all means 32 bits, as in gin."""
        self.assertTrue(compile_trust(("::ffff:10.0.0.0/104",))("10.9.9.9"))
        self.assertFalse(compile_trust(("::ffff:10.0.0.0/104",))("11.9.9.9"))
        self.assertFalse(compile_trust(("::ffff:10.0.0.1",))("10.0.0.1"))
        self.assertTrue(compile_trust(("::ffff:10.0.0.1",))("::1"))


class ParseIPTests(SynchronousTestCase):
    """``parse_ip`` and ``peer_ip``."""

    def test_addresses(self) -> None:
        """IPv4 has four bytes however it is written."""
        self.assertEqual(b"\1\2\3\4", parse_ip("1.2.3.4"))
        self.assertEqual(b"\1\2\3\4", parse_ip("::ffff:1.2.3.4"))
        self.assertEqual(bytes(15) + b"\1", parse_ip("::1"))

    def test_others(self) -> None:
        """Short forms, leading zeros, zones and ports are no addresses."""
        for text in ("", "1.2.3", "1.2.3.04", "fe80::1%eth0", "1.2.3.4:80", "ñ", "1\0"):
            self.assertIsNone(parse_ip(text), text)

    def test_peer(self) -> None:
        """The other end is printed in the shortest form."""
        self.assertEqual("1.2.3.4", peer_ip("::ffff:1.2.3.4"))
        self.assertEqual("fe80::1", peer_ip("fe80:0::1%eth0"))
        self.assertEqual("", peer_ip("socket"))
