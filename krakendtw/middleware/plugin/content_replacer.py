"""``content-replacer``: texts in an answer's data, replaced field by field.

A plugin of ``plugin/req-resp-modifier``, from KrakenD Enterprise, where the
namespace ``modifier/response-body`` has taken its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from twisted.plugin import IPlugin
from zope.interface import implementer

from krakendtw.config.where import ConfigPath
from krakendtw.interfaces import IResponseModifierPlugin
from krakendtw.middleware._fields import Fields
from krakendtw.middleware.modifier._text_change import (
    Change,
    Path,
    compile_changes,
    literal,
    path_of,
    pattern,
)
from krakendtw.regex import RegexError

if TYPE_CHECKING:
    from krakendtw.interfaces import ResponseModifier
    from krakendtw.proxy.message import Request, Response


@implementer(IPlugin, IResponseModifierPlugin)
class ContentReplacer:
    """The plugin."""

    name = "content-replacer"

    def response_modifier(self, config: Mapping[str, Any]) -> ResponseModifier:
        """
        See :class:`~krakendtw.interfaces.IResponseModifierPlugin`.

        :raises krakendtw.errors.ConfigError: a replacement cannot be read.
        """
        apply = compile_changes(read_replacements(config.get(self.name)))

        def modify(request: Request, response: Response) -> None:
            if response.data:
                apply(response.data)

        return modify


def read_replacements(raw: Any) -> list[tuple[Path, Change]]:
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
        make = pattern if fields.flag("regexp") else literal
        change: Change = str
        try:
            change = make(find, replace)
        except RegexError as error:
            fields.refuse("find", str(error))
        fields.finish()
        found.append((path_of(path), change))
    paths.finish(closed=False)
    return found
