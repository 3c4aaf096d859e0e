"""An endpoint that rests at night: ``plugins/maintenance_window.py``."""

from __future__ import annotations

import time

from krakendtw.scripting import Reject, Request

START_S, LENGTH_S = 23 * 3600, 5 * 3600


def pre(request: Request) -> None:
    """Answer 503 from 23 o'clock on for five hours, each day, in UTC."""
    if (time.time() - START_S) % 86_400 < LENGTH_S:
        raise Reject("at rest", 503, headers={"Retry-After": "600"})
