"""Encoding ``safejson``: any JSON at all; ``is_collection`` has no meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakendtw.encoding._plugin import Encoding
from krakendtw.errors import DecodeError
from krakendtw.gojson.reader import GoJSONError, loads

if TYPE_CHECKING:
    from krakendtw.proxy.message import Data


def decode(body: bytes) -> Data:
    """An object as it is, a list as ``collection``, anything else as ``content``.

    :raises DecodeError: the body is no JSON.
    """
    try:
        value = loads(body)
    except GoJSONError as error:
        raise DecodeError(str(error)) from error
    if type(value) is dict:
        return value
    return {"collection" if type(value) is list else "content": value}


encoding = Encoding("safejson", decode)
