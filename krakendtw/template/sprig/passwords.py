"""Sprig's passwords and ciphers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from typing import Final

from krakendtw.gojson.text import decode_raw, encode_raw
from krakendtw.template.failure import Failure
from krakendtw.template.signature import Function, declare_all
from krakendtw.template.sprig.encoding import decode_base64
from krakendtw.template.values import Uint32  # noqa: TC001 - read by declare

_COST: Final = 10
_BLOCK: Final = 16
_SEED: Final = b"com.lyndir.masterpassword"

# The shapes of a Master Password by its type, and what their letters stand for.
_SHAPES: Final = {
    "maximum": "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno",
    "long": (
        "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv "
        "CvccCvcvCvcvno CvcvnoCvccCvcv CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc "
        "CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno "
        "CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc "
        "CvccCvcvCvccno"
    ),
    "medium": "CvcnoCvc CvcCvcno",
    "short": "Cvcn",
    "basic": "aaanaaan aannaaan aaannaaa",
    "pin": "nnnn",
}
_CONSONANTS: Final = "BCDFGHJKLMNPQRSTVWXYZ"
_LETTERS: Final = f"AEIOUaeiou{_CONSONANTS}{_CONSONANTS.lower()}"
_CHARS: Final = {
    "C": _CONSONANTS,
    "v": "aeiou",
    "c": _CONSONANTS.lower(),
    "a": _LETTERS,
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": f"{_LETTERS}0123456789!@#$%^&*()",
}


def bcrypt(password: str) -> str:
    """A password's hash, salted; what is wrong where there is none."""
    try:
        import bcrypt as library
    except ImportError:
        raise Failure("bcrypt needs the package bcrypt") from None
    raw = encode_raw(password)
    if len(raw) > 72:
        return (
            "failed to encrypt string with bcrypt: "
            "bcrypt: password length exceeds 72 bytes"
        )
    return library.hashpw(raw, library.gensalt(_COST, prefix=b"2a")).decode()


def htpasswd(user: str, password: str) -> str:
    """A line of a file of passwords."""
    return f"invalid username: {user}" if ":" in user else f"{user}:{bcrypt(password)}"


def derive(counter: Uint32, kind: str, password: str, user: str, site: str) -> str:
    """A site's password by the Master Password algorithm."""
    shapes = _SHAPES.get(kind, "").split()
    if not shapes:
        return f"cannot find password template {kind}"
    owner = encode_raw(user)
    key = hashlib.scrypt(
        encode_raw(password),
        salt=_SEED + struct.pack(">I", len(owner)) + owner,
        n=32_768,
        r=8,
        p=2,
        maxmem=128 << 20,
        dklen=64,
    )
    place = encode_raw(site)
    message = _SEED + struct.pack(">I", len(place)) + place + struct.pack(">I", counter)
    seed = hmac.digest(key, message, "sha256")
    shape = shapes[seed[0] % len(shapes)]
    return "".join(
        _CHARS[letter][byte % len(_CHARS[letter])]
        for letter, byte in zip(shape, seed[1:], strict=False)
    )


def encrypt(password: str, text: str) -> str:
    """A text in AES-CBC with a random start, in base64."""
    if not text:
        return ""
    raw = encode_raw(text)
    missing = _BLOCK - len(raw) % _BLOCK
    start = secrets.token_bytes(_BLOCK)
    encrypted = _run(password, start, raw + bytes((missing,)) * missing, encrypts=True)
    return base64.b64encode(start + encrypted).decode()


def decrypt(password: str, encoded: str) -> str:
    """What is encrypted.

    :raises Failure: it isn't, or not with this password.
    """
    if not encoded:
        return ""
    raw = decode_base64(encoded)
    if len(raw) < _BLOCK:
        capacity = len(encode_raw(encoded)) // 4 * 3
        bounds = f"[:{_BLOCK}] with capacity {capacity}"
        raise Failure(f"runtime error: slice bounds out of range {bounds}")
    if len(raw) % _BLOCK:
        raise Failure("crypto/cipher: input not full blocks")
    plain = _run(password, raw[:_BLOCK], raw[_BLOCK:], encrypts=False)
    if not plain:
        raise Failure("runtime error: index out of range [-1]")
    if plain[-1] > len(plain):
        end = len(plain) - plain[-1]
        raise Failure(f"runtime error: slice bounds out of range [:{end}]")
    return decode_raw(plain[: len(plain) - plain[-1]])


def _run(password: str, start: bytes, data: bytes, *, encrypts: bool) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    key = encode_raw(password)[:32].ljust(32, b"\0")
    cipher = Cipher(AES(key), CBC(start))
    context = cipher.encryptor() if encrypts else cipher.decryptor()
    return context.update(data) + context.finalize()


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "bcrypt": bcrypt,
        "htpasswd": htpasswd,
        "derivePassword": derive,
        "encryptAES": encrypt,
        "decryptAES": decrypt,
    }
)
"""The functions by name."""
