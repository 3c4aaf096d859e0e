"""Which encoding a configured name stands for; unknown names never fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakendtw.encoding import json
from krakendtw.interfaces import IEncodingPlugin

if TYPE_CHECKING:
    from krakendtw.config.model import EndpointConfig
    from krakendtw.interfaces import Decoder, Renderer
    from krakendtw.plugin import Registry


def decoder_for(registry: Registry, encoding: str, is_collection: bool) -> Decoder:
    """The decoder of a backend's ``encoding`` in any case; else that of JSON."""
    plugin = registry.find(IEncodingPlugin, encoding.lower())
    decoder = None if plugin is None else plugin.decoder(is_collection)
    if decoder is not None:
        return decoder
    return json.decode_collection if is_collection else json.decode


def decoder_name(registry: Registry, encoding: str) -> str:
    """The name of the encoding whose decoder :func:`decoder_for` finds."""
    plugin = registry.find(IEncodingPlugin, encoding.lower())
    if plugin is None or plugin.decoder(False) is None:
        return "json"
    return plugin.name


def renderer_for(registry: Registry, endpoint: EndpointConfig) -> tuple[str, Renderer]:
    """The renderer of an endpoint, and the name it goes by.

    Names count as written.  One that no renderer has gives way to the encoding
    of the endpoint's only backend, and that to JSON.
    """
    names = [endpoint.output_encoding]
    if len(endpoint.backends) == 1:
        names.append(endpoint.backends[0].encoding)
    for name in names:
        plugin = registry.find(IEncodingPlugin, name)
        renderer = None if plugin is None else plugin.renderer()
        if renderer is not None:
            return name, renderer
    return "json", json.render
