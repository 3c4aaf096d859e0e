r"""The radix tree that gin keeps for each method: routes in, conflicts found.

Which route a path gets, and whether a path that gets none is redirected, depends
in gin on where this tree is split.  So the same tree is built here; requests do
not walk it, but what :mod:`krakendtw.router.automaton` makes of it.

A path is literal text with ``:name`` for a value up to the next slash, and
``*name`` at its end for all that follows; ``\:`` is a colon.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Generic, TypeVar

R = TypeVar("R")

SLASH = ord("/")
_COLON, _STAR, _BACKSLASH = b":*\\"
_MARK = re.compile(rb"[:*\\]")


class RouteConflict(Exception):
    """A path that does not go with those before it, in gin's words."""


class Kind(Enum):
    """What a node stands for."""

    ROOT = "root"
    STATIC = "static"
    PARAM = "param"
    CATCH_ALL = "catch-all"


class RadixNode(Generic[R]):
    """A piece of text that all the paths below it have in common.

    :ivar text: the piece; ``:name`` and ``*name`` for values.
    :ivar children: what may follow, by its first byte.
    :ivar wild: the value that may follow where no child does.
    :ivar route: what is registered for the path that ends here.
    """

    __slots__ = ("children", "kind", "route", "text", "wild")

    def __init__(self, text: bytes = b"", kind: Kind = Kind.STATIC) -> None:
        self.text = text
        self.kind = kind
        self.children: dict[int, RadixNode[R]] = {}
        self.wild: RadixNode[R] | None = None
        self.route: R | None = None

    def __repr__(self) -> str:
        return f"<{self.kind.value} {self.text!r}>"


def insert(root: RadixNode[R], path: bytes, route: R) -> None:
    """Put ``route`` into the tree of ``root``.

    :raises RouteConflict: another route stands in its way.
    """
    if not root.text and not root.children:
        _grow(root, path, path, route)
        root.kind = Kind.ROOT
        return
    node = root
    rest = path
    while True:
        _split(node, rest)
        rest = rest[len(node.text) :]
        if not rest:
            break
        following = _descend(node, rest, path)
        if following is None:
            _branch_off(node, rest, path, route)
            return
        node = following
    if node.route is not None:
        raise RouteConflict(f"handlers are already registered for path {_show(path)}")
    node.route = route


def _split(node: RadixNode[R], rest: bytes) -> None:
    """Cut the node's text where ``rest`` parts from it."""
    text = node.text
    if rest.startswith(text):
        return
    size = _common_size(rest, text)
    lower: RadixNode[R] = RadixNode(text[size:])
    lower.children, node.children = node.children, {text[size]: lower}
    lower.wild, node.wild = node.wild, None
    lower.route, node.route = node.route, None
    node.text = text[:size]


def _common_size(left: bytes, right: bytes) -> int:
    """How many bytes two texts have in common at their beginning."""
    size = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        size += 1
    return size


def _descend(node: RadixNode[R], rest: bytes, path: bytes) -> RadixNode[R] | None:
    """The node that ``rest`` goes on with; ``None`` if it needs a new one.

    :raises RouteConflict: a value is there already that is not this one.
    """
    first = rest[0]
    child = node.children.get(first)
    if child is not None:
        return child
    wild = node.wild
    if wild is None or (
        first not in (_COLON, _STAR) and node.kind is not Kind.CATCH_ALL
    ):
        return None
    name = wild.text
    same = rest.startswith(name) and rest[len(name) : len(name) + 1] in (b"", b"/")
    if same and wild.kind is not Kind.CATCH_ALL:
        return wild
    segment = rest if wild.kind is Kind.CATCH_ALL else rest.partition(b"/")[0]
    prefix = path[: path.index(segment)] + name
    raise RouteConflict(
        f"{_show(segment)} in new path {_show(path)} conflicts with existing"
        f" wildcard {_show(name)} in existing prefix {_show(prefix)}"
    )


