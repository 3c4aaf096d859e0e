"""Maps merged into maps, and values copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from krakendtw.template.values import Named, is_empty, is_nil, kind_of


def merge(
    target: dict[str, Any], source: Mapping[str, Any], *, overwrites: bool
) -> None:
    """Put into ``target`` what ``source`` has, and into the maps within it.

    What the target lacks, or has only empty, is taken from the source.

    :param overwrites: whether all else is taken from there, too.
    """
    # A map may be merged into one of those that it holds itself.
    for key, value in list(source.items()):
        known = target.get(key)
        if value is None:
            if overwrites:
                target[key] = None
            continue
        if kind_of(value) == "map" and isinstance(known, dict) and not is_nil(known):
            merge(known, value, overwrites=overwrites)
            if not is_empty(known):
                continue
        if overwrites or is_empty(known):
            target[key] = value


def deep_copy(value: Any) -> Any:
    """A value with maps and lists of its own."""
    kind = kind_of(value)
    if kind == "map":
        items = {key: deep_copy(item) for key, item in value.items()}
        return items if type(value) is dict else type(value)(items)
    if kind == "slice":
        return type(value)(map(deep_copy, value))
    return value.deep_copy() if isinstance(value, Named) else value
