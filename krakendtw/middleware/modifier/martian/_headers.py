"""``header.…`` and ``stash.Modifier``: header fields of requests and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._pair import Pair, raw_field, read, scope_of
from krakendtw.regex import RegexError, compile_regex

if TYPE_CHECKING:
    from collections.abc import Callable

    from krakendtw.middleware.modifier.martian._exchange import Call, Message, Reply
    from krakendtw.middleware.modifier.martian._pair import Parse

_ID = "X-Krakend-Id"


def modifier(raw: Any, parse: Parse) -> Pair:
    """``header.Modifier``: replace a field."""
    values = read(raw, name="string", value="string")
    name, value = values["name"], values["value"]
    return _both(lambda message: message.set(name, value))


def append(raw: Any, parse: Parse) -> Pair:
    """``header.Append``: add a value to a field."""
    values = read(raw, name="string", value="string")
    name, value = values["name"], values["value"]
    return _both(lambda message: message.add(name, value))


def blacklist(raw: Any, parse: Parse) -> Pair:
    """``header.Blacklist``: drop fields."""
    names = read(raw, names="[]string")["names"]

    def drop(message: Message) -> None:
        for name in names:
            message.delete(name)

    return _both(drop)


def copy(raw: Any, parse: Parse) -> Pair:
    """``header.Copy``: a field's first value becomes another field."""
    values = read(raw, **{"from": "string", "to": "string"})
    source, target = values["from"], values["to"]
    return _both(lambda message: message.set(target, message.get(source)))


def identifier(raw: Any, parse: Parse) -> Pair:
    """``header.Id``: a random UUID where there is no identifier yet."""
    name = read(raw, header="string")["header"] or _ID

    def mark(call: Call) -> None:
        if not call.field(name):
            call.set(name, str(uuid4()))

    return Pair(mark)


def verifier(raw: Any, parse: Parse) -> Pair:
    """``header.Verifier``: takes notes that nobody asks for."""
    read(raw, name="string", value="string")
    return _both(lambda message: None)


def stash(raw: Any, parse: Parse) -> Pair:
    """``stash.Modifier``: the URL at this moment, kept in a field.

    :raises Mismatch: for answers alone, which would have nothing to show.
    """
    name = read(raw, headerName="string")["headerName"]
    scope = scope_of(raw)
    if scope and "request" not in scope:
        raise Mismatch(
            "to write header on a response, specify scope as both request and response"
        )

    def keep(call: Call) -> None:
        call.set(name, str(call.address))

    def show(reply: Reply) -> None:
        reply.set(name, reply.call.field(name))

    return Pair(keep, show)


def matcher(raw: Any) -> tuple[Callable[[Call], bool], Callable[[Reply], bool]]:
    """What ``header.Filter`` asks: whether one of a field's values is the given one."""
    values = read(raw, name="string", value="string")
    name, value = values["name"], values["value"]

    def matches(message: Message) -> bool:
        return value in message.all(name)

    return matches, matches


def regex_filter(raw: Any, parse: Parse) -> Pair:
    """``header.RegexFilter``: where a field of the request matches a pattern.

    :raises Mismatch: the pattern is none by RE2's rules.
    """
    values = read(raw, header="string", regex="string")
    name = values["header"]
    try:
        fits = compile_regex(values["regex"])
    except RegexError as error:
        raise Mismatch(str(error)) from None
    inner = parse(raw_field(raw, "modifier"))

    def on_call(call: Call) -> None:
        value = call.field(name)
        if value and inner.call is not None and fits(value):
            inner.call(call)

    def on_reply(reply: Reply) -> None:
        value = reply.call.field(name)
        if value and inner.reply is not None and fits(value):
            inner.reply(reply)

    return Pair(on_call, on_reply)


def _both(change: Callable[[Message], None]) -> Pair:
    return Pair(change, change)