def _branch_off(node: RadixNode[R], rest: bytes, path: bytes, route: R) -> None:
    """Put what is left of ``path`` below ``node``."""
    first = rest[0]
    if first not in (_COLON, _STAR) and node.kind is not Kind.CATCH_ALL:
        child: RadixNode[R] = RadixNode()
        _grow(child, rest, path, route)
        node.children[first] = child
    else:
        _grow(node, rest, path, route)


def _grow(node: RadixNode[R], rest: bytes, path: bytes, route: R) -> None:
    """Make ``rest`` of ``path`` the text of ``node`` and of new nodes below it.

    :raises RouteConflict: the path is malformed, or a catch-all hides others.
    """
    while True:
        start, wildcard = find_wildcard(rest)
        if start < 0:
            node.text = rest
            node.route = route
            return
        _check(wildcard, path)
        if wildcard[0] == _STAR:
            _grow_catch_all(node, rest, start, path, route)
            return
        if start:
            node.text = rest[:start]
        param: RadixNode[R] = RadixNode(wildcard, Kind.PARAM)
        node.wild = param
        rest = rest[start + len(wildcard) :]
        if not rest:
            param.route = route
            return
        node = RadixNode()
        param.children[SLASH] = node


def _grow_catch_all(
    node: RadixNode[R], rest: bytes, start: int, path: bytes, route: R
) -> None:
    """End in a value that takes all that follows, its slash included."""
    if rest.find(b"/", start) >= 0:
        raise RouteConflict(
            "catch-all routes are only allowed at the end of the path"
            f" in path {_show(path)}"
        )
    if node.text.endswith(b"/"):
        other = next(iter(node.children.values()), node.wild)
        segment = b"" if other is None else other.text.partition(b"/")[0]
        raise RouteConflict(
            f"catch-all wildcard {_show(rest)} in new path {_show(path)} conflicts"
            f" with existing path segment {_show(segment)} in existing prefix"
            f" {_show(node.text + segment)}"
        )
    if start < 1 or rest[start - 1] != SLASH:
        raise RouteConflict(f"no / before catch-all in path {_show(path)}")
    node.text = rest[: start - 1]
    # gin puts a node without text between: its lookups stumble over it.
    between: RadixNode[R] = RadixNode(kind=Kind.CATCH_ALL)
    node.children[SLASH] = between
    between.wild = RadixNode(rest[start - 1 :], Kind.CATCH_ALL)
    between.wild.route = route


def _check(wildcard: bytes, path: bytes) -> None:
    if b":" in wildcard[1:] or b"*" in wildcard[1:]:
        raise RouteConflict(
            f"only one wildcard per path segment is allowed, has: {_show(wildcard)}"
            f" in path {_show(path)}"
        )
    if len(wildcard) < 2:
        raise RouteConflict(
            f"wildcards must be named with a non-empty name in path {_show(path)}"
        )


def find_wildcard(text: bytes) -> tuple[int, bytes]:
    """Where the first ``:name`` or ``*name`` begins, and what it says up to ``/``.

    :returns: -1 and nothing, if there is none.
    :raises RouteConflict: a backslash without a colon behind it.
    """
    at = 0
    while (found := _MARK.search(text, at)) is not None:
        start = found.start()
        if text[start] != _BACKSLASH:
            return start, text[start:].partition(b"/")[0]
        at = start + 2
        if text[start + 1 : at] not in (b":", b""):
            raise RouteConflict(f"invalid escape string in path {_show(text)}")
    return -1, b""


def unescape_colons(root: RadixNode[R]) -> None:
    r"""Turn each ``\:`` into a colon, once all routes are in."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if b"\\:" in node.text:
            node.text = node.text.replace(b"\\:", b":")
        if _BACKSLASH in node.children:
            node.children[_COLON] = node.children.pop(_BACKSLASH)
        waiting.extend(node.children.values())
        if node.wild is not None:
            waiting.append(node.wild)


def _show(text: bytes) -> str:
    return "'" + text.decode("utf-8", "replace") + "'"
