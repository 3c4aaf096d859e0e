"""The steps that give a request its path, method and URL.

Where nothing stands between them and the exchange, the exchange does their
work itself and they are left out of the pipe.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from krakendtw.proxy.pipe import Hooks
from krakendtw.proxy.url import parse_target

if TYPE_CHECKING:
    from krakendtw.proxy.http import Host
    from krakendtw.proxy.message import Request
    from krakendtw.proxy.url import BuildPath


def path_step(build_path: BuildPath, method: str) -> Hooks:
    """Puts parameters into the path and sets the backend's method."""

    def address(request: Request) -> None:
        request.path = build_path(request.params)
        request.method = method

    return Hooks(address, name="url")


def balancing_step(choose: Callable[[], Host]) -> Hooks:
    """Chooses a host and fixes the URL.

    Path and query have no effect from here on: who wants another URL sets it.
    """

    def fix(request: Request) -> None:
        host = choose()
        query = request.encoded_query or None
        request.url = parse_target(host.text, request.path, query).url

    return Hooks(fix, name="balancing")
