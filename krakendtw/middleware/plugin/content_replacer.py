"""``content-replacer``: texts in an answer's data, replaced field by field.

A plugin of ``plugin/req-resp-modifier``, from KrakenD Enterprise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import re2  # type: ignore[import-untyped,unused-ignore]
from twisted.plugin import IPlugin
from zope.interface import implementer

from krakendtw.config.where import ConfigPath
from krakendtw.interfaces import IResponseModifierPlugin
from krakendtw.middleware._fields import Fields
from krakendtw.middleware.validation._regex import RegexError, compile_regex

if TYPE_CHECKING:
    from krakendtw.interfaces import ResponseModifier
    from krakendtw.proxy.message import Request, Response

Replace: TypeAlias = Callable[[str], str]
"""Makes a field's new text out of its old one."""

_reference = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))", re.ASCII)


@implementer(IPlugin, IResponseModifierPlugin)
class ContentReplacer:
    """The plugin."""

    name = "content-replacer"

    def response_modifier(self, config: Mapping[str, Any]) -> ResponseModifier:
        """
        See :class:`~krakendtw.interfaces.IResponseModifierPlugin`.

        :raises krakendtw.errors.ConfigError: a replacement cannot be read.
        """
        return compile_modifier(read_replacements(config.get(self.name)))


def read_replacements(raw: Any) -> list[tuple[tuple[str, ...], Replace]]:
    """The path of each field, and what is to become of its text.

    :raises ConfigError: one of them is wrong.
    """
    where = ConfigPath() / ContentReplacer.name
    paths = Fields(raw, where)
    found = []
    for path in raw:
        fields = Fields(raw[path], where / path)
        find = fields.text("find", required=True)
        replace = fields.text("replace")
        is_pattern = fields.flag("regexp")
        try:
            change = _pattern(find, replace) if is_pattern else _literal(find, replace)
        except RegexError as error:
            fields.refuse("find", str(error))
            change = str
        fields.finish()
        found.append((tuple(path.split(".")), change))
    paths.finish(closed=False)
    return found


def compile_modifier(
    replacements: list[tuple[tuple[str, ...], Replace]],
) -> ResponseModifier:
    """The modifier that makes all replacements, in their order."""

    def modify(request: Request, response: Response) -> None:
        if response.data:
            for path, change in replacements:
                _change_at(response.data, path, change)

    return modify


def _change_at(data: Any, path: tuple[str, ...], change: Replace) -> None:
    """Change the text at a path through objects, if there is one."""
    for key in path[:-1]:
        data = data.get(key) if type(data) is dict else None
    if type(data) is dict and type(data.get(path[-1])) is str:
        data[path[-1]] = change(data[path[-1]])


def _literal(find: str, replace: str) -> Replace:
    return lambda text: text.replace(find, replace)


def _pattern(find: str, replace: str) -> Replace:
    """Replace what a pattern matches; ``$1``, ``${1}`` and ``$name`` are its groups.

    :raises RegexError: it is none by RE2's rules.
    """
    compile_regex(find)
    pattern = re2.compile(find)
    pieces = _template(replace)
    known = set(pattern.groupindex) | {str(n) for n in range(pattern.groups + 1)}

    def expand(match: Any) -> str:
        made = []
        for text, group in pieces:
            made.append(text)
            if group in known:
                made.append(match.group(int(group) if group.isdigit() else group) or "")
        return "".join(made)

    def change(text: str) -> str:
        return str(pattern.sub(expand, text))

    return change


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
