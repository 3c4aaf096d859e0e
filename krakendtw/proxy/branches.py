"""Data as a tree of labelled branches, for flatmap operations.

A list's labels are its indexes at the start and do not shift.  A node unfolds
its branches when an operation first walks through it; the rest stays the data
that it was.
"""

from __future__ import annotations

from typing import Any, TypeAlias

ANY = "*"
"""Stands for any label, where an operation knows it."""

Path: TypeAlias = tuple[str, ...]
"""Labels from a node down."""


class Node:
    """A value, or the branches that took its place.

    :ivar label: what it is called in its parent; several may have one name.
    :ivar value: the value, as long as there are no branches.
    :ivar is_list: whether the branches are a list's elements.
    :ivar branches: ``None`` until somebody asks for them.
    """

    __slots__ = ("branches", "is_list", "label", "value")

    def __init__(self, value: Any, label: str = "") -> None:
        self.label = label
        self.value = value
        self.is_list = False
        self.branches: list[Node] | None = None

    def unfold(self) -> list[Node]:
        """The branches, made out of the value at the first call."""
        branches = self.branches
        if branches is None:
            value = self.value
            branches = self.branches = []
            self.is_list = type(value) is list
            if type(value) is dict and value:
                branches += [Node(below, key) for key, below in value.items()]
                self.value = None
            elif self.is_list and value:
                branches += [Node(below, str(at)) for at, below in enumerate(value)]
                self.value = None
        return branches

    def fold(self) -> Any:
        """The value again; the last of several branches with one name counts."""
        branches = self.branches
        if not branches:
            return self.value
        if self.is_list:
            return [branch.fold() for branch in branches]
        return {branch.label: branch.fold() for branch in branches}

    def find(self, label: str) -> Node | None:
        """The first branch of this name."""
        for branch in self.unfold():
            if branch.label == label:
                return branch
        return None

    def take(self, label: str) -> Node | None:
        """The first branch of this name, which is none of ours any more."""
        branch = self.find(label)
        if branch is not None:
            self.unfold().remove(branch)
        return branch

    def get(self, path: Path) -> Any:
        """The value at ``path``; a list of values where it has a ``*``."""
        if not path:
            return self.fold()
        branches = self.unfold()
        if path[0] == ANY and branches:
            return [branch.get(path[1:]) for branch in branches]
        found = self.find(path[0])
        return None if found is None else found.get(path[1:])

    def put(self, path: Path, value: Any) -> None:
        """Lay ``value`` over what is at ``path``; ``*`` is a name like others."""
        if not path:
            self._overlay(value)
            return
        found = self.find(path[0])
        if found is None:
            found = Node(None, path[0])
            self.unfold().append(found)
        found.put(path[1:], value)

    def _overlay(self, value: Any) -> None:
        self.unfold()
        self.is_list = type(value) is list
        if type(value) is dict and value:
            for key, below in value.items():
                self.put((key,), below)
        elif type(value) is list and value:
            for at, below in enumerate(value):
                self.put((str(at),), below)
        else:
            self.value = value

    def delete(self, path: Path) -> None:
        """Remove what is at ``path``."""
        label, rest = path[0], path[1:]
        if label != ANY:
            if rest:
                found = self.find(label)
                if found is not None:
                    found.delete(rest)
            else:
                self.take(label)
        elif rest:
            for branch in self.unfold():
                branch.delete(rest)
        else:
            self.unfold().clear()
