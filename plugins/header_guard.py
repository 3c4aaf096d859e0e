"""A server plugin: only requests with a known key get in.

::

    "plugin/http-server": {
        "name": ["header-guard"],
        "header-guard": {"header": "X-Api-Key", "values": ["s3cret"]}
    }
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from twisted.web.resource import IResource, Resource
from zope.interface import implementer

from krakendtw.interfaces import IServerPlugin
from krakendtw.plugin import delegate

if TYPE_CHECKING:
    from twisted.web.iweb import IRequest


class GuardedResource(Resource):
    """Answers 403, or lets what is behind it answer."""

    isLeaf = True  # the path is for the router, not for this resource

    def __init__(self, header: str, values: frozenset[str], behind: IResource) -> None:
        Resource.__init__(self)
        self._header = header
        self._values = values
        self._behind = behind

    def render(self, request: IRequest) -> Any:
        """Answer ``request``."""
        found = request.requestHeaders.getRawHeaders(self._header, [])
        if self._values.isdisjoint(found):
            request.setResponseCode(403)
            return b""
        return delegate(self._behind, request)


@implementer(IServerPlugin)
class HeaderGuard:
    """Asks for one of some values in a header, before routing."""

    name = "header-guard"

    def wrap(self, config: Mapping[str, Any], resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IServerPlugin`."""
        own = config[self.name]
        return GuardedResource(own["header"], frozenset(own["values"]), resource)


header_guard = HeaderGuard()
