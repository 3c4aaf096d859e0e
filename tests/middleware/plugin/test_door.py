"""Tests of what the doors for user plugins share."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import PluginConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import UnknownPlugin
from krakendtw.middleware.plugin._door import (
    as_object,
    is_configured,
    listed_names,
    refuse_unknown,
)
from krakendtw.testing import extra_config, service_scope

WHERE = ConfigPath() / "extra_config" / "plugin/http-server"


class NameTests(SynchronousTestCase):
    """The names of a configuration."""

    def test_object(self) -> None:
        """Only objects have names."""
        self.assertEqual({}, as_object({}))
        for raw in (None, "a", ["a"], 1):
            self.assertIsNone(as_object(raw))

    def test_list(self) -> None:
        """What is no text is dropped from the list."""
        self.assertEqual(("a", "b"), listed_names({"name": ["a", 1, None, "b"]}))
        self.assertEqual((), listed_names({"name": []}))

    def test_no_list(self) -> None:
        """A name that is no list, or none at all, gives none."""
        for config in ({}, {"name": "a"}, {"name": {"a": 1}}, {"name": None}):
            self.assertIsNone(listed_names(config))


class ConfiguredTests(SynchronousTestCase):
    """Whose settings they are."""

    def test_identity(self) -> None:
        """Equal settings of another place are not these."""
        mine, other = [1], [1]
        extra = extra_config({"plugin/http-client": mine})
        self.assertTrue(is_configured(mine, extra))
        self.assertFalse(is_configured(other, extra))


class StrictTests(SynchronousTestCase):
    """``"strict": true`` in the root ``plugin``."""

    def test_lenient(self) -> None:
        """Without it unknown names are left to the log."""
        for plugin in (None, PluginConfig()):
            scope = service_scope(ServiceConfig(plugin=plugin))
            refuse_unknown(scope, "nobody", WHERE)

    def test_strict(self) -> None:
        """With it an unknown name ends the start, and is told with its place."""
        scope = service_scope(ServiceConfig(plugin=PluginConfig(strict=True)))
        error = self.assertRaises(UnknownPlugin, refuse_unknown, scope, "nobody", WHERE)
        self.assertEqual(
            "$.extra_config.\"plugin/http-server\".name: no plugin answers to 'nobody'",
            str(error),
        )
