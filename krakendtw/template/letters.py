"""Letters by Go's rules: one becomes one, whatever the language does."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

SPACES: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""All that is white space."""


def upper(text: str) -> str:
    """``text`` in capitals."""
    return text.upper() if text.isascii() else "".join(map(upper_letter, text))


def lower(text: str) -> str:
    """``text`` in small letters."""
    return text.lower() if text.isascii() else "".join(map(lower_letter, text))


@cache
def upper_letter(char: str) -> str:
    """The capital of a letter."""
    large = char.upper()
    if len(large) == 1:
        return large
    # Some letters have a capital that is one, and a spelling in two.
    title = char.title()
    return title if len(title) == 1 else char


@cache
def lower_letter(char: str) -> str:
    """The small letter of a capital."""
    small = char.lower()
    return small if len(small) == 1 else small[0]


@cache
def title_letter(char: str) -> str:
    """The letter that a word in a title begins with."""
    title = char.title()
    return title if len(title) == 1 else char


def is_upper(char: str) -> bool:
    """Whether a character is a capital."""
    return unicodedata.category(char) == "Lu"


def is_lower(char: str) -> bool:
    """Whether a character is a small letter."""
    return unicodedata.category(char) == "Ll"


def is_title(char: str) -> bool:
    """Whether a character is a letter for the beginning of words."""
    return unicodedata.category(char) == "Lt"


def is_space(char: str) -> bool:
    """Whether a character is white space."""
    return char in SPACES


def title(text: str) -> str:
    """``text`` with each word's first letter as in titles."""
    out: list[str] = []
    before = " "
    for char in text:
        out.append(title_letter(char) if _divides(before) else char)
        before = char
    return "".join(out)


def _divides(char: str) -> bool:
    """Whether a word may begin behind a character."""
    if char.isascii():
        return not (char.isalnum() or char == "_")
    if char.isalpha() or char.isdecimal():
        return False
    return is_space(char)


def uncapitalize(text: str) -> str:
    """``text`` with each word's first letter small."""
    out: list[str] = []
    is_start = True
    for char in text:
        if is_space(char):
            is_start = True
        elif is_start:
            char, is_start = lower_letter(char), False
        out.append(char)
    return "".join(out)


def swap(text: str) -> str:
    """``text`` with capitals small, and small letters large."""
    out: list[str] = []
    is_start = True
    for char in text:
        if is_upper(char) or is_title(char):
            out.append(lower_letter(char))
            is_start = False
        elif is_lower(char):
            out.append(title_letter(char) if is_start else upper_letter(char))
            is_start = False
        else:
            out.append(char)
            is_start = is_space(char)
    return "".join(out)
