"""What a token is made of: unpadded base64url, and JSON without duplicate keys.

The rules are those of go-jose, which reads tokens for KrakenD: padding at the
end is forgiven, an object that names a member twice is not, since two readers
might disagree on which of them counts (RFC 7515 §4).
"""

from __future__ import annotations

import json
import re
from binascii import a2b_base64, b2a_base64
from math import isinf
from typing import Any, NoReturn

from krakendtw.gojson.text import decode_utf8

_STANDARD = bytes.maketrans(b"-_", b"+/")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_PADDING = (b"", b"", b"==", b"=")

_match_base64url = re.compile(rb"[A-Za-z0-9_-]*").fullmatch

_HEX = "[0-9A-Fa-f]{2}"
_escapes = re.compile(
    rf"\\(?:u[dD][89abAB]{_HEX}\\u[dD][c-fC-F]{_HEX}|(u[dD][89a-fA-F]{_HEX})|.)",
    re.DOTALL,
).sub


class Malformed(ValueError):
    """Something that is not what it should be; the text is for the log."""


def decode64(text: bytes) -> bytes:
    """The bytes behind base64url text (RFC 7515 appendix C).

    :raises Malformed: there is a character, or a length, that it does not have.
    """
    if text[-1:] == b"=":
        text = text.rstrip(b"=")
    rest = len(text) & 3
    if rest == 1 or _match_base64url(text) is None:
        raise Malformed("illegal base64 data")
    return a2b_base64(text.translate(_STANDARD) + _PADDING[rest])


def encode64(raw: bytes) -> bytes:
    """``raw`` in base64url without padding."""
    return b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=")


def load_object(raw: bytes) -> dict[str, Any]:
    """The members of a JSON object, every number a ``float``; ``null`` has none.

    :raises Malformed: it is no JSON, no object, or has a member twice.
    """
    value = load_json(raw)
    if type(value) is dict:
        return value
    if value is None:
        return {}
    raise Malformed("json: an object is wanted")


def load_json(raw: bytes) -> Any:
    """A JSON document as :func:`load_object` reads it, of any kind.

    :raises Malformed: it is no JSON, or some object in it has a member twice.
    """
    text = decode_utf8(raw)
    if "\\ud" in text or "\\uD" in text:
        text = _escapes(_mended, text)
    try:
        return _decode(text)
    except RecursionError:
        raise Malformed("json: exceeded max depth") from None
    except Malformed:
        raise
    except ValueError as error:
        raise Malformed(f"json: {error}") from None


def _mended(escape: re.Match[str]) -> str:
    """An escape sequence as it is, or U+FFFD for half a surrogate pair."""
    return escape[0] if escape[1] is None else r"\ufffd"


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("json: duplicate key in object")
    return found


def _number(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise Malformed(f"json: cannot unmarshal number {text} into a float64")
    return value


def _refuse(name: str) -> NoReturn:
    raise Malformed(f"json: {name} is no value")


_decode = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=_number,
    parse_float=_number,
    parse_constant=_refuse,
).decode
