"""What yaml.v3 looks at before it makes data of a document: keys, cycles, aliases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from attrs import define, field

_FEW = 400_000
_MANY = 4_000_000


class GraphError(yaml.YAMLError):
    """A document whose nodes do not make a plain tree."""


def check_graph(root: Any) -> None:
    """Refuse a document's nodes if they cannot be, or must not be, plain data.

    :raises GraphError: keys that stand twice, an alias within its own anchor, or
        aliases that make a few lines into a flood.
    """
    check = _Check()
    size = check.size(root)
    if check.duplicates:
        lines = "".join(f"\n  {line}" for line in check.duplicates)
        raise GraphError(f"unmarshal errors:{lines}")
    aliased = size - len(check.sizes)
    if aliased > 100 and size > 1000 and aliased / size > _allowed(size):
        raise GraphError("document contains excessive aliasing")


def place(mark: Any) -> str:
    """A mark in words."""
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _allowed(size: int) -> float:
    """Which part of so many nodes may come of aliases."""
    if size <= _FEW:
        return 0.99
    if size >= _MANY:
        return 0.1
    return 0.99 - 0.89 * (size - _FEW) / (_MANY - _FEW)


@define
class _Check:
    """A walk over nodes.

    :ivar sizes: by identity how many nodes each one stands for.
    :ivar open: the nodes that are being walked over.
    """

    sizes: dict[int, int] = field(factory=dict)
    open: set[int] = field(factory=set)
    duplicates: list[str] = field(factory=list)

    def size(self, node: Any) -> int:
        """How many nodes there are, aliases counted as what they stand for."""
        known = self.sizes.get(id(node))
        if known is not None:
            return known
        if id(node) in self.open:
            where = place(node.start_mark)
            raise GraphError(f"an anchor's value contains itself ({where})")
        self.open.add(id(node))
        if isinstance(node, yaml.MappingNode):
            self.duplicates += _duplicates(node)
        size = 1 + sum(map(self.size, _below(node)))
        self.open.discard(id(node))
        self.sizes[id(node)] = size
        return size


def _below(node: Any) -> Iterator[Any]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _duplicates(node: Any) -> Iterator[str]:
    """A line for each key that a mapping has had before."""
    written: dict[str, Any] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        first = written.setdefault(key.value, key)
        if first is not key:
            yield (
                f'line {key.start_mark.line + 1}: mapping key "{key.value}" already '
                f"defined at line {first.start_mark.line + 1} "
                f"(column {key.start_mark.column + 1})"
            )
