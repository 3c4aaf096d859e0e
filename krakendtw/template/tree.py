"""What a template is parsed to.

A node's text is what Go's error messages show of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from attrs import Factory, define

from krakendtw.go_quote import quote

if TYPE_CHECKING:
    from krakendtw.template.literals import Constant


@define(eq=False)
class Node:
    """The parent of all nodes.

    :ivar position: the index of its first token in the text.
    """

    position: int


@define(eq=False)
class Dot(Node):
    """The cursor: ``.``."""

    def __str__(self) -> str:
        return "."


@define(eq=False)
class Nil(Node):
    """The word ``nil``."""

    def __str__(self) -> str:
        return "nil"


@define(eq=False)
class Bool(Node):
    """``true`` or ``false``."""

    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@define(eq=False)
class Number(Node):
    """A number."""

    constant: Constant

    def __str__(self) -> str:
        return self.constant.text


@define(eq=False)
class String(Node):
    """A string.

    :ivar quoted: as it is written.
    """

    quoted: str
    value: str

    def __str__(self) -> str:
        return self.quoted


@define(eq=False)
class Identifier(Node):
    """The name of a function."""

    name: str

    def __str__(self) -> str:
        return self.name


@define(eq=False)
class Field(Node):
    """Fields of the cursor: ``.a.b``."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


@define(eq=False)
class Variable(Node):
    """A variable, with its dollar, and fields of it: ``$a.b``."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


@define(eq=False)
class Chain(Node):
    """Fields of what something gives: ``(f .x).a.b``."""

    node: Operand
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{in_brackets(self.node)}{''.join(f'.{name}' for name in self.names)}"


@define(eq=False)
class Command(Node):
    """A function, or a value, and its arguments."""

    arguments: list[Operand] = Factory(list)

    def __str__(self) -> str:
        return " ".join(map(in_brackets, self.arguments))


@define(eq=False)
class Pipe(Node):
    """Commands, each of which gives its value to the next.

    :ivar variables: what the value is put into.
    :ivar is_assignment: whether the variables exist already.
    """

    variables: list[Variable] = Factory(list)
    is_assignment: bool = False
    commands: list[Command] = Factory(list)

    def __str__(self) -> str:
        head = ", ".join(map(str, self.variables))
        if head:
            head += " = " if self.is_assignment else " := "
        return head + " | ".join(map(str, self.commands))


Operand: TypeAlias = (
    "Dot | Nil | Bool | Number | String | Identifier | Field | Variable | Chain | Pipe"
)
"""What a command is made of."""


@define(eq=False)
class Text(Node):
    """Text that is written as it is."""

    value: str


@define(eq=False)
class Action(Node):
    """A pipe whose value is written, unless it goes into variables."""

    pipe: Pipe

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


@define(eq=False)
class Branch(Node):
    """``if``, ``with`` or ``range``.

    :ivar otherwise: ``None`` without ``else``.
    """

    pipe: Pipe
    body: Body
    otherwise: Body | None


@define(eq=False)
class If(Branch):
    """A condition."""


@define(eq=False)
class With(Branch):
    """A condition whose value becomes the cursor."""


@define(eq=False)
class Range(Branch):
    """A loop."""


@define(eq=False)
class Break(Node):
    """The end of a loop."""


@define(eq=False)
class Continue(Node):
    """The end of a turn of a loop."""


@define(eq=False)
class Call(Node):
    """``template``, or what a ``block`` leaves at its place."""

    name: str
    pipe: Pipe | None

    def __str__(self) -> str:
        pipe = "" if self.pipe is None else f" {self.pipe}"
        return f"{{{{template {quote(self.name)}{pipe}}}}}"


@define(eq=False)
class End(Node):
    """The end of a body; it is no part of the tree."""

    def __str__(self) -> str:
        return "{{end}}"


@define(eq=False)
class Else(Node):
    """Where the other body begins; it is no part of the tree either."""

    def __str__(self) -> str:
        return "{{else}}"


Statement: TypeAlias = "Text | Action | If | With | Range | Break | Continue | Call"
"""What a body is made of."""

Body: TypeAlias = "list[Statement]"
"""What is executed one after the other."""


def in_brackets(node: Operand) -> str:
    """A part of a command as text."""
    return f"({node})" if isinstance(node, Pipe) else str(node)


def is_empty(body: Body) -> bool:
    """Whether a body holds nothing but white space."""
    return all(isinstance(node, Text) and not node.value.strip() for node in body)
