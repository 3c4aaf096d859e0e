"""Tests of loading a file, from its bytes to the owners."""

from __future__ import annotations

import json
import os
from typing import Any

from twisted.logger import LogLevel, capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.load import Loaded, load, read_service
from krakendtw.config.model import ServiceConfig
from krakendtw.config.structure import DecodingErrors
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.log import Log
from krakendtw.plugin import Registry

PLUGIN = """
from twisted.plugin import IPlugin
from zope.interface import implementer
from krakendtw.interfaces import IMiddlewarePlugin

@implementer(IPlugin, IMiddlewarePlugin)
class Owner:
    namespace = "{namespace}"
    aliases = ()
    def configure(self, raw, where):
        return ("made of", raw)

owner = Owner()
"""


class LoadTestCase(SynchronousTestCase):
    """Writes files and loads them."""

    def setUp(self) -> None:
        self.folder = self.mktemp()
        os.mkdir(self.folder)

    def write(self, name: str, content: str) -> str:
        """A file in the test's folder."""
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(content)
        return path

    def load(self, document: dict[str, Any], **options: Any) -> Loaded:
        """The document, loaded."""
        path = self.write("k.json", json.dumps({"version": 3, **document}))
        options = {"environ": {}, **options}
        return load(path, Registry(), **options)


class ReadServiceTests(LoadTestCase):
    """The configuration without its owners."""

    def test_both_forms(self) -> None:
        """The document is as written, and resolved, the environment on top."""
        path = self.write("k.json", '{"version": 3, "extra_config": {"a/b": 1}}')
        document, service = read_service(path, {"KRAKEND_NAME": "n"})
        self.assertEqual(("n", 0), (document.name, document.port))
        self.assertEqual(("n", 8080), (service.name, service.port))
        self.assertEqual({"a/b": 1}, service.extra.raw)


class LoadTests(LoadTestCase):
    """Everything from the file to the owners."""

    def test_minimal(self) -> None:
        """A document of nothing but its version is one to start with."""
        loaded = self.load({})
        self.assertEqual(Loaded(ServiceConfig()), loaded)
        self.assertTrue(str(loaded.config.where).endswith("k.json: $"))

    def test_yaml(self) -> None:
        """YAML is loaded by its extension."""
        path = self.write("k.yaml", "version: 3\nname: yes\n")
        self.assertEqual("yes", load(path, Registry(), environ={}).config.name)

    def test_environment(self) -> None:
        """The environment stands above the document."""
        loaded = self.load({"port": 1}, environ={"KRAKEND_PORT": "9000"})
        self.assertEqual(9000, loaded.config.port)

    def test_wrong_environment(self) -> None:
        """A wrong value in the environment is an error like any other."""
        self.assertRaises(
            DecodingErrors, self.load, {}, environ={"KRAKEND_PORT": "tcp://10.0.0.1:80"}
        )

    def test_port_and_debug(self) -> None:
        """The arguments stand above both, unless they say nothing."""
        environ = {"KRAKEND_PORT": "9000"}
        loaded = self.load({}, environ=environ, port=9001, debug=True)
        self.assertEqual(
            (9001, True), (loaded.config.port, loaded.config.debug_endpoint)
        )
        loaded = self.load({"debug_endpoint": 1}, environ=environ, port=0)
        self.assertEqual(
            (9000, True), (loaded.config.port, loaded.config.debug_endpoint)
        )

    def test_guard(self) -> None:
        """A guard that nobody owns ends the load, unless that is wanted."""
        document = {"extra_config": {"auth/nobodys": {}}}
        self.assertRaises(ConfigErrors, self.load, document)
        loaded = self.load(document, lenient=True)
        self.assertEqual(["auth/nobodys"], [name for _, name in loaded.unknown])


class PluginFolderTests(LoadTestCase):
    """The plugins of the document's folder."""

    def folder_with(self, **plugins: str) -> str:
        """A folder with an owner for each namespace."""
        folder = os.path.join(self.folder, "plugins")
        os.mkdir(folder)
        for name, namespace in plugins.items():
            self.write(f"plugins/{name}.py", PLUGIN.format(namespace=namespace))
        return folder

    def test_owners_come_first(self) -> None:
        """A plugin of the folder owns a namespace of the same document."""
        folder = self.folder_with(load_owner="my/own")
        loaded = self.load(
            {
                "plugin": {"folder": folder, "pattern": ".so"},
                "extra_config": {"my/own": {"a": 1}},
            }
        )
        self.assertEqual(("made of", {"a": 1}), loaded.config.extra.settings["my/own"])
        self.assertEqual((), loaded.unknown)

    def test_unreadable_folder(self) -> None:
        """A folder that cannot be read is told of, no more."""
        loaded = self.load({"plugin": {"folder": os.path.join(self.folder, "none")}})
        ((where, reason),) = loaded.skipped
        self.assertTrue(str(where).endswith("k.json: $.plugin.folder"))
        self.assertIn("cannot read the plugin folder", reason)

    def test_two_owners(self) -> None:
        """Two owners of one namespace end the load."""
        folder = self.folder_with(load_one="my/own", load_two="my/own")
        error: ConfigError = self.assertRaises(
            ConfigError, self.load, {"plugin": {"folder": folder, "pattern": ".py"}}
        )
        self.assertIn("two owners", error.message)


class ReportTests(SynchronousTestCase):
    """What the log is told."""

    def test_lines(self) -> None:
        """Each unknown namespace once, what is left out and without effect."""
        where = ConfigPath(file="k.json")
        loaded = Loaded(
            ServiceConfig(),
            unknown=((where / 0, "a/b"), (where / 1, "a/b")),
            skipped=((where / 2, "no thanks"),),
            doubts=((where / 3, "no use"),),
        )
        with capturedLogs() as events:
            loaded.report(Log())
        self.assertEqual(
            [
                "Ignoring an unknown namespace: a/b (at k.json: $[0] and 1 more)",
                "Left out: no thanks (at k.json: $[2])",
                "Without effect: no use (at k.json: $[3])",
            ],
            [event["log_text"] for event in events],
        )
        self.assertEqual({LogLevel.warn}, {event["log_level"] for event in events})
