"""Gives every request an id and says when it came: ``plugins/request_stamp.py``."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from krakendtw.scripting import Request


def pre(request: Request) -> None:
    """Add two headers; an id that the client has sent stays."""
    request.headers.setdefault("X-Request-Id", uuid4().hex)
    request.headers["X-Received-At"] = datetime.now(UTC).isoformat()
