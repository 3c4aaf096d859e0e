"""gin's radix tree, determinised by segments.

A *position* is a place in the tree at the end of a segment; a *state* is all the
positions that a path can be at, in the order in which gin would try them.  From
a state, a segment leads to one other state, so that a lookup is one step a
segment and never goes back.

Some ends are final for gin: it does not try what it has skipped before (see
:mod:`krakendtw.router.lookup`).  Such an end cuts the state short behind it.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from krakendtw.router.radix import SLASH, Kind, RadixNode

Node: TypeAlias = "RadixNode[Any]"

Position: TypeAlias = "tuple[Node | None, int]"
"""A node and how much of its text is used up.

0 for values: they end where the segment does.  Without a node: a slash that
leads nowhere, final for gin at the end of the path only."""

State: TypeAlias = tuple[Position, ...]

_DEAD_END: Position = (None, 0)
_PARAM, _CATCH_ALL = Kind.PARAM, Kind.CATCH_ALL


class Outlook(NamedTuple):
    """What can follow a state.

    :ivar texts: the segments that lead elsewhere than most.
    :ivar prefixes: the literal beginnings of segments that end in a value, the
        empty one for whole segments; all of them are in ``texts`` too.
    :ivar is_open: whether any other segment leads on at all.
    """

    texts: set[bytes]
    prefixes: set[bytes]
    is_open: bool


def start(root: Node) -> State:
    """The state before the first segment."""
    return ((root, 0),)


def step(state: State, segment: bytes) -> State:
    """The state behind a slash and ``segment``."""
    text = b"/" + segment
    reached: list[Position] = []
    for node, used in state:
        if node is not None and not _follow(node, used, text, reached):
            break
    while reached and not _may_match(reached[-1]):
        reached.pop()
    return tuple(reached)


def _follow(node: Node, used: int, text: bytes, reached: list[Position]) -> bool:
    """Add to ``reached`` where ``text`` leads from a position.

    :returns: whether gin would go on with what it has skipped before.
    """
    if node.kind is _CATCH_ALL:
        reached.append((node, 0))
        return False
    if node.kind is _PARAM:
        if SLASH not in node.children:
            return False
        node = node.children[SLASH]
    size = len(text)
    at = 0
    skipped: list[tuple[Node, int]] = []
    while True:
        wild: Node | None = None
        own = node.text[used:] if used else node.text
        if size - at <= len(own):
            if own.startswith(text[at:]):
                _arrive(node, used + size - at, reached)
        elif text.startswith(own, at):
            at += len(own)
            wild = node.wild
            child = node.children.get(text[at])
            if child is not None:
                if wild is not None:
                    skipped.append((wild, at))
                node, used = child, 0
                continue
            if wild is None and text[at:] == b"/":
                reached.append(_DEAD_END)
        below = None
        while below is None:
            if wild is None:
                if not skipped:
                    return True
                wild, at = skipped.pop()
            if wild.kind is _CATCH_ALL:
                reached.append((wild, 0))
                return False
            if at:  # the value lasts to the segment's end
                reached.append((wild, 0))
                wild = None
                continue
            if SLASH not in wild.children:
                return False
            below = wild.children[SLASH]  # the value is empty: gin allows it here
        node, used = below, 0


def _arrive(node: Node, used: int, reached: list[Position]) -> None:
    """The segment ends within the text of ``node``, or with it."""
    text = node.text
    if used == len(text) or text[used] == SLASH:
        reached.append((node, used))
    elif text[:used] == b"/":
        reached.append(_DEAD_END)


def _may_match(position: Position) -> bool:
    """Whether a path can go on from here, or end here, to any purpose."""
    node, used = position
    if node is None:
        return False
    if used < len(node.text) or node.route is not None:
        return True
    return node.wild is not None or SLASH in node.children


def ending(state: State) -> Any:
    """The route of a path that ends here, ``None`` if it has none."""
    for node, used in state:
        if node is None:
            return None
        if node.kind is _PARAM or node.kind is _CATCH_ALL:
            return node.route
        text = node.text
        if used == len(text):
            if node.route is not None:
                return node.route
            if text == b"/":
                return None
        elif text[:used] == b"/" or (used == len(text) - 1 and node.route is not None):
            return None  # gin redirects
    return None


def outlook(state: State) -> Outlook:
    """What can follow ``state``."""
    texts: set[bytes] = set()
    prefixes: set[bytes] = set()
    is_open = False
    ended: list[Node] = []
    for node, used in state:
        if node is None:
            continue
        if node.kind is _CATCH_ALL:
            is_open = True
        elif node.kind is _PARAM or used == len(node.text):
            ended.append(node)
        elif node.text[used] == SLASH:
            _scan(node, used + 1, texts, prefixes)
    while ended:
        node = ended.pop()
        below = node.children.get(SLASH)
        if below is not None and below.text:
            _scan(below, 1, texts, prefixes)
        elif below is not None:
            ended.append(below)
        wild = node.wild
        if wild is not None and wild.kind is _CATCH_ALL:
            is_open = True
        elif wild is not None:  # with an empty value
            ended.append(wild)
    return Outlook(texts, prefixes, is_open or bool(prefixes))


def _scan(node: Node, used: int, texts: set[bytes], prefixes: set[bytes]) -> None:
    """Take in the segments that begin at a place in the tree."""
    ways = [(node, used, b"")]
    while ways:
        node, used, segment = ways.pop()
        literal, slash, _ = node.text[used:].partition(b"/")
        segment += literal
        texts.add(segment)
        if slash:
            continue
        if node.wild is not None:
            prefixes.add(segment)
        ways += [
            (child, 0, segment)
            for byte, child in node.children.items()
            if byte != SLASH
        ]
