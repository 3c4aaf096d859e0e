"""``url.…``, ``port.…`` and ``querystring.…``: where a request goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._address import (
    Address,
    join_port,
    matches_host,
)
from krakendtw.middleware.modifier.martian._pair import Pair, raw_field, read
from krakendtw.proxy.query import encode_query, parse_query
from krakendtw.regex import RegexError, compile_regex

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.martian._exchange import Call, Reply
    from krakendtw.middleware.modifier.martian._pair import Parse

Matcher: TypeAlias = "tuple[Callable[[Call], bool], Callable[[Reply], bool]]"

_PARTS = dict.fromkeys(("scheme", "host", "path", "query"), "string")
_PORTS = {"http": "80", "https": "443"}


def modifier(raw: Any, parse: Parse) -> Pair:
    """``url.Modifier``: replace the parts that are given."""
    values = read(raw, **_PARTS)
    scheme, host = values["scheme"], values["host"]
    path, query = values["path"], values["query"]

    def move(call: Call) -> None:
        address = call.address
        address.scheme = scheme or address.scheme
        address.host = host or address.host
        address.raw_query = query or address.raw_query
        if path:
            address.path = path

    return Pair(move)


def matcher(raw: Any) -> Matcher:
    """What ``url.Filter`` asks: whether all given parts are the same."""
    values = read(raw, **_PARTS)
    scheme, host = values["scheme"], values["host"]
    path, query = values["path"], values["query"]

    def matches(address: Address) -> bool:
        return not (
            (scheme and scheme != address.scheme)
            or (host and not matches_host(address.host, host))
            or (path and path != address.path)
            or (query and query != address.raw_query)
        )

    return _of_address(matches)


def regex_matcher(raw: Any) -> Matcher:
    """What ``url.RegexFilter`` asks: whether a pattern fits the whole URL.

    :raises Mismatch: the pattern is none by RE2's rules.
    """
    try:
        fits = compile_regex(read(raw, regex="string")["regex"])
    except RegexError as error:
        raise Mismatch(str(error)) from None
    return _of_address(lambda address: fits(str(address)))


def verifier(raw: Any, parse: Parse) -> Pair:
    """``url.Verifier``: takes notes that nobody asks for."""
    read(raw, **_PARTS)
    return Pair(lambda call: None)


def port_modifier(raw: Any, parse: Parse) -> Pair:
    """``port.Modifier``: set, drop or spell out the port.

    :raises Mismatch: none or several of the three are asked for.
    """
    values = read(raw, port="int", defaultForScheme="bool", remove="bool")
    port, spell, remove = (values[n] for n in ("port", "defaultForScheme", "remove"))
    if bool(port) + spell + remove != 1:
        raise Mismatch("Must specify only one of port, defaultForScheme or remove")

    def change(call: Call) -> None:
        address = call.address
        host, _ = address.split_port()
        if remove:
            address.host = host
            return
        number = _PORTS.get(address.scheme) if spell else str(port)
        if number is not None:
            address.host = join_port(host, number)

    return Pair(change)


def port_filter(raw: Any, parse: Parse) -> Pair:
    """``port.Filter``: where the URL has this port, or no other than this one."""
    port = str(read(raw, port="int")["port"])
    inner = parse(raw_field(raw, "modifier"))

    def fits(address: Address) -> bool:
        found = address.split_port()[1]
        return port == (_PORTS.get(address.scheme) if found is None else found)

    def on_call(call: Call) -> None:
        if inner.call is not None and fits(call.address):
            inner.call(call)

    def on_reply(reply: Reply) -> None:
        if inner.reply is not None and fits(reply.address):
            inner.reply(reply)

    return Pair(on_call, on_reply)


def query_modifier(raw: Any, parse: Parse) -> Pair:
    """``querystring.Modifier``: replace a parameter of the query."""
    values = read(raw, name="string", value="string")
    name, value = values["name"], [values["value"]]

    def change(call: Call) -> None:
        query = parse_query(call.address.raw_query)
        query[name] = value
        call.address.raw_query = encode_query(query)

    return Pair(change)


def query_matcher(raw: Any) -> Matcher:
    """What ``querystring.Filter`` asks: whether a parameter has the value, or any."""
    values = read(raw, name="string", value="string")
    name, value = values["name"], values["value"]

    def matches(address: Address) -> bool:
        found = parse_query(address.raw_query).get(name)
        return found is not None and (not value or value in found)

    return _of_address(matches)


def query_verifier(raw: Any, parse: Parse) -> Pair:
    """``querystring.Verifier``: takes notes that nobody asks for.

    :raises Mismatch: it has no name.
    """
    if not read(raw, name="string", value="string")["name"]:
        raise Mismatch("no key name")
    return Pair(lambda call: None)


def _of_address(matches: Callable[[Address], bool]) -> Matcher:
    """The matcher of requests, and of answers by the URL that answered."""
    return (
        lambda call: matches(call.address),
        lambda reply: matches(reply.address),
    )
