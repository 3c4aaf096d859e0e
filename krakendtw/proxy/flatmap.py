"""``proxy.flatmap_filter``: move, delete and append by paths, through lists too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from krakendtw.errors import PipeError
from krakendtw.proxy.branches import ANY, Node, Path

if TYPE_CHECKING:
    from krakendtw.proxy.formatter import Formatter

_Operation: TypeAlias = Callable[[Node], None]


def compile_flatmap(raw_operations: Any) -> Formatter | None:
    """The function that does the operations one after the other.

    :param raw_operations: the list of the configuration; entries that are no
        object or have no type are left out, unknown types do nothing.
    :returns: ``None`` if no entry has a type: then there is no flatmap at all.
    """
    if not isinstance(raw_operations, list):
        return None
    typed = [
        entry
        for entry in raw_operations
        if isinstance(entry, dict) and isinstance(entry.get("type"), str)
    ]
    if not typed:
        return None
    operations = tuple(_compile_operations(typed))

    def run(data: dict[str, Any] | None) -> dict[str, Any] | None:
        root = Node(data)
        for operate in operations:
            operate(root)
        folded = root.fold()
        return folded if type(folded) is dict else None

    return run


def _compile_operations(entries: list[dict[str, Any]]) -> Iterator[_Operation]:
    for entry in entries:
        raw = entry.get("args")
        args = [_split(arg) for arg in raw] if isinstance(raw, list) else []
        kind = entry["type"]
        if kind == "del":
            yield from (_compile_delete(path) for path in args if path)
        elif kind in ("move", "append"):
            if len(args) < 2:
                yield _compile_broken(kind)
            elif kind == "move":
                yield _compile_move(args[0], args[1])
            else:
                yield _compile_append(args[0], args[1])


def _split(arg: Any) -> Path:
    return tuple(arg.split(".")) if isinstance(arg, str) else ()


def _compile_broken(kind: str) -> _Operation:
    """An operation without its arguments fails each request, as in KrakenD."""

    def fail(root: Node) -> None:
        raise PipeError(f"flatmap: {kind} takes two arguments")

    return fail


def _compile_delete(path: Path) -> _Operation:
    return lambda root: root.delete(path)


def _compile_append(source: Path, destination: Path) -> _Operation:
    """Join two lists into the second one's place and remove the first."""

    def append(root: Node) -> None:
        elements = root.get(source)
        existing = root.get(destination)
        if type(elements) is list and type(existing) is list:
            root.put(destination, existing + elements)
            root.delete(source)

    return append


def _compile_move(source: Path, destination: Path) -> _Operation:
    """Rename in place, lift or sink, by which path is the longer one."""
    if len(source) == len(destination) > 0:
        return _compile_rename(source, destination[-1])
    if not source:
        return _compile_broken("move")
    *parents, last = source
    lifts = len(source) > len(destination)

    def move(root: Node) -> None:
        moved = [
            (node, trail, branch)
            for node, trail in _walk(root, parents)
            if (branch := node.take(last)) is not None
        ]
        for node, trail, branch in moved:
            if not destination:
                raise PipeError("flatmap: move takes two arguments")
            if lifts:
                parent = _descend(root, destination[:-1], trail)
            else:
                parent = _make_way(node, destination[len(parents) : -1])
            branch.label = destination[-1]
            parent.unfold().append(branch)

    return move


def _compile_rename(source: Path, label: str) -> _Operation:
    *parents, last = source

    def rename(root: Node) -> None:
        for node, _ in _walk(root, parents):
            branch = node.find(last)
            if branch is not None:
                branch.label = label

    return rename


def _walk(root: Node, path: list[str]) -> list[tuple[Node, _Trail]]:
    """The nodes that match ``path``, each with the labels that lead to it."""
    reached = [(root, _Trail([], 0))]
    for step in path:
        if step == ANY:
            reached = [
                (branch, trail.extend(branch.label))
                for node, trail in reached
                for branch in node.unfold()
            ]
        else:
            reached = [
                (branch, trail.extend(step))
                for node, trail in reached
                if (branch := node.find(step)) is not None
            ]
    return reached


def _descend(root: Node, path: Path, trail: _Trail) -> Node:
    """The node at ``path``, or the last one on the way that exists."""
    node = root
    for index, step in enumerate(path):
        below = node.find(trail.labels[index] if step == ANY else step)
        if below is None:
            break
        node = below
    return node


def _make_way(node: Node, path: Path) -> Node:
    """The node at ``path`` below ``node``, made where it is missing."""
    for step in path:
        below = node.find(step)
        if below is None:
            below = Node(None, step)
            node.unfold().append(below)
        node = below
    return node


class _Trail:
    """Labels on the way to a node.

    They lie in storage that grows by doubling, and siblings share what has room
    left: there the last one's label counts for all of them.  KrakenD's moves
    from under several elements of a deep list end in the last one by this.
    """

    __slots__ = ("labels", "length")

    def __init__(self, labels: list[str], length: int) -> None:
        self.labels = labels
        self.length = length

    def extend(self, label: str) -> _Trail:
        """This way and one step more."""
        labels, length = self.labels, self.length
        if length & (length - 1) == 0:  # nothing, or a power of two: it is full
            labels = labels[:length]
        labels[length : length + 1] = [label]
        return _Trail(labels, length + 1)
