"""Answers in place of a backend: ``plugins/canned_client.py``; with ``skip_next``."""

from __future__ import annotations

from krakendtw.scripting import Request, Response


def post(request: Request, response: Response) -> None:
    """Answer with what the request has asked for."""
    response.data = {"method": request.method, "canned": True}
    response.is_complete = True
