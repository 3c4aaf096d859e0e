"""Tests of ``krakendtw help``."""

from __future__ import annotations

import io
from argparse import ArgumentParser

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands import help as help_module
from krakendtw.plugin import CommandMaker, Registry


class HelpTests(SynchronousTestCase):
    """The command."""

    def help(self, *arguments: str) -> tuple[str, str]:
        """Output and errors of the command, which always ends well."""
        parser = ArgumentParser()
        help_module.command.options(parser)
        options = parser.parse_args(arguments)
        options.registry = Registry()
        options.registry.add(
            CommandMaker("check", module="krakendtw.commands.check", summary="Checks.")
        )
        out, err = io.StringIO(), io.StringIO()
        self.patch(help_module.sys, "stdout", out)
        self.patch(help_module.sys, "stderr", err)
        self.assertEqual(0, help_module.command.run(options))
        return out.getvalue(), err.getvalue()

    def test_program(self) -> None:
        """Without a name it is the program's help."""
        out, err = self.help()
        self.assertIn("Available Commands:\n  check Checks.\n", out)
        self.assertEqual("", err)

    def test_command(self) -> None:
        """With one it is the command's; further names are ignored."""
        out, err = self.help("check", "more")
        self.assertIn("Usage:\n  krakendtw check [flags]", out)
        self.assertIn("--config", out)
        self.assertEqual("", err)

    def test_unknown(self) -> None:
        """An unknown name is told of, with those that there are."""
        out, err = self.help("what", "else")
        self.assertEqual("", out)
        self.assertTrue(err.startswith("Unknown help topic [`what` `else`]\nUsage:\n"))
        self.assertIn("Available Commands:", err)
