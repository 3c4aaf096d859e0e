"""What starts, and cannot be meant: no host to call, two endpoints on one route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from krakendtw.config.finding import Finding
from krakendtw.interfaces import IBackendTerminator

if TYPE_CHECKING:
    from krakendtw.config.model import BackendConfig, ServiceConfig
    from krakendtw.config.where import ConfigPath

_VARIABLE: Final = re.compile(r"[:*][^/]+")


def doubtful(service: ServiceConfig) -> Iterator[Finding]:
    """What a reader should look at.

    :param service: with each namespace given to its owner.
    """
    yield from _same_routes(service)
    for endpoint in service.endpoints:
        for backend in endpoint.backends:
            if not backend.hosts and _calls_a_host(backend):
                yield Finding(
                    backend.where.steps,
                    "nobody to call: there is no host",
                    'give it a "host", or the root one for all backends',
                )


def _same_routes(service: ServiceConfig) -> Iterator[Finding]:
    """Endpoints whose method and path are those of an earlier one."""
    first: dict[tuple[str, str], ConfigPath] = {}
    for endpoint in service.endpoints:
        route = endpoint.method, _VARIABLE.sub(":", endpoint.path)
        before = first.setdefault(route, endpoint.where)
        if before is not endpoint.where:
            index = before.steps[-1]
            yield Finding(
                endpoint.where.steps,
                f"the same route as $.endpoints[{index}]",
                "give one of the two another path or method",
            )


def _calls_a_host(backend: BackendConfig) -> bool:
    """Whether no component is, or may be, in the place of the HTTP exchange."""
    extra = backend.extra
    is_replaced = any(map(IBackendTerminator.providedBy, extra.settings.values()))
    return not is_replaced and extra.raw.keys() <= extra.settings.keys()
