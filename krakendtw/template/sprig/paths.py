"""Sprig's functions for paths, with slashes."""

from __future__ import annotations

import posixpath
from typing import Final

from krakendtw.template.signature import Function, declare_all


def clean(path: str) -> str:
    """The shortest way to say a path: without ``..`` and double slashes."""
    cleaned = posixpath.normpath(path)
    # POSIX lets two slashes mean something else than one; Go doesn't.
    return f"/{cleaned.lstrip('/')}" if path.startswith("/") else cleaned


def base(path: str) -> str:
    """The last part of a path."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def directory(path: str) -> str:
    """All of a path but its last part."""
    head, slash, _ = path.rpartition("/")
    return clean(head + slash)


def extension(path: str) -> str:
    """A file's ending with its dot."""
    _, dot, ending = path.rpartition("/")[2].rpartition(".")
    return dot + ending if dot else ""


def is_absolute(path: str) -> bool:
    """Whether a path begins at the root."""
    return path.startswith("/")


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "base": base,
        "clean": clean,
        "dir": directory,
        "ext": extension,
        "isAbs": is_absolute,
        "osBase": base,
        "osClean": clean,
        "osDir": directory,
        "osExt": extension,
        "osIsAbs": is_absolute,
    }
)
"""The functions by name; a gateway runs where paths have slashes."""
