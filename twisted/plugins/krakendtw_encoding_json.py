"""Encoding ``json``: objects and lists as JSON."""

from krakendtw.plugin import EncodingMaker

json = EncodingMaker("json", module="krakendtw.encoding.json")
