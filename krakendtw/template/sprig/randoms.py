"""Sprig's random texts."""

from __future__ import annotations

import base64
import secrets
import string
import uuid
from typing import Final

from krakendtw.template.failure import Failure
from krakendtw.template.signature import Function, declare_all

_ASCII: Final = "".join(map(chr, range(32, 127)))


def alphanumeric(count: int) -> str:
    """So many letters and digits."""
    return _choose(string.ascii_letters + string.digits, count)


def alphabetic(count: int) -> str:
    """So many letters."""
    return _choose(string.ascii_letters, count)


def numeric(count: int) -> str:
    """So many digits."""
    return _choose(string.digits, count)


def ascii_text(count: int) -> str:
    """So many printing characters."""
    return _choose(_ASCII, count)


def _choose(chars: str, count: int) -> str:
    return "".join(secrets.choice(chars) for _ in range(count))


def random_bytes(count: int) -> str:
    """So many bytes in base64.

    :raises Failure: the number is negative.
    """
    if count < 0:
        raise Failure("runtime error: makeslice: len out of range")
    return base64.b64encode(secrets.token_bytes(count)).decode()


def uuid_v4() -> str:
    """A random UUID."""
    return str(uuid.uuid4())


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "randAlpha": alphabetic,
        "randAlphaNum": alphanumeric,
        "randAscii": ascii_text,
        "randBytes": random_bytes,
        "randNumeric": numeric,
        "uuidv4": uuid_v4,
    }
)
"""The functions by name."""
