"""Where in a document's text something stands: line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import yaml
from attrs import frozen

Steps: TypeAlias = Sequence[str | int]
"""Keys and indexes from the root."""


@frozen
class Position:
    """A place in a text.

    :ivar line: counted from 1.
    :ivar column: in characters, counted from 1.
    """

    line: int
    column: int


def locate(text: str, steps: Steps, extension: str = ".json") -> Position | None:
    """Where the value, or the key, at the end of the steps stands.

    A key is where its member begins; what is not there is looked for as far as the
    document has the steps.  ``None`` for a document that cannot be read.

    :param extension: what tells the document's language.
    """
    search = _SEARCHES.get(extension, _in_json)
    index = search(text, steps)
    if index is None:
        return None
    return Position(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


# --- JSON

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,\[\]{}"]+', re.DOTALL)
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def _in_json(text: str, steps: Steps) -> int | None:
    document = _read_json(text)
    try:
        found = start = _skip(text, 0)
        for step in steps:
            member = document.members(start).get(step)
            if member is None:
                return found
            found, start = member
        return found
    except (IndexError, ValueError):
        return None


class _Json:
    """A document whose containers are read once, when they are asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[int, dict[str | int, tuple[int, int]]] = {}

    def members(self, start: int) -> dict[str | int, tuple[int, int]]:
        """By key or index where a member begins, and where its value does."""
        known = self._known.get(start)
        if known is None:
            known = self._known[start] = {}
            for name, at, value in _members(self._text, start):
                known.setdefault(name, (at, value))
        return known


# There may be thousands of places to find in one document.
_read_json = lru_cache(maxsize=2)(_Json)


def _members(text: str, start: int) -> Iterator[tuple[str | int, int, int]]:
    """What a container holds: key or index, where it begins, where the value does.

    Of a scalar nothing.  Of two equal keys the first one is found.
    """
    if text[start] not in "[{":
        return
    is_object = text[start] == "{"
    at = _skip(text, start + 1)
    index = 0
    while text[at] not in "]}":
        value = at
        name: str | int = index
        if is_object:
            key = _STRING.match(text, at)
            if key is None:
                raise ValueError("no key")
            name = json.loads(key.group())
            value = _skip(text, _skip(text, key.end()) + 1)
        yield name, at, value
        at = _skip(text, _end(text, value))
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1


def _end(text: str, start: int) -> int:
    """Where a value ends."""
    if text[start] not in "[{":
        scalar = _SCALAR.match(text, start)
        if scalar is None:
            raise ValueError("no value")
        return scalar.end()
    depth = 0
    for token in _BRACKETS.finditer(text, start):
        char = token.group()
        depth += (char in "[{") - (char in "]}")
        if not depth:
            return token.end()
    raise ValueError("no end")


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()


# --- YAML


@lru_cache(maxsize=2)
def _compose(text: str) -> yaml.Node | None:
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    return node


def _in_yaml(text: str, steps: Steps) -> int | None:
    try:
        node = _compose(text)
    except yaml.YAMLError:
        return None
    if node is None:
        return None
    found = node
    for step in steps:
        place, node = _yaml_member(node, step)
        if place is None:
            break
        found = place
    return int(found.start_mark.index)


def _yaml_member(
    node: yaml.Node | None, step: str | int
) -> tuple[yaml.Node | None, yaml.Node | None]:
    """Where a member of a node begins, and its value."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        items = node.value[step : step + 1]
        if items:
            return items[0], items[0]
    return None, None


# --- TOML

_TOML_NAME = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_TOML_NAMES = rf"{_TOML_NAME}(?:[ \t]*\.[ \t]*{_TOML_NAME})*"
_TOML_LINE = re.compile(
    rf"^[ \t]*(?:(?P<open>\[\[?)[ \t]*(?P<table>{_TOML_NAMES})[ \t]*\]"
    rf"|(?P<key>{_TOML_NAMES})[ \t]*=)",
    re.MULTILINE,
)


def _in_toml(text: str, steps: Steps) -> int | None:
    """The line of the longest part of the steps that a key or a table spells.

    What is inside of inline tables and arrays is where they begin.
    """
    found, length = 0, 0
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for line in _TOML_LINE.finditer(text):
        if line["key"]:
            path = (*table, *_toml_names(line["key"]))
        else:
            path = table = _toml_table(line["open"], line["table"], counts)
        if len(path) > length and path == tuple(steps[: len(path)]):
            found, length = line.start("key" if line["key"] else "open"), len(path)
    return found


def _toml_table(
    opening: str, names: str, counts: dict[tuple[str | int, ...], int]
) -> tuple[str | int, ...]:
    """The steps of a table, with the indexes of the lists that it is in."""
    path: tuple[str | int, ...] = ()
    every = _toml_names(names)
    for place, name in enumerate(every):
        path = (*path, name)
        if opening == "[[" and place == len(every) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _toml_names(text: str) -> list[str]:
    return [name.strip("\"'") for name in re.findall(_TOML_NAME, text)]


_SEARCHES: Mapping[str, Callable[[str, Steps], int | None]] = {
    ".yml": _in_yaml,
    ".yaml": _in_yaml,
    ".toml": _in_toml,
}
