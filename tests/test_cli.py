"""Tests of the program: which command runs, and what is said of wrong arguments."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from twisted.plugin import IPlugin
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from krakendtw import cli
from krakendtw.interfaces import ICommandPlugin
from krakendtw.plugin import Registry

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


@implementer(IPlugin, ICommandPlugin)
class Greet:
    """A command that remembers how it was called."""

    name = "greet"
    summary = "Says hello."

    def __init__(self) -> None:
        self.calls: list[Namespace] = []

    def options(self, parser: ArgumentParser) -> None:
        """One flag of each kind."""
        parser.add_argument("-c", "--config", default="", help="A file")
        parser.add_argument("-d", "--debug", action="count", default=0)
        parser.add_argument("-p", "--port", type=int, default=0)

    def run(self, options: Namespace) -> int:
        """The code that the port says."""
        self.calls.append(options)
        return int(options.port)


class ProgramTestCase(SynchronousTestCase):
    """Runs the program with one command."""

    def setUp(self) -> None:
        self.greet = Greet()
        self.registry = Registry()
        self.registry.add(self.greet)
        self.patch(Registry, "discover", lambda: self.registry)

    def main(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, output and errors of the program."""
        out, err = io.StringIO(), io.StringIO()
        self.patch(cli.sys, "stdout", out)
        self.patch(cli.sys, "stderr", err)
        return cli.main(arguments), out.getvalue(), err.getvalue()


class CommandTests(ProgramTestCase):
    """Running a command."""

    def test_options(self) -> None:
        """The command gets its options, and its code is the program's."""
        code, out, err = self.main("greet", "-ddc", "k.json", "--port=7")
        self.assertEqual((7, "", ""), (code, out, err))
        (options,) = self.greet.calls
        self.assertEqual(("k.json", 2), (options.config, options.debug))

    def test_registry(self) -> None:
        """The command has the plugins at hand."""
        self.main("greet")
        self.assertIs(self.registry, self.greet.calls[0].registry)

    def test_further_arguments_are_ignored(self) -> None:
        """Arguments that nobody wants do no harm, behind two dashes not even flags."""
        code, _, err = self.main("greet", "more", "-c", "x", "-", "--", "--what")
        self.assertEqual((0, ""), (code, err))
        self.assertEqual("x", self.greet.calls[0].config)

    def test_flags_before_the_command(self) -> None:
        """Flags may stand before the command, with their values."""
        self.main("-c", "k.json", "--port=3", "greet")
        (options,) = self.greet.calls
        self.assertEqual(("k.json", 3), (options.config, options.port))

    def test_process_arguments(self) -> None:
        """Without arguments given, the process's own are read."""
        self.patch(cli.sys, "argv", ["krakendtw", "greet", "-p", "5"])
        self.assertEqual(5, cli.main())


class HelpTests(ProgramTestCase):
    """Help."""

    def test_program(self) -> None:
        """No command, or a wish for help, lists the commands."""
        for arguments in ((), ("-h",), ("--help",), ("--",)):
            code, out, err = self.main(*arguments)
            self.assertEqual((0, ""), (code, err))
            for part in (
                "Version: 2.13.8\n",
                "Usage:\n  krakendtw [command]\n",
                "Available Commands:\n  greet Says hello.\n",
            ):
                self.assertIn(part, out)

    def test_command(self) -> None:
        """A command tells of its flags, and does not run."""
        for arguments in (("greet", "-h"), ("-h", "greet"), ("greet", "--help")):
            code, out, err = self.main(*arguments)
            self.assertEqual((0, ""), (code, err))
            self.assertIn("Usage:\n  krakendtw greet [flags]\n", out)
            self.assertIn("-c", out)
            self.assertIn("--debug", out)
        self.assertEqual([], self.greet.calls)

    def test_of_the_plugin(self) -> None:
        """Help of a command can be had from its plugin."""
        self.assertIn("Says hello.", cli.command_help(self.greet))


class UsageErrorTests(ProgramTestCase):
    """Arguments that cannot be understood."""

    def refused(self, *arguments: str) -> str:
        """What is said of the arguments."""
        code, out, err = self.main(*arguments)
        self.assertEqual(255, code)
        self.assertTrue(err.startswith(f"Error: {out}"), err)
        self.assertEqual([], self.greet.calls)
        return err

    def test_unknown_command(self) -> None:
        """The command is named, and where to find those that there are."""
        self.assertEqual(
            'Error: unknown command "serve" for "krakendtw"\n'
            "Run 'krakendtw --help' for usage.\n",
            self.refused("serve"),
        )

    def test_misspelt_command(self) -> None:
        """What is nearly a command, or begins one, leads to it."""
        hint = '"krakendtw"\n\nDid you mean this?\n\tgreet\n\nRun \'krakendtw'
        for name in ("gret", "Greet", "greeet", "gr", "greats"):
            self.assertIn(hint, self.refused(name))
        self.assertNotIn("mean", self.refused("grasses"))

    def test_unknown_flags(self) -> None:
        """So are flags, with the command's usage."""
        err = self.refused("greet", "--what=1")
        self.assertTrue(err.startswith("Error: unknown flag: --what\nUsage:\n"), err)
        self.assertIn(
            "unknown shorthand flag: 'z' in -z\n", self.refused("greet", "-z")
        )

    def test_no_abbreviations(self) -> None:
        """A flag is written in full."""
        self.assertIn("unknown flag: --conf", self.refused("greet", "--conf", "x"))

    def test_unknown_flag_of_the_program(self) -> None:
        """The program itself has no flag but help."""
        err = self.refused("--version")
        self.assertIn("unknown flag: --version\nUsage:\n  krakendtw [command]", err)

    def test_parser_refuses(self) -> None:
        """What argparse itself refuses is refused in the same way."""
        parser = cli.command_parser(self.greet)
        error: cli.UsageError = self.assertRaises(cli.UsageError, parser.error, "no")
        self.assertEqual("no", str(error))
        self.assertIn("Usage:\n", error.usage)
