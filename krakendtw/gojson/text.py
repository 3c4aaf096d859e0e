"""Text as Go holds it: bytes that ought to be UTF-8.

A Go string may hold any bytes.  Here a byte that is no part of a valid
sequence is kept as the lone surrogate that Python's ``surrogateescape`` makes
of it, so that it can go out again as it came (encoding ``string``), and is
U+FFFD wherever Go would say so.
"""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"
"""What stands for a byte, or half a surrogate pair, that means nothing."""

_replace_surrogates = re.compile("[\ud800-\udfff]").sub
_replace_foreign = re.compile("[\ud800-\udc7f\udd00-\udfff]").sub


def decode_utf8(raw: bytes) -> str:
    """Text of ``raw``, each byte outside of a valid sequence one U+FFFD.

    Python's own ``replace`` gives one for several such bytes in a row.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return replace_surrogates(raw.decode("utf-8", "surrogateescape"))


def decode_raw(raw: bytes) -> str:
    """Text of ``raw`` from which :func:`encode_raw` makes the same bytes."""
    return raw.decode("utf-8", "surrogateescape")


def encode_raw(text: str) -> bytes:
    """The bytes of ``text``; surrogates that stand for no byte become U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _replace_foreign(REPLACEMENT, text).encode("utf-8", "surrogateescape")


def replace_surrogates(text: str) -> str:
    """``text`` with each lone surrogate replaced by U+FFFD."""
    return _replace_surrogates(REPLACEMENT, text)
