"""Tests of reading addresses as Go does it."""

from __future__ import annotations

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.go_address import Address, AddressError, parse_address


class AddressTests(SynchronousTestCase):
    """What is an address, and what is wrong with what is none."""

    def assert_wrong(self, text: str, reason: str) -> None:
        """The text is refused for this reason."""
        error = self.assertRaises(AddressError, parse_address, text)
        self.assertEqual(f'ParseAddr("{text}"): {reason}', str(error))

    def test_short(self) -> None:
        """An IPv4 address has four numbers up to 255."""
        self.assertEqual(Address(is_short=True), parse_address("127.0.0.1"))
        self.assert_wrong("1.2.3", "IPv4 address too short")
        self.assert_wrong("1.2.3.4.5", "IPv4 address too long")
        self.assert_wrong("1.2.3.256", "IPv4 field has value >255")
        self.assert_wrong("1.2.3.04", "IPv4 field has octet with leading zero")
        self.assert_wrong(
            "1..2.3", 'IPv4 field must have at least one digit (at ".2.3")'
        )
        self.assert_wrong("V1.fe", 'unexpected character (at "V1.fe")')

    def test_long(self) -> None:
        """An IPv6 address has eight groups, some of which ``::`` may stand for."""
        for text in ("::", "::1", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4"):
            self.assertEqual(Address(), parse_address(text))
        self.assertEqual(Address("eth0"), parse_address("fe80::1%eth0"))
        self.assert_wrong("fe80::1%", "zone must be a non-empty string")
        self.assert_wrong("1:2", "address string too short")
        self.assert_wrong(
            ":1",
            'each colon-separated field must have at least one digit (at ":1")',
        )
        self.assert_wrong(
            "::ffff:192.168.0.01", "IPv4 field has octet with leading zero"
        )

    def test_neither(self) -> None:
        """Without a dot or a colon it is none."""
        self.assert_wrong("", "unable to parse IP")
        self.assert_wrong("localhost", "unable to parse IP")
        self.assert_wrong("%eth0", "missing IPv6 address")

    @given(st.ip_addresses())
    def test_every_address(self, address: object) -> None:
        """Every address is one, long or short."""
        found = parse_address(str(address))
        self.assertEqual(ip_address(str(address)).version == 4, found.is_short)
