"""Tests of ``krakendtw completion``."""

from __future__ import annotations

import io
from typing import Any

from twisted.plugin import IPlugin
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from krakendtw import cli
from krakendtw.commands import completion as module
from krakendtw.commands._shells import Argument
from krakendtw.flags import suggest
from krakendtw.interfaces import ICommandPlugin
from krakendtw.plugin import Registry


@implementer(IPlugin, ICommandPlugin)
class Greet:
    """A command of a plugin."""

    name = "greet"
    summary = "Says hello."

    def options(self, parser: Any) -> None:
        """An argument of each kind."""
        parser.add_argument("-f", "--file", help="A file")
        parser.add_argument("--kind", choices=("a", "b"))
        parser.add_argument("-n", type=int)
        parser.add_argument("-v", "--verbose", action="count")
        suggest(parser.add_argument("--level"), "low", "high")
        parser.add_argument("whom", nargs="*", metavar="command", help="Whom")

    def run(self, options: Any) -> int:
        """Nothing."""
        return 0


class CompletionTests(SynchronousTestCase):
    """The command."""

    def setUp(self) -> None:
        registry = Registry.discover()
        registry.add(Greet())
        self.patch(Registry, "discover", lambda: registry)

    def run_program(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, output and errors of the program."""
        out, err = io.StringIO(), io.StringIO()
        self.patch(cli.sys, "stdout", out)
        self.patch(cli.sys, "stderr", err)
        return cli.main(arguments), out.getvalue(), err.getvalue()

    def test_scripts(self) -> None:
        """Each script has the commands, those of plugins too, and their flags."""
        for shell in ("bash", "fish", "zsh"):
            code, out, err = self.run_program("completion", shell)
            self.assertEqual((0, ""), (code, err))
            for word in ("greet", "check-plugin", "verbose", "lint-no-network", "auto"):
                self.assertIn(word, out, shell)

    def test_no_shell(self) -> None:
        """Without a shell there is a hint."""
        self.assertEqual(
            (1, "", "Please, name the shell: bash, fish, zsh\n"),
            self.run_program("completion"),
        )

    def test_other_shell(self) -> None:
        """A shell that is not known is refused."""
        code, _, err = self.run_program("completion", "csh")
        self.assertEqual(255, code)
        self.assertIn("'csh'", err)

    def test_arguments(self) -> None:
        """A command is described by what it declares."""
        registry = Registry()
        registry.add(Greet())
        (greet,) = module.describe(registry)
        self.assertEqual(("greet", "Says hello."), (greet.name, greet.summary))
        flags = {flag.spellings[-1]: flag for flag in greet.flags}
        self.assertEqual(
            Argument(("-f", "--file"), "A file", is_value=True, is_file=True),
            flags["--file"],
        )
        self.assertEqual(("a", "b"), flags["--kind"].words)
        self.assertEqual(("low", "high"), flags["--level"].words)
        self.assertEqual((True, False), (flags["-n"].is_value, flags["-n"].is_file))
        self.assertFalse(flags["--verbose"].is_value)
        assert greet.positional is not None
        self.assertEqual(("greet",), greet.positional.words)
