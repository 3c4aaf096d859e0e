"""Tests of ``krakendtw schema``."""

from __future__ import annotations

import io
import json
from argparse import ArgumentParser
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands import schema
from krakendtw.plugin import Registry

PLUGIN = """
from twisted.plugin import IPlugin
from zope.interface import implementer
from krakendtw.interfaces import IMiddlewarePlugin, ISchemaPlugin

@implementer(IPlugin, IMiddlewarePlugin, ISchemaPlugin)
class Tag:
    namespace = "acme/tag"
    aliases = ()
    def configure(self, raw, where): return raw
    def schemas(self): return {"backend": {"type": "string"}}

tag = Tag()
"""


class SchemaTests(SynchronousTestCase):
    """The command prints the whole schema."""

    def run_command(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, output and errors."""
        parser = ArgumentParser()
        schema.command.options(parser)
        options = parser.parse_args(arguments)
        options.registry = Registry()
        out, err = io.StringIO(), io.StringIO()
        self.patch(schema.sys, "stdout", out)
        self.patch(schema.sys, "stderr", err)
        return schema.command.run(options), out.getvalue(), err.getvalue()

    def test_printed(self) -> None:
        """It is a JSON document that says of which draft it is."""
        code, out, _ = self.run_command()
        self.assertEqual(0, code)
        printed = json.loads(out)
        self.assertIn("2019-09", printed["$schema"])
        self.assertIn("endpoints", printed["properties"])

    def test_plugins_of_a_configuration(self) -> None:
        """With a configuration its plugin folder has a say."""
        folder = Path(self.mktemp())
        folder.mkdir()
        (folder / "tag.py").write_text(PLUGIN)
        path = folder / "krakend.json"
        plugin = {"folder": str(folder), "pattern": ".py"}
        path.write_text(json.dumps({"version": 3, "plugin": plugin}))
        _, out, _ = self.run_command("-c", str(path))
        self.assertEqual(
            {"type": "string"}, json.loads(out)["$defs"]["acme/tag@backend"]
        )

    def test_unreadable(self) -> None:
        """A configuration that cannot be read is an error."""
        code, out, err = self.run_command("-c", "nothing.json")
        self.assertEqual((1, ""), (code, out))
        self.assertIn("no such file", err)
