"""How gin itself looks up a path: one way down, and ways not taken.

Requests that match are found by :mod:`krakendtw.router.automaton`.  This is for
those that do not: it says what gin saw when it gave up, which decides about
redirects, 405 and refused parameters.

Where a path may go on with literal text or with a value, the text is followed
and the value is put on a stack.  When that leads nowhere the last entry is tried
instead, but some ends are final, even with entries left: those are marked below.
"""

from __future__ import annotations

from typing import Generic, TypeAlias

from attrs import frozen

from krakendtw.router.radix import SLASH, Kind, R, RadixNode

Values: TypeAlias = list[tuple[bytes, bytes]]
"""Names and values of parameters, in the order of the path."""

Skipped: TypeAlias = "list[tuple[bytes, int, RadixNode[R], int]]"
"""Ways not taken: the path from a node on, where its text ends in that, the node
of the value, and how many values there were."""


@frozen
class Found(Generic[R]):
    """What a look-up came to.

    :ivar route: ``None`` on a miss.
    :ivar values: the parameters; on a miss those of the last way tried.
    :ivar wants_slash: whether gin would try with a slash more, or one less.
    """

    route: R | None
    values: Values
    wants_slash: bool = False


def lookup(root: RadixNode[R], path: bytes, skipped: Skipped[R]) -> Found[R]:
    """Look ``path`` up.

    :param skipped: the stack; gin goes on with what is left on it when it asks
        the other methods, so the caller keeps it for those.
    """
    node, rest = root, path
    values: Values = []
    while True:
        text = node.text
        wild: RadixNode[R] | None = None
        wants_slash = False
        if len(rest) > len(text) and rest.startswith(text):
            tail = rest[len(text) :]
            child = node.children.get(tail[0])
            wild = node.wild
            if child is not None:
                if wild is not None:
                    skipped.append((rest, len(text), wild, len(values)))
                node, rest = child, tail
                continue
            rest = tail
            if wild is None and tail == b"/":
                return Found(None, values, node.route is not None)  # final
        elif rest == text:
            if node.route is not None:
                return Found(node.route, values)
            wants_slash = _continues_with_slash(node)
            if rest == b"/":
                return Found(None, values, wants_slash)  # final
        else:
            wants_slash = rest == b"/" or (
                text == rest + b"/" and node.route is not None
            )
            if wants_slash:
                return Found(None, values, True)  # final
        while wild is None:
            if not skipped:
                return Found(None, values, wants_slash)
            former, size, other, count = skipped.pop()
            if former.endswith(rest):
                wild, rest = other, former[size:]
                del values[count:]
        if wild.kind is Kind.CATCH_ALL:
            values.append((wild.text[2:], rest))
            return Found(wild.route, values)
        value, slash, tail = rest.partition(b"/")
        values.append((wild.text[1:], value))
        below = wild.children.get(SLASH)
        if slash and below is not None:
            node, rest = below, slash + tail
            continue
        if slash:
            return Found(None, values, not tail)  # final
        if wild.route is not None:
            return Found(wild.route, values)
        return Found(None, values, _is_bare_slash(below))  # final


def _continues_with_slash(node: RadixNode[R]) -> bool:
    """Whether a route ends one slash behind ``node``, which itself has none."""
    if node.text == b"/" and (
        node.kind is Kind.STATIC or (node.wild is not None and node.kind != Kind.ROOT)
    ):
        return True
    child = node.children.get(SLASH)
    if child is None:
        return False
    if child.kind is Kind.CATCH_ALL:
        return True
    return len(child.text) == 1 and child.route is not None


def _is_bare_slash(node: RadixNode[R] | None) -> bool:
    """Whether a slash alone leads from a parameter to a route."""
    if node is None:
        return False
    if node.text == b"/":
        return node.route is not None
    return not node.text and node.children.keys() == {SLASH}
