"""Users and their passwords' bcrypt hashes, from a file and from the document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

_BCRYPT = re.compile(rb"\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}")


def is_bcrypt(digest: bytes) -> bool:
    """Whether a hash is one of bcrypt."""
    return _BCRYPT.fullmatch(digest) is not None


def cost_of(digest: bytes) -> int:
    """The binary logarithm of a bcrypt hash's rounds."""
    return int(digest[4:6])


def read_htpasswd(path: str, where: ConfigPath) -> tuple[dict[bytes, bytes], list[str]]:
    """The users of a file that can be used, and the names of the others.

    :raises ConfigError: it cannot be read.
    """
    users: dict[bytes, bytes] = {}
    unusable: list[str] = []
    try:
        with open(path, "rb") as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise ConfigError(where, f"cannot read {path}: {error.strerror}") from error
    for line in lines:
        user, colon, digest = line.strip().partition(b":")
        if not user or user.startswith(b"#"):
            continue
        digest = digest.partition(b":")[0].strip()
        if colon and is_bcrypt(digest):
            users[user] = digest
        else:
            unusable.append(user.decode("utf-8", "replace"))
    return users, unusable


def read_users(
    written: Mapping[str, object], where: ConfigPath
) -> tuple[dict[bytes, bytes], list[ConfigError]]:
    """The users of the document, and what is wrong with the others."""
    users: dict[bytes, bytes] = {}
    errors: list[ConfigError] = []
    for user, digest in written.items():
        if not isinstance(digest, str) or not is_bcrypt(digest.encode()):
            errors.append(ConfigError(where / user, "a bcrypt hash is wanted"))
        elif not user or ":" in user:
            errors.append(ConfigError(where / user, "no name for a user"))
        else:
            users[user.encode()] = digest.encode()
    return users, errors
