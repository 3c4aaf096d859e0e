"""Encoding ``safejson``: any JSON."""

from krakendtw.plugin import EncodingMaker

safejson = EncodingMaker("safejson", module="krakendtw.encoding.safejson")
