"""Tests of the examples in ``conf``: each loads, and a gateway is built from it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import providedBy
from zope.interface.verify import verifyObject

from krakendtw.commands._lint import Linter, own_linter
from krakendtw.config.load import Loaded, load
from krakendtw.plugin import Registry
from krakendtw.service import build

if TYPE_CHECKING:
    from krakendtw.config.model import ExtraConfig

ROOT = Path(__file__).resolve().parent.parent
CONF = ROOT / "conf"


def examples() -> list[Path]:
    """The configurations that stand for themselves, without templates."""
    return sorted(
        path for path in CONF.rglob("*.json") if CONF / "flexible" not in path.parents
    )


def extras(loaded: Loaded) -> Iterator[ExtraConfig]:
    """The ``extra_config`` of every place."""
    yield loaded.config.extra
    for endpoint in loaded.config.endpoints:
        yield endpoint.extra
        for backend in endpoint.backends:
            yield backend.extra
    for agent in loaded.config.async_agents:
        yield agent.extra


class ExampleTests(SynchronousTestCase):
    """Every example is sound."""

    def setUp(self) -> None:
        # The examples name the plugin folder as seen from the repository.
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(ROOT)

    def load(self, path: Path) -> tuple[Loaded, Registry]:
        """An example, and the plugins that it was loaded with."""
        registry = Registry.discover()
        return load(str(path.relative_to(ROOT)), registry, environ={}), registry

    def test_nothing_is_left_out(self) -> None:
        """Each example loads; all of its namespaces are known and configured."""
        for path in examples():
            loaded, registry = self.load(path)
            self.assertEqual(((), ()), (loaded.unknown, loaded.skipped), str(path))
            self.assertEqual([], registry.broken)

    def test_lint(self) -> None:
        """Each example fits the schema of the configuration."""
        linters: dict[str, Linter] = {}
        for path in examples():
            data = json.loads(path.read_text())
            folder = data.get("plugin", {}).get("folder", "")
            if folder not in linters:
                linters[folder] = own_linter(self.load(path)[1])
            self.assertEqual((), linters[folder].findings(data), str(path))

    def test_settings_keep_their_promises(self) -> None:
        """What the owners made of the examples provides what it says."""
        for path in examples():
            for extra in extras(self.load(path)[0]):
                for _, settings in extra.named():
                    for interface in providedBy(settings):
                        if interface.__module__ == "krakendtw.interfaces":
                            verifyObject(interface, settings)

    def test_gateway_is_built(self) -> None:
        """A gateway is built from each example."""
        for path in examples():
            loaded, registry = self.load(path)
            reactor: Any = MemoryReactorClock()
            observers: list[Any] = []
            gateway = build(loaded, registry, reactor, StringIO(), observers.append)
            self.assertEqual(len(loaded.config.endpoints), len(gateway.pipes.plans))

    def test_form(self) -> None:
        """The examples are written alike: indented by two, a newline at the end."""
        for path in examples():
            text = path.read_text()
            self.assertEqual(3, json.loads(text)["version"], str(path))
            self.assertTrue(text.startswith('{\n  "') and text.endswith("}\n"))
