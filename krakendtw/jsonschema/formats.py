"""The values of ``format``, judged as KrakenD's library does it.

Each function says what is wrong with a text, or nothing.  Formats that are not
in the table are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote as percent_quote
from urllib.parse import unquote_to_bytes

from krakendtw.errors import PipeError
from krakendtw.go_quote import quote
from krakendtw.jsonschema.addresses import (
    complain_of_email,
    complain_of_hostname,
    complain_of_ipv4,
    complain_of_ipv6,
)
from krakendtw.jsonschema.moments import (
    as_bytes,
    complain_of_date,
    complain_of_date_time,
    complain_of_duration,
    complain_of_period,
    complain_of_time,
    quote_char,
)
from krakendtw.proxy.go_url import Parts, parse_url
from krakendtw.regex import RegexError, compile_regex

_UUID = (8, 4, 4, 4, 12)
_NOT_HEXADECIMAL = re.compile(r"[^0-9a-fA-F]")
_NOT_IN_IDENTIFIER = re.compile(r"[^0-9A-Za-z-]")
_LEADING_DIGITS = re.compile(r"[0-9]*")
_PORT = re.compile(r":[0-9]*\Z")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
_IN_PATH = "$&+,/:;=@-_.~"


def _pointer(text: str) -> str:
    if not text:
        return ""
    if not text.startswith("/"):
        return "not starting with /"
    rest = text.replace("~0", "").replace("~1", "")
    return "~ must be followed by 0 or 1" if "~" in rest else ""


def _relative_pointer(text: str) -> str:
    found = _LEADING_DIGITS.match(text)
    digits = found[0] if found else ""
    if not digits:
        return "must start with non-negative integer"
    if len(digits) > 1 and digits[0] == "0":
        return "starts with zero"
    rest = text[len(digits) :]
    return "" if rest == "#" else _pointer(rest)


def _uuid(text: str) -> str:
    groups = text.split("-")
    if len(groups) != len(_UUID):
        return f"must have {len(_UUID)} elements"
    for index, (group, size) in enumerate(zip(groups, _UUID, strict=True)):
        if len(as_bytes(group)) != size:
            return f"element {index + 1} must be {size} characters long"
        stranger = _NOT_HEXADECIMAL.search(group)
        if stranger:
            return f"non-hex character {quote_char(stranger[0])}"
    return ""


class _BadURL(ValueError):
    """What is wrong with a URL."""


def _parse(text: str) -> Parts:
    try:
        parts = parse_url(text.encode("utf-8", "surrogateescape"))
    except PipeError as error:
        raise _BadURL(str(error)) from None
    host = parts.host.decode("utf-8", "surrogateescape")
    name = host
    if host.startswith("["):
        name = host[1:].partition("]")[0]
    elif _PORT.search(host):
        name = _PORT.sub("", host)
    if ":" in name:
        if "[" not in host or "]" not in host:
            raise _BadURL("ipv6 address not enclosed in brackets")
        complaint = complain_of_ipv6(name)
        if complaint:
            raise _BadURL(f"invalid ipv6 address: {complaint}")
    return parts


def _uri(text: str) -> str:
    try:
        return "" if _parse(text).scheme else "relative url"
    except _BadURL as error:
        return str(error)


def _uri_reference(text: str) -> str:
    if "\\" in text:
        return "contains \\"
    try:
        _parse(text)
    except _BadURL as error:
        return str(error)
    return ""


def _uri_template(text: str) -> str:
    try:
        parts = _parse(text)
    except _BadURL as error:
        return str(error)
    for token in _raw_path(text, parts).split("/"):
        wrong = _BAD_ESCAPE.search(token)
        if wrong:
            return f"percent decode failed: invalid URL escape {quote(wrong[0])}"
        is_open = False
        for char in unquote_to_bytes(token):
            if char not in b"{}":
                continue
            if (char == ord("{")) == is_open:
                return "nested curly braces"
            is_open = not is_open
        if is_open:
            return "no matching closing brace"
    return ""


def _raw_path(text: str, parts: Parts) -> str:
    """The path as written, if Go would not write it so."""
    path = text.partition("#")[0].partition("?")[0]
    if parts.scheme:
        path = path.partition(":")[2]
    if parts.has_authority:
        path = "/".join(["", *path.split("/")[3:]]) if path.count("/") > 2 else ""
    return "" if path == percent_quote(unquote_to_bytes(path), _IN_PATH) else path


def _regex(text: str) -> str:
    try:
        compile_regex(text)
    except RegexError as error:
        return str(error)
    return ""


def _semver(text: str) -> str:
    text, plus, build = text.partition("+")
    if plus:
        complaint = "build is empty" if not build else _identifiers(build, "build")
        if complaint:
            return complaint
    text, hyphen, pre_release = text.partition("-")
    if hyphen:
        complaint = _identifiers(pre_release, "pre-release")
        if complaint:
            return complaint
    numbers = text.split(".")
    if len(numbers) != 3:
        return "versionCore must have 3 numbers separated by dot"
    for name, number in zip(("major", "minor", "patch"), numbers, strict=True):
        if not number:
            return f"{name} is empty"
        if len(number) > 1 and number[0] == "0":
            return f"{name} starts with zero"
        if not (number.isascii() and number.isdigit()):
            return f"{name} contains non-digit"
    return ""


def _identifiers(text: str, name: str) -> str:
    """The parts, between dots, of a build or a pre-release."""
    for identifier in text.split("."):
        if not identifier:
            return f"{name} identifier is empty"
        stranger = _NOT_IN_IDENTIFIER.search(identifier)
        if stranger:
            return f"invalid character {quote_char(stranger[0])} in {name} identifier"
        is_number = identifier.isdigit() and len(identifier) > 1
        if name == "pre-release" and is_number and identifier[0] == "0":
            return "pre-release numeric identifier starts with zero"
    return ""


FORMATS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "date": complain_of_date,
        "date-time": complain_of_date_time,
        "duration": complain_of_duration,
        "email": complain_of_email,
        "hostname": complain_of_hostname,
        "ipv4": complain_of_ipv4,
        "ipv6": complain_of_ipv6,
        "iri": _uri,
        "iri-reference": _uri_reference,
        "json-pointer": _pointer,
        "period": complain_of_period,
        "regex": _regex,
        "relative-json-pointer": _relative_pointer,
        "semver": _semver,
        "time": complain_of_time,
        "uri": _uri,
        "uri-reference": _uri_reference,
        "uri-template": _uri_template,
        "uuid": _uuid,
    }
)
"""What is wrong with a text, by the name of the format."""
