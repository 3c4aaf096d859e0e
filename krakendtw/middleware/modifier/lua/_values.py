"""Text and data between Python and Lua, and the work of luaTable and luaList.

Lua's strings are bytes.  They come as ``str`` with a character for each byte
and go as ``str`` if they are ASCII, else as ``bytes``; text on our side is what
UTF-8 makes of the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import define

from krakendtw.gojson.format import format_g, format_v
from krakendtw.gojson.number import Float, Number
from krakendtw.gojson.text import encode_raw

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.lua._work import Desk

NULL, OBJECT, LIST, UNKNOWN = range(4)
"""What a value is that Lua is given with its kind; anything else goes as it is."""

Given = Any
"""A plain value; or a value and its kind."""

TOO_MUCH = "memory limit exceeded"
_EXACT = 1 << 53
_ENTRY = 64
"""Bytes that a value takes in a container beside its text, roughly."""

_integer = re.compile(r"[+-]?[0-9]+").fullmatch


def from_lua(text: str) -> str:
    """A string of Lua's as text."""
    if text.isascii():
        return text
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


def to_lua(text: str) -> str | bytes:
    """Text as a string for Lua."""
    return text if text.isascii() else encode_raw(text)


@define
class Listed:
    """A luaList: a Go slice, the first ``length`` elements of a shared list.

    :ivar is_own: whether nobody else has the list, and it is whole.
    """

    items: list[Any]
    length: int
    is_own: bool = False

    def value(self) -> list[Any]:
        """The slice as a list: the shared one where it is whole."""
        self.is_own = False
        if self.length == len(self.items):
            return self.items
        return self.items[: self.length]


