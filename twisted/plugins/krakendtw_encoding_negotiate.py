"""Encoding ``negotiate``: what the client accepts."""

from krakendtw.plugin import EncodingMaker

negotiate = EncodingMaker("negotiate", module="krakendtw.encoding.negotiate")
