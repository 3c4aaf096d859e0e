"""IP addresses, judged with the words of Go's ``net/netip``."""

from __future__ import annotations

import re

from attrs import frozen

from krakendtw.go_quote import quote

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]*")


class AddressError(ValueError):
    """What is wrong with an address."""


@frozen
class Address:
    """What there is to say of an address.

    :ivar zone: of an IPv6 address, empty without.
    :ivar is_short: whether it is an IPv4 address.
    """

    zone: str = ""
    is_short: bool = False


def _wrong(whole: str, reason: str, at: str = "") -> AddressError:
    place = f" (at {quote(at)})" if at else ""
    return AddressError(f"ParseAddr({quote(whole)}): {reason}{place}")


def parse_address(text: str) -> Address:
    """Read an address.

    :raises AddressError: it is none.
    """
    first = next((char for char in text if char in ".:%"), "")
    if first == ".":
        _check_fields(text, text)
        return Address(is_short=True)
    if first == "%":
        raise _wrong(text, "missing IPv6 address")
    if not first:
        raise _wrong(text, "unable to parse IP")
    address, percent, zone = text.partition("%")
    if percent and not zone:
        raise _wrong(text, "zone must be a non-empty string")
    _check_groups(text, address)
    return Address(zone)


def _check_groups(whole: str, rest: str) -> None:
    """The groups of an IPv6 address, of which ``::`` stands for some."""
    is_shortened = rest.startswith("::")
    if is_shortened:
        rest = rest[2:]
        if not rest:
            return
    size = 0
    while size < 16:
        found = _HEXADECIMAL.match(rest)
        digits = found[0] if found else ""
        if len(digits) > 4:
            raise _wrong(whole, "each group must have 4 or less digits", rest)
        if not digits:
            reason = "each colon-separated field must have at least one digit"
            raise _wrong(whole, reason, rest)
        if rest[len(digits) : len(digits) + 1] == ".":
            _check_embedded(whole, rest, size, is_shortened)
            rest, size = "", size + 4
            break
        size += 2
        rest = rest[len(digits) :]
        if not rest:
            break
        rest = _after_colon(whole, rest)
        if rest.startswith(":"):
            if is_shortened:
                raise _wrong(whole, "multiple :: in address", rest)
            is_shortened = True
            rest = rest[1:]
            if not rest:
                break
    if rest:
        raise _wrong(whole, "trailing garbage after address", rest)
    if size < 16 and not is_shortened:
        raise _wrong(whole, "address string too short")
    if size == 16 and is_shortened:
        raise _wrong(whole, "the :: must expand to at least one field of zeros")


def _after_colon(whole: str, rest: str) -> str:
    if not rest.startswith(":"):
        raise _wrong(whole, "unexpected character, want colon", rest)
    if len(rest) == 1:
        raise _wrong(whole, "colon must be followed by more characters", rest)
    return rest[1:]


def _check_embedded(whole: str, rest: str, size: int, is_shortened: bool) -> None:
    """An IPv4 address at the end of an IPv6 one."""
    if not is_shortened and size != 12:
        reason = "embedded IPv4 address must replace the final 2 fields of the address"
        raise _wrong(whole, reason, rest)
    if size > 12:
        reason = "too many hex fields to fit an embedded IPv4 at the end of the address"
        raise _wrong(whole, reason, rest)
    _check_fields(whole, rest)


def _check_fields(whole: str, text: str) -> None:
    """The four numbers of an IPv4 address."""
    value, digits, fields = 0, 0, 0
    for index, char in enumerate(text):
        if "0" <= char <= "9":
            if digits == 1 and not value:
                raise _wrong(whole, "IPv4 field has octet with leading zero")
            value, digits = value * 10 + int(char), digits + 1
            if value > 255:
                raise _wrong(whole, "IPv4 field has value >255")
        elif char == ".":
            if index in (0, len(text) - 1) or text[index - 1] == ".":
                reason = "IPv4 field must have at least one digit"
                raise _wrong(whole, reason, text[index:])
            if fields == 3:
                raise _wrong(whole, "IPv4 address too long")
            value, digits, fields = 0, 0, fields + 1
        else:
            raise _wrong(whole, "unexpected character", text[index:])
    if fields < 3:
        raise _wrong(whole, "IPv4 address too short")
