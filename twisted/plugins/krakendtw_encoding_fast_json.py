"""Encoding ``fast-json``: backends of JSON."""

from krakendtw.plugin import EncodingMaker

fast_json = EncodingMaker("fast-json", module="krakendtw.encoding.fast_json")
