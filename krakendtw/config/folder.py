"""A folder as configuration: its files are merged in the order of their names.

Files are ``.json``, ``.yaml``, ``.yml`` and ``.toml``; others, and those whose name
begins with a dot, are none of it.  Objects are merged key by key; ``endpoints`` and
``async_agent`` of all files are put behind each other; anything else that two files
say must be the same in both.  With flexible configuration each file is a template in
its own language.  KrakenD takes no folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from attrs import evolve, field, frozen

from krakendtw.config.position import locate
from krakendtw.config.source import (
    OUT,
    Source,
    parse_document,
    read_source,
    write_rendered,
)
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors

Steps: TypeAlias = "tuple[str | int, ...]"

EXTENSIONS: Final = (".json", ".toml", ".yaml", ".yml")

_APPENDED = ("endpoints", "async_agent")
_FREE = "extra_config"
_MISSING = object()


@frozen(eq=False)
class Part:
    """One file of a folder.

    :ivar data: its plain data.
    :ivar offsets: for each list that is appended, how many entries stand before.
    """

    file: str
    content: bytes = field(repr=False)
    extension: str
    data: dict[str, Any] = field(repr=False)
    offsets: Mapping[str, int] = field(factory=dict)

    def own_steps(self, steps: Steps) -> Steps | None:
        """Steps of the merged document in this one; ``None`` if they lead past it."""
        offset = self.offsets.get(str(steps[0]).lower()) if len(steps) > 1 else None
        if offset is None or not isinstance(steps[1], int):
            return steps
        index = steps[1] - offset
        entries = _get(self.data, steps[0])
        if not isinstance(entries, list) or not 0 <= index < len(entries):
            return None
        return (steps[0], index, *steps[2:])

    def reach(self, steps: Steps) -> int:
        """How many of the steps there are in this document."""
        value: Any = self.data
        for count, step in enumerate(steps):
            value = _get(value, step)
            if value is _MISSING:
                return count
        return len(steps)


@frozen
class Folder:
    """The files of a folder, read."""

    path: str
    parts: tuple[Part, ...]

    def merged(self) -> dict[str, Any]:
        """The document that they make.

        :raises ConfigErrors: what two files say differently.
        """
        merge = _Merge(self)
        for part in self.parts:
            merge.add(part.data)
        if merge.errors:
            raise ConfigErrors(merge.errors)
        return merge.document

    def place(self, steps: Steps) -> ConfigPath:
        """Where a place of the merged document is written, with line and column."""
        found = self.origin(steps)
        if found is None:
            return ConfigPath(steps, self.path)
        part, own = found
        text = part.content.decode("utf-8", "replace")
        position = locate(text, own, part.extension) if own else None
        line = "" if position is None else f":{position.line}:{position.column}"
        return ConfigPath(own, part.file + line)

    def origin(self, steps: Steps) -> tuple[Part, Steps] | None:
        """The file that a place of the merged document comes from, and the place there.

        What is nowhere written comes from the file that has most of the way to it.
        """
        best: tuple[int, Part, Steps] | None = None
        for part in self.parts:
            own = part.own_steps(steps)
            if own is None:
                continue
            reach = part.reach(own)
            if reach == len(own):
                return part, own
            if best is None or reach > best[0]:
                best = (reach, part, own)
        return None if best is None or not best[0] else best[1:]


def read_folder(path: str, environ: Mapping[str, str]) -> Source:
    """The text of the document that a folder's files make, as JSON.

    :param environ: the environment, as for a file.  ``FC_OUT`` gets the whole.
    :raises ConfigError: a file cannot be read.
    :raises ConfigErrors: what two files say differently.
    """
    single = {name: value for name, value in environ.items() if name != OUT}
    sources = {file: read_source(file, single) for file in file_names(path)}
    parts = []
    for file, source in sources.items():
        extension = os.path.splitext(file)[1]
        data = parse_document(source.content, file, extension=extension)
        parts.append(Part(file, source.content, extension, data))
    folder = Folder(path, tuple(with_offsets(parts)))
    content = as_json(folder.merged())
    is_rendered = any(source.is_rendered for source in sources.values())
    kept = environ.get(OUT, "") if is_rendered else ""
    if kept:
        write_rendered(kept, content)
    return Source(
        content,
        ".json",
        failure="; ".join(filter(None, (it.failure for it in sources.values()))),
        missing=tuple(name for it in sources.values() for name in it.missing),
        folder=folder,
    )


def file_names(path: str) -> list[str]:
    """The configuration files of a folder, sorted.

    :raises ConfigError: the folder cannot be read, or has none.
    """
    try:
        names = sorted(os.listdir(path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(ConfigPath(file=path), f"open {path}: {reason}") from error
    files = [
        os.path.join(path, name)
        for name in names
        if name.endswith(EXTENSIONS) and not name.startswith(".")
    ]
    files = [file for file in files if not os.path.isdir(file)]
    if not files:
        wanted = ", ".join(EXTENSIONS)
        message = f"the folder has no configuration file ({wanted})"
        raise ConfigError(ConfigPath(file=path), message)
    return files


def as_json(document: Mapping[str, Any]) -> bytes:
    """The merged document as a text of its own."""
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def with_offsets(parts: Sequence[Part]) -> Iterator[Part]:
    """The parts with what stands before them counted."""
    counts = dict.fromkeys(_APPENDED, 0)
    for part in parts:
        yield evolve(part, offsets=dict(counts))
        for key in _APPENDED:
            entries = _get(part.data, key)
            counts[key] += len(entries) if isinstance(entries, list) else 0


class _Merge:
    """Documents put together, one after the other."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.document: dict[str, Any] = {}
        self.errors: list[ConfigError] = []

    def add(self, data: Mapping[str, Any]) -> None:
        """Put another document to those before."""
        self._merge(self.document, data, (), folds=True)

    def _merge(
        self,
        into: dict[str, Any],
        data: Mapping[str, Any],
        steps: Steps,
        *,
        folds: bool,
    ) -> None:
        for written, value in data.items():
            key = _spelling(into, written) if folds else written
            place = (*steps, key)
            known = into.get(key, _MISSING)
            if known is _MISSING:
                into[key] = _copy(value)
            elif isinstance(known, dict) and isinstance(value, dict):
                inner = folds and key.lower() != _FREE
                self._merge(known, value, place, folds=inner)
            elif _is_appended(place) and isinstance(known, list | None) and known:
                known.extend(value if isinstance(value, list) else [value])
            elif known != value or type(known) is not type(value):
                self._differ(place)

    def _differ(self, steps: Steps) -> None:
        """Two files say different things."""
        files = [part.file for part in self._folder.parts if _has(part, steps)]
        text = str(ConfigPath(steps))
        message = f"{text} is not the same in {' and '.join(files)}"
        where = ConfigPath(steps, self._folder.path)
        self.errors.append(ConfigError(where, message))


def _has(part: Part, steps: Steps) -> bool:
    return part.reach(steps) == len(steps)


def _is_appended(steps: Steps) -> bool:
    return len(steps) == 1 and str(steps[0]).lower() in _APPENDED


def _spelling(document: Mapping[str, Any], key: str) -> str:
    """How a document spells a key already, in any mixture of capitals."""
    if key in document:
        return key
    folded = key.lower()
    return next((known for known in document if known.lower() == folded), key)


def _get(value: Any, step: str | int) -> Any:
    """What a step leads to; keys in any mixture of capitals."""
    if isinstance(value, list) and isinstance(step, int):
        return value[step] if step < len(value) else _MISSING
    if isinstance(value, dict) and isinstance(step, str):
        return value.get(_spelling(value, step), _MISSING)
    return _MISSING


def _copy(value: Any) -> Any:
    """A value that may be changed without changing the file's own."""
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, list) else value
