"""Routes to a tree of ``twisted.web`` resources: gin's rules, a step a segment.

:class:`RouteTable` takes the routes while the gateway is built and refuses what
gin refuses.  :class:`RouteTree` is what it builds: literal segments are the
``children`` of :class:`~twisted.web.resource.Resource`, looked up in one go, and
all else follows from what :mod:`krakendtw.router.automaton` has worked out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from twisted.web.resource import Resource

from krakendtw.errors import ConfigError
from krakendtw.proxy.escape import to_text
from krakendtw.router.automaton import State, start
from krakendtw.router.branch import Branch
from krakendtw.router.lookup import Found, Skipped, lookup
from krakendtw.router.missing import BadParameter
from krakendtw.router.path import clean_path, registered
from krakendtw.router.radix import (
    RadixNode,
    RouteConflict,
    insert,
    unescape_colons,
)
from krakendtw.router.redirect import Redirects, split_target
from krakendtw.router.route import Route, capitalize, compile_route, parameter_error

if TYPE_CHECKING:
    from twisted.web.resource import IResource

    from krakendtw.config.where import ConfigPath
    from krakendtw.router.settings import RouterSettings
    from krakendtw.transport.server.request import GatewayRequest

ANY_METHODS = (
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "HEAD",
    "OPTIONS",
    "DELETE",
    "CONNECT",
    "TRACE",
)
"""What gin's ``Any`` registers, in its order."""

_EAGER = 3
_LAZY = 8
"""How many positions the branches may hold for each node of the radix trees, at
start and in all.  Routes that do not overlap need fewer."""

_SPARE = 1000
"""Added to both."""


class RouteTable:
    """The routes of a gateway, in the order in which they are registered."""

    def __init__(self) -> None:
        self._roots: dict[str, RadixNode[Route]] = {}

    def add(
        self,
        method: str,
        path: str,
        leaf: IResource,
        where: ConfigPath | None = None,
    ) -> None:
        """Register ``leaf`` for a path in gin's form: ``/users/:id``.

        :param where: the place in the configuration, for the error.
        :raises ConfigError: the path conflicts with another one.
        """
        raw = registered(path)
        root = self._roots.setdefault(method, RadixNode())
        try:
            insert(root, raw, compile_route(raw, leaf))
        except RouteConflict as error:
            raise ConfigError(where, str(error)) from error

    def add_any(
        self, path: str, leaf: IResource, where: ConfigPath | None = None
    ) -> None:
        """Register ``leaf`` for all of :data:`ANY_METHODS`.

        :raises ConfigError: the path conflicts with another one.
        """
        for method in ANY_METHODS:
            self.add(method, path, leaf, where)

    def build(
        self,
        settings: RouterSettings,
        not_found: IResource,
        method_not_allowed: IResource,
    ) -> RouteTree:
        """The tree; the table takes no more routes afterwards.

        :param not_found: answers where nothing else does.
        :param method_not_allowed: answers where only the method is wrong; the
            tree sets ``Allow``.
        """
        for root in self._roots.values():
            unescape_colons(root)
        roots = {method.encode(): root for method, root in self._roots.items()}
        kind = CleaningRouteTree if settings.remove_extra_slash else RouteTree
        tree = kind(roots, settings, not_found, method_not_allowed)
        tree.grow()
        return tree


