"""Header names in canonical form, remembered."""

from __future__ import annotations

from krakendtw.config.canonical import canonical_header

_MOST = 2048
"""How many names are remembered; beyond, they are made anew each time."""

_known: dict[bytes, str] = {}


def canonical_name(raw: bytes) -> str:
    """A field name from the wire in canonical form: ``X-Forwarded-For``."""
    name = _known.get(raw)
    if name is None:
        name = canonical_header(raw.decode("latin-1"))
        if len(_known) < _MOST:
            _known[raw] = name
    return name
