"""``/__health``: says that the gateway is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from twisted.web.resource import Resource

from krakendtw.go_time import compile_layout
from krakendtw.gojson.writer import dumps

if TYPE_CHECKING:
    from twisted.web.iweb import IRequest

_STARTED = time.monotonic()

_wall_clock = compile_layout("2006-01-02 15:04:05.999999999 -0700 MST")


def now() -> str:
    """The time as Go prints it, with the seconds since the start behind ``m=``."""
    return time_text(time.time(), time.monotonic() - _STARTED)


def time_text(seconds: float, running_s: float) -> str:
    """A time as Go prints it: ``2026-01-02 15:04:05.5 +0000 UTC m=+12.300000000``.

    :param seconds: since the epoch.
    :param running_s: seconds since the process began.
    """
    return f"{_wall_clock(seconds)} m=+{running_s:.9f}"


class HealthCheck(Resource):
    """Answers with the time, and with what the async agents report.

    :param agents: names and the times of their last sign of life, as :func:`now`
        gives them.
    :param clock: the time as text.
    :param more: further entries, beyond KrakenD's.
    """

    isLeaf = True
    streams_body = True

    def __init__(
        self,
        agents: Callable[[], Mapping[str, str]],
        clock: Callable[[], str] = now,
        more: Callable[[], Mapping[str, Any]] | None = None,
    ) -> None:
        Resource.__init__(self)
        self._agents = agents
        self._clock = clock
        self._more = more

    def render(self, request: IRequest) -> bytes:
        """See :class:`twisted.web.resource.IResource`."""
        request.setHeader(b"content-type", b"application/json; charset=utf-8")
        state: dict[str, Any] = {
            "agents": self._agents(),
            "now": self._clock(),
            "status": "ok",
        }
        if self._more is not None:
            state.update(self._more())
        return dumps(state)
