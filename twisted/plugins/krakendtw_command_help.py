"""``krakendtw help``: the program's help."""

from krakendtw.plugin import CommandMaker

help = CommandMaker(
    "help",
    module="krakendtw.commands.help",
    summary="Help about any command.",
)
