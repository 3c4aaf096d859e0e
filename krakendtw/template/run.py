"""The state of one execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from krakendtw.go_quote import quote
from krakendtw.gojson.text import encode_raw
from krakendtw.template.failure import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from krakendtw.template.parser import Tree
    from krakendtw.template.tree import Node
    from krakendtw.template.values import GoType


MAX_DEPTH: Final = 100_000
"""How many templates may run inside of each other."""

TOO_DEEP: Final = f"exceeded maximum template depth ({MAX_DEPTH})"
"""What is said of more."""


class Compiled(NamedTuple):
    """A template that can be executed.

    :ivar walk: writes it; see :mod:`krakendtw.template.evaluator`.
    """

    tree: Tree
    walk: Callable[[Run, Any], int]


class Slot:
    """A variable.

    :ivar element: the type of the list or map that its value is from, if it is
        a loop's; messages show it in place of the value's own.
    """

    __slots__ = ("element", "name", "value")

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        self.value = value
        self.element: GoType | None = None


class Run:
    """One execution of a template.

    :ivar out: what is written, in pieces.
    :ivar node: the part that is being evaluated, for messages.
    :ivar slots: the variables, the innermost one last.
    :ivar element: the type of what the innermost loop goes through.
    :ivar depth: how many templates it is inside of.
    :ivar templates: all that can be called.
    """

    __slots__ = ("depth", "element", "node", "out", "slots", "templates", "tree")

    def __init__(
        self, compiled: Compiled, templates: Mapping[str, Compiled], data: Any
    ) -> None:
        self.out: list[str] = []
        self.node: Node | None = None
        self.depth = 0
        self.tree = compiled.tree
        self.templates = templates
        self.slots = [Slot("$", data)]
        self.element: GoType | None = None

    def slot(self, name: str) -> Slot:
        """The innermost variable called ``name``.

        :raises TemplateError: there is none.
        """
        for slot in reversed(self.slots):
            if slot.name == name:
                return slot
        # The parser lets it pass where it is set in a part that was left out.
        raise self.error(f"undefined variable: {name}")

    def error(self, message: str) -> TemplateError:
        """An error at the current part."""
        tree, node = self.tree, self.node
        if node is None:
            return TemplateError(f"template: {tree.name}: {message}", tree.source)
        before = tree.text[: node.position]
        line = before.count("\n") + 1
        column = len(encode_raw(before[before.rfind("\n") + 1 :]))
        return TemplateError(
            f"template: {tree.source}:{line}:{column}: executing {quote(tree.name)} "
            f"at <{node}>: {message}",
            tree.source,
            line,
            column,
        )
