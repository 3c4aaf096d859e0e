"""``debug_endpoint``: logs whatever it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from twisted.web.resource import Resource

from krakendtw.gojson.text import decode_raw
from krakendtw.proxy.query import parse_query
from krakendtw.router.echo import header_map

if TYPE_CHECKING:
    from krakendtw.log import Log

DEBUG_PATH = "/__debug/*param"
"""Where the router has it, for any method."""


class DebugEndpoint(Resource):
    """Writes a request to the log at level DEBUG and answers ``pong``.

    :param log: the gateway's; the prefix of the endpoint is added.
    """

    isLeaf = True

    def __init__(self, log: Log) -> None:
        Resource.__init__(self)
        self._log = log.child("[ENDPOINT: /__debug/*]")

    def render(self, request: Any) -> bytes:
        """See :class:`twisted.web.resource.IResource`."""
        if self._log.debug_on:
            write = self._log.debug
            _, _, query = request.uri.partition(b"?")
            params = " ".join(
                f"{{{key[:1].lower()}{key[1:]} {value}}}"
                for key, value in request.route_params.items()
            )
            write(f"Method: {decode_raw(request.method)}")
            write(f"URL: {decode_raw(request.uri)}")
            write(f"Query: {print_map(parse_query(query))}")
            write(f"Params: [{params}]")
            write(f"Headers: {print_map(header_map(request))}")
            write(f"Body: {decode_raw(request.content.read())}")
        request.setHeader(b"content-type", b"application/json; charset=utf-8")
        return b'{"message":"pong"}'


def print_map(values: Mapping[str, Sequence[str]]) -> str:
    """Lists of text by name, as Go's ``fmt`` prints them: ``map[A:[1 2] B:[3]]``."""
    pairs = (f"{name}:[{' '.join(values[name])}]" for name in sorted(values))
    return f"map[{' '.join(pairs)}]"
