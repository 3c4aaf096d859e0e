"""``cookie.…``: cookies as Go's ``net/http`` reads and writes them (RFC 6265)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._pair import MISSING, Pair, raw_field, read

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.martian._exchange import Call, Message, Reply
    from krakendtw.middleware.modifier.martian._pair import Parse

_is_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_is_value = re.compile(r"[ !#-:<-\[\]-~]*").fullmatch
_not_value = re.compile(r"[^ !#-:<-\[\]-~]").sub
_not_path = re.compile(r"[^ -:<-~]").sub
_is_domain = re.compile(
    r"(?=.{1,255}\Z)(?=.*[A-Za-z])"
    r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*"
    r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
).fullmatch
_is_time = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)([.,]\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII
).fullmatch

_DASHES = str.maketrans("\r\n", "--")
_FIRST_YEAR = 1601


def modifier(raw: Any, parse: Parse) -> Pair:
    """``cookie.Modifier``: send a cookie, to the backend or to the client."""
    values = read(
        raw,
        **dict.fromkeys(("name", "value", "path", "domain"), "string"),
        **dict.fromkeys(("secure", "httpOnly"), "bool"),
        maxAge="int",
    )
    expires = _expires(raw_field(raw, "expires"))
    name, value = values["name"], _value(values["value"])
    pair = f"{name.translate(_DASHES)}={value}"
    line = _set_cookie(values, expires) if _is_token(name) else ""

    def on_call(call: Call) -> None:
        sent = call.field("Cookie")
        call.set("Cookie", f"{sent}; {pair}" if sent else pair)

    def on_reply(reply: Reply) -> None:
        reply.add("Set-Cookie", line)

    return Pair(on_call, on_reply)


def matcher(raw: Any) -> tuple[Callable[[Call], bool], Callable[[Reply], bool]]:
    """What ``cookie.Filter`` asks: whether there is the cookie, of any or one value."""
    values = read(raw, name="string", value="string")
    name, value = values["name"], values["value"]

    def among(cookies: Iterator[tuple[str, str]]) -> bool:
        return any(n == name and (not value or v == value) for n, v in cookies)

    def in_call(call: Call) -> bool:
        return among(_read(_sent(call)))

    def in_reply(reply: Reply) -> bool:
        lines = reply.all("Set-Cookie")
        return among(_read([line.partition(";")[0] for line in lines]))

    return in_call, in_reply


def _sent(call: Message) -> Sequence[str]:
    return [part for line in call.all("Cookie") for part in line.split(";")]


def _read(parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names and values of the cookies that are well-formed."""
    for part in parts:
        name, _, value = part.strip().partition("=")
        name = name.strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        if _is_token(name) and _is_value(value):
            yield name, value


def _value(text: str) -> str:
    """What may stand in a cookie; in quotes if it has blanks or commas."""
    text = _not_value("", text)
    return f'"{text}"' if " " in text or "," in text else text


def _set_cookie(values: dict[str, Any], expires: datetime | None) -> str:
    """The value of Set-Cookie."""
    parts = [f"{values['name']}={_value(values['value'])}"]
    if values["path"]:
        parts.append(f"Path={_not_path('', values['path'])}")
    if values["domain"] and _may_be_domain(values["domain"]):
        parts.append(f"Domain={values['domain'].removeprefix('.')}")
    if expires is not None and expires.year >= _FIRST_YEAR:
        parts.append(f"Expires={format_datetime(expires, usegmt=True)}")
    if values["maxAge"]:
        parts.append(f"Max-Age={max(values['maxAge'], 0)}")
    if values["httpOnly"]:
        parts.append("HttpOnly")
    if values["secure"]:
        parts.append("Secure")
    return "; ".join(parts)


def _may_be_domain(text: str) -> bool:
    if _is_domain(text.removeprefix(".")):
        return True
    try:
        return ip_address(text).version == 4
    except ValueError:
        return False


def _expires(raw: Any) -> datetime | None:
    """A time in RFC 3339.

    :raises Mismatch: it is none.
    """
    if raw is MISSING or raw is None:
        return None
    found = _is_time(raw) if isinstance(raw, str) else None
    if found is None:
        raise Mismatch(f"parsing time {raw!r}: it is none of RFC 3339")
    try:
        return datetime.fromisoformat(found[1] + found[3]).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Mismatch(f"parsing time {raw!r}: {error}") from None
