"""Bodies as values, by their Content-Type: JSON, XML and YAML.

The decoders are those of the gateway's encodings, found by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from krakendtw.errors import DecodeError
from krakendtw.interfaces import IEncodingPlugin
from krakendtw.middleware._json_object import unmarshal

if TYPE_CHECKING:
    from collections.abc import Callable

    from krakendtw.plugin import Registry

JSON, XML, YAML = "json", "xml", "yaml"

_FAMILIES = {
    "application/json": JSON,
    "text/json": JSON,
    "application/xml": XML,
    "text/xml": XML,
    "application/yaml": YAML,
    "application/x-yaml": YAML,
    "text/yaml": YAML,
    "text/x-yaml": YAML,
}
_SUFFIXES = {"+json": JSON, "+xml": XML, "+yaml": YAML}


def family_of(content_type: str) -> str:
    """What a Content-Type says the body is: a constant of above; empty for others."""
    base = content_type.partition(";")[0].strip().lower()
    return _FAMILIES.get(base) or _SUFFIXES.get(base[base.rfind("+") :], "")


@frozen
class Formats:
    """Reads bodies.

    :param decoders: by family, without JSON's.
    """

    _decoders: dict[str, tuple[Callable[[bytes], Any], ...]]

    @classmethod
    def of(cls, registry: Registry) -> Formats:
        """The formats that a gateway's plugins know."""
        decoders = {}
        for name, encoding in ((XML, "xml"), (YAML, "yaml-input")):
            plugin = registry.find(IEncodingPlugin, encoding)
            if plugin is not None:
                kinds = (plugin.decoder(False), plugin.decoder(True))
                decoders[name] = tuple(
                    dict.fromkeys(kind for kind in kinds if kind is not None)
                )
        return cls(decoders)

    def read(self, body: bytes, content_type: str) -> Any:
        """The value of a body.

        :raises ValueError: it has none, or its Content-Type is none of ours.
        """
        family = family_of(content_type)
        if family == JSON:
            return unmarshal(body)
        refusal = ValueError(f"nothing is known of {content_type!r}")
        for decode in self._decoders.get(family, ()):
            try:
                return _root(decode(body))
            except DecodeError as error:
                refusal = ValueError(str(error))
        raise refusal


def _root(data: Any) -> Any:
    """A document's root: lists come under ``collection``."""
    if isinstance(data, dict) and list(data) == ["collection"]:
        return data["collection"]
    return data
