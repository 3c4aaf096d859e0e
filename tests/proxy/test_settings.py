"""Tests of the settings of ``proxy``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.proxy.settings import PARALLEL, SEQUENTIAL, ProxySettings, configure

WHERE = ConfigPath(("endpoints", 0, "extra_config", "proxy"))


def settings(**raw: Any) -> ProxySettings:
    """The settings of an object with these keys."""
    return configure(raw, WHERE)


class ConfigureTests(SynchronousTestCase):
    """What becomes of the object."""

    def test_defaults(self) -> None:
        """An empty object, and what is no object, mean nothing."""
        raw: Any
        for raw in ({}, None, [], "x", 1):
            self.assertEqual(ProxySettings(), configure(raw, WHERE))

    def test_wrong_types(self) -> None:
        """Values of the wrong type mean nothing either."""
        self.assertEqual(
            ProxySettings(),
            settings(
                sequential="true",
                sequential_propagated_params="resp0_a",
                static=[],
                flatmap_filter={},
                force_sandboxed_request=1,
                shadow="true",
                shadow_timeout=2,
            ),
        )

    def test_merger(self) -> None:
        """``strategy`` decides where it stands, ``sequential`` elsewhere."""
        for raw, merger in (
            ({"sequential": True}, SEQUENTIAL),
            ({"sequential": False}, PARALLEL),
            ({"strategy": "sequential"}, SEQUENTIAL),
            ({"strategy": "sequential", "sequential": False}, SEQUENTIAL),
            ({"strategy": "parallel", "sequential": True}, PARALLEL),
            ({"strategy": "other", "sequential": True}, PARALLEL),
            ({"strategy": 1, "sequential": True}, PARALLEL),
        ):
            self.assertEqual(merger, configure(raw, WHERE).merger)
            self.assertEqual(merger == SEQUENTIAL, configure(raw, WHERE).is_sequential)

    def test_shadow(self) -> None:
        """A shadow may have its own timeout, in seconds."""
        shadow = settings(shadow=True, shadow_timeout="1500ms")
        self.assertEqual((True, 1.5), (shadow.is_shadow, shadow.shadow_timeout))
        for raw in ("soon", ""):
            self.assertIsNone(settings(shadow=True, shadow_timeout=raw).shadow_timeout)

    def test_parts(self) -> None:
        """Static data and flatmap operations are made at once."""
        made = settings(
            static={"data": {"a": 1}, "strategy": "errored"},
            flatmap_filter=[{"type": "del", "args": ["a"]}],
            force_sandboxed_request=True,
        )
        assert made.static is not None
        assert made.flatmap is not None
        self.assertEqual("errored", made.static.strategy)
        self.assertEqual({"b": 1}, made.flatmap({"a": 1, "b": 1}))
        self.assertTrue(made.is_sandboxed)


class CheckMergeTests(SynchronousTestCase):
    """What counts only for several backends."""

    def test_combiner(self) -> None:
        """Any name of a combiner will do, but it must be a name."""
        settings(combiner="other").check_merge(WHERE)
        combiner: Any
        for combiner in (1, None, {}):
            error = self.assertRaises(
                ConfigError, settings(combiner=combiner).check_merge, WHERE
            )
            self.assertEqual(WHERE / "combiner", error.where)

    def test_propagated_params(self) -> None:
        """They must be text, if anybody reads them."""
        raw = {"sequential_propagated_params": ["resp0_a", 1]}
        configure(raw, WHERE).check_merge(WHERE)
        sequential = configure({"sequential": True, **raw}, WHERE)
        error = self.assertRaises(ConfigError, sequential.check_merge, WHERE)
        self.assertIn("sequential_propagated_params", str(error))
