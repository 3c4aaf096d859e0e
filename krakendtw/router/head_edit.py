"""Changes of an answer's head at the last moment, whoever gives the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from krakendtw.transport.server.request import GatewayRequest

Edit: TypeAlias = Callable[[bytes], bytes]
"""Makes new header lines out of an answer's, the date and the framing left out."""


def compile_edit(edit: Edit) -> Callable[[GatewayRequest], None]:
    """What has the head of a request's answer go through ``edit``."""

    def mark(request: GatewayRequest) -> None:
        earlier = request.edit
        if earlier is None:
            request.edit = edit
        else:
            request.edit = lambda head: earlier(edit(head))

    return mark
