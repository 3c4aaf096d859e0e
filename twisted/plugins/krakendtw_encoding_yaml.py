"""Encoding ``yaml``: answers as YAML."""

from krakendtw.plugin import EncodingMaker

yaml = EncodingMaker("yaml", module="krakendtw.encoding.yaml")