class RouteTree(Resource):
    """The root: one automaton for each method, as gin has one radix tree for each.

    It stands at the top of a site: a path's segments are all of
    ``request.postpath``, or ``prepath`` and that, as bytes and decoded.

    :ivar unknown: the branch behind which the automaton knows no route.  Unless
        routes overlap beyond measure there is none.
    :cvar finds_the_same: whether :meth:`find` says the same of a target each time,
        and does nothing else, so that it need not be asked again.
    """

    finds_the_same = True

    def __init__(
        self,
        roots: dict[bytes, RadixNode[Route]],
        settings: RouterSettings,
        not_found: IResource,
        method_not_allowed: IResource,
    ) -> None:
        Resource.__init__(self)
        self._roots = roots
        self._redirects = Redirects(
            not settings.disable_redirect_trailing_slash,
            not settings.disable_redirect_fixed_path,
        )
        self._checks_methods = not settings.disable_handle_method_not_allowed
        self._checks_values = not settings.disable_path_decoding
        self._not_found = not_found
        self._method_not_allowed = method_not_allowed
        self._branches: dict[State, Branch] = {}
        self._weight = 0
        self._size = sum(map(count_nodes, roots.values()))
        self.unknown = self._branches[()] = Branch(self, ())
        self.unknown.other = self.unknown
        self._starts = {
            method: Branch(self, start(root)) for method, root in roots.items()
        }

    @property
    def is_full(self) -> bool:
        """Whether there are to be no more branches."""
        return self._weight > _LAZY * self._size + _SPARE

    def grow(self) -> None:
        """Make the branches that requests will need, as long as they are few."""
        waiting = deque(self._starts.values())
        limit = _EAGER * self._size + _SPARE
        while waiting and self._weight < limit:
            waiting.extend(waiting.popleft().grow())

    def branch(self, state: State, made: list[Branch]) -> Branch:
        """The branch of ``state``; added to ``made`` if it is new."""
        branch = self._branches.get(state)
        if branch is None:
            branch = self._branches[state] = Branch(self, state)
            self._weight += len(state)
            made.append(branch)
        return branch

    def find(self, request: GatewayRequest) -> IResource:
        """What answers ``request``; ``prepath`` and ``postpath`` stay as they are."""
        branch = self._starts.get(request.method, self.unknown)
        segments = request.postpath
        for segment in segments:
            following = branch.children.get(segment)
            if following is None:
                following = branch.other
                if following is None:
                    following = branch.getChild(segment, request)
            branch = following
        if branch.leaf is not None:
            return branch.leaf
        if branch.route is not None:
            return self.answer(branch.route, request, segments)
        return self.miss(request, segments)

    def getChildWithDefault(self, path: bytes, request: Any) -> IResource:
        """See :class:`twisted.web.resource.IResource`."""
        start = self._starts.get(request.method, self.unknown)
        return start.getChildWithDefault(path, request)

    def render(self, request: Any) -> Any:
        """Answer a request whose path nobody has looked at."""
        return self.find(request).render(request)

    def answer(
        self, route: Route, request: Any, segments: Sequence[bytes]
    ) -> IResource:
        """What answers for ``route``; sets ``request.route_params``."""
        if route.has_parameters and not route.bind(request, segments):
            return self.refuse(route.values(segments)) or route.leaf
        return route.leaf

    def miss(self, request: Any, segments: Sequence[bytes]) -> IResource:
        """What answers where the automaton knows no route: a redirect, 405, 404."""
        method = request.method
        path = b"/" + b"/".join(segments)
        root = self._roots.get(method)
        skipped: Skipped[Route] = []
        found: Found[Route] = Found(None, [])
        if root is not None:
            found = lookup(root, path, skipped)
            if found.route is not None:
                return self.answer(found.route, request, segments)
            if method != b"CONNECT" and path != b"/":
                sent = self._original(request, path)
                redirect = self._redirects.find(request, root, sent, found.wants_slash)
                if redirect is not None:
                    return redirect
        page = self._not_found
        if self._checks_methods:
            allowed = [
                other
                for other, root in self._roots.items()
                if other != method and lookup(root, path, skipped).route is not None
            ]
            if allowed:
                request.setHeader(b"allow", b", ".join(allowed))
                page = self._method_not_allowed
        # What gin took for parameters before it gave up is there, and is checked.
        if not found.values:
            return page
        values = [(to_text(name), to_text(value)) for name, value in found.values]
        request.route_params = {capitalize(name): value for name, value in values}
        return self.refuse([value for _, value in values], dots=False) or page

    def refuse(self, values: Iterable[str], *, dots: bool = True) -> IResource | None:
        """What answers if a parameter holds what it must not.

        :param dots: whether dot segments are looked for: they matter where a
            route was found.
        """
        error = parameter_error(values, escapes=self._checks_values, dots=dots)
        return None if error is None else BadParameter(error)

    def _original(self, request: Any, path: bytes) -> bytes:
        """The path that a redirect starts from."""
        return path


class CleaningRouteTree(RouteTree):
    """``remove_extra_slash``: a path is cleaned before it is looked up.

    Redirects start from the path as it was sent.
    """

    def find(self, request: GatewayRequest) -> IResource:
        """See :meth:`RouteTree.find`; ``postpath`` is cleaned."""
        path = clean_path(b"/" + b"/".join(request.postpath))
        request.postpath = path[1:].split(b"/")
        return super().find(request)

    def getChildWithDefault(self, path: bytes, request: Any) -> IResource:
        """See :class:`twisted.web.resource.IResource`; takes the path as a whole."""
        request.postpath.insert(0, request.prepath.pop())
        found = self.find(request)
        request.prepath += request.postpath
        request.postpath = []
        return found

    def _original(self, request: Any, path: bytes) -> bytes:
        return unquote_to_bytes(split_target(request.uri)[1])


def count_nodes(root: RadixNode[Any]) -> int:
    """How many nodes a radix tree has."""
    count = 0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        count += 1
        waiting.extend(node.children.values())
        if node.wild is not None:
            waiting.append(node.wild)
    return count
