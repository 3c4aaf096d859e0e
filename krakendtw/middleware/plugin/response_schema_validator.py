"""``response-schema-validator``: the older spelling of a check of answers.

A plugin of ``plugin/req-resp-modifier``, from KrakenD Enterprise, where the
namespace ``validation/response-json-schema`` has taken its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from twisted.plugin import IPlugin
from zope.interface import implementer

from krakendtw.config.where import ConfigPath
from krakendtw.interfaces import IResponseModifierPlugin

if TYPE_CHECKING:
    from krakendtw.interfaces import ResponseModifier


@implementer(IPlugin, IResponseModifierPlugin)
class ResponseSchemaValidator:
    """The plugin."""

    name = "response-schema-validator"

    def response_modifier(self, config: Mapping[str, Any]) -> ResponseModifier:
        """
        See :class:`~krakendtw.interfaces.IResponseModifierPlugin`.

        :raises krakendtw.errors.ConfigError: the schema cannot be compiled.
        """
        # Here, for the plugin is found at every start, and the engine is large.
        from krakendtw.middleware.validation._response_check import (
            compile_check,
            read_check,
        )

        where = ConfigPath() / self.name
        return compile_check(read_check(config.get(self.name), where))
