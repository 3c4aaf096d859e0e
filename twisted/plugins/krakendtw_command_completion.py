"""The command ``completion``."""

from krakendtw.plugin import CommandMaker

completion = CommandMaker(
    "completion",
    module="krakendtw.commands.completion",
    summary="Prints a script that lets a shell complete the arguments.",
)
