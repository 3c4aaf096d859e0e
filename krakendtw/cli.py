"""The ``krakendtw`` program: finds a subcommand's plugin and runs it.

The commands are plugins (:class:`~krakendtw.interfaces.ICommandPlugin`), each
in its module of :mod:`krakendtw.commands`.  What is said of wrong arguments,
and the exit code for them, is KrakenD's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from krakendtw.compat import KRAKEND_VERSION
from krakendtw.flags import CommandParser, UsageError
from krakendtw.interfaces import ICommandPlugin
from krakendtw.plugin import Registry

PROGRAM: Final = "krakendtw"

USAGE_ERROR: Final = 255
"""The exit code for arguments that cannot be understood."""

_NEAR: Final = 2
"""How many letters a command may differ from the one that was meant."""


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
        sys.stderr.write(f"Error: {error}\n{error.usage}\n")
        sys.stdout.write(f"{error}\n")
        return USAGE_ERROR


def program_help(commands: Mapping[str, ICommandPlugin]) -> str:
    """The program's help, with a line for each command."""
    return (
        f"{PROGRAM}, an API gateway that runs the configurations of KrakenD\n"
        f"Version: {KRAKEND_VERSION}\n\n{program_usage(commands)}"
    )


def program_usage(commands: Mapping[str, ICommandPlugin]) -> str:
    """How the program is called, with a line for each command."""
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


def command_help(command: ICommandPlugin) -> str:
    """A command's help, with its flags."""
    head = f"Version: {KRAKEND_VERSION}\n\n"
    return head + command_parser(command).help_text()


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


def _run(arguments: list[str], registry: Registry) -> int:
    commands = registry.all(ICommandPlugin)
    place = _command_place(arguments)
    if place is None:
        return _run_nothing(arguments, commands)
    name = arguments.pop(place)
    command = commands.get(name)
    if command is None:
        message = f'unknown command "{name}" for "{PROGRAM}"{_meant(name, commands)}'
        raise UsageError(message, f"Run '{PROGRAM} --help' for usage.")
    parser = command_parser(command)
    options = parser.read(arguments)
    if options.help:
        sys.stdout.write(command_help(command))
        return 0
    # A command may need the plugins, and has no other way to them.
    options.registry = registry
    options.arguments = [name, *arguments]
    return command.run(options)


def _run_nothing(
    arguments: Sequence[str], commands: Mapping[str, ICommandPlugin]
) -> int:
    """No command: help, unless there is a flag that the program lacks."""
    parser = CommandParser(add_help=False)
    parser.add_argument("-h", "--help", action="store_true")
    try:
        parser.read(arguments)
    except UsageError as error:
        raise UsageError(str(error), program_usage(commands)) from error
    sys.stdout.write(program_help(commands))
    return 0


def _meant(name: str, commands: Iterable[str]) -> str:
    """The commands that may have been meant by an unknown one."""
    near = [
        command
        for command in sorted(commands)
        if command.startswith(name.lower()) or _distance(name.lower(), command) <= _NEAR
    ]
    if not near:
        return ""
    return "\n\nDid you mean this?\n" + "".join(f"\t{each}\n" for each in near)


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or changed."""
    row = list(range(len(other) + 1))
    for letter in one:
        above, row[0] = row[0], row[0] + 1
        for place, wanted in enumerate(other, 1):
            above, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, above + (letter != wanted)),
            )
    return row[-1]


def _command_place(arguments: Sequence[str]) -> int | None:
    """Where the command's name stands; flags before it may have a value."""
    place = 0
    while place < len(arguments):
        argument = arguments[place]
        if argument == "--":
            return None
        if argument not in ("", "-") and not argument.startswith("-"):
            return place
        place += 2 if _takes_value(argument) else 1
    return None


def _takes_value(flag: str) -> bool:
    """Whether the next argument may belong to a flag before the command."""
    if flag in ("-h", "--help") or "=" in flag:
        return False
    return flag.startswith("--") or len(flag) == 2
