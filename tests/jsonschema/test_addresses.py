"""Tests of ``krakendtw.jsonschema.addresses``."""

from __future__ import annotations

from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.addresses import (
    complain_of_email,
    complain_of_hostname,
    complain_of_ipv4,
    complain_of_ipv6,
)


class AddressTests(SynchronousTestCase):
    """Each format's complaints, as KrakenD's library has them."""

    def assert_all(self, complain: Callable[[str], str], words: dict[str, str]) -> None:
        """Each text has its complaint."""
        self.assertEqual({text: complain(text) for text in words}, words)

    def test_ipv4(self) -> None:
        """Four numbers."""
        self.assert_all(
            complain_of_ipv4,
            {
                "1.2.3.255": "",
                "+1.2.3.4": "",
                "1.2.3": "expected four decimals",
                "01.1.1.1": "leading zeros",
                "1.1.1.256": "decimal must be between 0 and 255",
                "a.1.1.1": 'strconv.Atoi: parsing "a": invalid syntax',
                f"{'9' * 30}.1.1.1": f'strconv.Atoi: parsing "{"9" * 30}": '
                "value out of range",
            },
        )

    def test_ipv6(self) -> None:
        """Eight groups, in the words of Go's parser."""
        self.assert_all(
            complain_of_ipv6,
            {
                text: reason and f'ParseAddr("{text}"): {reason}'
                for text, reason in {
                    "::": "",
                    "::1": "",
                    "1:2:3:4:5:6:7::": "",
                    "1:2:3:4:5:6:1.2.3.4": "",
                    "::1.2.3.4": "",
                    "::g": "each colon-separated field must have at least one digit "
                    '(at "g")',
                    "1::2::3": 'multiple :: in address (at ":3")',
                    "12345::": 'each group must have 4 or less digits (at "12345::")',
                    "1:2": "address string too short",
                    "1:2:3:4:5:6:7:8:9": 'trailing garbage after address (at "9")',
                    "::2:3:4:5:6:7:8:9": "the :: must expand to at least one field "
                    "of zeros",
                    "1:": 'colon must be followed by more characters (at ":")',
                    "1:2x": 'unexpected character, want colon (at "x")',
                    "1::1.2.3": "IPv4 address too short",
                    "::1.2.3.256": "IPv4 field has value >255",
                    "::01.2.3.4": "IPv4 field has octet with leading zero",
                    "::1..2.3": 'IPv4 field must have at least one digit (at ".2.3")',
                    "::1.2.3.4.5": "IPv4 address too long",
                    "1:2:1.2.3.4": "embedded IPv4 address must replace the final "
                    '2 fields of the address (at "1.2.3.4")',
                    "fe80::1%": "zone must be a non-empty string",
                    "%::1": "missing IPv6 address",
                    "1.2:3": 'unexpected character (at ":3")',
                }.items()
            },
        )

    def test_ipv6_without_address(self) -> None:
        """A zone is no part of an address, and without a colon there is none."""
        self.assert_all(
            complain_of_ipv6,
            {
                "fe80::1%eth0": "zone id is not a part of ipv6 address",
                "x": "missing colon",
            },
        )

    def test_hostname(self) -> None:
        """Labels."""
        self.assert_all(
            complain_of_hostname,
            {
                "a-b.c.": "",
                "a" * 254: "more than 253 characters long",
                "a..b": "label must be 1 to 63 characters long",
                "a" * 64: "label must be 1 to 63 characters long",
                "-a": "label starts with hyphen",
                "a-": "label ends with hyphen",
                "a_b": "invalid character '_'",
            },
        )

    def test_email(self) -> None:
        """A mailbox and a domain."""
        self.assert_all(
            complain_of_email,
            {
                "a.b@c.d": "",
                '"a b"@c': "",
                "a@[1.2.3.4]": "",
                "a@[IPv6:::1]": "",
                "nobody": "missing @",
                "a" * 255: "more than 255 characters long",
                "a" * 65 + "@b": "local part more than 64 characters long",
                ".a@b": "starts with dot",
                "a.@b": "ends with dot",
                "a..b@c": "consecutive dots",
                "a b@c": "invalid character ' '",
                '"a"b"@c': "backslash and quote are not allowed within quoted "
                "local part",
                "a@b_c": "invalid domain: invalid character '_'",
                "a@[1]": "invalid ipv4 address: expected four decimals",
                "a@[IPv6:x]": "invalid ipv6 address: missing colon",
            },
        )
