"""``krakendtw help``: the program's help, or a command's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from krakendtw.cli import command_help, program_help, program_usage
from krakendtw.interfaces import ICommandPlugin

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class HelpCommand:
    """The command ``help``."""

    def options(self, parser: ArgumentParser) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        parser.add_argument(
            "topic", nargs="*", metavar="command", help="A command's name"
        )

    def run(self, options: Namespace) -> int:
        """Print the help of the command that is named, or the program's."""
        commands = options.registry.all(ICommandPlugin)
        command = commands.get(options.topic[0]) if options.topic else None
        if command is not None:
            sys.stdout.write(command_help(command))
            return 0
        if options.topic:
            topics = " ".join(f"`{topic}`" for topic in options.topic)
            sys.stderr.write(f"Unknown help topic [{topics}]\n")
            sys.stderr.write(program_usage(commands))
            return 0
        sys.stdout.write(program_help(commands))
        return 0


command = HelpCommand()
