"""Text encodings by the names that the Encoding Standard of WHATWG knows."""

from __future__ import annotations

import codecs
import re

_label = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+|:[0-9]{4})*").fullmatch

_CODECS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
}
"""Encodings that the standard reads as a larger relative of theirs."""

_LABELS = {
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "windows-949": "cp949",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "iso-8859-8-i": "iso8859-8",
}
"""Names that Python has no codec for, or not this one."""

_KNOWN = frozenset(
    (
        *_CODECS.values(),
        *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *(f"cp{page}" for page in (866, 1250, 1251, 1253, 1255, 1256, 1257, 1258)),
        "utf-8",
        "koi8-r",
        "koi8-u",
        "mac-roman",
        "mac-cyrillic",
        "euc_jp",
        "iso2022_jp",
        "utf-16-be",
    )
)


class UnknownCharset(LookupError):
    """A name that the standard does not list."""


def decode_labelled(raw: bytes, label: str) -> str:
    """The text of ``raw`` in the encoding called ``label``.

    What cannot be read becomes U+FFFD.

    :raises UnknownCharset: nobody calls an encoding so.
    """
    label = label.strip(" \t\n\f\r").lower()
    # Python itself overlooks punctuation in names and has short forms of its own.
    if _label(label) is None or label in ("u8", "utf"):
        raise UnknownCharset(label)
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError) as error:
        raise UnknownCharset(label) from error
    name = _CODECS.get(name, name)
    if name not in _KNOWN:
        raise UnknownCharset(label)
    return raw.decode(name, "replace")
