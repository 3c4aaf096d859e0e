"""Output encoding ``yaml``.

For backends the community edition does not know it and decodes JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakendtw.encoding._goyaml import dumps
from krakendtw.encoding._plugin import Encoding
from krakendtw.errors import PipeError

if TYPE_CHECKING:
    from krakendtw.interfaces import Rendered
    from krakendtw.proxy.message import Response

CONTENT_TYPE = b"application/yaml; charset=utf-8"


def render(response: Response | None, request: object) -> Rendered:
    """The data as YAML; an empty map without data, with or without a response.

    :raises PipeError: it is nested too deep; each level moves all below it to the
        right, so that the text would be as wide as it is long.
    """
    data = None if response is None else response.data
    try:
        return CONTENT_TYPE, dumps(data or {})
    except RecursionError:
        raise PipeError("yaml: the data is nested too deep") from None


encoding = Encoding("yaml", render=render)
