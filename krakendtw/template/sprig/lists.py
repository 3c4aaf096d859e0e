"""Sprig's functions for lists; only ``sortAlpha`` may change the list it is given."""

from __future__ import annotations

from typing import Any, Final

from krakendtw.gojson.text import encode_raw
from krakendtw.template.convert import members, to_int, to_text, to_texts
from krakendtw.template.failure import Failure
from krakendtw.template.signature import Function, List, declare_all
from krakendtw.template.values import (
    Lists,
    NilList,
    Strings,
    deep_equal,
    is_empty,
    kind_of,
)


def make_list(*values: Any) -> List:
    """A list of the arguments."""
    return list(values)


def append(items: Any, value: Any) -> List:
    """A list with one more member at its end.

    :raises Failure: it is no list.
    """
    return [*members(items, "Cannot push on type"), value]


def prepend(items: Any, value: Any) -> List:
    """A list with one more member at its beginning.

    :raises Failure: it is no list.
    """
    return [value, *members(items, "Cannot prepend on type")]


def first(items: Any) -> Any:
    """The first member, or nil.

    :raises Failure: there is no list.
    """
    found = members(items, "Cannot find first on type")
    return found[0] if found else None


def last(items: Any) -> Any:
    """The last member, or nil.

    :raises Failure: there is no list.
    """
    found = members(items, "Cannot find last on type")
    return found[-1] if found else None


def rest(items: Any) -> List:
    """All members but the first.

    :raises Failure: there is no list.
    """
    found = members(items, "Cannot find rest on type")
    return found[1:] if found else NilList()


def initial(items: Any) -> List:
    """All members but the last.

    :raises Failure: there is no list.
    """
    found = members(items, "Cannot find initial on type")
    return found[:-1] if found else NilList()


def reverse(items: Any) -> List:
    """The members in the other order.

    :raises Failure: there is no list.
    """
    return members(items, "Cannot find reverse on type")[::-1]


def compact(items: Any) -> List:
    """The members that are not empty.

    :raises Failure: there is no list.
    """
    found = members(items, "Cannot compact on type")
    return [item for item in found if not is_empty(item)]


def unique(items: Any) -> List:
    """The members without those that are there already.

    :raises Failure: there is no list.
    """
    kept: List = []
    for item in members(items, "Cannot find uniq on type"):
        if not _is_in(kept, item):
            kept.append(item)
    return kept


def without(items: Any, *omitted: Any) -> List:
    """The members without some.

    :raises Failure: there is no list.
    """
    found = members(items, "Cannot find without on type")
    return [item for item in found if not _is_in(omitted, item)]


def has(item: Any, items: Any) -> bool:
    """Whether a list has a member.

    :raises Failure: there is something else than a list.
    """
    if items is None:
        return False
    return _is_in(members(items, "Cannot find has on type"), item)


def _is_in(items: list[Any] | tuple[Any, ...], item: Any) -> bool:
    return any(deep_equal(item, other) for other in items)


def cut(items: Any, *indexes: Any) -> Any:
    """The members from an index to another one; nil of an empty list.

    :raises Failure: there is no list, or not so much of it.
    """
    found = members(items, "list should be type of slice or array but")
    if not found:
        return None
    start = to_int(indexes[0]) if indexes else 0
    end = to_int(indexes[1]) if len(indexes) > 1 else len(found)
    if not 0 <= start <= end <= len(found):
        raise Failure("reflect.Value.Slice: slice index out of bounds")
    return type(items)(found[start:end])


def concatenate(*lists: Any) -> Any:
    """One list of several.

    :raises Failure: one is no list.
    """
    joined: List = []
    for each in lists:
        if each is not None and kind_of(each) != "slice":
            raise Failure(f"Cannot concat type {kind_of(each)} as list")
        joined += members(each, "")
    return joined or NilList()


def chunk(size: int, items: Any) -> Lists:
    """The members in lists of a size; the last one may be smaller.

    :raises Failure: there is no list, or the size is none.
    """
    found = members(items, "Cannot chunk type")
    if size < 1:
        return _odd_chunks(size, found)
    return Lists(found[start : start + size] for start in range(0, len(found), size))


def _odd_chunks(size: int, items: List) -> Lists:
    """What Go makes of a size that is none."""
    if size < -1 and len(items) == 1:
        return Lists([items])
    if size == 0 or not items or (len(items) - 1) // size != -1:
        raise Failure("runtime error: makeslice: len out of range")
    return Lists()


def sort_texts(items: Any) -> Strings:
    """The members as texts, sorted by their bytes; texts are sorted where they are."""
    if kind_of(items) != "slice":
        return Strings([to_text(items)])
    texts = to_texts(items)
    texts.sort(key=encode_raw)
    return texts if isinstance(texts, Strings) else Strings(texts)


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "list": make_list,
        "tuple": make_list,
        "append": append,
        "mustAppend": append,
        "push": append,
        "mustPush": append,
        "prepend": prepend,
        "mustPrepend": prepend,
        "first": first,
        "mustFirst": first,
        "last": last,
        "mustLast": last,
        "rest": rest,
        "mustRest": rest,
        "initial": initial,
        "mustInitial": initial,
        "reverse": reverse,
        "mustReverse": reverse,
        "compact": compact,
        "mustCompact": compact,
        "uniq": unique,
        "mustUniq": unique,
        "without": without,
        "mustWithout": without,
        "has": has,
        "mustHas": has,
        "slice": cut,
        "mustSlice": cut,
        "concat": concatenate,
        "chunk": chunk,
        "mustChunk": chunk,
        "sortAlpha": sort_texts,
    }
)
"""The functions by name."""
