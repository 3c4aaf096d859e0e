"""Shaping a backend's data: target, then allow or deny, then mapping, then group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from krakendtw.gojson.raw import compile_keep, is_available, keep_members, keep_text

if TYPE_CHECKING:
    from krakendtw.config.model import BackendConfig
    from krakendtw.gojson.raw import Keep

Formatter: TypeAlias = Callable[[dict[str, Any] | None], dict[str, Any] | None]
"""Makes data out of a backend's data, which it may change on its way."""

_Step: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]

_Tree: TypeAlias = "dict[str, _Tree | None]"
"""Keys to what is wanted, or unwanted, below them; ``None`` for all of it."""


def compile_formatter(
    backend: BackendConfig, flatmap: Formatter | None
) -> Formatter | None:
    """What becomes of one backend's decoded data; ``None`` if nothing does.

    :param flatmap: the backend's flatmap operations, which take the place of
        allow, deny and mapping.
    """
    steps: list[Formatter] = []
    if backend.target:
        steps.append(_compile_target(backend.target))
    if flatmap is not None:
        steps.append(flatmap)
    else:
        steps += map(_unless_empty, _compile_filters(backend))
    if backend.group:
        steps.append(_compile_group(backend.group))
    return _chain(steps)


def compile_raw_keep(
    backend: BackendConfig, flatmap: Formatter | None, *, is_part: bool
) -> Keep | None:
    """What does the same, reading included, on the text; ``None`` if nothing can.

    That takes filters that do not look below the top, and an object to begin with.

    :param is_part: whether the data is to be merged with others'.
    """
    paths = backend.allow or backend.deny
    is_deep = any("." in path for path in paths)
    if flatmap is not None or is_deep or backend.is_collection or not is_available():
        return None
    filters = list(_compile_filters(backend))
    if filters or backend.target or backend.group:
        return compile_keep(backend.target, filters, backend.group)
    return keep_members if is_part else keep_text


def _compile_filters(backend: BackendConfig) -> Iterable[_Step]:
    if backend.allow:
        yield _compile_allow(backend.allow)
    elif backend.deny:
        yield _compile_deny(backend.deny)
    if backend.mapping:
        yield _compile_mapping(backend.mapping)


def _chain(steps: list[Formatter]) -> Formatter | None:
    if len(steps) < 2:
        return steps[0] if steps else None
    if len(steps) == 2:
        first, second = steps
        return lambda data: second(first(data))
    fixed = tuple(steps)

    def run(data: dict[str, Any] | None) -> dict[str, Any] | None:
        for step in fixed:
            data = step(data)
        return data

    return run


def _unless_empty(step: _Step) -> Formatter:
    """``step``, but nothing and the empty object pass by it."""
    return lambda data: step(data) if data else data


def _compile_target(target: str) -> Formatter:
    """The object at a dotted path; an empty one if there is no object there."""
    keys = target.split(".")

    def extract(data: dict[str, Any] | None) -> dict[str, Any]:
        level = {} if data is None else data
        for key in keys:
            found = level.get(key)
            if type(found) is not dict:
                return {}
            level = found
        return level

    return extract


def _compile_group(group: str) -> Formatter:
    return lambda data: {group: data}


def _compile_allow(paths: Iterable[str]) -> _Step:
    """Keep only these paths; of a path and its parent the later one decides."""
    tree: _Tree = {}
    for path in paths:
        *parents, last = path.split(".")
        level = tree
        for key in parents:
            below = level.get(key)
            if below is None:
                below = level[key] = {}
            level = below
        level[last] = None
    return _compile_keep(tree)


def _compile_keep(tree: _Tree) -> _Step:
    """A function that copies what ``tree`` names, without objects left empty."""
    if all(below is None for below in tree.values()):
        keys = tuple(tree)
        return lambda data: {key: data[key] for key in keys if key in data}
    plan = tuple(
        (key, None if below is None else _compile_keep(below))
        for key, below in tree.items()
    )

    def keep(data: dict[str, Any]) -> dict[str, Any]:
        kept = {}
        for key, keep_below in plan:
            if key not in data:
                continue
            value = data[key]
            if keep_below is not None:
                value = keep_below(value) if type(value) is dict else None
                if not value:
                    continue
            kept[key] = value
        return kept

    return keep


def _compile_deny(paths: Iterable[str]) -> _Step:
    """Remove these paths; objects emptied by it stay."""
    tree: _Tree = {}
    for path in paths:
        _mark_denied(tree, path.split("."))
    return _compile_drop(tree)


def _mark_denied(tree: _Tree, keys: list[str]) -> None:
    *parents, last = keys
    level = tree
    for key in parents:
        below = level.setdefault(key, {})
        if below is None:  # this parent goes as a whole already
            return
        level = below
    level[last] = None


def _compile_drop(tree: _Tree) -> _Step:
    keys = tuple(key for key, below in tree.items() if below is None)
    deeper = tuple(
        (key, _compile_drop(below)) for key, below in tree.items() if below is not None
    )

    def drop(data: dict[str, Any]) -> dict[str, Any]:
        for key in keys:
            data.pop(key, None)
        for key, drop_below in deeper:
            value = data.get(key)
            if type(value) is dict:
                drop_below(value)
        return data

    return drop


def _compile_mapping(mapping: Mapping[str, str]) -> _Step:
    """Rename top-level keys; a new name ends at its first dot."""
    names = tuple((old, new.partition(".")[0]) for old, new in mapping.items())

    def rename(data: dict[str, Any]) -> dict[str, Any]:
        for old, new in names:
            if old in data:
                data[new] = data[old]
                del data[old]  # also where both names are the same, as in lura
        return data

    return rename
