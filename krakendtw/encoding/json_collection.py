"""Output encoding ``json-collection``: the list under ``collection`` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakendtw.encoding._plugin import Encoding
from krakendtw.encoding.json import CONTENT_TYPE
from krakendtw.gojson.writer import dumps

if TYPE_CHECKING:
    from krakendtw.interfaces import Rendered
    from krakendtw.proxy.message import Response


def render(response: Response | None, request: object) -> Rendered:
    """What is under ``collection``, a list or not; ``[]`` if nothing is."""
    data = None if response is None else response.data
    if not data or "collection" not in data:
        return CONTENT_TYPE, b"[]"
    try:
        return CONTENT_TYPE, dumps(data["collection"])
    except ValueError:
        return CONTENT_TYPE, b""


encoding = Encoding("json-collection", render=render)
