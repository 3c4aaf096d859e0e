"""Names in XML 1.0 (appendix B of its first four editions)."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import ucd_3_2_0 as unicode

_ascii_name = re.compile(r"[A-Za-z_:][A-Za-z0-9_:.\-]*").fullmatch

_LETTERS = frozenset(("Ll", "Lu", "Lo", "Lt", "Nl"))
_FOLLOWERS = frozenset(("Mc", "Me", "Mn", "Lm", "Nd"))


@lru_cache(maxsize=1024)
def is_name(word: str) -> bool:
    """Whether ``word`` may name an element, an attribute or an entity."""
    if _ascii_name(word):
        return True
    return word != "" and _starts(word[0]) and all(map(_continues, word[1:]))


def _starts(char: str) -> bool:
    if char < "\x80":
        return char.isalpha() or char in "_:"
    return unicode.category(char) in _LETTERS and _is_original(char)


def _continues(char: str) -> bool:
    if char < "\x80":
        return char.isalnum() or char in "_:.-"
    if char == "\xb7":
        return True
    category = unicode.category(char)
    return (category in _LETTERS or category in _FOLLOWERS) and _is_original(char)


def _is_original(char: str) -> bool:
    """Neither from the compatibility area nor made of others for compatibility."""
    return char < "\uf900" and not unicode.decomposition(char).startswith("<")
