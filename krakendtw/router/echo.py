"""``echo_endpoint``: answers with the request."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

from twisted.web.resource import Resource

from krakendtw.config.canonical import canonical_header
from krakendtw.gojson.text import decode_raw
from krakendtw.gojson.writer import dumps
from krakendtw.proxy.query import encode_query, parse_query
from krakendtw.router.redirect import split_target

ECHO_PATH = "/__echo/*param"
"""Where the router has it, for any method."""

_UNSEEN = frozenset(("Host", "Transfer-Encoding", "Trailer"))
"""What Go's server takes out of the header fields."""


class EchoEndpoint(Resource):
    """Answers with the parts of a request as a JSON object."""

    isLeaf = True

    def __init__(self) -> None:
        Resource.__init__(self)

    def render(self, request: Any) -> bytes:
        """See :class:`twisted.web.resource.IResource`."""
        base, path, query = split_target(request.uri)
        user, _, authority = base.rpartition(b"//")[2].rpartition(b"@")
        host = authority or b"".join(
            (request.requestHeaders.getRawHeaders(b"host") or [])[:1]
        )
        pairs = parse_query(query[1:])
        details = {
            "fragment": "",
            "host": decode_raw(host),
            "path": decode_raw(unquote_to_bytes(path)),
            "query": encode_query(pairs),
            "user": decode_raw(user),
        }
        fields = (
            (b"req_uri", decode_raw(request.uri)),
            (b"req_uri_details", details),
            (b"req_method", decode_raw(request.method)),
            (b"req_querystring", pairs),
            (b"req_body", decode_raw(request.content.read())),
            (b"req_headers", header_map(request)),
        )
        request.setHeader(b"content-type", b"application/json; charset=utf-8")
        # One by one, since Go keeps the order of a struct's fields.
        return b"{%b}" % b",".join(
            b'"%b":%b' % (name, dumps(value)) for name, value in fields
        )


def header_map(request: Any) -> dict[str, list[str]]:
    """A request's header fields by canonical name, as Go's server hands them on."""
    headers: dict[str, list[str]] = {}
    for name, values in request.requestHeaders.getAllRawHeaders():
        key = canonical_header(decode_raw(name))
        if key not in _UNSEEN:
            headers.setdefault(key, []).extend(map(decode_raw, values))
    # RFC 9111, section 5.4: so that later components know one field only.
    if headers.get("Pragma", [""])[0] == "no-cache":
        headers.setdefault("Cache-Control", ["no-cache"])
    return headers
