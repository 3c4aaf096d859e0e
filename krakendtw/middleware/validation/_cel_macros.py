"""The macros of policies: names that stand for expressions over a request.

A macro is replaced before names and types are checked.  What CEL itself cannot say
becomes a function whose name no text can spell (``@…``), so that outside of policies
there is none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from krakendtw.config.canonical import canonical_header
from krakendtw.middleware.validation._cel_ast import (
    Call,
    Fold,
    Has,
    Ident,
    ListOf,
    Literal,
    MapOf,
    Message,
    Node,
    Select,
)

COOKIES: Final = "@cookies"
"""The variable with the cookies of a request: a map from name to value."""

_HEADERS, _QUERY, _PARAMS = "req_headers", "req_querystring", "req_params"

Expand: TypeAlias = Callable[[int, list[Node]], Node]
"""Makes a tree of a macro's place and its arguments."""


def expand(node: Node) -> Node:
    """A tree with the macros in it replaced."""
    match node:
        case Select() | Has():
            node.operand = expand(node.operand)
        case ListOf():
            node.items = [expand(item) for item in node.items]
        case MapOf():
            node.entries = [(expand(key), expand(value)) for key, value in node.entries]
        case Message():
            node.fields = [(at, name, expand(value)) for at, name, value in node.fields]
        case Fold():
            node.over = expand(node.over)
            node.test = None if node.test is None else expand(node.test)
            node.result = None if node.result is None else expand(node.result)
        case Call():
            return _expand_call(node)
    return node


def _expand_call(node: Call) -> Node:
    node.args = [expand(arg) for arg in node.args]
    if node.target is not None:
        node.target = expand(node.target)
    targets = [] if node.target is None else [node.target]
    args = [*targets, *node.args]
    known = MACROS.get((node.function, len(args), node.target is not None))
    if known is None:
        return node
    made = known(node.offset, args)
    made.height = node.height + 4
    return made


def _name(node: Node, spell: Callable[[str], str]) -> Node:
    """The name of something; spelt as the request does where it is known."""
    if isinstance(node, Literal) and isinstance(node.value, str):
        return Literal(node.offset, spell(node.value))
    return node


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]


def _as_is(name: str) -> str:
    return name


def _is_in(variable: str, spell: Callable[[str], str]) -> Expand:
    """Whether there is something of a name."""

    def make(offset: int, args: list[Node]) -> Node:
        name = _name(args[0], spell)
        return Call(offset, "@in", None, [name, Ident(offset, variable)])

    return make


def _value_of(variable: str, spell: Callable[[str], str], *, is_list: bool) -> Expand:
    """The value of a name, the first of several; an empty text without one."""
    present = _is_in(variable, spell)

    def make(offset: int, args: list[Node]) -> Node:
        name = _name(args[0], spell)
        value: Node = Call(offset, "_[_]", None, [Ident(offset, variable), name])
        if is_list:
            value = Call(offset, "_[_]", None, [value, Literal(offset, 0)])
        test = present(offset, args)
        return Call(offset, "_?_:_", None, [test, value, Literal(offset, "")])

    return make


def _between(offset: int, args: list[Node]) -> Node:
    value, low, high = args
    least = Call(offset, "_>=_", None, [value, low])
    most = Call(offset, "_<=_", None, [value, high])
    return Call(offset, "_&&_", None, [least, most])


def _is_empty(offset: int, args: list[Node]) -> Node:
    """Whether a value is missing, or holds nothing."""
    value = args[0]
    dynamic = Call(offset, "dyn", None, [value])
    test: Node = Call(offset, "@isEmpty", None, [dynamic])
    if isinstance(value, Select):
        there = Has(offset, value.operand, value.name)
        missing = Call(offset, "!_", None, [there])
        test = Call(offset, "_||_", None, [missing, test])
    return test


def _renamed(function: str) -> Expand:
    return lambda offset, args: Call(offset, function, None, args)


def _both(name: str, count: int, make: Expand) -> dict[tuple[str, int, bool], Expand]:
    """As a function and as a method."""
    return {(name, count, False): make, (name, count, True): make}


MACROS: Final[Mapping[tuple[str, int, bool], Expand]] = MappingProxyType(
    {
        ("hasHeader", 1, False): _is_in(_HEADERS, canonical_header),
        ("getHeader", 1, False): _value_of(_HEADERS, canonical_header, is_list=True),
        ("hasQuerystring", 1, False): _is_in(_QUERY, _as_is),
        ("getQuerystring", 1, False): _value_of(_QUERY, _as_is, is_list=True),
        ("hasParam", 1, False): _is_in(_PARAMS, _capitalised),
        ("getParam", 1, False): _value_of(_PARAMS, _capitalised, is_list=False),
        ("hasCookie", 1, False): _is_in(COOKIES, _as_is),
        ("getCookie", 1, False): _value_of(COOKIES, _as_is, is_list=False),
        **_both("between", 3, _between),
        **_both("isEmpty", 1, _is_empty),
        **_both("isAlphanumeric", 1, _renamed("@isAlphanumeric")),
        **_both("inCIDR", 2, _renamed("@inCIDR")),
    }
)
"""The macros, by name, number of arguments, and whether they are methods; of a method
the target is the first argument."""


def cookies_of(headers: Mapping[str, list[str]]) -> dict[str, Any]:
    """The cookies of a request, by name; of several of one name the first."""
    found: dict[str, Any] = {}
    for line in headers.get("Cookie", ()):
        for pair in line.split(";"):
            name, mark, value = pair.strip().partition("=")
            if mark and name:
                found.setdefault(name, value.strip('"'))
    return found
