"""The configuration that the three Lua namespaces have in common."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from krakendtw.config.where import ConfigPath
from krakendtw.errors import NotConfigured
from krakendtw.middleware.modifier.lua._limits import KEY, Limits, parse_limits


@frozen
class LuaSettings:
    """The scripts of one place.

    :ivar where: the place.
    :ivar sources: paths, from the working directory.
    :ivar before: the text of ``pre``.
    :ivar after: the text of ``post``.
    :ivar skip_next: whether what comes next is left out.
    :ivar open_libs: whether scripts have all libraries.
    :ivar files: what the sources held at start; ``None`` to read them each time.
    :ivar problems: what to log of sources that could not be read.
    """

    where: ConfigPath = field(factory=ConfigPath, eq=False)
    sources: tuple[str, ...] = ()
    before: bytes = b""
    after: bytes = b""
    skip_next: bool = False
    open_libs: bool = False
    limits: Limits = field(factory=Limits)
    files: Mapping[str, bytes] | None = field(
        factory=lambda: MappingProxyType({}), repr=False
    )
    problems: tuple[str, ...] = ()

    def source(self, path: str) -> bytes | None:
        """What a source holds now; ``None`` if it cannot be read."""
        if self.files is not None:
            return self.files.get(path)
        try:
            return _read(path)
        except OSError:
            return None


def parse_settings(raw: Any, where: ConfigPath) -> LuaSettings:
    """The settings; values of a wrong type are passed over.

    :raises NotConfigured: ``raw`` is no object, or a checksum is wrong.
    :raises krakendtw.errors.ConfigError: our own key is wrong.
    """
    if not isinstance(raw, dict):
        raise NotConfigured("wrong extra config")
    sources = raw.get("sources")
    if not isinstance(sources, list):
        sources = []
    paths = tuple(path for path in sources if isinstance(path, str))
    problems: list[str] = []
    files = None if raw.get("live") is True else _read_all(paths, problems)
    if files is not None:
        _check_sums(raw.get("md5"), files)
    return LuaSettings(
        where,
        paths,
        _script(raw, "pre"),
        _script(raw, "post"),
        raw.get("skip_next") is True,
        raw.get("allow_open_libs") is True,
        parse_limits(raw.get(KEY), where),
        files,
        tuple(problems),
    )


def _script(raw: dict[str, Any], key: str) -> bytes:
    value = raw.get(key)
    if not isinstance(value, str):
        return b""
    return value.encode("utf-8", "surrogateescape")


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _read_all(paths: tuple[str, ...], problems: list[str]) -> Mapping[str, bytes]:
    """The sources that can be read; why the others cannot goes to ``problems``."""
    files = {}
    for path in paths:
        try:
            files[path] = _read(path)
        except OSError as error:
            reason = os.strerror(error.errno).lower() if error.errno else str(error)
            problems.append(f"open {path}: {reason}")
    return MappingProxyType(files)


def _check_sums(sums: Any, files: Mapping[str, bytes]) -> None:
    """Hold the sources against their MD5 sums: as a safeguard against mistakes.

    :raises NotConfigured: one differs, or is no text.
    """
    if not isinstance(sums, dict):
        return
    for path, wanted in sums.items():
        if not isinstance(wanted, str):
            raise NotConfigured(f"lua: wrong cheksum type for source {path}")
        content = files.get(path, b"")
        found = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if found != wanted:
            raise NotConfigured(
                f"lua: wrong cheksum for source {path}. have: {found}, want: {wanted}"
            )
