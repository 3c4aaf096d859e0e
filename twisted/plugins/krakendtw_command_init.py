"""The command ``init``."""

from krakendtw.plugin import CommandMaker

init = CommandMaker(
    "init",
    module="krakendtw.commands.init",
    summary="Writes a small configuration to begin with.",
)
