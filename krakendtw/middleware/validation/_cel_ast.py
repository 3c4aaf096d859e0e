"""The syntax tree of a CEL expression.

The checker writes a type into every node; macros are nodes of their own
(:class:`Has`, :class:`Fold`), for that is how they are compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from attrs import define, field

from krakendtw.middleware.validation._cel_types import DYN, Type


@define(eq=False)
class _Node:
    """What all nodes have.

    :ivar offset: the code point that mistakes are shown at: of an operator the
        operator, of a call its parenthesis.
    :ivar type: what the checker found.
    :ivar height: how deep the operators below are nested.
    """

    offset: int
    type: Type = field(default=DYN, init=False)
    height: int = field(default=0, init=False)


@define(eq=False)
class Literal(_Node):
    """A constant."""

    value: object


@define(eq=False)
class Ident(_Node):
    """A name."""

    name: str


@define(eq=False)
class Select(_Node):
    """``operand.name``."""

    operand: Node
    name: str


@define(eq=False)
class Has(_Node):
    """``has(operand.name)``."""

    operand: Node
    name: str


@define(eq=False)
class Call(_Node):
    """A function or an operator.

    :ivar function: its name: ``size``, ``_==_``.
    :ivar target: what it is called on, if it is a method.
    :ivar args: of ``_&&_`` and ``_||_`` there may be more than two.
    """

    function: str
    target: Node | None
    args: list[Node]


@define(eq=False)
class ListOf(_Node):
    """``[a, b]``."""

    items: list[Node]


@define(eq=False)
class MapOf(_Node):
    """``{a: b}``."""

    entries: list[tuple[Node, Node]]


@define(eq=False)
class Message(_Node):
    """``google.protobuf.Timestamp{seconds: 1}``.

    :ivar fields: offset, name and value of each.
    """

    name: str
    fields: list[tuple[int, str, Node]]


@define(eq=False)
class Fold(_Node):
    """A macro over the items of a list or the keys of a map.

    :ivar kind: ``all``, ``exists``, ``exists_one``, ``map`` or ``filter``.
    :ivar over: the list or map.
    :ivar name: the variable's.
    :ivar test: the condition; ``None`` for a plain ``map``.
    :ivar result: what ``map`` makes of each item.
    """

    kind: str
    over: Node
    name: str
    test: Node | None
    result: Node | None = None


def names_in(node: Node) -> Iterator[str]:
    """The names in a tree, those of macros' variables too."""
    match node:
        case Ident():
            yield node.name.removeprefix(".")
        case Select() | Has():
            yield from names_in(node.operand)
        case Call():
            for arg in (*node.args, *([node.target] if node.target else ())):
                yield from names_in(arg)
        case ListOf():
            for item in node.items:
                yield from names_in(item)
        case MapOf():
            for key, value in node.entries:
                yield from names_in(key)
                yield from names_in(value)
        case Message():
            for _, _, value in node.fields:
                yield from names_in(value)
        case Fold():
            for part in (node.over, node.test, node.result):
                if part is not None:
                    yield from names_in(part)


Node: TypeAlias = (
    "Literal | Ident | Select | Has | Call | ListOf | MapOf | Message | Fold"
)
"""Any node."""
