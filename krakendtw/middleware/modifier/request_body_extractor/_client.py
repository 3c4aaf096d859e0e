"""Operations on a client's request, before the gateway has made one of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from krakendtw.config.canonical import canonical_header
from krakendtw.gojson.text import decode_raw, encode_raw
from krakendtw.middleware.modifier.request_body_extractor._operations import (
    HEADER,
    QUERY,
    Operations,
    Values,
)
from krakendtw.proxy.query import encode_query, parse_query

if TYPE_CHECKING:
    from krakendtw.log import Log
    from krakendtw.transport.server.request import GatewayRequest


def compile_change(
    operations: Operations, log: Log
) -> Callable[[GatewayRequest], None]:
    """What puts the values of a whole body into a client's request."""
    has_queries = QUERY in operations.kinds
    touched = {
        operation.target
        for operation in operations.operations
        if operation.kind == HEADER
    }

    def change(request: GatewayRequest) -> None:
        if not request.body:
            return
        headers = _fields(request, touched)
        before = {name: list(values) for name, values in headers.items()}
        query = parse_query(request.query_string) if has_queries else {}
        targets = {HEADER: headers, QUERY: query}
        if not operations.apply(request.body, targets, log):
            return
        if headers != before:
            _set_fields(request, headers, before)
        if has_queries:
            request.query_string = encode_query(query).encode()

    return change


def _fields(request: GatewayRequest, names: set[str]) -> Values:
    """The fields of these names, as they came."""
    found: Values = {}
    for raw, value in request.headers:
        name = canonical_header(raw.decode("latin-1"))
        if name in names:
            found.setdefault(name, []).append(decode_raw(value))
    return found


def _set_fields(request: GatewayRequest, headers: Values, before: Values) -> None:
    """Have the fields that have changed; a list of its own, for others share it."""
    changed = {
        name.lower().encode("latin-1")
        for name, values in headers.items()
        if before.get(name) != values
    }
    kept = [pair for pair in request.headers if pair[0].lower() not in changed]
    request.headers = kept + [
        (name.encode("latin-1"), encode_raw(value))
        for name, values in headers.items()
        if name.lower().encode("latin-1") in changed
        for value in values
    ]