def given(value: Any) -> Given:
    """A value of the data for Lua."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() else encode_raw(value)
    if kind is bool or kind is float:
        return value
    if kind is int or kind is Number or kind is Float:
        return _float(value)
    if kind is dict:
        return value, OBJECT
    if kind is list:
        return Listed(value, len(value)), LIST
    if value is None:
        return None, NULL
    if isinstance(value, dict):
        return value, OBJECT
    return f"unknown type ({kind.__name__})", UNKNOWN


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


class Containers:
    """What the methods of luaTable and luaList do.

    Those that write answer with the reason why the script must not go on, or
    with ``None``.

    :param desk: where the request at hand is counted on.
    :param most: how many bytes a request's scripts may store.
    """

    def __init__(self, desk: Desk, most: int) -> None:
        self._desk = desk
        self._most = most

    def _take(self, size: int) -> bool:
        """Count what a script has stored; whether it may go on."""
        work = self._desk.work
        work.stored += size
        return work.stored <= self._most

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """All of them by the names that Lua knows."""
        names = [
            name
            for name in dir(self)
            if name.startswith(("table_", "list_", "native_"))
        ]
        return {
            "new_table": dict,
            "new_list": lambda: Listed([], 0, True),
            **{name: getattr(self, name) for name in names},
        }

    # --- luaTable

    def table_get(self, table: dict[str, Any], key: str) -> Given:
        """``t:get(key)``."""
        key = from_lua(key)
        if key not in table:
            return None
        return given(table[key])

    def table_set(self, table: dict[str, Any], key: str, value: Any) -> str | None:
        """``t:set(key, value)`` with a string, a number or a boolean."""
        if not self._take(_ENTRY + len(key)):
            return TOO_MUCH
        found = self._stored(value)
        if found is None:
            return TOO_MUCH
        table[from_lua(key)] = found
        return None

    def table_set_data(
        self, table: dict[str, Any], key: str, value: Any, is_shared: bool = False
    ) -> str | None:
        """``t:set(key, value)`` with an object of ours."""
        self._desk.work.shared += is_shared
        if not self._take(_ENTRY + len(key)):
            return TOO_MUCH
        table[from_lua(key)] = _whole(value)
        return None

    def table_len(self, table: dict[str, Any]) -> int:
        """``t:len()``."""
        return len(table)

    def table_delete(self, table: dict[str, Any], key: str) -> None:
        """``t:del(key)``."""
        table.pop(from_lua(key), None)

    def table_has(self, table: dict[str, Any], key: str) -> bool:
        """``t:keyExists(key)``."""
        return from_lua(key) in table

    def table_keys(self, table: dict[str, Any]) -> Listed:
        """``t:keys()``, sorted by their bytes."""
        keys: list[Any] = sorted(table)
        if not all(map(str.isascii, keys)):
            keys.sort(key=encode_raw)
        return Listed(keys, len(keys))

    # --- luaList

    def list_get(self, listed: Listed, index: float) -> Given:
        """``l:get(index)``."""
        place = int(index)
        if not 0 <= place < listed.length:
            return None
        return given(listed.items[place])

    def list_set(self, listed: Listed, index: float, value: Any) -> str | None:
        """``l:set(index, value)`` with a string, a number or a boolean."""
        found = self._stored(value)
        return TOO_MUCH if found is None else self._put(listed, index, found)

    def list_set_data(
        self, listed: Listed, index: float, value: Any, is_shared: bool = False
    ) -> str | None:
        """``l:set(index, value)`` with an object of ours."""
        self._desk.work.shared += is_shared
        return self._put(listed, index, _whole(value))

    def _put(self, listed: Listed, index: float, value: Any) -> str | None:
        problem = self.list_make_room(listed, index)
        if problem is None and index >= 0:
            listed.items[int(index)] = value
        return problem

    def list_make_room(self, listed: Listed, index: float) -> str | None:
        """Let a list grow to hold ``index``: all that a value of no use does."""
        missing = int(index) + 1 - listed.length
        if missing > 0:
            if not self._take(8 * missing + _ENTRY):
                return TOO_MUCH
            if listed.is_own:
                listed.items.extend([None] * missing)
            else:
                # A slice that grows is a new one: the list it came from stays.
                listed.items = listed.items[: listed.length] + [None] * missing
                listed.is_own = True
            listed.length += missing
        return None

    def list_len(self, listed: Listed) -> int:
        """``l:len()``."""
        return listed.length

    def list_delete(self, listed: Listed, index: float) -> None:
        """``l:del(index)``: the shared list keeps its length, with null behind."""
        place, items = int(index), listed.items
        if not 0 <= place < listed.length:
            return
        last = listed.length - 1
        items[place:last] = items[place + 1 : last + 1]
        items[last] = None
        listed.length = last
        listed.is_own = False

    # --- values of Lua's

    def _stored(self, value: Any) -> Any:
        """A string, number or boolean as it is kept; ``None`` if it is too much."""
        if type(value) is str:
            return from_lua(value) if self._take(len(value)) else None
        if type(value) is bool:
            return value
        return Float(value)

    # --- native tables, of which Lua hands over one after another

    def native_put(self, table: dict[str, Any], *pairs: Any) -> str | None:
        """Keys and strings, numbers or booleans in turn."""
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            if type(value) is int and abs(value) > _EXACT:
                found: Any = value  # Go keeps an int, and prints all its digits
            else:
                found = self._stored(value)
            if found is None or not self._take(_ENTRY + len(key)):
                return TOO_MUCH
            table[from_lua(key)] = found
        return None

    def native_nested(self, table: dict[str, Any]) -> Any:
        """What a table in a table is: a list if every key is a whole number."""
        if not all(map(_integer, table)):
            return table
        return [table[key] for key in sorted(table, key=int)] or None


def written_size(data: Any) -> int:
    """Bytes that data come to when they are written, roughly.

    What stands at several places counts at each; each is looked at once only.
    """
    sizes: dict[int, int] = {}
    stack = [data]
    while stack:
        node = stack[-1]
        size = sizes.get(id(node))
        items = node.values() if isinstance(node, dict) else node
        if size is None:
            sizes[id(node)] = 0  # all that a circle comes to: it is refused later
            stack += [
                item
                for item in items
                if isinstance(item, dict | list) and id(item) not in sizes
            ]
            continue
        stack.pop()
        if size == 0:
            sizes[id(node)] = 1 + sum(
                len(item) if isinstance(item, str) else sizes.get(id(item), _ENTRY // 4)
                for item in items
            )
    return sizes[id(data)]


def _whole(value: Any) -> Any:
    """What stands behind an object of Lua's, as it is kept in data."""
    return value.value() if type(value) is Listed else value


def header_text(value: Any) -> str:
    """An element of a luaList as a header's value: Go's ``%s``."""
    if type(value) is str:
        return value
    if value is None:
        return "%!s(<nil>)"
    if type(value) is bool:
        return f"%!s(bool={'true' if value else 'false'})"
    if isinstance(value, float):
        return f"%!s(float64={format_g(value)})"
    return format_v(value)
