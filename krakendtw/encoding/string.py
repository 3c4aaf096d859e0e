"""Encoding ``string``: a body as the text under ``content``, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakendtw.encoding._plugin import Encoding
from krakendtw.gojson.text import decode_raw, encode_raw

if TYPE_CHECKING:
    from krakendtw.interfaces import Rendered
    from krakendtw.proxy.message import Data, Response

CONTENT_TYPE = b"text/plain; charset=utf-8"


def decode(body: bytes) -> Data:
    """The body, of whatever bytes, under ``content``.

    Bytes that are no UTF-8 survive until :func:`render`.
    """
    return {"content": decode_raw(body)}


def render(response: Response | None, request: object) -> Rendered:
    """The text under ``content``; nothing if there is none or it is no text."""
    data = None if response is None else response.data
    content = data.get("content") if data else None
    # Not a Number either, which is a string to Python but not to KrakenD.
    return CONTENT_TYPE, encode_raw(content) if type(content) is str else b""


encoding = Encoding("string", decode, render=render)
