"""Sprig's functions for maps; ``set``, ``unset`` and the merges change them."""

from __future__ import annotations

from typing import Any, Final

from krakendtw.template.convert import to_text
from krakendtw.template.failure import Failure
from krakendtw.template.merging import deep_copy, merge
from krakendtw.template.signature import Function, List, Map, declare_all
from krakendtw.template.values import NilMap, Strings, is_nil, type_of


def make_dict(*items: Any) -> Map:
    """A map of keys and values by turns; the last key may lack its value."""
    keys, found = items[::2], items[1::2]
    made = {to_text(key): value for key, value in zip(keys, found, strict=False)}
    if len(keys) > len(found):
        made[to_text(keys[-1])] = ""
    return made


def get(items: Map, key: str) -> Any:
    """What a map has for a key; an empty text if it lacks it."""
    return items.get(key, "")


def put(items: Map, key: str, value: Any) -> Map:
    """The map with another value for a key.

    :raises Failure: the map is nil.
    """
    if isinstance(items, NilMap):
        raise Failure("assignment to entry in nil map")
    items[key] = value
    return items


def remove(items: Map, key: str) -> Map:
    """The map without a key."""
    items.pop(key, None)
    return items


def has_key(items: Map, key: str) -> bool:
    """Whether a map has a key."""
    return key in items


def pluck(key: str, *maps: Map) -> List:
    """What each map has for a key."""
    return [items[key] for items in maps if key in items]


def keys(*maps: Map) -> Strings:
    """The keys of all maps, in no order that could be relied upon."""
    return Strings(key for items in maps for key in items)


def values(items: Map) -> List:
    """What a map holds, in no order that could be relied upon."""
    return list(items.values())


def pick(items: Map, *wanted: str) -> Map:
    """A map of some of the keys."""
    return {key: items[key] for key in wanted if key in items}


def omit(items: Map, *unwanted: str) -> Map:
    """A map without some of the keys."""
    return {key: value for key, value in items.items() if key not in unwanted}


def merge_all(target: Map, *sources: Map) -> Any:
    """The first map, with what it lacks from the others."""
    return _merged(target, sources, overwrites=False)


def merge_over(target: Map, *sources: Map) -> Any:
    """The first map, with all that the others have."""
    return _merged(target, sources, overwrites=True)


def _merged(target: Map, sources: tuple[Map, ...], *, overwrites: bool) -> Map:
    if isinstance(target, NilMap) and not all(map(is_nil, sources)):
        target = {}
    for source in sources:
        merge(target, source, overwrites=overwrites)
    return target


def dig(*path: Any) -> Any:
    """What lies deep in a map: keys, what stands for a missing one, and the map.

    :raises Failure: on the way there is something else than a map.
    """
    if len(path) < 3:
        raise Failure("dig needs at least three arguments")
    *names, default, found = path
    _check(found, "map[string]interface {}")
    for name in names:
        _check(name, "string")
    for name in names:
        _check(found, "map[string]interface {}")
        if name not in found:
            return default
        found = found[name]
    return found


def _check(value: Any, wanted: str) -> None:
    """Whether a value has a type.

    :raises Failure: in the words of Go's runtime.
    """
    found = "nil" if value is None else type_of(value).name
    if found != wanted:
        raise Failure(f"interface conversion: interface {{}} is {found}, not {wanted}")


def copy(value: Any) -> Any:
    """A value with maps and lists of its own.

    :raises Failure: there is none.
    """
    if value is None:
        raise Failure("reflect: call of reflect.Value.Type on zero Value")
    return deep_copy(value)


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "dict": make_dict,
        "get": get,
        "set": put,
        "unset": remove,
        "hasKey": has_key,
        "pluck": pluck,
        "keys": keys,
        "values": values,
        "pick": pick,
        "omit": omit,
        "merge": merge_all,
        "mustMerge": merge_all,
        "mergeOverwrite": merge_over,
        "mustMergeOverwrite": merge_over,
        "dig": dig,
        "deepCopy": copy,
        "mustDeepCopy": copy,
    }
)
"""The functions by name."""
