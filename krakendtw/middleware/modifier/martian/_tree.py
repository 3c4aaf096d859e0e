"""The tree of modifiers: groups, filters, and the table of all kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from krakendtw.errors import PipeError
from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian import (
    _bodies,
    _cookies,
    _headers,
    _urls,
)
from krakendtw.middleware.modifier.martian._pair import (
    MISSING,
    Pair,
    in_scope,
    raw_field,
    read,
)

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.martian._exchange import Call, Reply
    from krakendtw.middleware.modifier.martian._pair import Build, Parse

_DEEPEST = 100
"""How many modifiers may stand inside each other."""


def parse(raw: Any, depth: int = 0) -> Pair:
    """The modifier that an object with one key stands for.

    :raises Mismatch: it is none; then the whole tree is none.
    """
    if raw is MISSING:
        raise Mismatch("unexpected end of JSON input")
    if raw is not None and not isinstance(raw, Mapping):
        raise Mismatch("parse: a modifier must be an object")
    if raw is None or len(raw) != 1:
        names = ", ".join(raw or ())
        raise Mismatch(
            f"parse: expected one modifier, received {len(raw or ())}: {names}"
        )
    if depth > _DEEPEST:
        raise Mismatch("parse: modifiers are nested too deeply")
    ((kind, part),) = raw.items()
    build = _KINDS.get(kind)
    if build is None:
        raise Mismatch(f"parse: unknown modifier: {kind}")
    return in_scope(build(part, lambda inner: parse(inner, depth + 1)), part)


def _filter(matcher: Callable[[Any], Any]) -> Build:
    """The builder of a filter: one modifier where it matches, another where not."""

    def build(raw: Any, parse: Parse) -> Pair:
        fits_call, fits_reply = matcher(raw)
        then = parse(raw_field(raw, "modifier"))
        written = raw_field(raw, "else")
        other = Pair() if written is MISSING else parse(written)

        def on_call(call: Call) -> None:
            side = then.call if fits_call(call) else other.call
            if side is not None:
                side(call)

        def on_reply(reply: Reply) -> None:
            side = then.reply if fits_reply(reply) else other.reply
            if side is not None:
                side(reply)

        return Pair(on_call, on_reply)

    return build


def _fifo(raw: Any, parse: Parse) -> Pair:
    """``fifo.Group``: one after the other."""
    aggregates = read(raw, aggregateErrors="bool")["aggregateErrors"]
    pairs = [parse(item) for item in _items(raw)]
    return _sequence(pairs, aggregates)


def _priority(raw: Any, parse: Parse) -> Pair:
    """``priority.Group``: the highest number first, of equals the later one."""
    ranked = []
    for place, item in enumerate(_items(raw)):
        rank = read(item, priority="int")["priority"]
        ranked.append((-rank, -place, parse(raw_field(item, "modifier"))))
    ranked.sort(key=lambda entry: entry[:2])
    return _sequence([pair for _, _, pair in ranked], aggregates=False)


def _items(raw: Any) -> list[Any]:
    found = raw_field(raw, "modifiers")
    if found is MISSING or found is None:
        return []
    if not isinstance(found, list | tuple):
        raise Mismatch("modifiers must be a list")
    return list(found)


def _sequence(pairs: list[Pair], aggregates: bool) -> Pair:
    """Both sides of several modifiers.

    :param aggregates: whether an error does not keep the next ones from working.
    """
    calls = tuple(pair.call for pair in pairs if pair.call is not None)
    replies = tuple(pair.reply for pair in pairs if pair.reply is not None)
    run = _run_all if aggregates else _run
    return Pair(lambda call: run(calls, call), lambda reply: run(replies, reply))


def _run(sides: tuple[Callable[[Any], None], ...], message: Any) -> None:
    for side in sides:
        side(message)


def _run_all(sides: tuple[Callable[[Any], None], ...], message: Any) -> None:
    errors = []
    for side in sides:
        try:
            side(message)
        except PipeError as error:
            errors.append(str(error))
    if errors:
        raise PipeError("\n".join(errors))


_KINDS: Mapping[str, Build] = {
    "body.Modifier": _bodies.modifier,
    "cookie.Filter": _filter(_cookies.matcher),
    "cookie.Modifier": _cookies.modifier,
    "fifo.Group": _fifo,
    "header.Append": _headers.append,
    "header.Blacklist": _headers.blacklist,
    "header.Copy": _headers.copy,
    "header.Filter": _filter(_headers.matcher),
    "header.Id": _headers.identifier,
    "header.Modifier": _headers.modifier,
    "header.RegexFilter": _headers.regex_filter,
    "header.Verifier": _headers.verifier,
    "port.Filter": _urls.port_filter,
    "port.Modifier": _urls.port_modifier,
    "priority.Group": _priority,
    "querystring.Filter": _filter(_urls.query_matcher),
    "querystring.Modifier": _urls.query_modifier,
    "querystring.Verifier": _urls.query_verifier,
    "stash.Modifier": _headers.stash,
    "static.Modifier": _bodies.static,
    "status.Modifier": _bodies.status,
    "status.Verifier": _bodies.status_verifier,
    "url.Filter": _filter(_urls.matcher),
    "url.Modifier": _urls.modifier,
    "url.RegexFilter": _filter(_urls.regex_matcher),
    "url.Verifier": _urls.verifier,
}
