"""Formats of addresses: IP, hosts, e-mail, judged as KrakenD's library does it.

Each function says what is wrong with a text, or nothing.
"""

from __future__ import annotations

import re

from krakendtw.go_quote import quote
from krakendtw.jsonschema.moments import as_bytes, quote_char

_NUMBER = re.compile(r"[+-]?[0-9]+\Z")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]*")
_IN_HOST = re.compile(r"[A-Za-z0-9-]*")
_IN_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]*")
_MOST_HOST, _MOST_LABEL, _MOST_EMAIL, _MOST_MAILBOX = 253, 63, 254, 64
_MAX_INT = (1 << 63) - 1


class _BadAddress(ValueError):
    """What is wrong with an IPv6 address, in the words of Go's ``net/netip``."""


def complain_of_ipv4(text: str) -> str:
    """``ipv4``."""
    groups = text.split(".")
    if len(groups) != 4:
        return "expected four decimals"
    for group in groups:
        if len(group) > 1 and group[0] == "0":
            return "leading zeros"
        if not _NUMBER.match(group):
            return f"strconv.Atoi: parsing {quote(group)}: invalid syntax"
        if len(group) > 20 or abs(int(group)) > _MAX_INT:
            return f"strconv.Atoi: parsing {quote(group)}: value out of range"
        if not 0 <= int(group) <= 255:
            return "decimal must be between 0 and 255"
    return ""


def complain_of_ipv6(text: str) -> str:
    """``ipv6``, without a zone."""
    if ":" not in text:
        return "missing colon"
    try:
        zone = _parse_address(text)
    except _BadAddress as error:
        return str(error)
    return "zone id is not a part of ipv6 address" if zone else ""


def _wrong(whole: str, reason: str, at: str = "") -> _BadAddress:
    place = f" (at {quote(at)})" if at else ""
    return _BadAddress(f"ParseAddr({quote(whole)}): {reason}{place}")


def _parse_address(text: str) -> str:
    """The zone of an address.

    :raises _BadAddress: it is none.
    """
    first = next(char for char in text if char in ".:%")
    if first == ".":
        _check_fields(text, text)
        return ""
    if first == "%":
        raise _wrong(text, "missing IPv6 address")
    address, percent, zone = text.partition("%")
    if percent and not zone:
        raise _wrong(text, "zone must be a non-empty string")
    _check_groups(text, address)
    return zone


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


def complain_of_hostname(text: str) -> str:
    """``hostname``."""
    text = text.removesuffix(".")
    if len(as_bytes(text)) > _MOST_HOST:
        return "more than 253 characters long"
    for label in text.split("."):
        if not 1 <= len(as_bytes(label)) <= _MOST_LABEL:
            return "label must be 1 to 63 characters long"
        if label.startswith("-"):
            return "label starts with hyphen"
        if label.endswith("-"):
            return "label ends with hyphen"
        stranger = _first_other(label, _IN_HOST)
        if stranger:
            return f"invalid character {quote_char(stranger)}"
    return ""


def _first_other(text: str, allowed: re.Pattern[str]) -> str:
    """The first character of ``text`` that is not allowed."""
    found = allowed.match(text)
    end = found.end() if found else 0
    return text[end : end + 1]


def complain_of_email(text: str) -> str:
    """``email``."""
    if len(as_bytes(text)) > _MOST_EMAIL:
        return "more than 255 characters long"
    mailbox, at, domain = text.rpartition("@")
    if not at:
        return "missing @"
    if len(as_bytes(mailbox)) > _MOST_MAILBOX:
        return "local part more than 64 characters long"
    complaint = _mailbox(mailbox)
    if complaint:
        return complaint
    if domain.startswith("[") and domain.endswith("]"):
        return _literal(domain[1:-1])
    complaint = complain_of_hostname(domain)
    return f"invalid domain: {complaint}" if complaint else ""


def _mailbox(text: str) -> str:
    """What stands before the @."""
    if len(text) > 1 and text.startswith('"'):
        inner = text[1:-1]
        if "\\" in inner or '"' in inner:
            return "backslash and quote are not allowed within quoted local part"
        return ""
    if text.startswith("."):
        return "starts with dot"
    if text.endswith("."):
        return "ends with dot"
    if ".." in text:
        return "consecutive dots"
    stranger = _first_other(text, _IN_MAILBOX)
    return f"invalid character {quote_char(stranger)}" if stranger else ""


def _literal(text: str) -> str:
    """An IP address in place of a domain."""
    if text.startswith("IPv6:"):
        complaint = complain_of_ipv6(text.removeprefix("IPv6:"))
        return f"invalid ipv6 address: {complaint}" if complaint else ""
    complaint = complain_of_ipv4(text)
    return f"invalid ipv4 address: {complaint}" if complaint else ""
