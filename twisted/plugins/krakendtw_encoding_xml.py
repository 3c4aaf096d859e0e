"""Encoding ``xml``: objects as XML."""

from krakendtw.plugin import EncodingMaker

xml = EncodingMaker("xml", module="krakendtw.encoding.xml")
