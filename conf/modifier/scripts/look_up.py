"""Asks somebody else before the backend is asked, and waits without blocking."""

from __future__ import annotations

from typing import Any

from krakendtw.scripting import Reject, Request, Response


async def pre(request: Request) -> None:
    """Let in whom the directory knows."""
    answer: Any = await request.http.get(
        "http://localhost:8081/__directory", params={"name": request.params["name"]}
    )
    if answer.code != 200:
        raise Reject("nobody knows you", 403)
    request.state["groups"] = (await answer.json())["groups"]


async def post(request: Request, response: Response) -> None:
    """Tell the client what the directory said."""
    response.data["groups"] = request.state["groups"]
