"""Paths cleaned as gin and Go's ``path`` package clean them."""

from __future__ import annotations

import re
from posixpath import normpath

_UNSAFE = re.compile(rb"[^A-Za-z0-9/-]+")
_SLASHES = re.compile(rb"/{2,}")


def clean_path(path: bytes) -> bytes:
    """``path`` without empty and dot segments, as gin cleans what clients ask for.

    The result begins with a slash, and ends with one where ``path`` does.
    """
    if path[:1] == b"/" and b"//" not in path and b"/." not in path:
        return path
    parts = path.split(b"/")
    kept: list[bytes] = []
    for part in parts:
        if part == b"..":
            del kept[-1:]
        elif part not in (b"", b"."):
            kept.append(part)
    if kept and (parts[-1] == b"." or (len(path) > 1 and not parts[-1])):
        kept.append(b"")
    return b"/" + b"/".join(kept)


def shortest(path: bytes) -> bytes:
    """The shortest path that means the same, as Go's ``path.Clean``.

    A relative path stays one, nothing becomes ``.``, a last slash goes.
    """
    clean = normpath(path)
    # POSIX lets two slashes at the start have a meaning of their own.
    return clean[1:] if clean[:2] == b"//" else clean


def registered(path: str) -> bytes:
    """The path that gin registers for ``path``: cleaned, a last slash kept."""
    raw = path.encode("utf-8", "surrogateescape")
    clean = shortest(b"/" + raw)
    return clean + b"/" if raw[-1:] == b"/" and clean != b"/" else clean


def prefixed(prefix: bytes, path: bytes) -> bytes:
    """``path`` behind an ``X-Forwarded-Prefix``, which is cleaned first.

    What is no letter, digit, dash or slash is left out of the prefix.
    """
    prefix = shortest(prefix)
    if prefix == b".":
        return path
    return _SLASHES.sub(b"/", _UNSAFE.sub(b"", prefix)) + b"/" + path
