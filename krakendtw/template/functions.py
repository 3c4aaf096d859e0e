"""The functions that every template has."""

from __future__ import annotations

from typing import Any, Final

from krakendtw.gojson.text import decode_raw, encode_raw
from krakendtw.template import comparing, escaping
from krakendtw.template.failure import Failure
from krakendtw.template.printf import format_values
from krakendtw.template.printing import join, join_line
from krakendtw.template.signature import Function, Value, declare
from krakendtw.template.values import (
    INTEGERS,
    INVALID,
    NilStrings,
    Uint8,
    is_nil,
    kind_of,
    type_of,
)

_LISTS: Final = ("slice", "string")
_ZEROS: Final[dict[str, Any]] = {"string": "", "[]string": NilStrings()}


def length(item: Value) -> int:
    """How many members a list or map, or bytes a text has.

    :raises Failure: for all else.
    """
    if item is None:
        raise Failure("len of nil pointer")
    if item is INVALID:
        raise Failure("reflect: call of reflect.Value.Type on zero Value")
    kind = kind_of(item)
    if kind == "string":
        return len(encode_raw(item))
    if kind in ("slice", "map"):
        return len(item)
    raise Failure(f"len of type {_pointed(item)}")


def index(item: Value, *indexes: Value) -> Any:
    """What lies at an index, a key, or several of them one in the other.

    :raises Failure: there is no such index, or nothing that has one.
    """
    if item is None or item is INVALID:
        raise Failure("index of untyped nil")
    for each in indexes:
        if item is None:
            raise Failure("index of nil pointer")
        kind = kind_of(item)
        if kind in _LISTS:
            item = _at(item, each, kind)
        elif kind == "map":
            item = _value(item, each)
        else:
            raise Failure(f"can't index item of type {_pointed(item)}")
    return item


def _pointed(item: Any) -> str:
    """The type of a value, or of what it points to."""
    return type_of(item).name.removeprefix("*")


def _at(item: Any, place: Any, kind: str) -> Any:
    """A member of a list, or a byte of a text."""
    members = encode_raw(item) if kind == "string" else item
    at = _place(place, len(members))
    if at == len(members):
        name = "string" if kind == "string" else "slice"
        raise Failure(f"reflect: {name} index out of range")
    return Uint8(members[at]) if kind == "string" else members[at]


def _value(item: Any, key: Any) -> Any:
    """What a map has for a key, or the zero of what it holds."""
    if key is None or key is INVALID:
        raise Failure("value is nil; should be of type string")
    if kind_of(key) != "string" or type_of(key).name != "string":
        raise Failure(f"value has type {type_of(key)}; should be string")
    if key in item:
        return item[key]
    element = type_of(item).element
    return None if element is None else _ZEROS.get(element.name)


def _place(place: Any, limit: int) -> int:
    """A number that counts members.

    :raises Failure: it is none, or beyond ``limit``.
    """
    if place is None or place is INVALID:
        raise Failure("cannot index slice/array with nil")
    if kind_of(place) not in INTEGERS:
        raise Failure(f"cannot index slice/array with type {type_of(place)}")
    if not 0 <= place <= limit:
        raise Failure(f"index out of range: {place}")
    return int(place)


def cut(item: Value, *indexes: Value) -> Any:
    """A part of a list or a text: ``x[1:2]``, ``x[1:2:3]``.

    :raises Failure: there is no such part.
    """
    if item is None or item is INVALID:
        raise Failure("slice of untyped nil")
    if len(indexes) > 3:
        raise Failure(f"too many slice indexes: {len(indexes)}")
    kind = kind_of(item)
    if kind not in _LISTS:
        raise Failure(f"can't slice item of type {_pointed(item)}")
    if kind == "string" and len(indexes) == 3:
        raise Failure("cannot 3-index slice a string")
    members = encode_raw(item) if kind == "string" else item
    places = [_place(each, len(members)) for each in indexes]
    start, end, limit = (*places, *(0, len(members), len(members))[len(places) :])
    for low, high in ((start, end), (end, limit)):
        if low > high:
            raise Failure(f"invalid slice index: {low} > {high}")
    part = members[start:end]
    if kind == "string":
        return decode_raw(part)
    # What is cut off a nil list is nil, too.
    return item if is_nil(item) else type(item)(part)


def negate(item: Value) -> bool:
    """Whether a value is nothing, empty, zero or false."""
    return not item


def choose(first: Value, *others: Value) -> Any:
    """Stands for ``and`` and ``or``, which the evaluator knows by their names."""
    raise NotImplementedError


def call(name: str, function: Value, *arguments: Value) -> Any:
    """``call``, which finds nothing to call: no data holds functions.

    :param name: what stood in the function's place; empty if it came by a pipe.
    :raises Failure: always.
    """
    if function is None or function is INVALID:
        raise Failure("call of nil")
    if not name:
        is_text = kind_of(function) == "string"
        name = function if is_text else f"<{type_of(function)} Value>"
    raise Failure(f"non-function {name} of type {type_of(function)}")


BUILTINS: Final[dict[str, Function]] = {
    "and": declare(choose, is_builtin=True),
    "or": declare(choose, is_builtin=True),
    "not": declare(negate, is_builtin=True),
    "call": declare(call, skip=1, is_builtin=True),
    "html": declare(escaping.html, is_builtin=True),
    "index": declare(index, is_builtin=True),
    "slice": declare(cut, is_builtin=True),
    "js": declare(escaping.js, is_builtin=True),
    "len": declare(length, is_builtin=True),
    "print": declare(join, is_builtin=True),
    "printf": declare(format_values, is_builtin=True),
    "println": declare(join_line, is_builtin=True),
    "urlquery": declare(escaping.query, is_builtin=True),
    "eq": declare(comparing.equal, is_builtin=True),
    "ne": declare(comparing.not_equal, is_builtin=True),
    "lt": declare(comparing.less, is_builtin=True),
    "le": declare(comparing.less_or_equal, is_builtin=True),
    "gt": declare(comparing.greater, is_builtin=True),
    "ge": declare(comparing.greater_or_equal, is_builtin=True),
}
"""Go's own functions by name; the others of a template may take their place."""
