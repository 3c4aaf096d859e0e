"""Encoding ``json``: objects, and lists with ``is_collection``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakendtw.encoding._plugin import Encoding
from krakendtw.errors import DecodeError
from krakendtw.gojson.reader import GoJSONError, loads
from krakendtw.gojson.writer import dumps

if TYPE_CHECKING:
    from krakendtw.gojson.number import JSON
    from krakendtw.interfaces import Rendered
    from krakendtw.proxy.message import Data, Response

CONTENT_TYPE = b"application/json; charset=utf-8"

_KINDS = {dict: "object", list: "array", str: "string", bool: "bool"}


def decode(body: bytes) -> Data | None:
    """The object that ``body`` holds, ``None`` for ``null``.

    :raises DecodeError: it is no JSON, or something else than an object.
    """
    try:
        value = loads(body)
    except GoJSONError as error:
        raise DecodeError(str(error)) from error
    if type(value) is dict or value is None:
        return value
    raise _mismatch(value, "map[string]interface {}")


def decode_collection(body: bytes) -> Data:
    """The list that ``body`` holds under ``collection``; it may be ``null``.

    :raises DecodeError: it is no JSON, or something else than a list.
    """
    try:
        value = loads(body)
    except GoJSONError as error:
        raise DecodeError(str(error)) from error
    if type(value) is list or value is None:
        return {"collection": value}
    raise _mismatch(value, "[]interface {}")


def _mismatch(value: JSON, wanted: str) -> DecodeError:
    found = _KINDS.get(type(value), "number")
    return DecodeError(f"json: cannot unmarshal {found} into Go value of type {wanted}")


def render(response: Response | None, request: object) -> Rendered:
    """The data as JSON: ``{}`` without a response, ``null`` without data.

    Nothing, as in gin, if the data holds NaN or itself.
    """
    if response is None:
        return CONTENT_TYPE, b"{}"
    raw = response.raw
    if raw is not None:
        return CONTENT_TYPE, raw.text()
    try:
        return CONTENT_TYPE, dumps(response.data)
    except ValueError:
        return CONTENT_TYPE, b""


encoding = Encoding("json", decode, decode_collection, render)
