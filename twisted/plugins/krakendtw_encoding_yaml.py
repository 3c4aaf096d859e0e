"""Encodings ``yaml``, answers as YAML, and ``yaml-input``, backends' bodies."""

from krakendtw.plugin import EncodingMaker

yaml = EncodingMaker("yaml", module="krakendtw.encoding.yaml")
yaml_input = EncodingMaker(
    "yaml-input", module="krakendtw.encoding.yaml", attribute="input_encoding"
)
