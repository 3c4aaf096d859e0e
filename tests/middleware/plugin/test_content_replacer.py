"""Tests of ``content-replacer``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.errors import ConfigError
from krakendtw.interfaces import IResponseModifierPlugin
from krakendtw.middleware.plugin.content_replacer import ContentReplacer
from krakendtw.testing import request, response


class ContentReplacerTests(SynchronousTestCase):
    """Texts before and after."""

    def changed(self, replacements: Any, data: dict[str, Any]) -> Any:
        """The data of an answer, changed."""
        plugin = ContentReplacer()
        modify = plugin.response_modifier({"content-replacer": replacements})
        answer = response(data)
        modify(request(), answer)
        return answer.data

    def test_interface(self) -> None:
        """It is a plugin for answers."""
        self.assertTrue(verifyObject(IResponseModifierPlugin, ContentReplacer()))

    def test_literal(self) -> None:
        """Everywhere in the text, also inside of objects."""
        made = self.changed(
            {"a": {"find": "x.", "replace": "y"}, "o.b": {"find": "z"}},
            {"a": "x.x.xx", "o": {"b": "zaz"}},
        )
        self.assertEqual(made, {"a": "yyxx", "o": {"b": "a"}})

    def test_untouched(self) -> None:
        """What is no text, or not there, stays."""
        data = {"a": 1, "l": [{"b": "x"}], "n": None}
        part = {"find": "x", "replace": "y"}
        made = self.changed(dict.fromkeys(("a", "l.b", "n", "m.o"), part), dict(data))
        self.assertEqual(made, data)

    def test_pattern(self) -> None:
        """Groups by number and name, as Go reads them."""
        for replace, wanted in (
            ("<$1>", "<a>-<b>"),
            ("${n}!", "1!-2!"),
            ("$1x", "-"),
            ("$$$0$9", "$a1-$b2"),
            ("$", "$-$"),
        ):
            part = {"find": "([a-z])(?P<n>[0-9])", "replace": replace, "regexp": True}
            self.assertEqual(self.changed({"a": part}, {"a": "a1-b2"}), {"a": wanted})

    def test_mistakes(self) -> None:
        """What cannot be read ends the start."""
        for part in (
            {},
            {"find": 1},
            {"find": "(", "regexp": True},
            {"find": "a", "x": 1},
        ):
            self.assertRaises(ConfigError, self.changed, {"a": part}, {})
        self.assertRaises(ConfigError, self.changed, None, {})
