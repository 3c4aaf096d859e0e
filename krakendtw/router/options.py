"""``auto_options``: an OPTIONS route for the path of every endpoint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from twisted.web.resource import Resource

from krakendtw.compat import VERSION_HEADER

if TYPE_CHECKING:
    from twisted.web.iweb import IRequest

_VERSION = VERSION_HEADER.encode()


class AutoOptions(Resource):
    """Answers OPTIONS with the methods of a path.

    :param allowed: the value of ``Allow``.
    :param version: the value of ``X-Krakend``.
    """

    isLeaf = True
    streams_body = True

    def __init__(self, allowed: str, version: bytes) -> None:
        Resource.__init__(self)
        self._allowed = allowed.encode()
        self._version = version

    def render(self, request: IRequest) -> bytes:
        """See :class:`twisted.web.resource.IResource`."""
        request.setHeader(b"allow", self._allowed)
        request.setHeader(_VERSION, self._version)
        return b""


def allowed_methods(endpoints: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each path with the sorted list of its methods, as ``Allow`` names them.

    :param endpoints: methods and paths that were registered.
    """
    methods: dict[str, list[str]] = {}
    for method, path in endpoints:
        methods.setdefault(path, []).append(method)
    return {path: ", ".join(sorted(found)) for path, found in methods.items()}
