"""Encoding ``yaml`` of answers, and ``yaml-input`` of backends' bodies.

For backends the community edition does not know ``yaml`` and decodes JSON, and so
does krakendtw; who wants YAML read asks for ``yaml-input``.  JSON is YAML, too: a
body that is JSON is read as such, with its numbers as they are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.config.where import ConfigPath
from krakendtw.config.yaml_source import read_yaml
from krakendtw.encoding import json
from krakendtw.encoding._goyaml import dumps
from krakendtw.encoding._plugin import Encoding
from krakendtw.errors import ConfigError, DecodeError, PipeError
from krakendtw.gojson.number import Float

if TYPE_CHECKING:
    from krakendtw.interfaces import Decoder, Rendered
    from krakendtw.proxy.message import Data, Response

CONTENT_TYPE = b"application/yaml; charset=utf-8"

MOST_ALIASED = 10_000
"""How many values a document may have beyond those that its bytes can spell: aliases
of aliases grow without end."""

_MOST_DEEP = 250


def decode(body: bytes) -> Data | None:
    """The mapping that ``body`` holds, ``None`` for ``null``.

    :raises DecodeError: it is no YAML, or something else than a mapping.
    """
    data: Data | None = _decode(body, json.decode, dict)
    return data


def decode_collection(body: bytes) -> Data:
    """The list that ``body`` holds under ``collection``.

    :raises DecodeError: it is no YAML, or something else than a list.
    """
    data = _decode(body, json.decode_collection, list)
    return data if isinstance(data, dict) else {"collection": data}


def _decode(body: bytes, read_json: Decoder, root: type) -> Any:
    try:
        return read_json(body)
    except DecodeError as error:
        refusal = error
    try:
        value = read_yaml(body, ConfigPath())
    except ConfigError as error:
        raise DecodeError(error.message) from None
    except UnicodeDecodeError:
        raise DecodeError("yaml: the document is no UTF-8") from None
    if not isinstance(value, root):
        raise refusal  # in the words of KrakenD, which has read JSON
    return _Data(len(body) + MOST_ALIASED).of(value, 0)


class _Data:
    """Makes the pipe's data of a document's.

    :param most: how many values there may be.
    """

    def __init__(self, most: int) -> None:
        self._left = most

    def of(self, value: Any, depth: int) -> Any:
        """The same in plain values.

        :raises DecodeError: there is too much of it.
        """
        self._left -= 1
        if self._left < 0 or depth > _MOST_DEEP:
            raise DecodeError("yaml: document contains excessive aliasing")
        if isinstance(value, dict):
            return {key: self.of(inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner, depth + 1) for inner in value]
        if isinstance(value, float):
            return Float(value)
        if isinstance(value, str):
            return str(value)  # a date is more than text, and has been long enough
        if value is None or isinstance(value, int):
            return value
        return value.decode("latin-1") if isinstance(value, bytes) else str(value)


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
input_encoding = Encoding("yaml-input", decode, decode_collection)
