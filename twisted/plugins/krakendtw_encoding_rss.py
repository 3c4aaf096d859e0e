"""Encoding ``rss``: feeds as data."""

from krakendtw.plugin import EncodingMaker

rss = EncodingMaker("rss", module="krakendtw.encoding.rss")
