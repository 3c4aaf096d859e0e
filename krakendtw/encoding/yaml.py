"""Output encoding ``yaml``.

For backends the community edition does not know it and decodes JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakendtw.encoding._goyaml import dumps
from krakendtw.encoding._plugin import Encoding

if TYPE_CHECKING:
    from krakendtw.interfaces import Rendered
    from krakendtw.proxy.message import Response

CONTENT_TYPE = b"application/yaml; charset=utf-8"


def render(response: Response | None, request: object) -> Rendered:
    """The data as YAML; an empty map without data, with or without a response."""
    data = None if response is None else response.data
    return CONTENT_TYPE, dumps(data or {})


encoding = Encoding("yaml", render=render)
