"""The ``krakendtw`` program: finds a subcommand's plugin and runs it.

The commands are plugins (:class:`~krakendtw.interfaces.ICommandPlugin`), each
in its module of :mod:`krakendtw.commands`.  What is said of wrong arguments,
and the exit code for them, is KrakenD's.
"""

from __future__ import annotations

import sys
from argparse import ArgumentError, ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from krakendtw.compat import KRAKEND_VERSION
from krakendtw.interfaces import ICommandPlugin
from krakendtw.plugin import Registry

PROGRAM: Final = "krakendtw"

USAGE_ERROR: Final = 255
"""The exit code for arguments that cannot be understood."""


class UsageError(Exception):
    """Arguments that cannot be understood.

    :param message: what is wrong with them.
    :ivar usage: the help to show with it.
    """

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.usage = usage


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand.

    :param argv: the arguments behind the program's name; ``None`` for the
        process's own.
    :returns: the exit code.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    registry = Registry.discover()
    try:
        return _run(arguments, registry)
    except UsageError as error:
        sys.stderr.write(f"Error: {error}\n{error.usage}{error}\n")
        return USAGE_ERROR


def program_help(commands: Mapping[str, ICommandPlugin]) -> str:
    """The program's help, with a line for each command."""
    return (
        f"{PROGRAM}, an API gateway that runs the configurations of KrakenD\n"
        f"Version: {KRAKEND_VERSION}\n\n{_program_usage(commands)}"
    )


def command_help(command: ICommandPlugin) -> str:
    """A command's help, with its flags."""
    return command_parser(command).help_text()


def command_parser(command: ICommandPlugin) -> CommandParser:
    """A parser of what stands behind a command's name."""
    parser = CommandParser(
        prog=f"{PROGRAM} {command.name}",
        usage=f"{PROGRAM} {command.name} [flags]",
        description=command.summary,
        add_help=False,
        allow_abbrev=False,
        exit_on_error=False,
    )
    command.options(parser)
    parser.add_argument(
        "-h", "--help", action="store_true", help=f"help for {command.name}"
    )
    return parser


class CommandParser(ArgumentParser):
    """An argument parser that speaks of errors as KrakenD does."""

    def help_text(self) -> str:
        """The help, with the usage on its first line."""
        text = self.format_help()
        return text[:1].upper() + text[1:]

    def read(self, arguments: Sequence[str]) -> Namespace:
        """The options; arguments without a dash that nobody wants are left.

        :raises UsageError: a flag is unknown, or lacks its value.
        """
        try:
            options, rest = self.parse_known_args(arguments)
        except ArgumentError as error:
            raise UsageError(_argument_fault(error), self.help_text()) from error
        for argument in rest:
            if argument == "--":
                break
            if argument.startswith("-") and argument != "-":
                raise UsageError(_unknown_flag(argument), self.help_text())
        return options

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments.

        :raises UsageError: always.
        """
        raise UsageError(message, self.help_text())


def _run(arguments: list[str], registry: Registry) -> int:
    commands = registry.all(ICommandPlugin)
    place = _command_place(arguments)
    if place is None:
        return _run_nothing(arguments, commands)
    name = arguments.pop(place)
    command = commands.get(name)
    if command is None:
        message = f'unknown command "{name}" for "{PROGRAM}"'
        raise UsageError(message, f"Run '{PROGRAM} --help' for usage.\n")
    parser = command_parser(command)
    options = parser.read(arguments)
    if options.help:
        sys.stdout.write(parser.help_text())
        return 0
    # A command may need the plugins, and has no other way to them.
    options.registry = registry
    options.arguments = [name, *arguments]
    return command.run(options)


def _run_nothing(
    arguments: Sequence[str], commands: Mapping[str, ICommandPlugin]
) -> int:
    """No command: help, unless there is a flag that the program lacks."""
    for argument in arguments:
        if argument in ("-h", "--help"):
            break
        if argument.startswith("-") and argument not in ("-", "--"):
            raise UsageError(_unknown_flag(argument), _program_usage(commands))
    sys.stdout.write(program_help(commands))
    return 0


def _command_place(arguments: Sequence[str]) -> int | None:
    """Where the command's name stands; flags before it may have a value."""
    place = 0
    while place < len(arguments):
        argument = arguments[place]
        if argument == "--":
            return None
        if not argument.startswith("-") or argument == "-":
            return place
        place += 2 if _takes_value(argument) else 1
    return None


def _takes_value(flag: str) -> bool:
    """Whether the next argument may belong to a flag before the command."""
    if flag in ("-h", "--help") or "=" in flag:
        return False
    return flag.startswith("--") or len(flag) == 2


def _program_usage(commands: Mapping[str, ICommandPlugin]) -> str:
    width = max(map(len, commands), default=0)
    lines = [
        f"  {name:{width}} {commands[name].summary}\n" for name in sorted(commands)
    ]
    return (
        f"Usage:\n  {PROGRAM} [command]\n\n"
        f"Available Commands:\n{''.join(lines)}\n"
        f"Flags:\n  -h, --help   help for {PROGRAM}\n\n"
        f'Use "{PROGRAM} [command] --help" for more information about a command.\n'
    )


def _unknown_flag(argument: str) -> str:
    if argument.startswith("--"):
        return f"unknown flag: {argument.partition('=')[0]}"
    return f"unknown shorthand flag: '{argument[1]}' in {argument}"


def _argument_fault(error: ArgumentError) -> str:
    if error.message == "expected one argument":
        return f"flag needs an argument: {error.argument_name}"
    return f"invalid argument for {error.argument_name}: {error.message}"
