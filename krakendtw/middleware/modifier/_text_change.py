"""Changes of texts inside of an answer's data, each at a path through objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import re2  # type: ignore[import-untyped,unused-ignore]

from krakendtw.regex import compile_regex

Change: TypeAlias = Callable[[str], str]
"""Makes a field's new text out of its old one."""

Path: TypeAlias = tuple[str, ...]
"""The keys from the root to a field."""

_reference = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))", re.ASCII)


def path_of(text: str) -> Path:
    """The path that a text with dots stands for."""
    return tuple(text.split("."))


def compile_changes(changes: Sequence[tuple[Path, Change]]) -> Callable[[Any], None]:
    """What makes all changes, in their order, in place.

    A field that is missing, or that is no text, stays as it is; lists are not
    entered.
    """
    plan = tuple((path[:-1], path[-1], change) for path, change in changes)

    def apply(data: Any) -> None:
        for parents, last, change in plan:
            place = data
            for key in parents:
                place = place.get(key) if type(place) is dict else None
            if type(place) is dict and type(place.get(last)) is str:
                place[last] = change(place[last])

    return apply


def literal(find: str, replace: str) -> Change:
    """Put a text in place of another one, wherever that stands."""
    return lambda text: text.replace(find, replace)


def trim(characters: str) -> Change:
    """Take characters off both ends."""
    return lambda text: text.strip(characters)


def pattern(find: str, replace: str) -> Change:
    """Replace what a pattern matches; ``$1``, ``${1}`` and ``$name`` are its groups.

    :raises krakendtw.regex.RegexError: it is none by RE2's
        rules.
    """
    compile_regex(find)
    compiled = re2.compile(find)
    pieces = _template(replace)
    known = set(compiled.groupindex) | {str(n) for n in range(compiled.groups + 1)}

    def expand(match: Any) -> str:
        made = []
        for text, group in pieces:
            made.append(text)
            if group in known:
                made.append(match.group(int(group) if group.isdigit() else group) or "")
        return "".join(made)

    return lambda text: str(compiled.sub(expand, text))


def _template(replace: str) -> list[tuple[str, str]]:
    """Texts, each with the name of the group behind it."""
    pieces = []
    end = 0
    for found in _reference.finditer(replace):
        before = replace[end : found.start()]
        if found[0] == "$$":
            pieces.append((before + "$", ""))
        else:
            pieces.append((before, found[1] or found[2]))
        end = found.end()
    pieces.append((replace[end:], ""))
    return pieces
