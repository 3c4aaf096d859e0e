"""Encoding ``no-op``: the backend's body as it is."""

from krakendtw.plugin import EncodingMaker

noop = EncodingMaker("no-op", module="krakendtw.encoding.noop")
