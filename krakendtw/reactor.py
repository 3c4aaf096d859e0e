"""Which reactor the gateway runs on."""

from __future__ import annotations

import sys
from typing import Any


def install() -> Any:
    """The reactor; ours is installed if there is none yet, on Linux.

    Elsewhere Twisted's own choice is taken.
    """
    if "twisted.internet.reactor" not in sys.modules and sys.platform == "linux":
        from krakendtw.transport import reactor as epoll

        epoll.install()
    from twisted.internet import reactor

    return reactor
