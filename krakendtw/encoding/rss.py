"""Encoding ``rss``: RSS, Atom and JSON feeds as one kind of data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from krakendtw.encoding import _feedatom, _feedjson, _feedrss, _feedxml
from krakendtw.encoding._goxml import GoXMLError
from krakendtw.encoding._plugin import Encoding
from krakendtw.errors import DecodeError
from krakendtw.gojson.reader import loads
from krakendtw.gojson.text import decode_utf8

if TYPE_CHECKING:
    from krakendtw.proxy.message import Data

_READERS = {"rss": _feedrss.read, "rdf": _feedrss.read, "feed": _feedatom.read}

_BEFORE = b" \r\n\t\xfe\xff\x00\xef\xbb\xbf"
"""What may stand before a feed: spaces and byte order marks."""


def decode(body: bytes) -> Data:
    """The feed in ``body``; ``is_collection`` has no meaning.

    :raises DecodeError: it is no feed, or broken.
    """
    start = body.lstrip(_BEFORE)
    if start[:1] == b"<":
        read = _READERS.get(_feedxml.root_kind(start))
        if read is not None:
            try:
                return read(_feedxml.parse(body))
            except GoXMLError as error:
                raise DecodeError(str(error)) from error
    elif start[:1] == b"{":
        return _feedjson.read(_whole_json(start))
    raise DecodeError("Failed to detect feed type")


def _whole_json(body: bytes) -> Any:
    """The document of which ``body`` holds nothing else."""
    try:
        document = loads(body)
        json.loads(decode_utf8(body))
    except (ValueError, RecursionError) as error:
        raise DecodeError("Failed to detect feed type") from error
    return document


encoding = Encoding("rss", decode)
