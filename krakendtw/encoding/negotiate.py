"""Output encoding ``negotiate``: JSON, YAML or XML by the client's ``Accept``.

Weights have no meaning: the first media type of the list that matches an offer
wins, matching being by prefix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakendtw.encoding import json, xml, yaml
from krakendtw.encoding._plugin import Encoding

if TYPE_CHECKING:
    from krakendtw.interfaces import Rendered, Renderer
    from krakendtw.proxy.message import Response
    from krakendtw.transport.server.request import GatewayRequest

_OFFERS: tuple[tuple[bytes, Renderer], ...] = (
    (b"application/json", json.render),
    (b"text/plain", yaml.render),
    (b"application/xml", xml.render),
    (b"application/x-yaml", yaml.render),
)


def render(response: Response | None, request: GatewayRequest) -> Rendered:
    """The data in the format that the client asks for, JSON by default."""
    accept = request.requestHeaders.getRawHeaders(b"accept")
    if not accept:
        return json.render(response, request)
    return choose(accept[0])(response, request)


def choose(accept: bytes) -> Renderer:
    """The renderer for the value of an ``Accept`` field."""
    for item in accept.split(b","):
        wanted = _media_type(item)
        if not wanted:
            continue
        # A star matches from where it stands, whatever follows.
        prefix, star, _ = wanted.partition(b"*")
        for offer, renderer in _OFFERS:
            if offer.startswith(prefix) and (star == b"" or len(prefix) < len(offer)):
                return renderer
    return json.render


def _media_type(item: bytes) -> bytes:
    """An item of the list without its parameters."""
    cut = item.find(b";")
    return (item[:cut] if cut > 0 else item).strip()


encoding = Encoding("negotiate", render=render)
