"""Encoding ``no-op``: nothing is decoded, the backend's body passes through.

Status and header fields are the router's affair; here is only the body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakendtw.encoding._plugin import Encoding

if TYPE_CHECKING:
    from krakendtw.interfaces import Rendered
    from krakendtw.proxy.message import Data, Response


def decode(body: bytes) -> Data | None:
    """No data at all, for spellings like ``NO-OP`` that pass nothing through."""
    return None


def render(response: Response | None, request: object) -> Rendered:
    """The body as the backend sent it, without a Content-Type of its own."""
    return b"", None if response is None else response.io


encoding = Encoding("no-op", decode, render=render)
