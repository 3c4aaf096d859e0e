"""Encoding ``json-collection``: a list as JSON."""

from krakendtw.plugin import EncodingMaker

json_collection = EncodingMaker(
    "json-collection", module="krakendtw.encoding.json_collection"
)
