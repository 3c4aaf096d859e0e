"""Tests of ``krakendtw test-plugin``."""

from __future__ import annotations

import io
import os
from argparse import ArgumentParser

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands import test_plugin as module

SERVER = """
from zope.interface import implementer
from krakendtw.interfaces import IServerPlugin

@implementer(IServerPlugin)
class Plugin:
    name = "some"
    def wrap(self, config, resource):
        return resource

plugin = Plugin()
"""


class PluginTestCommandTests(SynchronousTestCase):
    """The command."""

    def run_on(
        self, *arguments: str, err: io.StringIO | None = None
    ) -> tuple[int, list[str]]:
        """Exit code and lines of errors, all that follows a time left out."""
        parser = ArgumentParser()
        module.command.options(parser)
        err = io.StringIO() if err is None else err
        self.patch(module.sys, "stderr", err)
        code = module.command.run(parser.parse_args(arguments))
        lines = err.getvalue().splitlines()
        return code, [line.partition(" in ")[0] for line in lines]

    def write(self, name: str, content: str) -> str:
        """The path of a file of this name."""
        folder = self.mktemp()
        os.mkdir(folder)
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(content)
        return path

    def test_nothing(self) -> None:
        """A file is wanted, and a kind."""
        lines = ["At least one plugin is required."]
        self.assertEqual((1, lines), self.run_on("-s"))
        lines = ["You must declare the expected type of the plugin."]
        self.assertEqual((1, lines), self.run_on("some.py"))

    def test_missing(self) -> None:
        """A missing file is told of, and the next one is tried."""
        self.assertEqual(
            (
                1,
                [
                    "[KO] Unable to open the plugin a.py.",
                    "[KO] Unable to open the plugin b.py.",
                    "[KO] 2 tested plugin(s)",
                    "2 plugin(s) failed.",
                ],
            ),
            self.run_on("-cm", "a.py", "b.py"),
        )

    def test_good(self) -> None:
        """A file that offers what is asked for is good, twice as well."""
        path = self.write("some.py", SERVER)
        good = "[OK] SERVER\tsome.py"
        self.assertEqual(
            (0, [good, good, "[OK] 2 tested plugin(s)"]),
            self.run_on("-s", path, path),
        )

    def test_other_kind(self) -> None:
        """Each kind that is lacking is told of."""
        self.assertEqual(
            (
                1,
                [
                    "[OK] SERVER\tsome.py",
                    "[KO] MODIFIER\tsome.py: The plugin does not contain a "
                    "ModifierRegisterer.",
                    "[KO] CLIENT\tsome.py: The plugin does not contain a "
                    "ClientRegisterer.",
                    "[KO] 1 tested plugin(s)",
                    "1 plugin(s) failed.",
                ],
            ),
            self.run_on("-scm", self.write("some.py", SERVER)),
        )

    def test_broken(self) -> None:
        """A file that fails says why."""
        path = self.write("some.py", "1 / 0")
        _, lines = self.run_on("-s", path)
        self.assertEqual(
            "[KO] SERVER\tsome.py: ZeroDivisionError: division by zero", lines[0]
        )

    def test_colours(self) -> None:
        """On a terminal the marks are coloured."""
        err = io.StringIO()
        self.patch(err, "isatty", lambda: True)
        _, lines = self.run_on("-s", "a.py", err=err)
        self.assertTrue(lines[0].startswith("\033[31;1m[KO]\033[0m "))
