"""A backend's own ``input_headers`` and ``input_query_strings``.

They narrow what the endpoint let through; ``*`` is no wildcard here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request


def query_filter(names: Sequence[str]) -> Hooks | None:
    """The step that keeps only these query strings; ``None`` without names."""
    if not names:
        return None
    wanted = frozenset(names)

    def keep(request: Request) -> Request | None:
        query = request.query
        if not query or query.keys() <= wanted:
            return None
        twin = request.clone()
        twin.query = {name: query[name] for name in names if name in query}
        return twin

    return Hooks(keep, name="input_query_strings")


def header_filter(names: Sequence[str]) -> Hooks | None:
    """The step that keeps only these header fields; ``None`` without names."""
    if not names:
        return None
    wanted = frozenset(names)

    def keep(request: Request) -> Request | None:
        headers = request.headers
        if headers.keys() <= wanted:
            return None
        twin = request.clone()
        twin.headers = {name: headers[name] for name in names if name in headers}
        return twin

    return Hooks(keep, name="input_headers")
