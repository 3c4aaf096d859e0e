"""The configuration of one place of ``modifier/python``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.middleware.modifier._python_source import (
    PARAMETERS,
    PRE,
    Source,
    read_source,
)

if TYPE_CHECKING:
    from krakendtw.middleware._fields import Fields


@frozen
class PythonSettings:
    """The scripts of one place.

    :ivar where: the place.
    :ivar sources: in the order in which a request meets them.
    :ivar is_live: whether a file that changes is read again.
    :ivar skip_next: whether what comes next is left out.
    """

    where: ConfigPath = field(factory=ConfigPath, eq=False)
    sources: tuple[Source, ...] = ()
    is_live: bool = False
    skip_next: bool = False


def parse_settings(
    fields: Fields, uses: Collection[str], *, required: bool = True
) -> PythonSettings:
    """The settings; the scripts are read and checked, not run.

    :param uses: the functions that the place calls.
    :param required: whether there must be a script.
    :raises krakendtw.errors.ConfigErrors: all that is wrong.
    """
    paths = fields.texts("sources", required=required)
    if required and fields.any("sources") == []:
        fields.refuse("sources", "must not be empty")
    names = MappingProxyType(
        {use: fields.text(use, use) for use in PARAMETERS if use in uses}
    )
    for use, name in names.items():
        if not name.isidentifier():
            fields.refuse(use, f"{name!r} found, the name of a function is wanted")
    for use in PARAMETERS.keys() - names.keys():
        if fields.any(use) is not None:
            fields.refuse(use, "has no effect here")
    is_live = fields.flag("live")
    sums = _sums(fields, paths)
    if is_live and sums:
        fields.refuse("md5", "cannot hold beside live")
    skip_next = PRE in uses and fields.flag("skip_next")
    sources = _read_all(fields, paths, names, sums)
    _find_named(fields, names, sources)
    fields.finish()
    return PythonSettings(fields.where, sources, is_live, skip_next)


def _sums(fields: Fields, paths: Collection[str]) -> Mapping[str, str]:
    """The MD5 sums by path."""
    raw: Any = fields.any("md5")
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        fields.refuse("md5", "an object of paths and sums is wanted")
        return {}
    for path, digest in raw.items():
        if path not in paths:
            message = "is none of the sources"
        elif not isinstance(digest, str):
            message = "a text is wanted"
        else:
            continue
        fields.errors.append(ConfigError(fields.where / "md5" / path, message))
    return {path: text for path, text in raw.items() if isinstance(text, str)}


def _read_all(
    fields: Fields,
    paths: tuple[str, ...],
    names: Mapping[str, str],
    sums: Mapping[str, str],
) -> tuple[Source, ...]:
    found = []
    where = fields.where / "sources"
    for index, path in enumerate(paths):
        try:
            found.append(read_source(path, where / index, names, sums.get(path)))
        except ConfigError as error:
            fields.errors.append(error)
    return tuple(found)


def _find_named(
    fields: Fields, names: Mapping[str, str], sources: tuple[Source, ...]
) -> None:
    """A function that is named must be in one of the scripts."""
    if fields.errors:
        return  # it may be in the one that could not be read
    for use, name in names.items():
        if fields.has(use) and not any(source.may_have(name) for source in sources):
            fields.refuse(use, f"no source has a function {name}")
