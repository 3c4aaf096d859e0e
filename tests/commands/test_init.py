"""Tests of ``krakendtw init``."""

from __future__ import annotations

import io
import os
from argparse import ArgumentParser

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands import init as module
from krakendtw.commands._explain import build_gateway
from krakendtw.commands._lint import own_linter
from krakendtw.config.load import load
from krakendtw.config.source import parse_document, read_file
from krakendtw.plugin import Registry


class InitTests(SynchronousTestCase):
    """The command."""

    def setUp(self) -> None:
        self.addCleanup(os.chdir, os.getcwd())
        folder = self.mktemp()
        os.makedirs(folder)
        os.chdir(folder)

    def init(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, output and errors of the command."""
        parser = ArgumentParser()
        module.command.options(parser)
        out, err = io.StringIO(), io.StringIO()
        self.patch(module.sys, "stdout", out)
        self.patch(module.sys, "stderr", err)
        code = module.command.run(parser.parse_args(arguments))
        return code, out.getvalue(), err.getvalue()

    def test_usable(self) -> None:
        """What it writes lints clean, and a gateway is built of all of it."""
        for file in ("krakend.yaml", "g.yml", "g.json"):
            self.assertEqual(0, self.init(file)[0])
            registry = Registry.discover()
            data = parse_document(read_file(file), file)
            self.assertEqual((), own_linter(registry).findings(data))
            loaded = load(file, registry, environ={})
            self.assertEqual(
                ((), (), ()), (loaded.unknown, loaded.skipped, loaded.doubts)
            )
            self.assertEqual(2, len(build_gateway(loaded, registry).pipes.plans))

    def test_same(self) -> None:
        """In both languages it is the same, but for the comments."""
        self.init("g.yaml")
        self.init("g.json")
        one, other = (
            load(file, Registry.discover(), environ={}).config
            for file in ("g.yaml", "g.json")
        )
        self.assertEqual(
            [(it.path, it.backends) for it in one.endpoints],
            [(it.path, it.backends) for it in other.endpoints],
        )

    def test_comments(self) -> None:
        """It says how it is started, by its own name."""
        for file in ("g.yaml", "g.json"):
            _, out, _ = self.init(file)
            self.assertIn(f"Written: {file}\n", out)
            with open(file, encoding="utf-8") as stream:
                self.assertIn(f"krakendtw run -c {file}", stream.read())

    def test_default(self) -> None:
        """Without a name it is krakend.yaml."""
        self.assertEqual(0, self.init()[0])
        self.assertEqual(["krakend.yaml"], os.listdir())

    def test_never_overwrites(self) -> None:
        """A file that is there stays as it is."""
        with open("krakend.yaml", "w", encoding="utf-8") as stream:
            stream.write("mine")
        self.assertEqual(
            (1, "", "krakend.yaml is there already, and is left as it is\n"),
            self.init(),
        )
        with open("krakend.yaml", encoding="utf-8") as stream:
            self.assertEqual("mine", stream.read())

    def test_refused(self) -> None:
        """Other languages, and places that cannot be written to, are refused."""
        code, _, err = self.init("x.toml")
        self.assertEqual((1, True), (code, err.startswith("x.toml: a name that ends")))
        self.assertEqual(
            (1, "", "no/x.json: no such file or directory\n"), self.init("no/x.json")
        )
        self.assertEqual([], os.listdir())
