"""Formats of addresses: IP, hosts, e-mail, judged as KrakenD's library does it.

Each function says what is wrong with a text, or nothing.
"""

from __future__ import annotations

import re

from krakendtw.go_address import AddressError, parse_address
from krakendtw.go_quote import quote
from krakendtw.jsonschema.moments import as_bytes, quote_char

_NUMBER = re.compile(r"[+-]?[0-9]+\Z")
_IN_HOST = re.compile(r"[A-Za-z0-9-]*")
_IN_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]*")
_MOST_HOST, _MOST_LABEL, _MOST_EMAIL, _MOST_MAILBOX = 253, 63, 254, 64
_MAX_INT = (1 << 63) - 1


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
        zone = parse_address(text).zone
    except AddressError as error:
        return str(error)
    return "zone id is not a part of ipv6 address" if zone else ""


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
