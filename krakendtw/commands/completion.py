"""``krakendtw completion``: prints what a shell needs to complete the arguments.

The scripts are made of what the commands declare, those of plugins too.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from krakendtw.cli import PROGRAM, command_parser
from krakendtw.commands._shells import SHELLS, Argument, Command
from krakendtw.flags import kind_of, suggested_words, takes_value
from krakendtw.interfaces import ICommandPlugin

if TYPE_CHECKING:
    from argparse import Action, ArgumentParser, Namespace

    from krakendtw.plugin import Registry

COMMANDS = "command"
"""The name of an argument that is a command of the program."""


class CompletionCommand:
    """The command ``completion``."""

    def options(self, parser: ArgumentParser) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        shells = ", ".join(SHELLS)
        parser.usage = f"{PROGRAM} completion [flags] shell"
        parser.add_argument(
            "shell", nargs="?", choices=tuple(SHELLS), help=f"One of {shells}"
        )

    def run(self, options: Namespace) -> int:
        """Print the script.

        :returns: 0, or 1 if no shell is named.
        """
        if options.shell is None:
            sys.stderr.write(f"Please, name the shell: {', '.join(SHELLS)}\n")
            return 1
        sys.stdout.write(SHELLS[options.shell](PROGRAM, describe(options.registry)))
        return 0


def describe(registry: Registry) -> list[Command]:
    """The commands of a registry with their arguments, by name."""
    found = registry.all(ICommandPlugin)
    return [_describe(found[name], tuple(sorted(found))) for name in sorted(found)]


def _describe(command: ICommandPlugin, names: tuple[str, ...]) -> Command:
    parser = command_parser(command)
    positionals = [_argument(each, names) for each in parser.positionals()]
    return Command(
        command.name,
        command.summary,
        tuple(_argument(flag, names) for flag in parser.flags()),
        positionals[0] if positionals else None,
    )


def _argument(action: Action, names: tuple[str, ...]) -> Argument:
    words = suggested_words(action)
    if action.metavar == COMMANDS:
        words = names
    is_value = takes_value(action)
    return Argument(
        tuple(action.option_strings),
        action.help or "",
        is_value,
        words,
        is_file=is_value and not words and kind_of(action) == "string",
    )


command = CompletionCommand()
