"""A pipe plugin: gives the last good answer while the backends fail.

::

    "plugin/middleware": {
        "name": ["last-answer"],
        "last-answer": {"seconds": 60}
    }

It is kept once for the endpoint, so it is for answers that are the same for all.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from zope.interface import implementer

from krakendtw.interfaces import IPipePlugin, Proxy
from krakendtw.proxy.message import Response

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from krakendtw.proxy.message import Request


@implementer(IPipePlugin)
class LastAnswer:
    """Keeps the data of complete answers for a while."""

    name = "last-answer"

    def around(self, config: Mapping[str, Any], below: Proxy) -> Proxy:
        """See :class:`~krakendtw.interfaces.IPipePlugin`."""
        seconds = config.get(self.name, {}).get("seconds", 60)
        kept: dict[str, Any] = {"until": 0.0}

        def keep(response: Response) -> Response:
            if response.is_complete:
                kept.update(data=deepcopy(response.data), until=now() + seconds)
            return response

        def rescue(failure: Failure) -> Failure | Response:
            if now() >= kept["until"]:
                return failure
            return Response(deepcopy(kept["data"]), is_complete=False)

        def proxy(request: Request) -> Deferred[Response]:
            return below(request).addCallbacks(keep, rescue)

        return proxy


now = time.monotonic
last_answer = LastAnswer()
