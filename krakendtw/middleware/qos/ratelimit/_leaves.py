"""One check in front of all leaves of the router."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from krakendtw.middleware.qos.ratelimit._check import GuardedLeaf

if TYPE_CHECKING:
    from twisted.web.resource import IResource

    from krakendtw.middleware.qos.ratelimit._check import Check
    from krakendtw.scope import ServiceScope


class OneCheck:
    """Makes a check once for each gateway, and puts it before every leaf.

    :param build: makes the check; ``None`` for none.
    """

    __slots__ = ("_build", "_check", "_scope")

    def __init__(self, build: Callable[[ServiceScope], Check | None]) -> None:
        self._build = build
        self._scope: ServiceScope | None = None
        self._check: Check | None = None

    def guard(self, scope: ServiceScope, leaf: IResource) -> IResource:
        """``leaf`` for the requests that pass."""
        if scope is not self._scope:
            self._check = self._build(scope)
            self._scope = scope
        check = self._check
        return leaf if check is None else GuardedLeaf(check, leaf, scope.log)
