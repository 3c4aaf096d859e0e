"""Sprig's encodings and checksums of texts."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from typing import Final

from krakendtw.gojson.text import decode_raw, encode_raw
from krakendtw.template.failure import Failure
from krakendtw.template.signature import Function, declare_all

_BASE64 = re.compile(rb"[A-Za-z0-9+/]*")
_BASE32 = re.compile(rb"[A-Z2-7]*")
_LINES = re.compile(rb"[\r\n]*")
_PAD: Final = ord("=")


def to_base64(text: str) -> str:
    """``text`` in base64."""
    return base64.b64encode(encode_raw(text)).decode()


def from_base64(text: str) -> str:
    """What is encoded, or what is wrong with it."""
    try:
        return decode_raw(decode_base64(text))
    except Failure as failure:
        return str(failure)


def decode_base64(text: str) -> bytes:
    """What is encoded.

    :raises Failure: it isn't base64.
    """
    raw = encode_raw(text)
    # Where each byte stands that is not the end of a line.
    places = [place for place, byte in enumerate(raw) if byte not in b"\r\n"]
    digits = bytes(raw[place] for place in places)
    count = _count(_BASE64, digits)
    fault = _base64_fault(digits, count, [*places, len(raw)])
    if fault is not None:
        raise Failure(f"illegal base64 data at input byte {fault}")
    return base64.b64decode(digits[:count] + b"=" * (-count % 4))


def _base64_fault(digits: bytes, count: int, places: list[int]) -> int | None:
    """Where a text stops being base64; ``None`` if it is.

    :param count: of the digits before there is something else.
    """
    rest = count % 4
    if count == len(digits):
        return places[-1] - rest if rest else None
    if digits[count] != _PAD or rest < 2:
        return places[count]
    end = count + 4 - rest
    if rest == 2:
        if count + 1 == len(digits):
            return places[-1]
        if digits[count + 1] != _PAD:
            return places[count + 1] - 1
    return places[end] if end < len(digits) else None


def to_base32(text: str) -> str:
    """``text`` in base32."""
    return base64.b32encode(encode_raw(text)).decode()


def from_base32(text: str) -> str:
    """What is encoded, or what is wrong with it."""
    digits = _LINES.sub(b"", encode_raw(text))
    count = _count(_BASE32, digits)
    fault = _base32_fault(digits, count)
    if fault is not None:
        return f"illegal base32 data at input byte {fault}"
    padding = b"=" * (-count % 8)
    return decode_raw(base64.b32decode(digits[:count] + padding))


def _base32_fault(digits: bytes, count: int) -> int | None:
    """Where a text stops being base32; ``None`` if it is."""
    rest = count % 8
    if count == len(digits):
        return count - rest if rest else None
    behind = digits[count + 1 :]
    if digits[count] != _PAD or rest < 2 or len(behind) >= 8:
        return count
    wanted = 7 - rest
    if len(behind) < wanted:
        return len(digits)
    for place, byte in enumerate(behind[:wanted]):
        if byte != _PAD:
            return count + place
    return count if rest in (3, 6) else None


def _count(pattern: re.Pattern[bytes], digits: bytes) -> int:
    match = pattern.match(digits)
    assert match is not None  # the patterns may be empty
    return match.end()


def sha1(text: str) -> str:
    """The SHA-1 of a text in hexadecimal digits."""
    return hashlib.sha1(encode_raw(text), usedforsecurity=False).hexdigest()


def sha256(text: str) -> str:
    """The SHA-256 of a text in hexadecimal digits."""
    return hashlib.sha256(encode_raw(text)).hexdigest()


def adler32(text: str) -> str:
    """The Adler-32 of a text in decimal digits."""
    return str(zlib.adler32(encode_raw(text)))


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "b64enc": to_base64,
        "b64dec": from_base64,
        "b32enc": to_base32,
        "b32dec": from_base32,
        "sha1sum": sha1,
        "sha256sum": sha256,
        "adler32sum": adler32,
    }
)
"""The functions by name."""
