"""Tests of the resolved configuration's values."""

from __future__ import annotations

import attrs
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config import model
from krakendtw.config.model import (
    ExtraConfig,
    PluginConfig,
    ServiceConfig,
)
from krakendtw.config.where import ConfigPath


class ModelTests(SynchronousTestCase):
    """The values as a whole."""

    def test_frozen_and_slotted(self) -> None:
        """No value can be changed, nor have attributes beside its own."""
        for kind in filter(attrs.has, vars(model).values()):
            self.assertNotIn("__dict__", dir(kind), kind)
        frozen = attrs.exceptions.FrozenInstanceError
        self.assertRaises(frozen, setattr, ServiceConfig(), "port", 1)

    def test_place_is_no_part_of_equality(self) -> None:
        """Two values are equal wherever they stand in their documents."""
        self.assertEqual(
            ServiceConfig(where=ConfigPath(("a",))),
            ServiceConfig(where=ConfigPath(("b",))),
        )


class ExtraConfigTests(SynchronousTestCase):
    """The owners' values of one place."""

    extra = ExtraConfig(
        settings={"a/b": PluginConfig("x"), "c/d": PluginConfig("y"), "e/f": 1}
    )

    def test_by_class(self) -> None:
        """The first value of a class is found, in the document's order."""
        self.assertEqual(PluginConfig("x"), self.extra.get(PluginConfig))
        self.assertIsNone(self.extra.get(ServiceConfig))

    def test_named(self) -> None:
        """All values can be had with their namespaces."""
        self.assertEqual(
            ["a/b", "c/d", "e/f"], [namespace for namespace, _ in self.extra.named()]
        )

    def test_empty(self) -> None:
        """Nothing written is nothing there."""
        self.assertEqual({}, dict(ExtraConfig().settings))
        self.assertEqual({}, dict(ExtraConfig().raw))
