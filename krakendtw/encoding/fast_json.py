"""Encoding ``fast-json``: for backends another name of ``json``.

As an output encoding it is unknown to the community edition, which falls back
to the only backend's encoding or to JSON; so there is no renderer.
"""

from __future__ import annotations

from krakendtw.encoding._plugin import Encoding
from krakendtw.encoding.json import decode, decode_collection

encoding = Encoding("fast-json", decode, decode_collection)
