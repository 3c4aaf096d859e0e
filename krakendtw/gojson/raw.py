"""Objects kept as the text that they will be written as.

Where nobody looks into a backend's data it need not become objects and text again:
the text is put into Go's form as it is, as a whole or by its members, which is all
that filters, new names, groups and merges ask for.

This takes the compiled :mod:`krakendtw.gojson._splitter`; without it nothing is
kept as text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from krakendtw.gojson.reader import loads
from krakendtw.gojson.writer import dumps

if TYPE_CHECKING:
    from krakendtw.gojson.number import JSON

try:
    from krakendtw.gojson import _splitter
except ImportError:  # not compiled, or not to be used
    _splitter = None  # type: ignore[assignment]

Filter = Callable[[dict[str, Any]], dict[str, Any]]
"""Changes what the members of an object are, not the members."""


class RawObject:
    """An object as the text of it, or of its members.

    All of it is as :func:`krakendtw.gojson.writer.dumps` writes it.
    """

    __slots__ = ("_members", "_text")

    def __init__(
        self, text: bytes | None, members: dict[str, bytes] | None = None
    ) -> None:
        self._text = text
        self._members = members

    @property
    def is_empty(self) -> bool:
        """Whether it has no members."""
        return not self._members if self._text is None else self._text == b"{}"

    def text(self) -> bytes:
        """The whole of it."""
        text = self._text
        if text is None:
            text = self._text = join(self.members())
        return text

    def members(self) -> dict[str, bytes]:
        """The text of each member's value."""
        members = self._members
        if members is None:
            members = self._members = _splitter.split(self._text or b"{}") or {}
        return members

    def update(self, other: RawObject) -> None:
        """Lay the members of another one over these."""
        self.members().update(other.members())
        self._text = None

    def load(self) -> dict[str, JSON]:
        """The data that it stands for."""
        if self._members is not None:
            return {key: loads(text) for key, text in self._members.items()}
        data: Any = loads(self._text or b"{}")
        found: dict[str, JSON] = data
        return found


Keep = Callable[[bytes], "RawObject | None"]
"""Keeps what a backend sent; ``None`` if it has to be read."""


def is_available() -> bool:
    """Whether anything can be kept as text."""
    return _splitter is not None


def keep_text(body: bytes) -> RawObject | None:
    """The object that ``body`` begins with, as a whole; ``None`` to decline."""
    text = _splitter.canonical(body)
    return None if text is None else RawObject(text)


def keep_members(body: bytes) -> RawObject | None:
    """The same by its members."""
    members = _splitter.split(body)
    return None if members is None else RawObject(None, members)


def compile_keep(target: str, filters: list[Filter], group: str) -> Keep:
    """What keeps a part of an object, as a backend's settings choose it.

    :param target: the dotted path of the object that is wanted, if any.
    :param filters: work on what is there, unless it is empty.
    :param group: the key under which the result goes, if any.
    """
    keys = target.split(".") if target else []
    steps = tuple(filters)

    def keep(body: bytes) -> RawObject | None:
        members = _splitter.split(body)
        if members is None:
            return None
        for key in keys:
            below = members.get(key, b"")
            members = (_splitter.split(below) if below[:1] == b"{" else None) or {}
        for step in steps:
            if members:
                members = step(members)
        if group:
            members = {group: join(members)}
        return RawObject(None, members)

    return keep


def join(members: dict[str, bytes]) -> bytes:
    """The text of an object with these members."""
    return _splitter.join(members, dumps)
