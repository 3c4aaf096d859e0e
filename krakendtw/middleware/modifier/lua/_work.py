"""What the scripts of one request work on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted.internet.defer import Deferred

    from krakendtw.proxy.message import Request, Response
    from krakendtw.transport.server.request import GatewayRequest

_MISSING: Any = None
"""Stands for a part that a place does not have, or not yet."""


@define(eq=False)
class Work:
    """One request on its way through the scripts of one place.

    Which of the parts are there depends on the place.

    :ivar request: the pipe's request.
    :ivar response: the pipe's response, once there is one.
    :ivar client: the client's request.
    :ivar names: the router's names of the path's parameters by capitalised name.
    :ivar late: what to wait for before the body that was asked for can be read.
    :ivar stored: bytes that the scripts have put into data.
    :ivar shared: how often they have put data at one more place.
    :ivar names_host: whether they have set a field Host, which does not go out.
    :ivar session: Lua's, while it is kept.
    :ivar query: the client's query strings as they were first looked at.
    """

    request: Request = _MISSING
    response: Response = _MISSING
    client: GatewayRequest = _MISSING
    names: Mapping[str, str] = _MISSING
    late: Deferred[Any] | None = None
    stored: int = 0
    shared: int = 0
    names_host: bool = False
    session: Any = None
    query: Any = None


@define
class Desk:
    """Where the functions that Lua calls find the work at hand."""

    work: Work = field(factory=Work)
