"""Hides fields from whoever reads the answer: ``plugins/response_mask.py``."""

from __future__ import annotations

from typing import Any

from krakendtw.scripting import Request, Response

HIDDEN = {"password", "number"}
MASK = "***"


def hide(value: Any) -> None:
    """Put the mask in place of what is hidden, at any depth."""
    if isinstance(value, list):
        for item in value:
            hide(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in HIDDEN:
                value[name] = MASK
            else:
                hide(item)


def post(request: Request, response: Response) -> None:
    """Hide what nobody should read."""
    hide(response.data)
