"""Who a client is: the text by which rate limits tell clients apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from krakendtw.router.client_ip import compile_client_ip, parse_ip
from krakendtw.router.route import capitalize
from krakendtw.router.settings import RouterSettings

if TYPE_CHECKING:
    from krakendtw.scope import ServiceScope
    from krakendtw.transport.server.request import GatewayRequest

ClientOf = Callable[["GatewayRequest"], str]
"""The client of a request; empty if there is none."""

_HIDDEN = frozenset((b"host", b"trailer", b"transfer-encoding"))
"""Fields that Go's server takes out of a request's headers."""


def compile_client_of(
    scope: ServiceScope, strategy: str, key: str, path: str = ""
) -> ClientOf | None:
    """The function that tells clients apart; ``None`` for an unknown strategy.

    :param strategy: ``ip``, ``header`` or ``param``, in any case.
    :param key: the header, or the parameter in the spelling of the route.
    :param path: the route, in the router's form.
    """
    strategy = strategy.lower()
    if strategy == "ip":
        by_peer = _compile_by_ip(scope)
        return _compile_by_listed_ip(key, by_peer) if key else by_peer
    if strategy == "header":
        return compile_header(key)
    if strategy == "param":
        return _compile_by_parameter(key, path)
    return None


def _compile_by_ip(scope: ServiceScope) -> ClientOf:
    settings = scope.config.extra.get(RouterSettings) or RouterSettings()
    client_ip = compile_client_ip(settings)

    def by_ip(request: GatewayRequest) -> str:
        return client_ip(request.peer, request.headers)

    return by_ip


def compile_header(name: str) -> ClientOf:
    """The first value of a header, in any case."""
    lower = name.lower().encode()
    if lower in _HIDDEN:
        return lambda request: ""

    def by_header(request: GatewayRequest) -> str:
        value = request.field(lower)
        return "" if value is None else value.decode("utf-8", "surrogateescape")

    return by_header


def _compile_by_listed_ip(name: str, otherwise: ClientOf) -> ClientOf:
    """The first address of a header that lists some, if it is one of IPv4."""
    header = compile_header(name)

    def by_listed_ip(request: GatewayRequest) -> str:
        address = header(request).partition(",")[0].strip().partition(":")[0]
        if address and parse_ip(address) is not None:
            return address
        return otherwise(request)

    return by_listed_ip


def _compile_by_parameter(name: str, path: str) -> ClientOf:
    """A parameter of the route by its own name, the case of which counts."""
    segments = path.split("/")[1:]
    names = [segment[1:] for segment in segments if segment[:1] in (":", "*")]
    if not name or name not in names:
        return lambda request: ""
    title = capitalize(name)
    if [capitalize(other) for other in names].count(title) == 1:
        return lambda request: request.route_params.get(title, "")
    # The pipe knows one of two names that differ in the first letter's case.
    index = segments.index(f":{name}")

    def by_segment(request: GatewayRequest) -> str:
        parts = request.prepath + request.postpath
        if index >= len(parts):
            return ""
        return parts[index].decode("utf-8", "surrogateescape")

    return by_segment
