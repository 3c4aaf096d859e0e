"""Encoding ``string``: a body as text."""

from krakendtw.plugin import EncodingMaker

string = EncodingMaker("string", module="krakendtw.encoding.string")
