"""Header names in the spelling that Go's net/textproto keeps them in."""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""A field name by RFC 9110, section 5.1."""


@lru_cache(maxsize=1024)
def canonical_header(name: str) -> str:
    """``name`` with a capital at the start and behind each dash, the rest small.

    What is no header name at all (a space, a letter outside ASCII) stays as it
    is, as in Go.
    """
    if not _TOKEN.fullmatch(name):
        return name
    return "-".join([part.capitalize() for part in name.split("-")])
