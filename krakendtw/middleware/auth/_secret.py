"""Encrypted key files: ``secret_url`` and ``cypher_key``.

The file is sealed with AES-256-GCM under a data key, and the data key, which is
``cypher_key``, by the keeper that ``secret_url`` names.  Of KrakenD's keepers
the local one is here: ``base64key://`` with a NaCl secret box.  Those that ask a
service for the data key (AWS, Azure, Google, Vault) are not.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_SIZE = 12
_KEY_SIZE = 32


class SecretError(ValueError):
    """An encrypted file that cannot be opened; says why."""


def decrypt_file(sealed: bytes, secret_url: str, cypher_key: bytes) -> bytes:
    """What an encrypted file holds.

    :raises SecretError: another keeper is needed, or one of the keys is wrong.
    """
    data_key = _open_box(cypher_key, keeper_key(secret_url))
    # The key is the text of a digest, as KrakenD's tools make it.
    digest = hashlib.md5(data_key, usedforsecurity=False).hexdigest()
    nonce, body = sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:]
    try:
        return AESGCM(digest.encode()).decrypt(nonce, body, None)
    except (InvalidTag, ValueError):
        raise SecretError("cipher: message authentication failed") from None


def check_scheme(secret_url: str) -> None:
    """Refuse every keeper but the local one.

    :raises SecretError: it is another one.
    """
    scheme = secret_url.partition(":")[0]
    if scheme != "base64key":
        raise SecretError(f"the keeper {scheme!r} is not supported; base64key:// is")


def keeper_key(secret_url: str) -> bytes:
    """The key of the local keeper.

    :raises SecretError: it is another keeper, or no key.
    """
    check_scheme(secret_url)
    parts = urlsplit(secret_url)
    if parts.query:
        raise SecretError("base64key:// takes no parameters")
    try:
        key = base64.b64decode(parts.netloc, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SecretError("the key of base64key:// is no base64url text") from None
    if len(key) != _KEY_SIZE:
        raise SecretError(
            f"the key of base64key:// has {len(key)} bytes, want {_KEY_SIZE}"
        )
    return key


def _open_box(sealed: bytes, key: bytes) -> bytes:
    try:
        from nacl.exceptions import CryptoError
        from nacl.secret import SecretBox
    except ImportError as error:
        raise SecretError(
            f"{error}; install it with: pip install krakendtw[jwt]"
        ) from error
    try:
        return SecretBox(key).decrypt(sealed)
    except (CryptoError, ValueError):
        raise SecretError("localsecrets: cannot open the box of cypher_key") from None
