"""A node of the resource tree: how far a request's path has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from twisted.web.resource import Resource

from krakendtw.router.automaton import State, ending, outlook, step

if TYPE_CHECKING:
    from twisted.web.resource import IResource

    from krakendtw.router.route import Route
    from krakendtw.router.tree import RouteTree


class Branch(Resource):
    """How far a path has come: a state of the automaton.

    :ivar leaf: the answer to a path that ends here, if its route has no parameters.
    :ivar other: where a segment leads that is not among ``children``; ``None`` if
        that is to be worked out.
    """

    _is_grown = False
    _prefixes: AbstractSet[bytes] = frozenset()
    _sizes: tuple[int, ...] = ()

    def __init__(self, tree: RouteTree, state: State) -> None:
        # Not Resource's own: that is slow, and there may be thousands of these.
        self.children: dict[bytes, Branch] = {}
        self.other: Branch | None = None
        self.tree = tree
        self.state = state
        route: Route | None = ending(state)
        self.route = route
        self.leaf = None if route is None or route.has_parameters else route.leaf

    def grow(self) -> list[Branch]:
        """Make the branches behind this one; those that are new are returned."""
        self._is_grown = True
        made: list[Branch] = []
        branch = self.tree.branch
        state = self.state
        ahead = outlook(state)
        for text in ahead.texts:
            self.children[text] = branch(step(state, text), made)
        if not ahead.is_open:
            self.other = self.tree.unknown
            return made
        if b"" not in self.children:  # rare, so what follows it can wait
            self.children[b""] = branch(step(state, b""), [])
        stranger = _stranger(ahead.texts)
        if stranger and ahead.prefixes <= {b""}:
            self.other = branch(step(state, stranger), made)
            return made
        self._prefixes = ahead.prefixes
        self._sizes = tuple(sorted(set(map(len, ahead.prefixes)), reverse=True))
        self._by_prefix: dict[bytes, Branch] = {}
        return made

    def getChild(self, path: bytes, request: Any) -> Branch:
        """Where a segment leads that is not among ``children``."""
        if self.other is not None:
            return self.other
        if not self._is_grown:
            if self.tree.is_full:
                return self.tree.unknown
            self.grow()
            return self.children.get(path) or self.getChild(path, request)
        # Segments with the same literal beginning all lead to the same place.
        prefix = next(
            (path[:size] for size in self._sizes if path[:size] in self._prefixes), b""
        )
        branch = self._by_prefix.get(prefix)
        if branch is None:
            branch = self._by_prefix[prefix] = self.tree.branch(
                step(self.state, path), []
            )
        return branch

    def getChildWithDefault(self, path: bytes, request: Any) -> IResource:
        """See :class:`~twisted.web.resource.IResource`; at the end, what answers."""
        branch = self.children.get(path) or self.getChild(path, request)
        if request.postpath:
            return branch
        return branch.resolve(request, request.prepath)

    def render(self, request: Any) -> Any:
        """Answer as if the path ended here."""
        segments = request.prepath + request.postpath
        return self.resolve(request, segments).render(request)

    def resolve(self, request: Any, segments: Sequence[bytes]) -> IResource:
        """What answers a path that ends here."""
        if self.route is None:
            return self.tree.miss(request, segments)
        return self.tree.answer(self.route, request, segments)


def _stranger(texts: Iterable[bytes]) -> bytes:
    """A segment that begins like none of ``texts``; empty if there is none."""
    taken = {text[0] for text in texts if text}
    return next((bytes((byte,)) for byte in range(256) if byte not in taken), b"")
