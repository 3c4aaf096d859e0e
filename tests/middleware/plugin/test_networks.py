"""Tests of networks and of whose address a request is from."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.plugin._networks import (
    client_address,
    compile_networks,
    parse_network,
)
from krakendtw.router.client_ip import parse_ip


def packed(text: str) -> Any:
    """An address as bytes."""
    return parse_ip(text)


class NetworkTests(SynchronousTestCase):
    """Whether an address lies in a network."""

    def test_networks(self) -> None:
        """Networks, single addresses, and both families."""
        contains = compile_networks(["10.0.0.0/8", "192.168.1.7", "2001:db8::/32"])
        for text in ("10.255.1.2", "192.168.1.7", "2001:db8:1::5", "::ffff:10.1.1.1"):
            self.assertTrue(contains(packed(text)), text)
        for text in ("11.0.0.1", "192.168.1.8", "2001:db9::1"):
            self.assertFalse(contains(packed(text)), text)

    def test_everything(self) -> None:
        """A length of 0 is all of one family."""
        contains = compile_networks(["0.0.0.0/0"])
        self.assertTrue(contains(packed("8.8.8.8")))
        self.assertFalse(contains(packed("::1")))

    def test_mapped(self) -> None:
        """An IPv4 network may be written as one of IPv6."""
        self.assertEqual(
            parse_network("10.0.0.0/8"), parse_network("::ffff:10.0.0.0/104")
        )

    def test_host_bits(self) -> None:
        """What lies beyond the length does not count."""
        self.assertEqual(parse_network("10.0.0.0/8"), parse_network("10.1.2.3/8"))

    def test_nonsense(self) -> None:
        """What is no network is refused."""
        for text in (
            "",
            "x",
            "10.0.0.0/33",
            "10.0.0/8",
            "10.0.0.0/x",
            "::1/129",
            "::ffff:10.0.0.0/8",
        ):
            self.assertRaises(ValueError, parse_network, text)


class ClientTests(SynchronousTestCase):
    """The client's address."""

    def client(
        self, peer: str, *headers: tuple[str, str], trusted: Any = ("10.0.0.0/8",)
    ) -> Any:
        """The address of a request, as text."""
        lines = [(name.encode(), value.encode()) for name, value in headers]
        names = (b"x-forwarded-for", b"x-real-ip")
        found = client_address(peer, lines, names, compile_networks(trusted))
        return None if found is None else ".".join(map(str, found))

    def test_peer(self) -> None:
        """Whoever is not trusted is who it is."""
        self.assertEqual(
            "8.8.8.8", self.client("8.8.8.8", ("X-Forwarded-For", "1.2.3.4"))
        )

    def test_trusted(self) -> None:
        """A trusted proxy is believed."""
        self.assertEqual(
            "1.2.3.4", self.client("10.0.0.1", ("X-Forwarded-For", "1.2.3.4"))
        )

    def test_last_that_is_not_ours(self) -> None:
        """What clients write in front of a list does not count."""
        listed = "6.6.6.6, 1.2.3.4, 10.0.0.9"
        self.assertEqual(
            "1.2.3.4", self.client("10.0.0.1", ("x-forwarded-for", listed))
        )

    def test_only_ours(self) -> None:
        """A list of proxies alone gives the first."""
        self.assertEqual(
            "10.0.0.8",
            self.client("10.0.0.1", ("X-Forwarded-For", "10.0.0.8,10.0.0.9")),
        )

    def test_next_header(self) -> None:
        """A header that has no address leaves it to the next one, and to the peer."""
        names = ("X-Forwarded-For", "unknown")
        self.assertEqual(
            "1.1.1.1", self.client("10.0.0.1", names, ("X-Real-IP", "1.1.1.1"))
        )
        self.assertEqual("10.0.0.1", self.client("10.0.0.1", names))

    def test_no_address(self) -> None:
        """A peer without an address has none."""
        self.assertIsNone(self.client(""))
